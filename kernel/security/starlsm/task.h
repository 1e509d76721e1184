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

u64 starlsm_task_id(struct task_struct *task);
bool starlsm_task_define(struct starlsm_stream *stream,
			 struct task_struct *task, u32 epoch, u16 type);
void starlsm_task_described(struct task_struct *task, u16 type);
void starlsm_task_gone(struct task_struct *task);
void starlsm_exe_set(struct starlsm_path *exe);

#endif /* _SECURITY_STARLSM_TASK_H */
