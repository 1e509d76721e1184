// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - tasks: about to execute, and what protects or bounds them
 */
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/lsm_hooks.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/uidgid.h>

#include "digest.h"
#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"
#include "task.h"

/* Once for a script, and once more for what interprets it */
static noinline int emit_check(const struct linux_binprm *bprm)
{
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_file(bprm->file);
	const struct starlsm_rec_check rec = {
		.path = starlsm_path_id(path),
		.argc = bprm->argc,
		.envc = bprm->envc,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(CHECK, &rec));
}

static int hook_bprm_check_security(struct linux_binprm *bprm)
{
	if (starlsm_wants(DIGEST))
		starlsm_digest_exec(bprm->file);
	return starlsm_wants(CHECK) ? emit_check(bprm) : 0;
}

static noinline int emit_userns(const struct cred *cred)
{
	const struct starlsm_rec_userns rec = {
		.euid = from_kuid(&init_user_ns, cred->euid),
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(USERNS, &rec));
}

static int hook_userns_create(const struct cred *cred)
{
	return starlsm_wants(USERNS) ? emit_userns(cred) : 0;
}

static bool is_telling_prctl(int option, unsigned long arg)
{
	switch (option) {
	case PR_SET_DUMPABLE:		/* who may look into it */
	case PR_SET_PTRACER:
	case PR_SET_MM:			/* what /proc says of it */
	case PR_SET_KEEPCAPS:		/* rights that stay */
	case PR_SET_SECUREBITS:
	case PR_CAPBSET_DROP:
	case PR_SET_NO_NEW_PRIVS:
	case PR_SET_SECCOMP:
	case PR_SET_SYSCALL_USER_DISPATCH:
	case PR_SET_MDWE:		/* memory that cannot become code */
	case PR_SET_SPECULATION_CTRL:	/* against its neighbours */
		return true;
	case PR_CAP_AMBIENT:
		return arg != PR_CAP_AMBIENT_IS_SET;
	default:
		return false;
	}
}

static noinline void emit_prctl(int option, unsigned long arg)
{
	const struct starlsm_rec_prctl rec = { .arg = arg, .option = option };

	starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(PRCTL, &rec));
}

/* The answer of a module that knows no such option: others go on. */
static int hook_task_prctl(int option, unsigned long arg2, unsigned long arg3,
			   unsigned long arg4, unsigned long arg5)
{
	if (starlsm_wants(PRCTL) && is_telling_prctl(option, arg2))
		emit_prctl(option, arg2);
	return -ENOSYS;
}

/* With the task locked */
static noinline void emit_rlimit(struct task_struct *p, unsigned int resource,
				 struct rlimit *new_rlim)
{
	struct starlsm_rec_rlimit rec = { .resource = resource };

	rec.target = starlsm_task_id(p);
	rec.soft = new_rlim->rlim_cur;
	rec.hard = new_rlim->rlim_max;
	rec.pid = task_pid_nr(p);
	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.other = p,
	}, &STARLSM_MSG(RLIMIT, &rec));
}

static int hook_task_setrlimit(struct task_struct *p, unsigned int resource,
			       struct rlimit *new_rlim)
{
	if (starlsm_wants(RLIMIT))
		emit_rlimit(p, resource, new_rlim);
	return 0;
}

/* Some of the callers hold the list of tasks, or the CPU sets. */
static noinline void emit_sched(struct task_struct *p, u32 op)
{
	const struct starlsm_rec_sched rec = {
		.target = starlsm_task_id(p),
		.op = op,
		.pid = task_pid_nr(p),
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.other = p,
	}, &STARLSM_MSG(SCHED, &rec));
}

static bool wants_sched(void)
{
	return starlsm_wants(SCHED) && !(current->flags & PF_KTHREAD);
}

static int hook_task_setscheduler(struct task_struct *p)
{
	if (wants_sched())
		emit_sched(p, STARLSM_SCHED_POLICY);
	return 0;
}

static int hook_task_setnice(struct task_struct *p, int nice)
{
	if (wants_sched())
		emit_sched(p, STARLSM_SCHED_NICE);
	return 0;
}

static int hook_task_setioprio(struct task_struct *p, int ioprio)
{
	if (wants_sched())
		emit_sched(p, STARLSM_SCHED_IOPRIO);
	return 0;
}

static struct security_hook_list proc_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(bprm_check_security, hook_bprm_check_security),
	LSM_HOOK_INIT(userns_create, hook_userns_create),
	LSM_HOOK_INIT(task_prctl, hook_task_prctl),
	LSM_HOOK_INIT(task_setrlimit, hook_task_setrlimit),
	LSM_HOOK_INIT(task_setscheduler, hook_task_setscheduler),
	LSM_HOOK_INIT(task_setnice, hook_task_setnice),
	LSM_HOOK_INIT(task_setioprio, hook_task_setioprio),
};

void __init starlsm_add_proc_hooks(void)
{
	security_add_hooks(proc_hooks, ARRAY_SIZE(proc_hooks), &starlsm_lsmid);
}
