/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - tasks and what they execute, as objects with an id
 */
#ifndef _SECURITY_STARLSM_TASK_H
#define _SECURITY_STARLSM_TASK_H

#include <linux/init.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "record.h"
#include "setup.h"

/**
 * struct starlsm_exe - An executable, shared by the tasks that run it
 *
 * @refs: One for each task.
 * @defined: Epoch in which the collector was told of it, plus 1; 0 for never.
 * @id: Never used again.
 * @rcu: Frees it when no CPU reads it any more.
 * @len: Length of @path, as on the wire.
 * @path: Its path when it was executed, not ended by NUL.
 */
struct starlsm_exe {
	refcount_t refs;
	u32 defined;
	u64 id;
	struct rcu_head rcu;
	u16 len;
	char path[];
};

/**
 * struct starlsm_task - Our part of a task's security blob
 *
 * @id: Never used again; 0 until first needed.
 * @parent: Id of the task that created it, 0 if unknown.
 * @exe: What it executes, NULL before its first exec. Replaced by the task
 *       itself only, read by any CPU under RCU.
 * @defined: As in &struct starlsm_exe.
 * @pid_told: The collector knows its pid, which FORK comes too early for.
 */
struct starlsm_task {
	atomic64_t id;
	u64 parent;
	struct starlsm_exe __rcu *exe;
	u32 defined;
	bool pid_told;
};

static inline struct starlsm_task *
starlsm_task(const struct task_struct *task)
{
	return task->security + starlsm_blob_sizes.lbs_task;
}

u64 starlsm_new_id(void);
u64 starlsm_task_id(struct task_struct *task);
bool starlsm_task_define(struct starlsm_stream *stream,
			 struct task_struct *task, u32 epoch, u16 type);
void starlsm_task_gone(struct task_struct *task);
struct starlsm_exe *starlsm_exe_new(const struct starlsm_var *path);
void starlsm_exe_free(struct starlsm_exe *exe);
void starlsm_exe_set(struct starlsm_exe *exe);

#endif /* _SECURITY_STARLSM_TASK_H */
