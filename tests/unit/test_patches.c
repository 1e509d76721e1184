// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what Linux may write where it patches itself
 *
 * A kernel of three sections, made by hand. What is expected was worked out from
 * Linux 6.12's apply_alternatives() and its like, byte by byte.
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/patches.h"

#define TEXT	0xffffffff81000000ULL
#define ALT	0xffffffff82000000ULL
#define REPL	0xffffffff82001000ULL
#define TABLE	0xffffffff82002000ULL

static uint8_t text[4096], alt[256], repl[256], table[256];
static struct image_section sections[] = {
	{ ".text", TEXT, sizeof(text), text, true },
	{ ".altinstructions", ALT, sizeof(alt), alt, true },
	{ ".altinstr_replacement", REPL, sizeof(repl), repl, true },
	{ ".table", TABLE, sizeof(table), table, true },
};
static struct image_symbol symbol[16];
static const struct image_symbol *by_name[16];
static struct image image = { .path = "test", .section = sections,
			      .n_sections = ARRAY_SIZE(sections), .symbol = symbol,
			      .by_name = by_name };
static struct regions regions;
static struct sites sites;
static const struct patches patches = { &image, &regions, &sites };
static unsigned int n_alt;

static int set_up(void **state)
{
	(void)state;
	memset(text, 0xcc, sizeof(text));
	memset(alt, 0, sizeof(alt));
	memset(repl, 0xcc, sizeof(repl));
	memset(table, 0, sizeof(table));
	image.n_symbols = 0;
	n_alt = 0;
	memset(&sites, 0, sizeof(sites));
	regions.n = 1;
	regions.list[0] = (struct region){ TEXT, sizeof(text), text, REGION_TEXT };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < sites.n; i++)
		free(sites.list[i].variant);
	free(sites.list);
	return 0;
}

/* In the order of their names */
static void add_symbol(const char *name, uint64_t address)
{
	symbol[image.n_symbols] = (struct image_symbol){ .name = name, .address = address };
	by_name[image.n_symbols] = &symbol[image.n_symbols];
	image.n_symbols++;
}

static void put_s32(uint8_t *at, int64_t value)
{
	int32_t v = value;

	memcpy(at, &v, sizeof(v));
}

/* struct alt_instr */
static void add_alt(uint64_t instr, unsigned int len, uint64_t replacement, unsigned int repl_len,
		    uint16_t flags)
{
	uint64_t at = ALT + n_alt * 14;
	uint8_t *a = alt + n_alt++ * 14;

	put_s32(a, instr - at);
	put_s32(a + 4, replacement - (at + 4));
	memcpy(a + 10, &flags, sizeof(flags));
	a[12] = len;
	a[13] = repl_len;
}

static void apply(void)
{
	patches_alternatives(&patches, &image, ALT, n_alt * 14, 0);
	sites_finish(&sites, &image);
}

static void assert_variant(const struct site *s, enum profile_variant kind, const void *bytes,
			   size_t len)
{
	for (size_t i = 0; i < s->n_variants; i++)
		if (s->variant[i].kind == kind && s->variant[i].len == len &&
		    !memcmp(s->variant[i].bytes, bytes, len))
			return;
	for (size_t i = 0; i < s->n_variants; i++) {
		printf("# %d:", s->variant[i].kind);
		for (size_t k = 0; k < s->variant[i].len; k++)
			printf(" %02x", s->variant[i].bytes[k]);
		printf("\n");
	}
	fail_msg("that variant is not there");
}

/* A shorter replacement is padded, and runs of no-operations become one. */
static void padded(void **state)
{
	(void)state;
	memset(text, 0x90, 8);
	memcpy(repl, "\x0f\x01\xca", 3);	/* clac */
	add_alt(TEXT, 8, REPL, 3, 0);
	apply();
	assert_int_equal(sites.n, 1);
	assert_int_equal(sites.list[0].len, 8);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x0f\x1f\x84\0\0\0\0\0", 8);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x0f\x01\xca\x0f\x1f\x44\0\0", 8);
	assert_int_equal(sites.list[0].n_variants, 2);
}

/* More than 11 of them are jumped over. */
static void many_nops(void **state)
{
	uint8_t expected[20];

	(void)state;
	memset(text, 0x90, 20);
	add_alt(TEXT, 20, REPL, 0, 0);
	apply();
	memset(expected, 0xcc, sizeof(expected));
	expected[0] = 0xeb;
	expected[1] = 18;
	assert_variant(&sites.list[0], VARIANT_BYTES, expected, 20);
}

/* A call that leads out of the replacement leads there from where it is put, too. */
static void moved_call(void **state)
{
	uint8_t expected[5] = { 0xe8 };

	(void)state;
	memcpy(text + 0x100, "\xe8\1\2\3\4", 5);
	repl[0] = 0xe8;
	put_s32(repl + 1, TEXT + 0x800 - (REPL + 5));
	put_s32(expected + 1, TEXT + 0x800 - (TEXT + 0x105));
	add_alt(TEXT + 0x100, 5, REPL, 5, 0);
	apply();
	assert_variant(&sites.list[0], VARIANT_BYTES, expected, 5);
	/* and as it was */
	assert_variant(&sites.list[0], VARIANT_BYTES, "\xe8\1\2\3\4", 5);
}

