// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of tasks' protection and limits
 */
#include <kunit/test.h>
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/security.h>

#include "hooks_test.h"
#include "task.h"

static void check_is_recorded(struct kunit *test)
{
	struct linux_binprm *const bprm =
		kunit_kzalloc(test, sizeof(*bprm), GFP_KERNEL);
	const struct starlsm_rec_check *rec;

	KUNIT_ASSERT_NOT_NULL(test, bprm);
	bprm->file = hooks_test_root(test);
	bprm->argc = 2;
	bprm->envc = 3;
	hooks_test_settle(test);
	/* Its class is off. */
	security_bprm_check(bprm);
	EXPECT_NOTHING(test);
	hooks_test_want(test, STARLSM_EV_CHECK);
	security_bprm_check(bprm);
	rec = EXPECT_REC(test, CHECK, check);
	hooks_test_path(test, rec->path, "/");
	KUNIT_EXPECT_EQ(test, rec->argc, 2);
	KUNIT_EXPECT_EQ(test, rec->envc, 3);
	EXPECT_NOTHING(test);
}

static void userns_is_recorded(struct kunit *test)
{
	struct cred *const cred = prepare_creds();

	KUNIT_ASSERT_NOT_NULL(test, cred);
	cred->euid = KUIDT_INIT(33);
	hooks_test_settle(test);
	security_create_user_ns(cred);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, USERNS, userns)->euid, 33);
	EXPECT_NOTHING(test);
	abort_creds(cred);
}

struct prctl_case {
	const char *name;
	int option;
	unsigned long arg;
	bool recorded;
};

/* None that another security module would act on */
static const struct prctl_case prctl_cases[] = {
	{ "name", PR_SET_NAME, 1, false },
	{ "is dumpable", PR_GET_DUMPABLE, 0, false },
	{ "dumpable", PR_SET_DUMPABLE, 0, true },
	{ "no new rights", PR_SET_NO_NEW_PRIVS, 1, true },
	{ "memory", PR_SET_MM, PR_SET_MM_ARG_START, true },
};

KUNIT_ARRAY_PARAM_DESC(prctl, prctl_cases, name);

static void telling_prctls_are_recorded(struct kunit *test)
{
	const struct prctl_case *const c = test->param_value;
	const struct starlsm_rec_prctl *rec;

	hooks_test_settle(test);
	/* Whatever is said here, the kernel has to go on with the option. */
	KUNIT_EXPECT_EQ(test, -ENOSYS,
			security_task_prctl(c->option, c->arg, 0, 0, 0));
	if (c->recorded) {
		rec = EXPECT_REC(test, PRCTL, prctl);
		KUNIT_EXPECT_EQ(test, rec->option, c->option);
		KUNIT_EXPECT_EQ(test, rec->arg, c->arg);
	}
	EXPECT_NOTHING(test);
}

static void limit_is_recorded(struct kunit *test)
{
	struct rlimit limit = { .rlim_cur = 5, .rlim_max = RLIM_INFINITY };
	const struct starlsm_rec_rlimit *rec;

	hooks_test_settle(test);
	security_task_setrlimit(current, RLIMIT_CORE, &limit);
	rec = EXPECT_REC(test, RLIMIT, rlimit);
	KUNIT_EXPECT_EQ(test, rec->target, starlsm_task_id(current));
	KUNIT_EXPECT_EQ(test, rec->resource, RLIMIT_CORE);
	KUNIT_EXPECT_EQ(test, rec->soft, 5);
	KUNIT_EXPECT_EQ(test, rec->hard, RLIM_INFINITY);
	KUNIT_EXPECT_EQ(test, rec->pid, task_pid_nr(current));
	EXPECT_NOTHING(test);
}

static void change_scheduling(void)
{
	security_task_setscheduler(current);
	security_task_setnice(current, 0);
	security_task_setioprio(current, 0);
}

static void scheduling_is_recorded(struct kunit *test)
{
	const struct starlsm_rec_sched *rec;
	unsigned int flags;
	u32 op;

	hooks_test_settle(test);
	/* Kernel threads do it to themselves. */
	change_scheduling();
	EXPECT_NOTHING(test);
	flags = hooks_test_as_user();
	change_scheduling();
	hooks_test_as_before(flags);
	for (op = STARLSM_SCHED_POLICY; op <= STARLSM_SCHED_IOPRIO; op++) {
		rec = EXPECT_REC(test, SCHED, sched);
		KUNIT_EXPECT_EQ(test, rec->op, op);
		KUNIT_EXPECT_EQ(test, rec->target, starlsm_task_id(current));
		KUNIT_EXPECT_EQ(test, rec->pid, task_pid_nr(current));
	}
	EXPECT_NOTHING(test);
}

static struct kunit_case proc_cases[] = {
	KUNIT_CASE(check_is_recorded),
	KUNIT_CASE(userns_is_recorded),
	KUNIT_CASE_PARAM(telling_prctls_are_recorded, prctl_gen_params),
	KUNIT_CASE(limit_is_recorded),
	KUNIT_CASE(scheduling_is_recorded),
	{}
};

static struct kunit_suite proc_suite = {
	.name = "starlsm_proc",
	.init = hooks_test_init,
	.test_cases = proc_cases,
};

kunit_test_suite(proc_suite);
