// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the guest's clock against ours
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "reader/clock.h"

static void middle_of_the_trip(void **state)
{
	struct clock c = { 0 };

	(void)state;
	clock_add(&c, 1000, 400, 1100);
	assert_int_equal(clock_best(&c).offset_ns, 650);
	assert_int_equal(clock_best(&c).rtt_ns, 100);
}

static void shortest_trip_counts(void **state)
{
	struct clock c = { 0 };

	(void)state;
	clock_add(&c, 1000, 0, 9000);
	clock_add(&c, 10000, 9995, 10010);
	clock_add(&c, 20000, 12345, 29000);
	assert_int_equal(clock_best(&c).offset_ns, 10);
	assert_int_equal(c.rtt_min_ns, 10);
}

static void old_answers_are_forgotten(void **state)
{
	struct clock c = { 0 };
	uint64_t i;

	(void)state;
	clock_add(&c, 0, 100, 2);
	for (i = 0; i < CLOCK_WINDOW; i++)
		clock_add(&c, 1000, 0, 1020);
	assert_int_equal(clock_best(&c).rtt_ns, 20);
	assert_int_equal(clock_best(&c).offset_ns, 1010);
	assert_int_equal(c.rtt_min_ns, 2);
}

static void guest_may_say_anything(void **state)
{
	struct clock c = { 0 };

	(void)state;
	clock_add(&c, 1000, UINT64_MAX, 1100);
	assert_int_equal(clock_best(&c).offset_ns, 1051);
	clock_add(&c, 1000, 1ULL << 63, 1002);
	assert_int_equal(clock_best(&c).rtt_ns, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(middle_of_the_trip),
		cmocka_unit_test(shortest_trip_counts),
		cmocka_unit_test(old_answers_are_forgotten),
		cmocka_unit_test(guest_may_say_anything),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
