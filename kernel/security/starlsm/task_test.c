// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of tasks and credentials
 */
#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/kthread.h>
#include <linux/ptrace.h>
#include <linux/sched/task.h>
#include <linux/security.h>

#include "cred.h"
#include "hooks_test.h"
#include "path.h"
#include "task.h"

static int do_nothing(void *unused)
{
	return 0;
}

/* A child of kernel_thread() that returned would go to user space. */
static int end_at_once(void *unused)
{
	do_exit(0);
}

static void fork_defines_child(struct kunit *test)
{
	const struct starlsm_rec_fork *fork;
	struct task_struct *child;
	struct pid *pid;
	pid_t nr;

	hooks_test_settle(test);
	nr = kernel_thread(end_at_once, NULL, "starlsm_child", CLONE_FS);
	KUNIT_ASSERT_GT(test, nr, 0);
	pid = find_get_pid(nr);
	child = get_pid_task(pid, PIDTYPE_PID);
	put_pid(pid);
	fork = EXPECT_REC(test, FORK, fork);
	KUNIT_EXPECT_EQ(test, fork->rec.task, starlsm_task_id(current));
	KUNIT_EXPECT_TRUE(test, fork->flags & CLONE_FS);
	if (!child)
		return;
	KUNIT_EXPECT_EQ(test, fork->child, starlsm_task_id(child));
	KUNIT_EXPECT_EQ(test, starlsm_task(child)->defined, hooks_of(test)->epoch + 1);
	KUNIT_EXPECT_EQ(test, starlsm_task(child)->parent,
			starlsm_task_id(current));
	put_task_struct(child);
}

static void pid_follows_fork(struct kunit *test)
{
	const struct starlsm_rec_heartbeat rec = {};
	const struct starlsm_rec_task *task;

	hooks_test_settle(test);
	starlsm_task(current)->pid_told = false;
	starlsm_emit(&(struct starlsm_about) { .who = current },
		     &STARLSM_MSG(HEARTBEAT, &rec));
	task = EXPECT_REC(test, TASK, task);
	KUNIT_EXPECT_EQ(test, task->pid, task_pid_nr(current));
	EXPECT_REC(test, HEARTBEAT, heartbeat);
	starlsm_emit(&(struct starlsm_about) { .who = current },
		     &STARLSM_MSG(HEARTBEAT, &rec));
	EXPECT_REC(test, HEARTBEAT, heartbeat);
	EXPECT_NOTHING(test);
}

static void exit_is_recorded(struct kunit *test)
{
	struct task_struct *const task = kthread_create(do_nothing, NULL,
							"starlsm_exit");
	const struct starlsm_rec_exit *exit;

	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	starlsm_task_id(task);
	starlsm_task(task)->defined = hooks_of(test)->epoch + 1;
	starlsm_task_gone(task);
	exit = EXPECT_REC(test, EXIT, exit);
	KUNIT_EXPECT_EQ(test, exit->rec.task, starlsm_task_id(task));
	/* It has not ended, so it has not run either. */
	KUNIT_EXPECT_EQ(test, exit->pid, 0);
	EXPECT_NOTHING(test);
	kthread_stop(task);
}

static void exe_is_described_with_task(struct kunit *test)
{
	struct starlsm_path *const exe =
		starlsm_path_of_file(hooks_test_root(test));
	const struct starlsm_rec_heartbeat rec = {};

	KUNIT_ASSERT_NOT_NULL(test, exe);
	starlsm_exe_set(exe);
	starlsm_emit(&(struct starlsm_about) { .who = current },
		     &STARLSM_MSG(HEARTBEAT, &rec));
	hooks_test_path(test, EXPECT_REC(test, TASK, task)->exe, "/");
	starlsm_exe_set(NULL);
}

/*
 * Credentials
 */

struct cred_case {
	const char *name;
	u32 op;
	bool changes;
};

static const struct cred_case cred_cases[] = {
	{ "setuid", STARLSM_CRED_SETUID, true },
	{ "setuid to the same", STARLSM_CRED_SETUID, false },
	{ "setgid", STARLSM_CRED_SETGID, true },
	{ "setgid to the same", STARLSM_CRED_SETGID, false },
	{ "capset", STARLSM_CRED_CAPSET, true },
	{ "capset to the same", STARLSM_CRED_CAPSET, false },
};

KUNIT_ARRAY_PARAM_DESC(cred, cred_cases, name);

static void change_cred(struct cred *new, u32 op)
{
	if (op == STARLSM_CRED_SETUID)
		new->uid = KUIDT_INIT(33);
	else if (op == STARLSM_CRED_SETGID)
		new->gid = KGIDT_INIT(44);
	else
		new->cap_permitted.val &= ~1ULL;
}

