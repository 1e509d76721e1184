// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of performance events
 */
#include <kunit/test.h>
#include <linux/perf_event.h>
#include <linux/security.h>

#include "hooks_test.h"

static void perf_is_recorded(struct kunit *test)
{
	hooks_test_settle(test);
	security_perf_event_open(PERF_SECURITY_KERNEL);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, PERF, perf)->type,
			PERF_SECURITY_KERNEL);
	EXPECT_NOTHING(test);
}

static struct kunit_case perf_cases[] = {
	KUNIT_CASE(perf_is_recorded),
	{}
};

static struct kunit_suite perf_suite = {
	.name = "starlsm_perf",
	.init = hooks_test_init,
	.test_cases = perf_cases,
};

kunit_test_suite(perf_suite);
