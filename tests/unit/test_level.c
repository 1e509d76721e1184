// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the levels' words
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/sigma/rule.h"

static void there_and_back(void **state)
{
	(void)state;
	for (int i = 0; i < LEVELS; i++) {
		assert_non_null(rule_level_name(i));
		assert_int_equal(rule_level_find(rule_level_name(i)), i);
	}
	assert_int_equal(rule_level_find("Critical"), LEVEL_CRITICAL);
}

static void none(void **state)
{
	(void)state;
	assert_int_equal(rule_level_find(""), -1);
	assert_int_equal(rule_level_find("hig"), -1);
	assert_int_equal(rule_level_find("highest"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
