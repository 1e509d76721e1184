/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a segment of the journal: header, blocks, seal
 *
 * Pure: memory in, memory out. docs/journal.md has the layout with its rulers.
 * All numbers are little-endian.
 *
 *   header   says whose it is, its number, and the hash of the segment before
 *   block    entries of up to a second or SEGMENT_BLOCK bytes, compressed by
 *            zstd; before them what is in it: times, types, how many
 *   seal     ends it: how many blocks, a hash of all, starlsmd's signature
 *
 * A hash is BLAKE2b-256 over the one before and what it is of, so that the seal's
 * hangs on each byte from the header on and, as the next header has it, on all
 * segments before. The entries of all blocks but the first are compressed with the
 * beginning of the first as a dictionary: small blocks stay small.
 *
 * A segment that is being written, or was when the power went, has no seal: its
 * blocks end where the next one is not whole.
 */
#ifndef STARLSM_SEGMENT_H
#define STARLSM_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zstd.h>

#include "lib/entry.h"

#define SEGMENT_MAGIC	0x314e524a4c534c53ULL	/* "SLSLJRN1" in memory */
#define SEGMENT_BLOCK_MAGIC	0x314b4c42	/* "BLK1" */
#define SEGMENT_SEAL_MAGIC	0x314c4553	/* "SEL1" */
#define SEGMENT_HASH	32

/* Entries of a block, uncompressed: twice that makes it no smaller. */
#define SEGMENT_BLOCK	(256 * 1024)
/* What one entry may add to it */
#define SEGMENT_PLAIN_MAX	(SEGMENT_BLOCK + ENTRY_MAX)
#define SEGMENT_DICT_MAX	(32 * 1024)
/* Of zstd: 3 makes it no smaller, and is slower. */
#define SEGMENT_LEVEL	1
/* No segment is longer: what a reader takes into memory at once */
#define SEGMENT_MAX	(64u << 20)

#define SEGMENT_STREAM_HOST	"@host"

struct segment_header {
	uint64_t magic;
	uint32_t version;	/* 1 */
	uint32_t is_host;	/* 1: the stream of what concerns no guest */
	uint64_t number;	/* in its stream, from 1, without holes */
	uint64_t first_kept;	/* segments from this number on are there */
	uint64_t run;		/* see struct entry_start */
	int64_t created_ns;	/* CLOCK_REALTIME */
	uint8_t prev[SEGMENT_HASH];	/* hash of segment number - 1; 0 for the first */
	char stream[64];	/* a guest's name, or SEGMENT_STREAM_HOST; ended by NUL */
	uint8_t hash[SEGMENT_HASH];	/* of all before */
};

/* Bit 128 + n of a block's types: a message of type n, as FACT or OUT; 128: any other entry */
#define SEGMENT_TYPE_OTHER	128

struct segment_block {
	uint32_t magic;
	uint32_t packed_len;	/* of what follows, without padding to 8 */
	uint32_t plain_len;
	uint32_t n_entries;
	int64_t first_ns, last_ns;	/* the least and largest entry_time() */
	int64_t wall_ns;	/* to be added to those for CLOCK_REALTIME */
	uint64_t first, last;	/* numbers of its entries */
	uint64_t types[3];	/* bit n: an OUT_EVENT of type n; see SEGMENT_TYPE_OTHER */
	uint8_t hash[SEGMENT_HASH];	/* of all before, back to the header, and the data */
};

/*
 * The same blocks have the same hash, whoever seals them: a segment that was complete
 * when starlsmd was killed is sealed at the next start as it would have been.
 */
struct segment_seal {
	uint32_t magic;
	uint32_t reserved;
	uint64_t n_blocks;
	uint64_t end;		/* offset in the file where the blocks end */
	uint8_t hash[SEGMENT_HASH];	/* of the last block's, and all before in this */
	uint64_t n_cut;		/* bytes from `end` to here: a block half written at a power cut */
	/* by starlsmd, of a struct statement */
	int64_t sealed_ns;	/* CLOCK_REALTIME */
	uint8_t key_id[8];
	uint8_t signature[MSG_SIGN_BYTES];
};

/*
 * Writing. The caller has struct segment_block's times, numbers, types and
 * n_entries filled by segment_note(), and puts the results into a file.
 */

/* Fills magic, version and hash. */
void segment_header_seal(struct segment_header *h);

/* A block without entries; then an entry for it. */
void segment_note_begin(struct segment_block *b);
void segment_note(struct segment_block *b, const struct entry *e);

/* Bytes that a block of so much plain data takes at most, header included */
size_t segment_packed_max(size_t plain_len);

/*
 * b and the plain entries to `to`, of segment_packed_max() bytes; chain is the
 * hash of what is before, and becomes the block's. dict is NULL for the first
 * block. Returns its length, a multiple of 8; 0 if zstd has no memory.
 */
size_t segment_pack(struct segment_block *b, const void *plain, size_t plain_len,
		    ZSTD_CCtx *zstd, const ZSTD_CDict *dict, uint8_t *chain, void *to);

/* The dictionary for the others, out of the first block; NULL without memory. */
ZSTD_CDict *segment_dict(const void *plain, size_t plain_len);

/* Magic and hash, with the chain after the last block; the signature is left 0. */
void segment_seal_make(struct segment_seal *s, const uint8_t *chain);

/*
 * Reading. Bytes are of anybody: whatever they are, no function reads beyond
 * them, and what it returns as good has the right hashes.
 */

enum segment_error {
	SEGMENT_OK,
	SEGMENT_SHORT,		/* no whole header, or larger than SEGMENT_MAX */
	SEGMENT_HEADER,		/* its header is none, or of another version */
	SEGMENT_BLOCK_BAD,	/* sealed, but its blocks are not what the seal is of */
	SEGMENT_SEAL_BAD,	/* the seal is not of this segment */
	SEGMENT_ENTRIES,	/* a block's hash is right, what is in it is nothing */
};

struct segment {
	const char *bytes;	/* 8-byte aligned; the caller's */
	size_t len;
	struct segment_header header;
	struct segment_seal seal;	/* magic 0: it has none */
	size_t end;		/* where its blocks end */
	uint64_t n_blocks;
	uint8_t chain[SEGMENT_HASH];	/* the hash of the last block */
	char dict[SEGMENT_DICT_MAX];
	size_t dict_len;	/* 0: not yet made */
};

/* Of this version, whole, for a stream with a name */
bool segment_is_header(const struct segment_header *h);

/*
 * Checks everything but the signature and what is inside the blocks. After
 * SHORT or HEADER nothing of *s is set; after any other error header is.
 */
enum segment_error segment_open(struct segment *s, const void *bytes, size_t len);

/* The seal at a file's end, of which only the last bytes are known; false if that is none. */
bool segment_tail(const char *tail, uint64_t file_len, struct segment_seal *seal);

/* The block at *offset (0: the first); then *offset is past it. False at the end. */
bool segment_next(const struct segment *s, size_t *offset, struct segment_block *b,
		  const void **packed);

/*
 * A block's entries into plain, of SEGMENT_PLAIN_MAX bytes. Each is checked,
 * and that they are as many as the block says.
 */
enum segment_error segment_unpack(struct segment *s, const struct segment_block *b,
				  const void *packed, ZSTD_DCtx *zstd, void *plain);

/* For people */
const char *segment_error_text(enum segment_error error);

#endif /* STARLSM_SEGMENT_H */
