// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what an exploit does with a write to memory: the credentials that a
 * process has become others, or what confines it is taken away
 *
 * insmod raise.ko pid=PID what=user|capabilities|no_new_privs; rmmod undoes it.
 */
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/task.h>
#include <linux/string.h>

static int pid;
module_param(pid, int, 0);
MODULE_PARM_DESC(pid, "whose");
static char *what = "user";
module_param(what, charp, 0);
MODULE_PARM_DESC(what, "user, capabilities or no_new_privs");

static struct task_struct *task;
static struct cred had;

static int __init raise_init(void)
{
	struct cred *cred;

	task = get_pid_task(find_vpid(pid), PIDTYPE_TGID);
	if (!task)
		return -ESRCH;
	cred = (struct cred *)task->real_cred;
	had = *cred;
	if (!strcmp(what, "user"))
		cred->uid = cred->euid = GLOBAL_ROOT_UID;
	else if (!strcmp(what, "capabilities"))
		cred->cap_effective = CAP_FULL_SET;
	else
		clear_bit(PFA_NO_NEW_PRIVS, &task->atomic_flags);
	return 0;
}

static void __exit raise_exit(void)
{
	struct cred *cred = (struct cred *)task->real_cred;

	cred->uid = had.uid;
	cred->euid = had.euid;
	cred->cap_effective = had.cap_effective;
	if (!strcmp(what, "no_new_privs"))
		set_bit(PFA_NO_NEW_PRIVS, &task->atomic_flags);
	put_task_struct(task);
}

module_init(raise_init);
module_exit(raise_exit);
MODULE_DESCRIPTION("Gives a process what nobody has granted");
MODULE_LICENSE("GPL");