/* A jump that has become short is made short. */
static void short_jump(void **state)
{
	(void)state;
	memset(text + 0x100, 0x90, 5);
	repl[0] = 0xe9;
	put_s32(repl + 1, TEXT + 0x120 - (REPL + 5));
	add_alt(TEXT + 0x100, 5, REPL, 5, 0);
	apply();
	assert_variant(&sites.list[0], VARIANT_BYTES, "\xeb\x1e\xcc\xcc\xcc", 5);
}

/* One that stays in the replacement stays as it is; an address relative to it is moved. */
static void inner_jump(void **state)
{
	/* jne +7; mov disp(%rip),%rax */
	uint8_t expected[9] = { 0x75, 0x07, 0x48, 0x8b, 0x05 };

	(void)state;
	memset(text, 0x90, 9);
	memcpy(repl, expected, 5);
	put_s32(repl + 5, TEXT + 0x900 - (REPL + 9));
	put_s32(expected + 5, TEXT + 0x900 - (TEXT + 9));
	add_alt(TEXT, 9, REPL, 9, 0);
	apply();
	assert_variant(&sites.list[0], VARIANT_BYTES, expected, 9);
}

/* Two for one place: the longer counts for both. */
static void two_for_one(void **state)
{
	(void)state;
	memset(text, 0x90, 6);
	memcpy(repl, "\x0f\xae\xe8", 3);	/* lfence */
	memcpy(repl + 16, "\x0f\x01\xcb", 3);	/* stac */
	add_alt(TEXT, 3, REPL, 3, 0);
	add_alt(TEXT, 6, REPL + 16, 3, 0);
	apply();
	assert_int_equal(sites.n, 1);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x66\x0f\x1f\x44\0\0", 6);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x0f\xae\xe8\x0f\x1f\x00", 6);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x0f\x01\xcb\x0f\x1f\x00", 6);
}

/* call *pv_ops(%rip) becomes a call to what is there, or nothing. */
static void direct_call(void **state)
{
	(void)state;
	memcpy(text, "\xff\x15\1\2\3\4", 6);
	memcpy(repl, "\xe8\0\0\0\0", 5);
	add_alt(TEXT, 6, REPL, 5, 2);
	apply();
	assert_variant(&sites.list[0], VARIANT_BRANCH, "\xe8\0\0\0\0\x90", 6);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x66\x0f\x1f\x44\0\0", 6);
}

static void put_relative(unsigned int i, uint64_t address)
{
	put_s32(table + i * 4, address - (TABLE + i * 4));
}

static void locks_and_returns(void **state)
{
	(void)state;
	add_symbol("__return_sites", TABLE + 16);
	add_symbol("__return_sites_end", TABLE + 20);
	add_symbol("__smp_locks", TABLE);
	add_symbol("__smp_locks_end", TABLE + 4);
	put_relative(0, TEXT + 0x10);
	put_relative(4, TEXT + 0x20);
	patches_all(&patches);
	sites_finish(&sites, &image);
	assert_int_equal(sites.n, 2);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x3e", 1);
	assert_variant(&sites.list[1], VARIANT_BYTES, "\xc3\xcc\xcc\xcc\xcc", 5);
}

static void jump_label(void **state)
{
	(void)state;
	add_symbol("__start___jump_table", TABLE);
	add_symbol("__stop___jump_table", TABLE + 32);
	/* a short one, and a long one */
	memcpy(text + 0x40, "\x66\x90", 2);
	put_s32(table, TEXT + 0x40 - TABLE);
	put_s32(table + 4, TEXT + 0x50 - (TABLE + 4));
	memcpy(text + 0x60, "\x0f\x1f\x44\0\0", 5);
	put_s32(table + 16, TEXT + 0x60 - (TABLE + 16));
	put_s32(table + 20, TEXT + 0x265 - (TABLE + 20));
	patches_all(&patches);
	sites_finish(&sites, &image);
	assert_int_equal(sites.n, 2);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\xeb\x0e", 2);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x66\x90", 2);
	assert_variant(&sites.list[1], VARIANT_BYTES, "\xe9\0\2\0\0", 5);
	assert_variant(&sites.list[1], VARIANT_BYTES, "\x0f\x1f\x44\0\0", 5);
}

/* A lock prefix in what an alternative replaces: both, and either alone. */
static void overlap(void **state)
{
	(void)state;
	memcpy(text, "\x90\xf0\x0f\xc1\x07", 5);
	memcpy(repl, "\x0f\xae\xe8", 3);
	add_alt(TEXT, 5, REPL, 3, 0);
	patches_alternatives(&patches, &image, ALT, 14, 0);
	sites_add(&sites, SITE_LOCK, TEXT + 1, 1, VARIANT_BYTES, (const uint8_t *)"\x3e", 1);
	sites_finish(&sites, &image);
	assert_int_equal(sites.n, 1);
	assert_int_equal(sites.list[0].kind, SITE_SEVERAL);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x0f\xae\xe8\x66\x90", 5);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x90\x3e\x0f\xc1\x07", 5);
	assert_variant(&sites.list[0], VARIANT_BYTES, "\x90\xf0\x0f\xc1\x07", 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(padded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_nops, set_up, tear_down),
		cmocka_unit_test_setup_teardown(moved_call, set_up, tear_down),
		cmocka_unit_test_setup_teardown(short_jump, set_up, tear_down),
		cmocka_unit_test_setup_teardown(inner_jump, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_for_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(direct_call, set_up, tear_down),
		cmocka_unit_test_setup_teardown(locks_and_returns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(jump_label, set_up, tear_down),
		cmocka_unit_test_setup_teardown(overlap, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
