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
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uidgid.h>

#include "emit.h"
#include "hooks.h"
#include "task.h"

/**
 * starlsm_new_id - An id for a task or an executable
 *
 * Return: Never 0, never the same again.
 */
u64 starlsm_new_id(void)
{
	static atomic64_t last_id;

	return atomic64_inc_return(&last_id);
}

/**
 * starlsm_task_id - The id of a task
 *
 * @task: The task, or NULL.
 *
 * Tasks that were there before recording began get theirs here.
 *
 * Return: Its id; 0 if there is no task.
 */
u64 starlsm_task_id(struct task_struct *task)
{
	struct starlsm_task *blob;
	s64 id, old = 0;

	if (!task)
		return 0;
	blob = starlsm_task(task);
	id = atomic64_read(&blob->id);
	if (id)
		return id;
	id = starlsm_new_id();
	/* Another CPU may do the same at the same time. */
	return atomic64_try_cmpxchg(&blob->id, &old, id) ? id : old;
}

static bool is_defined(const u32 *defined, u32 epoch)
{
	/* Pairs with the release in set_defined(), on another ring. */
	return smp_load_acquire(defined) == epoch + 1;
}

static void set_defined(u32 *defined, u32 epoch)
{
	/* Pairs with the acquire in is_defined(): the definition is written. */
	smp_store_release(defined, epoch + 1);
}

static bool write_exe(struct starlsm_stream *stream,
		      const struct starlsm_exe *exe)
{
	const struct starlsm_var vars[] = {
		{ .data = exe->path, .len = exe->len },
	};
	const struct starlsm_rec_exe rec = {
		.id = exe->id,
		.path_len = exe->len,
	};

	return starlsm_record_write(stream, &STARLSM_MSG_VARS(EXE, &rec, vars),
				    sched_clock(), 0);
}

static bool define_exe(struct starlsm_stream *stream, struct starlsm_exe *exe,
		       u32 epoch)
{
	if (!exe || is_defined(&exe->defined, epoch))
		return true;
	if (!write_exe(stream, exe))
		return false;
	set_defined(&exe->defined, epoch);
	return true;
}

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
		       const struct starlsm_exe *exe)
{
	const struct cred *const cred = __task_cred(task);
	char comm[TASK_COMM_LEN];
	const struct starlsm_var vars[] = { comm_of(task, comm) };
	const struct starlsm_rec_task rec = {
		.id = starlsm_task_id(task),
		.parent = starlsm_task(task)->parent,
		.exe = exe ? exe->id : 0,
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

/*
 * A task that FORK has defined had no pid then. EXEC and EXIT, the next that
 * most tasks do, tell it themselves.
 */
static bool lacks_pid(const struct starlsm_task *blob, u16 type)
{
	return !READ_ONCE(blob->pid_told) &&
	       type != STARLSM_EV_EXEC && type != STARLSM_EV_EXIT;
}

/**
 * starlsm_task_define - Describe a task, once an epoch
 *
 * @stream: Where to.
 * @task: The task, or NULL.
 * @epoch: The epoch.
 * @type: Type of the record that is to follow.
 *
 * Return: Whether the consumer knows the task, or will when it reads on.
 */
bool starlsm_task_define(struct starlsm_stream *stream,
			 struct task_struct *task, u32 epoch, u16 type)
{
	struct starlsm_task *blob;
	struct starlsm_exe *exe;

	if (!task)
		return true;
	blob = starlsm_task(task);
	if (is_defined(&blob->defined, epoch) && !lacks_pid(blob, type))
		return true;
	guard(rcu)();
	exe = rcu_dereference(blob->exe);
	if (!define_exe(stream, exe, epoch) || !write_task(stream, task, exe))
		return false;
	WRITE_ONCE(blob->pid_told, true);
	set_defined(&blob->defined, epoch);
	return true;
}

/**
 * starlsm_exe_new - Make an executable of a path
 *
 * @path: The path.
 *
 * Return: The executable, with one reference; NULL if there is no memory, which
 * is counted.
 */
struct starlsm_exe *starlsm_exe_new(const struct starlsm_var *path)
{
	const size_t len = STARLSM_VAR_LEN(path->len);
	struct starlsm_exe *exe;

	exe = kmalloc(struct_size(exe, path, len), GFP_KERNEL | __GFP_NOWARN);
	if (!exe) {
		starlsm_count(STARLSM_NO_MEMORY);
		return NULL;
	}
	refcount_set(&exe->refs, 1);
	exe->defined = 0;
	exe->id = starlsm_new_id();
	exe->len = path->len;
	memcpy(exe->path, path->data, len);
	return exe;
}

/**
 * starlsm_exe_free - Give a reference back
 *
 * @exe: The executable, or NULL.
 */
void starlsm_exe_free(struct starlsm_exe *exe)
{
	if (exe && refcount_dec_and_test(&exe->refs))
		kfree_rcu(exe, rcu);
}

/**
 * starlsm_exe_set - The current task now executes this
 *
 * @exe: The executable, whose reference goes to the task; or NULL.
 */
void starlsm_exe_set(struct starlsm_exe *exe)
{
	struct starlsm_task *const blob = starlsm_task(current);

	/* Only the task itself, by exec, gets here. */
	starlsm_exe_free(rcu_replace_pointer(blob->exe, exe, true));
}

/* The new task is nobody's yet, and its creator is current. */
static void inherit(struct starlsm_task *child)
{
	const struct starlsm_task *const creator = starlsm_task(current);
	struct starlsm_exe *const exe =
		rcu_dereference_protected(creator->exe, true);

	if (exe)
		refcount_inc(&exe->refs);
	RCU_INIT_POINTER(child->exe, exe);
	child->parent = starlsm_task_id(current);
}

static int hook_task_alloc(struct task_struct *task, unsigned long clone_flags)
{
	struct starlsm_task *const blob = starlsm_task(task);
	struct starlsm_rec_fork rec;

	if (!starlsm_is_recording())
		return 0;
	inherit(blob);
	rec.child = starlsm_task_id(task);
	rec.flags = clone_flags;
	blob->defined = starlsm_emit(current, NULL, &STARLSM_MSG(FORK, &rec));
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
	if (atomic64_read(&blob->id))
		starlsm_emit(task, NULL, &STARLSM_MSG(EXIT, &rec));
	starlsm_exe_free(rcu_replace_pointer(blob->exe, NULL, true));
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
