// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what an exploit does with a write to memory: the credentials that a
 * process has become others, or what confines it is taken away
 *
 * insmod raise.ko pid=PID what=user|capabilities|no_new_privs|spaces|cache
 * insmod raise.ko pid=PID what=filter from=PID
 *
 * spaces: it is in the kernel's own namespaces; cache: its last seccomp filter allows
 * everything; filter: it has another's. rmmod undoes it.
 */
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/pid.h>
#include <linux/sched/task.h>
#include <linux/string.h>

static int pid;
module_param(pid, int, 0);
MODULE_PARM_DESC(pid, "whose");
static int from;
module_param(from, int, 0);
MODULE_PARM_DESC(from, "whose filter it gets");
static char *what = "user";
module_param(what, charp, 0);
MODULE_PARM_DESC(what, "what is done to it");

static struct task_struct *task;
static struct cred had;
static struct nsproxy *spaces;
static struct seccomp_filter *filter;

/* How a filter begins, in kernel/seccomp.c: a bit that is set allows a system call unasked. */
struct filter {
	refcount_t refs, users;
	bool log, wait_killable_recv;
	unsigned long allowed[BITS_TO_LONGS(NR_syscalls)];
};

static unsigned long allowed[BITS_TO_LONGS(NR_syscalls)];

static int take_filter(void)
{
	struct task_struct *other = get_pid_task(find_vpid(from), PIDTYPE_TGID);

	if (!other)
		return -ESRCH;
	filter = task->seccomp.filter;
	task->seccomp.filter = other->seccomp.filter;
	put_task_struct(other);
	return 0;
}

static int change(struct cred *cred)
{
	struct filter *f = (struct filter *)task->seccomp.filter;

	if (!strcmp(what, "user")) {
		cred->uid = cred->euid = GLOBAL_ROOT_UID;
	} else if (!strcmp(what, "capabilities")) {
		cred->cap_effective = CAP_FULL_SET;
	} else if (!strcmp(what, "no_new_privs")) {
		clear_bit(PFA_NO_NEW_PRIVS, &task->atomic_flags);
	} else if (!strcmp(what, "spaces")) {
		spaces = task->nsproxy;
		task->nsproxy = init_task.nsproxy;
	} else if (!strcmp(what, "filter")) {
		return take_filter();
	} else if (!strcmp(what, "cache") && f) {
		memcpy(allowed, f->allowed, sizeof(allowed));
		memset(f->allowed, 0xff, sizeof(allowed));
	} else {
		return -EINVAL;
	}
	return 0;
}

static int __init raise_init(void)
{
	int rc;

	task = get_pid_task(find_vpid(pid), PIDTYPE_TGID);
	if (!task)
		return -ESRCH;
	had = *task->real_cred;
	rc = change((struct cred *)task->real_cred);
	if (rc)
		put_task_struct(task);
	return rc;
}

static void __exit raise_exit(void)
{
	struct cred *cred = (struct cred *)task->real_cred;

	cred->uid = had.uid;
	cred->euid = had.euid;
	cred->cap_effective = had.cap_effective;
	if (!strcmp(what, "no_new_privs"))
		set_bit(PFA_NO_NEW_PRIVS, &task->atomic_flags);
	if (spaces)
		task->nsproxy = spaces;
	if (filter)
		task->seccomp.filter = filter;
	if (!strcmp(what, "cache"))
		memcpy(((struct filter *)task->seccomp.filter)->allowed, allowed, sizeof(allowed));
	put_task_struct(task);
}

module_init(raise_init);
module_exit(raise_exit);
MODULE_DESCRIPTION("Gives a process what nobody has granted");
MODULE_LICENSE("GPL");
