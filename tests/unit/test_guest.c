// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the engine's table of guests
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/guest.h"

void *__real_calloc(size_t n, size_t size);
void *__wrap_calloc(size_t n, size_t size);

static long allocations_left = -1;	/* -1: no end */

void *__wrap_calloc(size_t n, size_t size)
{
	if (!allocations_left)
		return NULL;
	if (allocations_left > 0)
		allocations_left--;
	return __real_calloc(n, size);
}

static const struct hash_seed seed = { { 1, 2 } };
static struct guests all;

static struct guest *add(uint32_t domid)
{
	struct guest *g = NULL;

	assert_int_equal(guest_new(&all, &seed, domid, &g), 0);
	assert_non_null(g);
	assert_int_equal(g->domid, domid);
	return g;
}

static unsigned int free_all(void)
{
	struct guest *g;
	unsigned int n = 0;
	uint32_t at = 0;

	for (; (g = guest_next(&all, &at)); n++)
		guest_free(&all, g);
	return n;
}

static void by_number(void **state)
{
	struct guest *web, *mail;

	(void)state;
	assert_null(guest_find(&all, 0));
	web = add(5);
	mail = add(0);
	assert_ptr_equal(guest_find(&all, 5), web);
	assert_ptr_equal(guest_find(&all, 0), mail);
	assert_null(guest_find(&all, 6));
	guest_free(&all, web);
	assert_null(guest_find(&all, 5));
	assert_ptr_equal(guest_find(&all, 0), mail);
	assert_int_equal(free_all(), 1);
}

/* One that has ended leaves its place, and the others their order. */
static void one_after_the_other(void **state)
{
	struct guest *g[3];
	uint32_t at = 0;

	(void)state;
	assert_null(guest_next(&all, &at));
	for (int i = 0; i < 3; i++)
		g[i] = add(i + 1);
	guest_free(&all, g[1]);
	at = 0;
	assert_ptr_equal(guest_next(&all, &at), g[0]);
	assert_ptr_equal(guest_next(&all, &at), g[2]);
	assert_null(guest_next(&all, &at));
	g[1] = add(7);
	at = 1;
	assert_ptr_equal(guest_next(&all, &at), g[1]);
	assert_int_equal(free_all(), 3);
}

static void no_place(void **state)
{
	struct guest *g;

	(void)state;
	/* that there are so many is all that counts */
	for (uint32_t i = 0; i < ENGINE_GUESTS_MAX; i++)
		all.place[i] = (void *)&all;
	assert_int_equal(guest_new(&all, &seed, 5, &g), -ENOSPC);
	all = (struct guests){ 0 };
}

static void no_memory(void **state)
{
	struct guest *g;
	long n;
	int rc;

	(void)state;
	for (n = 0; ; n++) {
		allocations_left = n;
		rc = guest_new(&all, &seed, 5, &g);
		allocations_left = -1;
		if (!rc)
			break;
		assert_int_equal(rc, -ENOMEM);
		assert_null(guest_find(&all, 5));
	}
	assert_true(n > 4);
	assert_int_equal(free_all(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_number),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(no_place),
		cmocka_unit_test(no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
