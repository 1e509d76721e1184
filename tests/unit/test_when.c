// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of moments as people write them
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <time.h>

#include "ctl/when.h"

#define NOW_NS	1700000000000000000LL

static int64_t ns_of(const char *text)
{
	int64_t ns = -1;

	assert_true(when_parse(text, NOW_NS, &ns));
	return ns;
}

static void moments(void **state)
{
	(void)state;
	setenv("TZ", "UTC-2", 1);	/* two hours east */
	tzset();
	assert_int_equal(ns_of("2023-11-14T22:13:20Z"), NOW_NS);
	assert_int_equal(ns_of("2023-11-15 00:13:20"), NOW_NS);
	assert_int_equal(ns_of("2023-11-15T00:13"), NOW_NS - 20000000000LL);
	assert_int_equal(ns_of("2023-11-15"), 1699999200000000000LL);
	assert_int_equal(ns_of("90s"), NOW_NS - 90000000000LL);
	assert_int_equal(ns_of("15m"), NOW_NS - 900000000000LL);
	assert_int_equal(ns_of("2h"), NOW_NS - 7200000000000LL);
	assert_int_equal(ns_of("3d"), NOW_NS - 259200000000000LL);
}

static void no_moments(void **state)
{
	static const char * const texts[] = {
		"", "now", "yesterday", "2h ago", "2w", "-2h", "99999999999d", "2023-13-01",
		"2023-11-15 25:00", "2023-11-15T00:13:20X", "9999-01-01", "1", "12:30",
	};
	int64_t ns;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_false(when_parse(texts[i], NOW_NS, &ns));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments),
		cmocka_unit_test(no_moments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
