// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of the kernel's log, clock and locks
 */
#include <kunit/test.h>
#include <linux/security.h>
#include <linux/syslog.h>
#include <linux/time.h>

#include "hooks_test.h"

static void module_request_is_recorded(struct kunit *test)
{
	const struct starlsm_rec_modreq *rec;

	hooks_test_settle(test);
	security_kernel_module_request("net-pf-99");
	rec = EXPECT_REC(test, MODREQ, modreq);
	hooks_test_str(test, rec + 1, rec->module_len, "net-pf-99");
	EXPECT_NOTHING(test);
}

static void lockdown_is_recorded(struct kunit *test)
{
	hooks_test_settle(test);
	security_locked_down(LOCKDOWN_TRACEFS);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, LOCKDOWN, lockdown)->what,
			LOCKDOWN_TRACEFS);
	EXPECT_NOTHING(test);
}

struct syslog_case {
	const char *name;
	int action;
	bool recorded;
};

static const struct syslog_case syslog_cases[] = {
	{ "open", SYSLOG_ACTION_OPEN, false },
	{ "read on", SYSLOG_ACTION_READ, false },
	{ "size", SYSLOG_ACTION_SIZE_BUFFER, false },
	{ "read all", SYSLOG_ACTION_READ_ALL, true },
	{ "clear", SYSLOG_ACTION_CLEAR, true },
	{ "level", SYSLOG_ACTION_CONSOLE_LEVEL, true },
};

KUNIT_ARRAY_PARAM_DESC(syslog, syslog_cases, name);

static void log_is_recorded(struct kunit *test)
{
	const struct syslog_case *const c = test->param_value;

	hooks_test_settle(test);
	security_syslog(c->action);
	if (c->recorded)
		KUNIT_EXPECT_EQ(test, EXPECT_REC(test, SYSLOG, syslog)->action,
				c->action);
	EXPECT_NOTHING(test);
}

static void clock_is_recorded(struct kunit *test)
{
	const struct timespec64 time = { .tv_sec = 3, .tv_nsec = 4 };
	const struct timezone zone = {};

	hooks_test_settle(test);
	security_settime64(NULL, &zone);
	EXPECT_NOTHING(test);
	security_settime64(&time, NULL);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, SETTIME, settime)->time_ns,
			3000000004);
	EXPECT_NOTHING(test);
}

static struct kunit_case kernel_cases[] = {
	KUNIT_CASE(module_request_is_recorded),
	KUNIT_CASE(lockdown_is_recorded),
	KUNIT_CASE_PARAM(log_is_recorded, syslog_gen_params),
	KUNIT_CASE(clock_is_recorded),
	{}
};

static struct kunit_suite kernel_suite = {
	.name = "starlsm_kernel",
	.init = hooks_test_init,
	.test_cases = kernel_cases,
};

kunit_test_suite(kernel_suite);
