// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of open files
 */
#include <kunit/test.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/security.h>
#include <linux/tty.h>

#include "hooks_test.h"

struct request_case {
	const char *name;
	unsigned int cmd;
	unsigned long arg;
	bool recorded;
};

static const struct request_case ioctl_cases[] = {
	{ "window size", TIOCGWINSZ, 0, false },
	{ "bytes to read", FIONREAD, 0, false },
	{ "types for another", TIOCSTI, 0, true },
	{ "flags", FS_IOC_SETFLAGS, 0, true },
	{ "loop", LOOP_CONFIGURE, 0, true },
};

KUNIT_ARRAY_PARAM_DESC(ioctl, ioctl_cases, name);

static void telling_ioctls_are_recorded(struct kunit *test)
{
	const struct request_case *const c = test->param_value;
	struct file *const file = hooks_test_root(test);
	const struct starlsm_rec_ioctl *rec;

	hooks_test_settle(test);
	security_file_ioctl(file, c->cmd, c->arg);
	if (c->recorded) {
		rec = EXPECT_REC(test, IOCTL, ioctl);
		hooks_test_path(test, rec->path, "/");
		KUNIT_EXPECT_EQ(test, rec->cmd, c->cmd);
	}
	EXPECT_NOTHING(test);
	security_file_ioctl_compat(file, TIOCSTI, 0);
	EXPECT_REC(test, IOCTL, ioctl);
	EXPECT_NOTHING(test);
}

static const struct request_case fcntl_cases[] = {
	{ "get flags", F_GETFL, 0, false },
	{ "not blocking", F_SETFL, O_NONBLOCK, false },
	{ "appending", F_SETFL, O_APPEND, true },
	{ "direct", F_SETFL, O_DIRECT, true },
	{ "seals", F_ADD_SEALS, F_SEAL_WRITE, true },
	{ "owner", F_SETOWN, 1, true },
	{ "lease", F_SETLEASE, F_RDLCK, true },
};

KUNIT_ARRAY_PARAM_DESC(fcntl, fcntl_cases, name);

static void telling_fcntls_are_recorded(struct kunit *test)
{
	const struct request_case *const c = test->param_value;
	struct file *const file = hooks_test_root(test);
	const struct starlsm_rec_fcntl *rec;

	hooks_test_settle(test);
	security_file_fcntl(file, c->cmd, c->arg);
	if (c->recorded) {
		rec = EXPECT_REC(test, FCNTL, fcntl);
		hooks_test_path(test, rec->path, "/");
		KUNIT_EXPECT_EQ(test, rec->cmd, c->cmd);
		KUNIT_EXPECT_EQ(test, rec->arg, c->arg);
	}
	EXPECT_NOTHING(test);
}

static void received_file_is_recorded(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);

	hooks_test_settle(test);
	security_file_receive(file);
	hooks_test_path(test, EXPECT_REC(test, RECEIVE, receive)->path, "/");
	EXPECT_NOTHING(test);
}

static struct kunit_case control_cases[] = {
	KUNIT_CASE_PARAM(telling_ioctls_are_recorded, ioctl_gen_params),
	KUNIT_CASE_PARAM(telling_fcntls_are_recorded, fcntl_gen_params),
	KUNIT_CASE(received_file_is_recorded),
	{}
};

static struct kunit_suite control_suite = {
	.name = "starlsm_control",
	.init = hooks_test_init,
	.test_cases = control_cases,
};

kunit_test_suite(control_suite);