static void ask_for_cred(struct cred *new, u32 op)
{
	const kernel_cap_t caps = new->cap_permitted;

	if (op == STARLSM_CRED_SETUID)
		security_task_fix_setuid(new, current_cred(), LSM_SETID_RES);
	else if (op == STARLSM_CRED_SETGID)
		security_task_fix_setgid(new, current_cred(), LSM_SETID_RES);
	else
		security_capset(new, current_cred(), &caps,
				&new->cap_inheritable, &caps);
}

static void cred_change_is_recorded(struct kunit *test)
{
	const struct cred_case *const c = test->param_value;
	struct cred *const new = prepare_creds();
	const struct starlsm_rec_cred *rec;

	KUNIT_ASSERT_NOT_NULL(test, new);
	hooks_test_settle(test);
	if (c->changes)
		change_cred(new, c->op);
	ask_for_cred(new, c->op);
	if (c->changes) {
		rec = EXPECT_REC(test, CRED, cred);
		KUNIT_EXPECT_EQ(test, rec->op, c->op);
		KUNIT_EXPECT_EQ(test, rec->old_uid, 0);
		KUNIT_EXPECT_EQ(test, rec->uid, new->uid.val);
		KUNIT_EXPECT_EQ(test, rec->gid, new->gid.val);
		KUNIT_EXPECT_EQ(test, rec->cap_permitted,
				new->cap_permitted.val);
	}
	EXPECT_NOTHING(test);
	abort_creds(new);
}

static void setgroups_is_recorded(struct kunit *test)
{
	struct cred *const new = prepare_creds();

	KUNIT_ASSERT_NOT_NULL(test, new);
	hooks_test_settle(test);
	security_task_fix_setgroups(new, current_cred());
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, CRED, cred)->op,
			STARLSM_CRED_SETGROUPS);
	abort_creds(new);
}

/*
 * Other tasks
 */

static void ptrace_is_recorded(struct kunit *test)
{
	struct task_struct *const child = kthread_create(do_nothing, NULL,
							 "starlsm_traced");
	const struct starlsm_rec_ptrace *rec;

	KUNIT_ASSERT_FALSE(test, IS_ERR(child));
	hooks_test_settle(test);
	security_ptrace_access_check(child, PTRACE_MODE_READ_REALCREDS);
	EXPECT_NOTHING(test);
	security_ptrace_access_check(child, PTRACE_MODE_ATTACH_REALCREDS);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, TASK, task)->pid, child->pid);
	rec = EXPECT_REC(test, PTRACE, ptrace);
	KUNIT_EXPECT_EQ(test, rec->target, starlsm_task_id(child));
	KUNIT_EXPECT_EQ(test, rec->op, STARLSM_PTRACE_MEMORY);
	KUNIT_EXPECT_EQ(test, rec->pid, child->pid);
	security_ptrace_traceme(child);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, PTRACE, ptrace)->op,
			STARLSM_PTRACE_TRACEME);
	EXPECT_NOTHING(test);
	kthread_stop(child);
}

struct kill_case {
	const char *name;
	unsigned int uid;
	int sig;
	bool recorded;
};

static const struct kill_case kill_cases[] = {
	{ "another user", 33, SIGTERM, true },
	{ "the same user", 0, SIGTERM, false },
	{ "no signal", 33, 0, false },
};

KUNIT_ARRAY_PARAM_DESC(kill, kill_cases, name);

static void kill_across_users_is_recorded(struct kunit *test)
{
	const struct kill_case *const c = test->param_value;
	struct cred *const sender = prepare_creds();
	const struct starlsm_rec_kill *rec;

	KUNIT_ASSERT_NOT_NULL(test, sender);
	sender->uid = KUIDT_INIT(c->uid);
	hooks_test_settle(test);
	security_task_kill(current, SEND_SIG_NOINFO, c->sig, sender);
	if (c->recorded) {
		rec = EXPECT_REC(test, KILL, kill);
		KUNIT_EXPECT_EQ(test, rec->target, starlsm_task_id(current));
		KUNIT_EXPECT_EQ(test, rec->sig, c->sig);
		KUNIT_EXPECT_EQ(test, rec->target_uid, 0);
	}
	/* Without other credentials the sender is the current task. */
	security_task_kill(current, SEND_SIG_NOINFO, SIGTERM, NULL);
	EXPECT_NOTHING(test);
	abort_creds(sender);
}

static struct kunit_case task_cases[] = {
	KUNIT_CASE(fork_defines_child),
	KUNIT_CASE(pid_follows_fork),
	KUNIT_CASE(exit_is_recorded),
	KUNIT_CASE(exe_is_described_with_task),
	KUNIT_CASE_PARAM(cred_change_is_recorded, cred_gen_params),
	KUNIT_CASE(setgroups_is_recorded),
	KUNIT_CASE(ptrace_is_recorded),
	KUNIT_CASE_PARAM(kill_across_users_is_recorded, kill_gen_params),
	{}
};

static struct kunit_suite task_suite = {
	.name = "starlsm_task",
	.init = hooks_test_init,
	.test_cases = task_cases,
};

kunit_test_suite(task_suite);
