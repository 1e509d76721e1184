// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the ring of recent messages
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "engine/recent.h"

static struct recent recent;
static char out[MSG_MAX] __attribute__((aligned(8)));
static char in[MSG_MAX] __attribute__((aligned(8)));

static int set_up(void **state)
{
	(void)state;
	return recent_init(&recent);
}

static int tear_down(void **state)
{
	(void)state;
	recent_free(&recent);
	return 0;
}

static void add(uint32_t number, uint32_t len)
{
	memset(out, number, len);
	((struct msg *)out)->type = number;
	((struct msg *)out)->len = len;
	recent_add(&recent, (struct msg *)out);
}

/* The next message is that one, whole; returns how many were missed. */
static uint64_t expect(struct recent_cursor *c, uint32_t number)
{
	uint64_t missed;
	uint32_t len = recent_peek(&recent, c, in, &missed);

	assert_int_not_equal(len, 0);
	assert_int_equal(((struct msg *)in)->type, number);
	for (uint32_t i = sizeof(struct msg); i < len; i++)
		assert_int_equal(in[i], (char)number);
	recent_step(&recent, c, len);
	return missed;
}

static void assert_at_end(struct recent_cursor *c)
{
	uint64_t missed;

	assert_int_equal(recent_peek(&recent, c, in, &missed), 0);
	assert_int_equal(missed, 0);
}

static void in_order(void **state)
{
	struct recent_cursor c = recent_start(&recent);

	(void)state;
	assert_at_end(&c);
	for (uint32_t i = 1; i < 20; i++)
		add(i, 8 + 8 * i);
	for (uint32_t i = 1; i < 20; i++)
		assert_int_equal(expect(&c, i), 0);
	assert_at_end(&c);
	add(20, 8);
	assert_int_equal(expect(&c, 20), 0);
}

/* Lengths of all kinds, often around the end of the ring */
static void keeps_up(void **state)
{
	struct recent_cursor c = recent_start(&recent);

	(void)state;
	srand(1);
	for (uint32_t i = 1; i < 3000; i++) {
		add(i, 8 + rand() % (MSG_MAX - 8));
		assert_int_equal(expect(&c, i), 0);
		assert_true(recent.head - recent.tail <= RECENT_BYTES);
	}
}

static void is_overtaken(void **state)
{
	struct recent_cursor c = recent_start(&recent);
	const uint32_t n = RECENT_BYTES / 1000 + 500, kept = RECENT_BYTES / 1000;

	(void)state;
	for (uint32_t i = 1; i <= n; i++)
		add(i, 1000);
	assert_int_equal(expect(&c, n - kept + 1), n - kept);
	assert_int_equal(expect(&c, n - kept + 2), 0);
}

static void largest(void **state)
{
	struct recent_cursor c = recent_start(&recent);
	const uint32_t n = 200, kept = RECENT_BYTES / MSG_MAX;

	(void)state;
	for (uint32_t i = 1; i <= n; i++)
		add(i, MSG_MAX);
	assert_int_equal(expect(&c, n - kept + 1), n - kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_overtaken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(largest, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
