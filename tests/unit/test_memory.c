// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of reading a guest's memory
 */
#include "cmocka_all.h"

#include "mock_guest.h"

#define A	0xffff888000001000ULL
#define LARGE	0xffffffff81000000ULL

static struct mock_guest guest;
static struct memory memory;

static int set_up(void **state)
{
	(void)state;
	mock_start(&guest);
	memory = (struct memory){ .page = mock_page, .arg = &guest, .root = guest.root,
				  .budget = 1000 };
	return 0;
}

static void reads_over_an_edge(void **state)
{
	uint8_t bytes[16], out[16];

	(void)state;
	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = i + 1;
	mock_map(&guest, A, MEMORY_WRITABLE);
	mock_map(&guest, A + 4096, MEMORY_WRITABLE);
	mock_put(&guest, A + 4090, bytes, sizeof(bytes));
	assert_true(memory_read(&memory, A + 4090, out, sizeof(out)));
	assert_memory_equal(bytes, out, sizeof(out));
	assert_false(memory_read(&memory, A + 8190, out, sizeof(out)));
}

static void refuses(void **state)
{
	uint64_t value;

	(void)state;
	assert_false(memory_u64(&memory, A, &value));
	assert_false(memory_u64(&memory, 0x0000800000000000ULL, &value));
	assert_false(memory_u64(&memory, 0xffff7fffffffffffULL, &value));
	/* a frame that is not the guest's */
	mock_map(&guest, A, 0);
	*mock_entry(&guest, A, 0) = 0xfffffULL << 12 | MEMORY_PRESENT;
	assert_false(memory_u64(&memory, A, &value));
}

static void large_pages(void **state)
{
	struct mapping to;

	(void)state;
	/* PAT, which is among the bits of its address, is none */
	*mock_entry(&guest, LARGE, 1) = 0x40000000ULL | MEMORY_LARGE | MEMORY_PRESENT |
					MEMORY_NX | 1ULL << 12;
	assert_true(memory_translate(&memory, LARGE + 0x12345, &to));
	assert_int_equal(to.frame, 0x40000 + 0x12);
	assert_int_equal(to.size, 2 << 20);
	assert_true(to.flags & MEMORY_NX);
	assert_false(to.flags & MEMORY_WRITABLE);
}

static uint64_t n_asked;

static const uint8_t *counted_page(void *arg, uint64_t frame)
{
	n_asked++;
	return mock_page(arg, frame);
}

/* What was read last is not asked for again, until it may be another page's. */
static void asks_once(void **state)
{
	uint64_t value;

	(void)state;
	mock_map(&guest, A, 0);
	memory.page = counted_page;
	n_asked = 0;
	assert_true(memory_u64(&memory, A, &value));
	assert_int_equal(n_asked, 5);
	assert_true(memory_u64(&memory, A + 8, &value));
	assert_int_equal(n_asked, 5);
	*mock_entry(&guest, A, 0) = mock_frame(&guest) << 12 | MEMORY_PRESENT;
	mock_put(&guest, A, "12345678", 8);
	memory_forget(&memory);
	assert_true(memory_u64(&memory, A, &value));
	assert_memory_equal(&value, "12345678", 8);
	assert_int_equal(n_asked, 10);
}

static void budget_ends_it(void **state)
{
	uint64_t value;

	(void)state;
	mock_map(&guest, A, 0);
	memory.budget = 5;
	assert_true(memory_u64(&memory, A, &value));
	assert_int_equal(memory.budget, 0);
	assert_false(memory_u64(&memory, A, &value));
}

static void texts(void **state)
{
	char out[8];

	(void)state;
	mock_map(&guest, A, 0);
	mock_put(&guest, A, "a\x1b\xff" "b", 5);
	assert_true(memory_text(&memory, A, out, sizeof(out)));
	assert_string_equal(out, "a??b");
	mock_put(&guest, A, "0123456789", 10);
	assert_true(memory_text(&memory, A, out, sizeof(out)));
	assert_string_equal(out, "0123456");
	/* ends at the end of what is mapped, with and without its NUL */
	mock_put(&guest, A + 4093, "ab", 3);
	assert_true(memory_text(&memory, A + 4093, out, sizeof(out)));
	assert_string_equal(out, "ab");
	mock_put(&guest, A + 4093, "abc", 3);
	assert_false(memory_text(&memory, A + 4093, out, sizeof(out)));
}

struct ranges {
	struct memory_range list[8];
	unsigned int n;
};

static bool take(void *arg, const struct memory_range *r)
{
	struct ranges *ranges = arg;

	ranges->list[ranges->n++] = *r;
	return ranges->n < 8;
}

static bool walk(uint64_t first, uint64_t mask, uint64_t flags, struct ranges *r)
{
	const struct memory_visitor v = { mask, flags, take, NULL, r };
	bool whole = memory_walk(&memory, &first, ~0ULL, &v);

	assert_int_equal(first, 0);
	return whole;
}

