// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - what a task does to another: trace it, or signal it
 *
 * These hooks run under the locks of tasks and of the task list.
 */
#include <linux/cred.h>
#include <linux/lsm_hooks.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/uidgid.h>
#include <asm/syscall.h>
#include <asm/unistd.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"
#include "task.h"

static int emit_ptrace(struct task_struct *other, u32 op, bool can_restart)
{
	const u64 id = starlsm_task_id(other);
	const struct starlsm_rec_ptrace rec = {
		.target = id,
		.op = op,
		.pid = task_pid_nr(other),
	};

	return starlsm_emit_and_restart(&(struct starlsm_about) {
		.who = current,
		.other = other,
	}, &STARLSM_MSG(PTRACE, &rec), id, can_restart);
}

/*
 * ptrace(2) returns what we do, and can be tried again; others who ask make
 * -EACCES or nothing of it.
 */
static bool is_in_ptrace(void)
{
	return !(current->flags & PF_KTHREAD) &&
	       syscall_get_nr(current, task_pt_regs(current)) == __NR_ptrace;
}

/* Reading /proc asks too, without wanting to attach, and all the time. */
static int hook_ptrace_access_check(struct task_struct *child,
				    unsigned int mode)
{
	if (!(mode & PTRACE_MODE_ATTACH) || !starlsm_wants(PTRACE))
		return 0;
	if (is_in_ptrace())
		return emit_ptrace(child, STARLSM_PTRACE_ATTACH, true);
	return emit_ptrace(child, STARLSM_PTRACE_MEMORY, false);
}

/* The tracer has not asked for it, and there is nobody to refuse. */
static int hook_ptrace_traceme(struct task_struct *parent)
{
	return starlsm_wants(PTRACE) ?
		emit_ptrace(parent, STARLSM_PTRACE_TRACEME, false) : 0;
}

static noinline void emit_kill(struct task_struct *p, int sig, kuid_t target_uid)
{
	const struct starlsm_rec_kill rec = {
		.target = starlsm_task_id(p),
		.sig = sig,
		.pid = task_pid_nr(p),
		.target_uid = from_kuid(&init_user_ns, target_uid),
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.other = p,
	}, &STARLSM_MSG(KILL, &rec));
}

/*
 * Signals a kernel sends by itself do not come here. Signal 0 only asks
 * whether there is such a task.
 */
static int hook_task_kill(struct task_struct *p, struct kernel_siginfo *info,
			  int sig, const struct cred *cred)
{
	kuid_t target_uid;

	if (!starlsm_wants(KILL) || !sig)
		return 0;
	target_uid = task_uid(p);
	if (!uid_eq((cred ?: current_cred())->uid, target_uid))
		emit_kill(p, sig, target_uid);
	return 0;
}

static struct security_hook_list trace_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(ptrace_access_check, hook_ptrace_access_check),
	LSM_HOOK_INIT(ptrace_traceme, hook_ptrace_traceme),
	LSM_HOOK_INIT(task_kill, hook_task_kill),
};

void __init starlsm_add_trace_hooks(void)
{
	security_add_hooks(trace_hooks, ARRAY_SIZE(trace_hooks),
			   &starlsm_lsmid);
}
