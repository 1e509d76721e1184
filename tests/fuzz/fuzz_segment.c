// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - fuzzer: a segment of the journal that somebody has made
 *
 * The first byte says how much of the input is made good before it is read: with
 * bit 0 the header's hash, with bit 1 the hashes of its blocks, with bit 2 the
 * rest is the plain data of a block that is packed here, so that the entries get
 * their share. Whatever it is, what is read as good is held against what entries
 * promise.
 */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SIZE_MAX_HERE	(1 << 18)

static char *file, *plain;
static ZSTD_CCtx *packer;
static ZSTD_DCtx *unpacker;

static void begin(void)
{
	if (file)
		return;
	assert(sodium_init() >= 0);
	file = aligned_alloc(8, SIZE_MAX_HERE);
	plain = malloc(SEGMENT_PLAIN_MAX);
	packer = ZSTD_createCCtx();
	unpacker = ZSTD_createDCtx();
	assert(file && plain && packer && unpacker);
}

static void look_at(const struct entry *e)
{
	const struct msg *m = entry_body(e);

	assert(e->kind && e->kind < ENTRY_KINDS);
	entry_event(e);
	entry_time(e);
	if (e->kind == ENTRY_FACT || e->kind == ENTRY_OUT)
		assert(m->len + sizeof(*e) <= e->len);
}

static void read_all(size_t len)
{
	static struct segment seg;
	struct segment_block b;
	const void *packed;
	size_t offset = 0;

	if (segment_open(&seg, file, len))
		return;
	assert(seg.end <= len);
	while (segment_next(&seg, &offset, &b, &packed)) {
		const char *at = plain;
		size_t left = b.plain_len;
		const struct entry *e;

		if (segment_unpack(&seg, &b, packed, unpacker, plain))
			continue;
		while ((e = entry_next(&at, &left)))
			look_at(e);
		assert(!left);
	}
}

/* Those that fit, one after the other, as far as their lengths go */
static void mend_blocks(size_t len)
{
	struct segment_header *h = (void *)file;
	size_t at = sizeof(*h);
	uint8_t chain[SEGMENT_HASH];

	memcpy(chain, h->hash, sizeof(chain));
	while (len - at >= sizeof(struct segment_block)) {
		struct segment_block *b = (void *)(file + at);
		crypto_generichash_state st;
		size_t body;

		b->magic = SEGMENT_BLOCK_MAGIC;
		b->packed_len %= 4096;
		b->plain_len %= SEGMENT_PLAIN_MAX + 1;
		body = (b->packed_len + 7) & ~7u;
		if (body > len - at - sizeof(*b))
			return;
		crypto_generichash_init(&st, NULL, 0, SEGMENT_HASH);
		crypto_generichash_update(&st, chain, SEGMENT_HASH);
		crypto_generichash_update(&st, (void *)b, offsetof(struct segment_block, hash));
		crypto_generichash_update(&st, (void *)(b + 1), body);
		crypto_generichash_final(&st, b->hash, SEGMENT_HASH);
		memcpy(chain, b->hash, SEGMENT_HASH);
		at += sizeof(*b) + body;
	}
}

static size_t pack(const uint8_t *data, size_t size)
{
	struct segment_header *h = (void *)file;
	uint8_t chain[SEGMENT_HASH];
	struct segment_block b;

	memset(h, 0, sizeof(*h));
	h->number = 1;
	strcpy(h->stream, "fuzz");
	segment_header_seal(h);
	memcpy(chain, h->hash, sizeof(chain));
	segment_note_begin(&b);
	b.n_entries = size ? data[0] % 4 : 0;
	return sizeof(*h) + segment_pack(&b, data, size, packer, NULL, chain, file + sizeof(*h));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t plan = size ? data[0] : 0;

	begin();
	if (!size || size > SIZE_MAX_HERE / 4)
		return 0;
	data++;
	size--;
	if (plan & 4) {
		read_all(pack(data, size));
		return 0;
	}
	memcpy(file, data, size);
	if (plan & 1 && size >= sizeof(struct segment_header)) {
		struct segment_header *h = (void *)file;

		h->is_host &= 1;
		h->number |= 1;
		h->stream[0] |= 1;
		h->stream[sizeof(h->stream) - 1] = 0;
		segment_header_seal(h);
		if (plan & 2)
			mend_blocks(size);
	}
	read_all(size);
	return 0;
}
