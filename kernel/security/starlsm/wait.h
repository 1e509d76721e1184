/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - tasks that wait for a copy of their record, or for a verdict on it
 */
#ifndef _SECURITY_STARLSM_WAIT_H
#define _SECURITY_STARLSM_WAIT_H

#include <linux/errno.h>
#include <linux/task_work.h>
#include <linux/types.h>

#include "limits.h"

struct starlsm_stream;
struct starlsm_written;
struct task_struct;

/**
 * struct starlsm_awaited - A record that a task waits for
 *
 * @stream: Where it is, NULL if it was not written.
 * @position: The ring's position after it.
 * @type: Its type.
 */
struct starlsm_awaited {
	struct starlsm_stream *stream;
	u64 position;
	u16 type;
};

/**
 * struct starlsm_question - A record that a verdict was asked on
 *
 * @ticket: Names the question; 0 if none could be asked.
 * @slot: Where the answer is to be, if there is a ticket.
 * @type: The record's type.
 */
struct starlsm_question {
	u64 ticket;
	u32 slot;
	u16 type;
};

/**
 * struct starlsm_later - What a task has to wait for before user space
 *
 * @work: Calls us there, if @is_queued.
 * @is_queued: Whether it will.
 * @names_changed: Names have changed by then.
 * @n: Number of @record.
 * @record: Records to be copied.
 * @question: A question to be answered; the system call is then tried again.
 * @other: Whom the question, or the answer, is about: an id; 0 for none.
 * @answer: The answer, 0 while there is none.
 *
 * Only the task itself touches it.
 */
struct starlsm_later {
	struct callback_head work;
	bool is_queued;
	bool names_changed;
	u8 n;
	struct starlsm_awaited record[STARLSM_LATER_MAX];
	struct starlsm_question question;
	u64 other;
	u32 answer;
};

/* What a hook returns for an answer */
static inline int starlsm_answer_errno(u32 answer)
{
	return answer == STARLSM_ANSWER_DENY ? -EPERM : 0;
}

bool starlsm_ask(struct starlsm_question *question);
void starlsm_unask(struct starlsm_question *question);
void starlsm_wait_copied(const struct starlsm_awaited *record);
u32 starlsm_wait_answer(const struct starlsm_question *question);
u32 starlsm_answer_now(const struct starlsm_question *question);
void starlsm_wait_later(const struct starlsm_awaited *record);
int starlsm_ask_later(const struct starlsm_question *question, u64 other);
u32 starlsm_answer_given(u64 other);
void starlsm_names_change_later(void);
void starlsm_wake_waiters(void);

#endif /* _SECURITY_STARLSM_WAIT_H */
