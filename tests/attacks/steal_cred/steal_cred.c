// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what an exploit does with a write to memory: it gives a process the
 * credentials of another
 *
 * insmod steal_cred.ko to=PID [from=PID]: of the kernel itself without from. rmmod
 * gives back what it had.
 */
#include <linux/cred.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/task.h>

static int to, from;
module_param(to, int, 0);
MODULE_PARM_DESC(to, "who gets them");
module_param(from, int, 0);
MODULE_PARM_DESC(from, "whose they are");

static struct task_struct *task;
static const struct cred *had, *stolen;

static void set(const struct cred *cred)
{
	rcu_assign_pointer(task->real_cred, cred);
	rcu_assign_pointer(task->cred, cred);
}

static int __init steal_cred_init(void)
{
	struct task_struct *owner = from ? get_pid_task(find_vpid(from), PIDTYPE_TGID) :
				    get_task_struct(&init_task);

	task = get_pid_task(find_vpid(to), PIDTYPE_TGID);
	if (!task || !owner)
		return -ESRCH;
	stolen = get_task_cred(owner);
	put_task_struct(owner);
	had = task->real_cred;
	set(stolen);
	return 0;
}

static void __exit steal_cred_exit(void)
{
	set(had);
	put_cred(stolen);
	put_task_struct(task);
}

module_init(steal_cred_init);
module_exit(steal_cred_exit);
MODULE_DESCRIPTION("Gives a process another's credentials");
MODULE_LICENSE("GPL");
