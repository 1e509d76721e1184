/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - tasks as objects with an id
 */
#ifndef _SECURITY_STARLSM_TASK_H
#define _SECURITY_STARLSM_TASK_H

#include <linux/init.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "define.h"
#include "record.h"
#include "setup.h"
#include "wait.h"

/**
 * struct starlsm_task - Our part of a task's security blob
 *
 * @id: Never used again; 0 until first needed.
 * @parent: Id of the task that created it, 0 if unknown.
 * @exe: What it executes, NULL before its first exec. Replaced by the task
 *       itself only, read by any CPU under RCU.
 * @defined: Epoch in which the collector was told of it, plus 1; 0 for never.
 * @pid_told: The collector knows its pid, which FORK comes too early for.
 * @later: What it has to wait for.
 */
struct starlsm_task {
	atomic64_t id;
	u64 parent;
	struct starlsm_path __rcu *exe;
	u32 defined;
	bool pid_told;
	struct starlsm_later later;
};

static inline struct starlsm_task *
starlsm_task(const struct task_struct *task)
{
	return task->security + starlsm_blob_sizes.lbs_task;
}

bool starlsm_task_describe(struct starlsm_stream *stream,
			   struct task_struct *task, u32 epoch);
void starlsm_task_gone(struct task_struct *task);
void starlsm_exe_set(struct starlsm_path *exe);

/**
 * starlsm_task_id - The id of a task
 *
 * @task: The task, or NULL.
 *
 * Tasks that were there before recording began get theirs here.
 *
 * Return: Its id; 0 if there is no task.
 */
static inline u64 starlsm_task_id(const struct task_struct *task)
{
	return task ? starlsm_id_of(&starlsm_task(task)->id) : 0;
}

/*
 * A task that FORK has defined had no pid then. EXEC and EXIT, the next that
 * most tasks do, tell it themselves.
 */
static inline bool starlsm_task_lacks_pid(const struct starlsm_task *blob,
					  u16 type)
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
static inline bool starlsm_task_define(struct starlsm_stream *stream,
				       struct task_struct *task, u32 epoch,
				       u16 type)
{
	const struct starlsm_task *blob;

	if (!task)
		return true;
	blob = starlsm_task(task);
	return (starlsm_is_defined(&blob->defined, epoch) &&
		!starlsm_task_lacks_pid(blob, type)) ||
	       starlsm_task_describe(stream, task, epoch);
}

/**
 * starlsm_task_described - A record has told what TASK would
 *
 * @task: The task whose doing it is, or NULL.
 * @type: The record's type.
 */
static inline void starlsm_task_described(struct task_struct *task, u16 type)
{
	if (type == STARLSM_EV_EXEC && task)
		WRITE_ONCE(starlsm_task(task)->pid_told, true);
}

#endif /* _SECURITY_STARLSM_TASK_H */
