// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the words for verdicts
 */
#include "cmocka_all.h"

#include "lib/ladder.h"
#include "lib/msg_engine.h"

static void words(void **state)
{
	static const char * const names[VERDICTS] = {
		"observe", "alert", "contain", "evacuate", "halt",
	};

	(void)state;
	for (int v = 0; v < VERDICTS; v++) {
		assert_string_equal(ladder_name(v), names[v]);
		assert_int_equal(ladder_find(names[v]), v);
	}
	assert_int_equal(ladder_find("pause"), ladder_find("contain"));
	assert_int_equal(ladder_find("Halt"), RESPOND_HALT);
	assert_int_equal(ladder_find("burn"), -1);
	assert_int_equal(ladder_find(""), -1);
	assert_string_equal(ladder_name(VERDICTS), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(words) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
