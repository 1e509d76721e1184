// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - tasks and what they execute: fork, exit, and definitions
 *
 * A record names a task by an id of 64 bits. What the id stands for is said
 * once an epoch, before it is first used.
 */
#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/lsm_hooks.h>
#include <linux/sched/clock.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "define.h"
#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "task.h"

/*
 * The name may be changing. Torn is good enough: it is what the task says of
 * itself, and the lock that would keep it whole may be the caller's.
 */
static struct starlsm_var comm_of(struct task_struct *task, char *comm)
{
	memcpy(comm, task->comm, TASK_COMM_LEN);
	return starlsm_var_head(comm, strnlen(comm, TASK_COMM_LEN),
				TASK_COMM_LEN);
}

static bool write_task(struct starlsm_stream *stream, struct task_struct *task,
		       const struct starlsm_path *exe)
{
	const struct cred *const cred = __task_cred(task);
	char comm[TASK_COMM_LEN];
	const struct starlsm_var vars[] = { comm_of(task, comm) };
	const struct starlsm_rec_task rec = {
		.id = starlsm_task_id(task),
		.parent = starlsm_task(task)->parent,
		.exe = starlsm_path_id(exe),
		.cap_effective = cred->cap_effective.val,
		.pid = task_pid_nr(task),
		.tgid = task_tgid_nr(task),
		.uid = from_kuid(&init_user_ns, cred->uid),
		.euid = from_kuid(&init_user_ns, cred->euid),
		.comm_len = vars[0].len,
	};

	return starlsm_record_write(stream, &STARLSM_MSG_VARS(TASK, &rec, vars),
				    sched_clock(), 0);
}

/**
 * starlsm_task_describe - Describe a task
 *
 * @stream: Where to.
 * @task: The task.
 * @epoch: The epoch.
 *
 * Return: Whether there was room.
 */
bool starlsm_task_describe(struct starlsm_stream *stream,
			   struct task_struct *task, u32 epoch)
{
	struct starlsm_task *const blob = starlsm_task(task);
	struct starlsm_path *exe;

	guard(rcu)();
	exe = rcu_dereference(blob->exe);
	if (!starlsm_path_define(stream, exe, epoch) ||
	    !write_task(stream, task, exe))
		return false;
	WRITE_ONCE(blob->pid_told, true);
	starlsm_set_defined(&blob->defined, epoch);
	return true;
}

/**
 * starlsm_exe_set - The current task now executes this
 *
 * @exe: The executable, whose reference goes to the task; or NULL.
 */
void starlsm_exe_set(struct starlsm_path *exe)
{
	struct starlsm_task *const blob = starlsm_task(current);

	/* Only the task itself, by exec, gets here. */
	starlsm_path_put(rcu_replace_pointer(blob->exe, exe, true));
}

/* The new task is nobody's yet, and its creator is current. */
static void inherit(struct starlsm_task *child)
{
	const struct starlsm_task *const creator = starlsm_task(current);
	struct starlsm_path *const exe =
		rcu_dereference_protected(creator->exe, true);

	RCU_INIT_POINTER(child->exe, starlsm_path_hold(exe));
	child->parent = starlsm_task_id(current);
}

static noinline void emit_fork(struct task_struct *child, unsigned long flags)
{
	const struct starlsm_rec_fork rec = {
		.child = starlsm_task_id(child),
		.flags = flags,
	};

	starlsm_task(child)->defined =
		starlsm_emit(&(struct starlsm_about) { .who = current },
			     &STARLSM_MSG(FORK, &rec)).epoch;
}

static int hook_task_alloc(struct task_struct *task, unsigned long clone_flags)
{
	if (!starlsm_is_recording())
		return 0;
	inherit(starlsm_task(task));
	if (starlsm_wants(FORK))
		emit_fork(task, clone_flags);
	return 0;
}

/**
 * starlsm_task_gone - Record the end of a task and let go what it holds
 *
 * @task: The task, which nobody else has any more.
 *
 * Comes late, from any context, on any CPU. A fork that failed comes here too:
 * that task has a place in the tree for a moment, and no pid of its own.
 */
void starlsm_task_gone(struct task_struct *task)
{
	struct starlsm_task *const blob = starlsm_task(task);
	const struct starlsm_rec_exit rec = {
		.code = task->exit_code,
		.pid = task->exit_state ? task_pid_nr(task) : 0,
	};

	/* Nothing was ever said of a task without an id. */
	if (starlsm_wants(EXIT) && atomic64_read(&blob->id))
		starlsm_emit(&(struct starlsm_about) { .who = task },
			     &STARLSM_MSG(EXIT, &rec));
	starlsm_path_put(rcu_replace_pointer(blob->exe, NULL, true));
}

static void hook_task_free(struct task_struct *task)
{
	starlsm_task_gone(task);
}

static struct security_hook_list task_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(task_alloc, hook_task_alloc),
	LSM_HOOK_INIT(task_free, hook_task_free),
};

void __init starlsm_add_task_hooks(void)
{
	security_add_hooks(task_hooks, ARRAY_SIZE(task_hooks), &starlsm_lsmid);
}
