// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of io_uring
 */
#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/io_uring/cmd.h>
#include <linux/security.h>

#include "hooks_test.h"

static void uring_is_recorded(struct kunit *test)
{
	struct io_uring_cmd cmd = { .cmd_op = 77 };
	const struct starlsm_rec_uring *rec;

	hooks_test_settle(test);
	security_uring_override_creds(current_cred());
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, URING, uring)->op,
			STARLSM_URING_CREDS);
	security_uring_sqpoll();
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, URING, uring)->op,
			STARLSM_URING_SQPOLL);
	security_uring_cmd(&cmd);
	rec = EXPECT_REC(test, URING, uring);
	KUNIT_EXPECT_EQ(test, rec->op, STARLSM_URING_CMD);
	KUNIT_EXPECT_EQ(test, rec->cmd, 77);
	EXPECT_NOTHING(test);
}

static struct kunit_case uring_cases[] = {
	KUNIT_CASE(uring_is_recorded),
	{}
};

static struct kunit_suite uring_suite = {
	.name = "starlsm_uring",
	.init = hooks_test_init,
	.test_cases = uring_cases,
};

kunit_test_suite(uring_suite);
