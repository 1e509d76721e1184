// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of knowing pages again
 */
#include "cmocka_all.h"

#include <string.h>

#include "vmi/pages.h"

static struct pages pages;
static uint8_t page[MEMORY_PAGE];

static int set_up(void **state)
{
	(void)state;
	memset(page, 0, sizeof(page));
	pages_init(&pages, 7);
	return 0;
}

static void known_again(void **state)
{
	(void)state;
	assert_false(pages_is_known(&pages, 3, page));
	pages_know(&pages, 3, page);
	assert_true(pages_is_known(&pages, 3, page));
	assert_false(pages_is_known(&pages, 4, page));
	pages_forget(&pages);
	assert_false(pages_is_known(&pages, 3, page));
}

/* Any byte counts, also in a page of zeros, and where it is. */
static void each_byte(void **state)
{
	(void)state;
	pages_know(&pages, 0, page);
	for (size_t i = 0; i < sizeof(page); i++) {
		page[i] = 1 << i % 8;
		assert_false(pages_is_known(&pages, 0, page));
		page[i] = 0;
	}
	page[8] = 1;
	pages_know(&pages, 0, page);
	page[8] = 0;
	page[16] = 1;
	assert_false(pages_is_known(&pages, 0, page));
}

static void too_many(void **state)
{
	(void)state;
	pages_know(&pages, LOOK_PAGES_MAX, page);
	assert_false(pages_is_known(&pages, LOOK_PAGES_MAX, page));
}

/* What is no whole word counts, too; what is behind the end does not. */
static void any_bytes(void **state)
{
	uint64_t before;

	(void)state;
	before = pages_hash(&pages, page, 13);
	page[12] = 1;
	assert_int_not_equal(pages_hash(&pages, page, 13), before);
	page[12] = 0;
	page[13] = 1;
	assert_int_equal(pages_hash(&pages, page, 13), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(known_again, set_up),
		cmocka_unit_test_setup(each_byte, set_up),
		cmocka_unit_test_setup(too_many, set_up),
		cmocka_unit_test_setup(any_bytes, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
