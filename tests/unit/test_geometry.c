// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what a guest says of its pages
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "reader/geometry.h"

static struct starlsm_status good(void)
{
	return (struct starlsm_status){
		.magic = STARLSM_MAGIC,
		.major = STARLSM_VERSION_MAJOR,
		.minor = 3,
		.n_rings = 4,
		.ring_pages = 64,
		.control_ref = 9,
		.directory_ref = 10,
		.epoch = 2,
		.pong = 77,
		.policy_ref = 11,
		.answers_ref = 12,
	};
}

static void honest_status_is_taken(void **state)
{
	struct starlsm_status s = good();
	struct geometry g;

	(void)state;
	assert_int_equal(geometry_read(&s, &g), STARLSM_ERR_OK);
	assert_int_equal(g.n_rings, 4);
	assert_int_equal(g.ring_pages, 64);
	assert_int_equal(g.control_ref, 9);
	assert_int_equal(g.directory_ref, 10);
	assert_int_equal(g.epoch, 2);
	assert_int_equal(g.minor, 3);
	assert_int_equal(g.pong, 77);
	assert_int_equal(g.policy_ref, 11);
	assert_int_equal(g.answers_ref, 12);
}

static void magic_and_version(void **state)
{
	struct starlsm_status s = good();
	struct geometry g;

	(void)state;
	s.magic++;
	assert_int_equal(geometry_read(&s, &g), STARLSM_ERR_MAGIC);
	assert_int_equal(g.found, STARLSM_MAGIC + 1);
	s = good();
	s.major = STARLSM_VERSION_MAJOR - 1;
	assert_int_equal(geometry_read(&s, &g), STARLSM_ERR_VERSION);
	assert_int_equal(g.found, STARLSM_VERSION_MAJOR - 1);
	s.major = 0;
	assert_int_equal(geometry_read(&s, &g), STARLSM_ERR_VERSION);
}

static void number_and_size_of_rings(void **state)
{
	static const uint32_t rings[] = { 0, 64, 65536, UINT32_MAX };
	static const uint32_t pages[] = { 0, 1, 2, 3, 5, 63, 512, 1U << 31, UINT32_MAX };
	struct starlsm_status s;
	struct geometry g;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rings) / sizeof(rings[0]); i++) {
		s = good();
		s.n_rings = rings[i];
		assert_int_equal(geometry_read(&s, &g), STARLSM_ERR_GEOMETRY);
		assert_int_equal(g.found, rings[i]);
	}
	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		s = good();
		s.ring_pages = pages[i];
		assert_int_equal(geometry_read(&s, &g), STARLSM_ERR_GEOMETRY);
		assert_int_equal(g.found, pages[i]);
	}
	s = good();
	s.n_rings = STARLSM_RINGS_MAX;
	s.ring_pages = STARLSM_RING_PAGES_MAX;
	assert_int_equal(geometry_read(&s, &g), STARLSM_ERR_OK);
}

static struct starlsm_directory_page page;

static void fill(uint32_t first, uint32_t next)
{
	uint32_t i;

	for (i = 0; i < STARLSM_DIRECTORY_REFS; i++)
		page.ref[i] = first + i;
	page.next_ref = next;
}

static void directory_of_one_page(void **state)
{
	uint32_t ref[16] = { 0 }, next = 1;
	size_t n = 0;

	(void)state;
	fill(100, 0);
	assert_int_equal(geometry_directory(&page, ref, &n, 16, &next), STARLSM_ERR_OK);
	assert_int_equal(n, 16);
	assert_int_equal(next, 0);
	assert_int_equal(ref[15], 115);
}

static void directory_of_two_pages(void **state)
{
	static uint32_t ref[STARLSM_DIRECTORY_REFS + 1];
	uint32_t next;
	size_t n = 0;

	(void)state;
	fill(0, 5);
	assert_int_equal(geometry_directory(&page, ref, &n, STARLSM_DIRECTORY_REFS + 1, &next),
			 STARLSM_ERR_OK);
	assert_int_equal(next, 5);
	fill(5000, 0);
	assert_int_equal(geometry_directory(&page, ref, &n, STARLSM_DIRECTORY_REFS + 1, &next),
			 STARLSM_ERR_OK);
	assert_int_equal(next, 0);
	assert_int_equal(ref[STARLSM_DIRECTORY_REFS], 5000);
}

static void directory_too_short(void **state)
{
	static uint32_t ref[2000];
	uint32_t next;
	size_t n = 0;

	(void)state;
	fill(0, 0);
	assert_int_equal(geometry_directory(&page, ref, &n, 2000, &next),
			 STARLSM_ERR_DIRECTORY);
}

static void directory_too_long(void **state)
{
	uint32_t ref[16], next;
	size_t n = 0;

	(void)state;
	fill(0, 3);
	assert_int_equal(geometry_directory(&page, ref, &n, 16, &next),
			 STARLSM_ERR_DIRECTORY);
}

static void numbers_in_nodes(void **state)
{
	static const char * const bad[] = {
		"", " 1", "1 ", "+1", "-1", "0x1", "1a", "4294967296",
		"99999999999", "00000000001", "1\n", "\xd9\xa1",
	};
	uint32_t n = 0;
	size_t i;

	(void)state;
	assert_int_equal(geometry_number("0", 1, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(geometry_number("4294967295", 10, &n), 0);
	assert_int_equal(n, UINT32_MAX);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(geometry_number(bad[i], strlen(bad[i]), &n), -1);
	assert_int_equal(geometry_number("1\0002", 3, &n), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(honest_status_is_taken),
		cmocka_unit_test(magic_and_version),
		cmocka_unit_test(number_and_size_of_rings),
		cmocka_unit_test(directory_of_one_page),
		cmocka_unit_test(directory_of_two_pages),
		cmocka_unit_test(directory_too_short),
		cmocka_unit_test(directory_too_long),
		cmocka_unit_test(numbers_in_nodes),
	};

	return cmocka_run_group_tests_name("geometry", tests, NULL, NULL);
}
