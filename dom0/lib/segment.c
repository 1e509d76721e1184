// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a segment of the journal: header, blocks, seal
 */
#include "lib/segment.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(sizeof(struct segment_header) == 176, "a header's layout");
static_assert(sizeof(struct segment_block) == 112, "a block's layout");
static_assert(sizeof(struct segment_seal) == 144, "a seal's layout");
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are written as they are");

/* hash = BLAKE2b(before, head, body); any of them may be empty */
static void chain_hash(uint8_t *hash, const uint8_t *before, const void *head, size_t head_len,
		       const void *body, size_t body_len)
{
	crypto_generichash_state st;

	crypto_generichash_init(&st, NULL, 0, SEGMENT_HASH);
	if (before)
		crypto_generichash_update(&st, before, SEGMENT_HASH);
	crypto_generichash_update(&st, head, head_len);
	crypto_generichash_update(&st, body, body_len);
	crypto_generichash_final(&st, hash, SEGMENT_HASH);
}

static size_t padded(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

/*
 * Writing
 */

static void header_hash(const struct segment_header *h, uint8_t *hash)
{
	chain_hash(hash, NULL, h, offsetof(struct segment_header, hash), NULL, 0);
}

void segment_header_seal(struct segment_header *h)
{
	h->magic = SEGMENT_MAGIC;
	h->version = 1;
	header_hash(h, h->hash);
}

void segment_note_begin(struct segment_block *b)
{
	memset(b, 0, sizeof(*b));
	b->magic = SEGMENT_BLOCK_MAGIC;
}

static unsigned int type_of(const struct entry *e)
{
	const struct msg *m = entry_body(e);
	uint16_t event = entry_event(e);

	if (event)
		return event < SEGMENT_TYPE_OTHER ? event : SEGMENT_TYPE_OTHER;
	if (e->kind != ENTRY_FACT && e->kind != ENTRY_OUT)
		return SEGMENT_TYPE_OTHER;
	return SEGMENT_TYPE_OTHER + m->type % 64;
}

void segment_note(struct segment_block *b, const struct entry *e)
{
	unsigned int type = type_of(e);
	int64_t ns = entry_time(e);

	if (!b->n_entries || ns < b->first_ns)
		b->first_ns = ns;
	if (!b->n_entries || ns > b->last_ns)
		b->last_ns = ns;
	if (!b->n_entries)
		b->first = e->number;
	b->last = e->number;
	b->types[type / 64] |= 1ULL << type % 64;
	b->n_entries++;
}

size_t segment_packed_max(size_t plain_len)
{
	return sizeof(struct segment_block) + padded(ZSTD_compressBound(plain_len));
}

static void block_hash(const struct segment_block *b, const uint8_t *before, const void *packed,
		       uint8_t *hash)
{
	chain_hash(hash, before, b, offsetof(struct segment_block, hash), packed,
		   padded(b->packed_len));
}

size_t segment_pack(struct segment_block *b, const void *plain, size_t plain_len,
		    ZSTD_CCtx *zstd, const ZSTD_CDict *dict, uint8_t *chain, void *to)
{
	char *packed = (char *)to + sizeof(*b);
	size_t n;

	assert(plain_len <= SEGMENT_PLAIN_MAX);
	if (dict)
		n = ZSTD_compress_usingCDict(zstd, packed, ZSTD_compressBound(plain_len), plain,
					     plain_len, dict);
	else
		n = ZSTD_compressCCtx(zstd, packed, ZSTD_compressBound(plain_len), plain,
				      plain_len, SEGMENT_LEVEL);
	if (ZSTD_isError(n))
		return 0;
	memset(packed + n, 0, padded(n) - n);
	b->packed_len = n;
	b->plain_len = plain_len;
	block_hash(b, chain, packed, b->hash);
	memcpy(chain, b->hash, SEGMENT_HASH);
	memcpy(to, b, sizeof(*b));
	return sizeof(*b) + padded(n);
}

static size_t dict_len(size_t plain_len)
{
	return plain_len < SEGMENT_DICT_MAX ? plain_len : SEGMENT_DICT_MAX;
}

ZSTD_CDict *segment_dict(const void *plain, size_t plain_len)
{
	return ZSTD_createCDict(plain, dict_len(plain_len), SEGMENT_LEVEL);
}

static void seal_hash(const struct segment_seal *s, const uint8_t *chain, uint8_t *hash)
{
	chain_hash(hash, chain, s, offsetof(struct segment_seal, hash), NULL, 0);
}

void segment_seal_make(struct segment_seal *s, const uint8_t *chain)
{
	s->magic = SEGMENT_SEAL_MAGIC;
	seal_hash(s, chain, s->hash);
}

/*
 * Reading
 */

bool segment_is_header(const struct segment_header *h)
{
	uint8_t hash[SEGMENT_HASH];

	if (h->magic != SEGMENT_MAGIC || h->version != 1 || h->is_host > 1)
		return false;
	header_hash(h, hash);
	return !memcmp(hash, h->hash, SEGMENT_HASH) && h->number &&
	       memchr(h->stream, 0, sizeof(h->stream)) && *h->stream;
}

/* What stands at offset, before `end`, has a block's shape. */
static bool peek_block(const struct segment *s, size_t offset, size_t end,
		       struct segment_block *b)
{
	if (end - offset < sizeof(*b))
		return false;
	memcpy(b, s->bytes + offset, sizeof(*b));
	return b->magic == SEGMENT_BLOCK_MAGIC && b->plain_len <= SEGMENT_PLAIN_MAX &&
	       b->packed_len <= ZSTD_COMPRESSBOUND(SEGMENT_PLAIN_MAX) &&
	       padded(b->packed_len) <= end - offset - sizeof(*b);
}

/* All whole blocks before `end`, each with the right hash. */
static void walk(struct segment *s, size_t end)
{
	struct segment_block b;
	uint8_t hash[SEGMENT_HASH];

	s->end = sizeof(s->header);
	s->n_blocks = 0;
	memcpy(s->chain, s->header.hash, SEGMENT_HASH);
	while (peek_block(s, s->end, end, &b)) {
		block_hash(&b, s->chain, s->bytes + s->end + sizeof(b), hash);
		if (memcmp(hash, b.hash, SEGMENT_HASH))
			return;
		memcpy(s->chain, hash, SEGMENT_HASH);
		s->end += sizeof(b) + padded(b.packed_len);
		s->n_blocks++;
	}
}

/* A seal is the last thing in its file. */
bool segment_tail(const char *tail, uint64_t file_len, struct segment_seal *seal)
{
	uint64_t at = file_len - sizeof(*seal);

	memcpy(seal, tail, sizeof(*seal));
	return seal->magic == SEGMENT_SEAL_MAGIC && !seal->reserved && seal->end <= at &&
	       seal->end + seal->n_cut == at;
}

static bool find_seal(struct segment *s)
{
	if (s->len >= sizeof(s->header) + sizeof(s->seal) &&
	    segment_tail(s->bytes + s->len - sizeof(s->seal), s->len, &s->seal))
		return true;
	memset(&s->seal, 0, sizeof(s->seal));
	return false;
}

enum segment_error segment_open(struct segment *s, const void *bytes, size_t len)
{
	uint8_t hash[SEGMENT_HASH];

	assert((uintptr_t)bytes % 8 == 0);
	s->bytes = bytes;
	s->len = len;
	s->dict_len = 0;
	if (len < sizeof(s->header) || len > SEGMENT_MAX)
		return SEGMENT_SHORT;
	memcpy(&s->header, bytes, sizeof(s->header));
	if (!segment_is_header(&s->header))
		return SEGMENT_HEADER;
	if (!find_seal(s)) {
		walk(s, len);
		return SEGMENT_OK;
	}
	walk(s, s->seal.end);
	if (s->end != s->seal.end || s->n_blocks != s->seal.n_blocks)
		return SEGMENT_BLOCK_BAD;
	seal_hash(&s->seal, s->chain, hash);
	return memcmp(hash, s->seal.hash, SEGMENT_HASH) ? SEGMENT_SEAL_BAD : SEGMENT_OK;
}

bool segment_next(const struct segment *s, size_t *offset, struct segment_block *b,
		  const void **packed)
{
	if (!*offset)
		*offset = sizeof(s->header);
	if (*offset >= s->end || !peek_block(s, *offset, s->end, b))
		return false;
	*packed = s->bytes + *offset + sizeof(*b);
	*offset += sizeof(*b) + padded(b->packed_len);
	return true;
}

static bool decompress(const struct segment_block *b, const void *packed, ZSTD_DCtx *zstd,
		       const void *dict, size_t dict_bytes, void *plain)
{
	return ZSTD_decompress_usingDict(zstd, plain, b->plain_len, packed, b->packed_len, dict,
					 dict_bytes) == b->plain_len;
}

/* The first block is its own dictionary's source, and has none. */
static bool make_dict(struct segment *s, ZSTD_DCtx *zstd, void *plain)
{
	struct segment_block b;
	const void *packed;
	size_t offset = 0;

	if (s->dict_len)
		return true;
	if (!segment_next(s, &offset, &b, &packed) ||
	    !decompress(&b, packed, zstd, NULL, 0, plain))
		return false;
	s->dict_len = dict_len(b.plain_len);
	memcpy(s->dict, plain, s->dict_len);
	return true;
}

static bool are_entries(const struct segment_block *b, const char *plain)
{
	size_t left = b->plain_len;
	uint32_t n = 0;

	while (entry_next(&plain, &left))
		n++;
	return !left && n == b->n_entries;
}

enum segment_error segment_unpack(struct segment *s, const struct segment_block *b,
				  const void *packed, ZSTD_DCtx *zstd, void *plain)
{
	bool is_first = packed == s->bytes + sizeof(s->header) + sizeof(*b);

	if (!make_dict(s, zstd, plain))
		return SEGMENT_ENTRIES;
	if (!is_first && !decompress(b, packed, zstd, s->dict, s->dict_len, plain))
		return SEGMENT_ENTRIES;
	if (is_first && !decompress(b, packed, zstd, NULL, 0, plain))
		return SEGMENT_ENTRIES;
	return are_entries(b, plain) ? SEGMENT_OK : SEGMENT_ENTRIES;
}

const char *segment_error_text(enum segment_error error)
{
	static const char * const texts[] = {
		[SEGMENT_OK] = "whole",
		[SEGMENT_SHORT] = "too short or too long to be a segment",
		[SEGMENT_HEADER] = "its header is not what was written",
		[SEGMENT_BLOCK_BAD] = "its blocks are not what was written",
		[SEGMENT_SEAL_BAD] = "its seal is not what was written",
		[SEGMENT_ENTRIES] = "a block holds what is no entry",
	};

	return texts[error];
}
