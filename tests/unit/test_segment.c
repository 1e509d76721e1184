// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of a segment's bytes: what was packed comes out, and nothing else
 */
#include "cmocka_all.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "lib/msg_engine.h"
#include "lib/segment.h"

#define BLOCKS	3
#define ENTRIES	5

static _Alignas(8) char file[1 << 16];
static size_t file_len;
static size_t block_end[BLOCKS + 1];	/* where each ends; the header first */
static char *plain;
static ZSTD_CCtx *packer;
static ZSTD_DCtx *unpacker;
static struct segment seg;

static size_t entries(char *to, uint64_t first)
{
	size_t len = 0;

	for (uint64_t i = 0; i < ENTRIES; i++) {
		const struct entry e = {
			.len = entry_len(sizeof(struct msg_vitals)), .kind = ENTRY_FACT,
			.domid = 7, .number = first + i, .now_ns = 1000 * (first + i),
		};
		const struct msg_vitals m = {
			.msg = { MSG_VITALS, sizeof(m) }, .domid = 7, .silent_cpu_ns = i,
		};

		memcpy(to + len, &e, sizeof(e));
		memcpy(to + len + sizeof(e), &m, sizeof(m));
		len += e.len;
	}
	return len;
}

static void add_block(uint64_t first, ZSTD_CDict **dict, uint8_t *chain)
{
	size_t len = entries(plain, first), left = len;
	struct segment_block b;
	const struct entry *e;
	const char *at = plain;

	segment_note_begin(&b);
	while ((e = entry_next(&at, &left)))
		segment_note(&b, e);
	assert_int_equal(b.n_entries, ENTRIES);
	file_len += segment_pack(&b, plain, len, packer, *dict, chain, file + file_len);
	if (!*dict)
		*dict = segment_dict(plain, len);
}

static int set_up(void **state)
{
	struct segment_header h = { .number = 9, .first_kept = 2, .run = 3, .stream = "web" };
	uint8_t chain[SEGMENT_HASH];
	ZSTD_CDict *dict = NULL;
	struct segment_seal seal = { .n_blocks = BLOCKS };

	(void)state;
	plain = malloc(SEGMENT_PLAIN_MAX);
	packer = ZSTD_createCCtx();
	unpacker = ZSTD_createDCtx();
	assert_true(plain && packer && unpacker && sodium_init() >= 0);
	segment_header_seal(&h);
	memcpy(chain, h.hash, sizeof(chain));
	memcpy(file, &h, sizeof(h));
	file_len = block_end[0] = sizeof(h);
	for (int i = 0; i < BLOCKS; i++) {
		add_block(1 + i * ENTRIES, &dict, chain);
		block_end[i + 1] = file_len;
	}
	seal.end = file_len;
	segment_seal_make(&seal, chain);
	memcpy(file + file_len, &seal, sizeof(seal));
	file_len += sizeof(seal);
	ZSTD_freeCDict(dict);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(plain);
	ZSTD_freeCCtx(packer);
	ZSTD_freeDCtx(unpacker);
	return 0;
}

/* How many blocks it has, all of which can be unpacked to what they were made of. */
static unsigned int good_blocks(void)
{
	static char should[4096];
	struct segment_block b;
	const void *packed;
	size_t offset = 0;
	unsigned int n = 0;

	for (; segment_next(&seg, &offset, &b, &packed); n++) {
		size_t len = entries(should, 1 + n * ENTRIES);

		assert_int_equal(segment_unpack(&seg, &b, packed, unpacker, plain), SEGMENT_OK);
		assert_int_equal(b.plain_len, len);
		assert_memory_equal(plain, should, len);
		assert_int_equal(b.first, 1 + n * ENTRIES);
		assert_int_equal(b.last, (n + 1) * ENTRIES);
		assert_int_equal(b.first_ns, 1000 * b.first);
		assert_int_equal(b.last_ns, 1000 * b.last);
		assert_int_equal(b.types[0] | b.types[1], 0);
		assert_int_equal(b.types[2], 1ULL << MSG_VITALS);
	}
	return n;
}

static void there_and_back(void **state)
{
	(void)state;
	assert_int_equal(segment_open(&seg, file, file_len), SEGMENT_OK);
	assert_int_equal(seg.seal.magic, SEGMENT_SEAL_MAGIC);
	assert_int_equal(good_blocks(), BLOCKS);
	assert_string_equal(seg.header.stream, "web");
	/* A block alone, out of order: only the first is needed before */
	assert_int_equal(segment_open(&seg, file, file_len), SEGMENT_OK);
	{
		const void *packed = file + block_end[2] + sizeof(struct segment_block);
		struct segment_block b;

		memcpy(&b, file + block_end[2], sizeof(b));
		assert_int_equal(segment_unpack(&seg, &b, packed, unpacker, plain), SEGMENT_OK);
	}
}

/* As a power cut leaves it: all whole blocks, and no more */
static void cut_anywhere(void **state)
{
	(void)state;
	for (size_t len = 0; len < file_len; len++) {
		enum segment_error error = segment_open(&seg, file, len);
		unsigned int n = 0;

		if (len < sizeof(struct segment_header)) {
			assert_int_equal(error, SEGMENT_SHORT);
			continue;
		}
		assert_int_equal(error, SEGMENT_OK);
		assert_int_equal(seg.seal.magic, 0);
		while (n < BLOCKS && block_end[n + 1] <= len)
			n++;
		assert_int_equal(good_blocks(), n);
		assert_int_equal(seg.end, block_end[n]);
	}
}

/* Every bit of everything: an error, or a segment without a seal that has fewer blocks. */
static void changed_anywhere(void **state)
{
	const size_t signed_at = file_len - sizeof(struct segment_seal) +
				 offsetof(struct segment_seal, sealed_ns);

	(void)state;
	for (size_t bit = 0; bit < 8 * file_len; bit++) {
		enum segment_error error;

		file[bit / 8] ^= 1 << bit % 8;
		error = segment_open(&seg, file, file_len);
		if (bit / 8 >= signed_at)
			/* What is signed is the caller's to check. */
			assert_int_equal(error, SEGMENT_OK);
		else if (!error)
			assert_int_equal(seg.seal.magic, 0);
		if (!error)
			good_blocks();
		file[bit / 8] ^= 1 << bit % 8;
	}
	assert_int_equal(segment_open(&seg, file, file_len), SEGMENT_OK);
}

/* A block that has the right hash, because who made it can count, but no entries */
static void hashes_of_nonsense(void **state)
{
	struct segment_header h = { .number = 1, .stream = "web" };
	uint8_t chain[SEGMENT_HASH];
	struct segment_block b;
	const void *packed;
	size_t offset = 0;

	(void)state;
	segment_header_seal(&h);
	memcpy(chain, h.hash, sizeof(chain));
	memcpy(file, &h, sizeof(h));
	file_len = sizeof(h);
	segment_note_begin(&b);
	b.n_entries = 1;
	memset(plain, 0xff, 100);
	file_len += segment_pack(&b, plain, 100, packer, NULL, chain, file + file_len);
	assert_int_equal(segment_open(&seg, file, file_len), SEGMENT_OK);
	assert_true(segment_next(&seg, &offset, &b, &packed));
	assert_int_equal(segment_unpack(&seg, &b, packed, unpacker, plain), SEGMENT_ENTRIES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(there_and_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cut_anywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(changed_anywhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hashes_of_nonsense, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