static void walks(void **state)
{
	struct ranges r = { 0 };

	(void)state;
	mock_map(&guest, 0x400000, MEMORY_WRITABLE);
	mock_map(&guest, A, MEMORY_WRITABLE | MEMORY_NX);
	mock_map(&guest, A + 4096, MEMORY_WRITABLE | MEMORY_NX);
	mock_map(&guest, A + 8192, 0);
	/* the same frame again: it is no neighbour of itself */
	mock_map(&guest, A + 12288, 0);
	*mock_entry(&guest, A + 12288, 0) = *mock_entry(&guest, A + 8192, 0);
	assert_true(walk(0xffff800000000000ULL, 0, 0, &r));
	assert_int_equal(r.n, 3);
	assert_int_equal(r.list[0].start, A);
	assert_int_equal(r.list[0].end, A + 8192);
	assert_int_equal(r.list[0].flags, MEMORY_WRITABLE | MEMORY_NX);
	assert_int_equal(r.list[1].start, A + 8192);
	assert_int_equal(r.list[1].end, A + 12288);
	assert_int_equal(r.list[2].frame, r.list[1].frame);
	r.n = 0;
	assert_true(walk(0xffff800000000000ULL, MEMORY_NX, 0, &r));
	assert_int_equal(r.n, 2);
	assert_int_equal(r.list[0].start, A + 8192);
	memory.budget = 3;
	assert_false(walk(0, 0, 0, &r));
}

static bool no_more(void *arg, uint64_t address)
{
	(void)arg;
	(void)address;
	return false;
}

/* A table of 2 MiB at a time, each range told once, nothing left out */
static void walks_on(void **state)
{
	struct ranges r = { 0 };
	const struct memory_visitor v = { 0, 0, take, no_more, &r };
	uint64_t first = 1;

	(void)state;
	mock_map(&guest, A, 0);
	mock_map(&guest, A + (2 << 20), 0);
	mock_map(&guest, A + (6 << 20), 0);
	assert_true(memory_walk(&memory, &first, ~0ULL, &v));
	assert_int_equal(first, A - 4096);
	assert_int_equal(r.n, 0);
	assert_true(memory_walk(&memory, &first, ~0ULL, &v));
	assert_int_equal(first, A - 4096 + (2 << 20));
	assert_int_equal(r.n, 1);
	assert_true(memory_walk(&memory, &first, ~0ULL, &v));
	assert_int_equal(first, A - 4096 + (6 << 20));
	assert_int_equal(r.n, 2);
	assert_true(memory_walk(&memory, &first, ~0ULL, &v));
	assert_int_equal(first, 0);
	assert_int_equal(r.n, 3);
}

/* It is as it was until somebody says that it may not be. */
static void remembers(void **state)
{
	struct mapping to;
	uint64_t frame;

	(void)state;
	mock_map(&guest, A, 0);
	assert_true(memory_translate(&memory, A, &to));
	frame = to.frame;
	*mock_entry(&guest, A, 0) = 0;
	memory.budget = 0;
	assert_true(memory_translate(&memory, A + 8, &to));
	assert_int_equal(to.frame, frame);
	memory.budget = 100;
	memory_forget(&memory);
	assert_false(memory_translate(&memory, A, &to));
}

/* Page tables that lead to themselves: the budget ends it. */
static void walks_in_circles(void **state)
{
	struct ranges r = { 0 };
	uint64_t *top = (uint64_t *)guest.frame[0];

	(void)state;
	for (unsigned int i = 0; i < MEMORY_ENTRIES; i++)
		top[i] = guest.root << 12 | MEMORY_PRESENT;
	memory.budget = 10000;
	assert_false(walk(0, 0, 0, &r) && r.n < 8);
}

struct entries {
	uint64_t index[8];
	unsigned int n;
};

static bool take_entry(void *arg, uint64_t index, uint64_t entry)
{
	struct entries *e = arg;

	assert_int_equal(entry, 0xffff888000009000ULL);
	e->index[e->n++] = index;
	return e->n < 8;
}

static void xarrays(void **state)
{
	const struct memory_xarray layout = { .xa_head = 8, .shift = 0, .slots = 40 };
	const uint64_t head = A, top = A + 1024, low = A + 2048;
	struct entries e = { 0 };

	(void)state;
	mock_map(&guest, A, 0);
	assert_true(memory_xarray(&memory, &layout, head, take_entry, &e));
	assert_int_equal(e.n, 0);
	/* one entry alone */
	mock_u64(&guest, head + 8, 0xffff888000009000ULL);
	assert_true(memory_xarray(&memory, &layout, head, take_entry, &e));
	assert_int_equal(e.n, 1);
	/* two levels */
	mock_u64(&guest, head + 8, top + 2);
	*mock_at(&guest, top) = 6;
	mock_u64(&guest, top + 40 + 8 * 3, low + 2);
	mock_u64(&guest, low + 40 + 8 * 5, 0xffff888000009000ULL);
	e.n = 0;
	assert_true(memory_xarray(&memory, &layout, head, take_entry, &e));
	assert_int_equal(e.n, 1);
	assert_int_equal(e.index[0], 3 * 64 + 5);
	/* a node that is its own child */
	mock_u64(&guest, top + 40, top + 2);
	assert_false(memory_xarray(&memory, &layout, head, take_entry, &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(reads_over_an_edge, set_up),
		cmocka_unit_test_setup(refuses, set_up),
		cmocka_unit_test_setup(large_pages, set_up),
		cmocka_unit_test_setup(asks_once, set_up),
		cmocka_unit_test_setup(budget_ends_it, set_up),
		cmocka_unit_test_setup(texts, set_up),
		cmocka_unit_test_setup(walks, set_up),
		cmocka_unit_test_setup(walks_on, set_up),
		cmocka_unit_test_setup(remembers, set_up),
		cmocka_unit_test_setup(walks_in_circles, set_up),
		cmocka_unit_test_setup(xarrays, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
