// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - tasks that wait for a copy of their record, or for a verdict on it
 *
 * Every wait is bounded, ends when the task is killed, when the guest is about
 * to be suspended and when there is no collector any more. Kernel threads never
 * wait: a backend in dom0 may wait for them.
 */
#include <linux/bitmap.h>
#include <linux/freezer.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/clock.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include "emit.h"
#include "path.h"
#include "rings.h"
#include "task.h"
#include "wait.h"

static DECLARE_WAIT_QUEUE_HEAD(waiters);

/*
 * A collector let a task wait in vain: no other does until something is heard of
 * it. Otherwise each of a thousand execs would wait as long.
 */
static bool is_stuck;

/* Slots of the answers page that questions are out for */
static DECLARE_BITMAP(slots, STARLSM_ANSWERS_MAX);

/**
 * starlsm_wake_waiters - The collector has done something; from its interrupt
 */
void starlsm_wake_waiters(void)
{
	WRITE_ONCE(is_stuck, false);
	if (wq_has_sleeper(&waiters))
		wake_up_all(&waiters);
}

static bool may_wait(void)
{
	return in_task() && !irqs_disabled() &&
	       !(current->flags & (PF_KTHREAD | PF_EXITING | PF_MEMALLOC));
}

/* Why there is no use in waiting (on), 0 if there is */
static u32 why_not(long left)
{
	if (!starlsm_has_peer())
		return STARLSM_WHY_NOBODY;
	if (!may_wait())
		return STARLSM_WHY_CONTEXT;
	if (freezing(current))
		return STARLSM_WHY_FREEZING;
	if (fatal_signal_pending(current))
		return STARLSM_WHY_KILLED;
	if (READ_ONCE(is_stuck))
		return STARLSM_WHY_BUSY;
	return left > 0 ? 0 : STARLSM_WHY_TIMEOUT;
}

/* 0 when it is over, else why it was not waited for any longer */
static u32 wait_until(bool (*is_over)(const void *what), const void *what,
		      u32 ms)
{
	const long slice = msecs_to_jiffies(STARLSM_WAIT_SLICE_MS);
	unsigned long end = jiffies + msecs_to_jiffies(ms) + 1;
	u32 why = 0;
	long left;

	while (!is_over(what)) {
		left = end - jiffies;
		why = why_not(left);
		if (why)
			break;
		wait_event_killable_timeout(waiters,
					    is_over(what) ||
					    !starlsm_has_peer(),
					    min(left, slice));
	}
	if (why == STARLSM_WHY_TIMEOUT)
		WRITE_ONCE(is_stuck, true);
	return why;
}

/*
 * Copies
 */

static bool is_copied(const void *what)
{
	const struct starlsm_awaited *const record = what;

	return starlsm_ring_is_copied(&record->stream->ring, record->position);
}

static u32 commit_ms(void)
{
	guard(rcu)();
	return starlsm_policy()->commit_ms;
}

static void emit_late(u16 type, u32 why, u64 waited_ns)
{
	const struct starlsm_rec_late rec = {
		.waited_ns = waited_ns,
		.event = type,
		.why = why,
	};

	starlsm_emit(&(struct starlsm_about) { .who = current },
		     &STARLSM_MSG(LATE, &rec));
}

/**
 * starlsm_wait_copied - Wait until the collector has copied a record
 *
 * @record: The record.
 *
 * A task that goes on without is counted, and told of by a LATE record if there
 * is a collector that should have been there.
 */
void starlsm_wait_copied(const struct starlsm_awaited *record)
{
	const u64 start_ns = sched_clock();
	u32 why = STARLSM_WHY_LOST;

	if (record->stream)
		why = wait_until(is_copied, record, commit_ms());
	if (!why)
		return;
	starlsm_count(STARLSM_NOT_WAITED);
	if (why != STARLSM_WHY_NOBODY && why != STARLSM_WHY_LOST)
		emit_late(record->type, why, sched_clock() - start_ns);
}

/*
 * Verdicts
 */

/**
 * starlsm_ask - Take a place for an answer
 *
 * @question: Gets a ticket and a slot.
 *
 * Return: Whether there was a place.
 */
bool starlsm_ask(struct starlsm_question *question)
{
	static atomic64_t last_ticket;
	unsigned int slot;

	do {
		slot = find_first_zero_bit(slots, STARLSM_ANSWERS_MAX);
		if (slot >= STARLSM_ANSWERS_MAX)
			return false;
	} while (test_and_set_bit(slot, slots));
	question->slot = slot;
	question->ticket = atomic64_inc_return(&last_ticket);
	return true;
}

/**
 * starlsm_unask - The question could not be written
 *
 * @question: Loses its place.
 */
void starlsm_unask(struct starlsm_question *question)
{
	clear_bit(question->slot, slots);
	question->ticket = 0;
}

static bool is_answered(const void *what)
{
	const struct starlsm_question *const question = what;

	/* Pairs with the collector's release: the answer is there. */
	return virt_load_acquire(&starlsm_rings.answers
				 ->slot[question->slot].ticket) ==
	       question->ticket;
}

static u32 read_answer(const struct starlsm_question *question)
{
	return READ_ONCE(starlsm_rings.answers->slot[question->slot].answer);
}

static void emit_decision(const struct starlsm_question *question, u32 answer,
			  u32 why, u64 waited_ns)
{
	const struct starlsm_rec_decision rec = {
		.ticket = question->ticket,
		.waited_ns = waited_ns,
		.event = question->type,
		.answer = answer,
		.why = why,
	};

	starlsm_emit(&(struct starlsm_about) { .who = current },
		     &STARLSM_MSG(DECISION, &rec));
}

static void read_bounds(u32 *verdict_ms, u32 *default_answer)
{
	const struct starlsm_policy *policy;

	guard(rcu)();
	policy = starlsm_policy();
	*verdict_ms = policy->verdict_ms;
	*default_answer = policy->default_answer;
}

/* Ends the question. @why: why there is no answer, 0 if there is. */
static u32 decide(const struct starlsm_question *question, u32 why, u32 answer,
		  u64 waited_ns)
{
	u32 untrusted_answer;

	if (!why) {
		why = STARLSM_WHY_ENGINE;
		untrusted_answer = read_answer(question);
		if (untrusted_answer == STARLSM_ANSWER_ALLOW ||
		    untrusted_answer == STARLSM_ANSWER_DENY)
			answer = untrusted_answer;
	} else {
		starlsm_count(STARLSM_NOT_WAITED);
	}
	if (question->ticket)
		clear_bit(question->slot, slots);
	emit_decision(question, answer, why, waited_ns);
	return answer;
}

/**
 * starlsm_wait_answer - Wait for the verdict, or decide without
 *
 * @question: The question, which is over then.
 *
 * Return: STARLSM_ANSWER_*
 */
u32 starlsm_wait_answer(const struct starlsm_question *question)
{
	const u64 start_ns = sched_clock();
	u32 why = STARLSM_WHY_BUSY;
	u32 ms, default_answer;

	read_bounds(&ms, &default_answer);
	if (question->ticket)
		why = wait_until(is_answered, question, ms);
	return decide(question, why, default_answer, sched_clock() - start_ns);
}

/**
 * starlsm_answer_now - Decide without waiting, where a task must not wait
 *
 * @question: The question, which is over then.
 *
 * Return: STARLSM_ANSWER_*
 */
u32 starlsm_answer_now(const struct starlsm_question *question)
{
	u32 ms, default_answer;

	read_bounds(&ms, &default_answer);
	return decide(question, STARLSM_WHY_CONTEXT, default_answer, 0);
}

/*
 * Before user space
 */

static void do_later(struct callback_head *work)
{
	struct starlsm_later *const later =
		container_of(work, struct starlsm_later, work);
	unsigned int i;

	later->is_queued = false;
	if (later->names_changed)
		starlsm_names_changed();
	later->names_changed = false;
	for (i = 0; i < later->n; i++)
		starlsm_wait_copied(&later->record[i]);
	later->n = 0;
	if (later->question.type)
		later->answer = starlsm_wait_answer(&later->question);
	later->question.type = 0;
}

static bool queue_later(struct starlsm_later *later,
			enum task_work_notify_mode mode)
{
	if (!in_task() || current->flags & (PF_KTHREAD | PF_EXITING))
		return false;
	if (later->is_queued)
		return true;
	init_task_work(&later->work, do_later);
	later->is_queued = !task_work_add(current, &later->work, mode);
	return later->is_queued;
}

/**
 * starlsm_wait_later - As starlsm_wait_copied(), but not here
 *
 * @record: The record.
 *
 * For hooks that are called under locks: the task waits on its way back to user
 * space.
 */
void starlsm_wait_later(const struct starlsm_awaited *record)
{
	struct starlsm_later *const later = &starlsm_task(current)->later;
	struct starlsm_awaited *last = NULL;

	if (!record->stream || !starlsm_has_peer() ||
	    !queue_later(later, TWA_RESUME)) {
		starlsm_count(STARLSM_NOT_WAITED);
		return;
	}
	if (later->n)
		last = &later->record[later->n - 1];
	/* Who waits for the later one of a ring has waited for both. */
	if (last && last->stream == record->stream)
		*last = *record;
	else if (later->n < STARLSM_LATER_MAX)
		later->record[later->n++] = *record;
	else
		emit_late(record->type, STARLSM_WHY_BUSY, 0);
}

/**
 * starlsm_ask_later - Have the system call tried again when the answer is there
 *
 * @question: The question.
 * @other: Whom it is about: an id.
 *
 * Return: What the hook is to return: -ERESTARTNOINTR; or, if the answer had
 * to be given at once, 0 or -EPERM.
 */
int starlsm_ask_later(const struct starlsm_question *question, u64 other)
{
	struct starlsm_later *const later = &starlsm_task(current)->later;

	if (later->question.type || !queue_later(later, TWA_SIGNAL))
		return starlsm_answer_errno(starlsm_answer_now(question));
	later->question = *question;
	later->other = other;
	later->answer = 0;
	return -ERESTARTNOINTR;
}

/**
 * starlsm_answer_given - The answer that the task has been waiting for
 *
 * @other: Whom it would be about: an id.
 *
 * Return: STARLSM_ANSWER_*, once; 0 if there is none.
 */
u32 starlsm_answer_given(u64 other)
{
	struct starlsm_later *const later = &starlsm_task(current)->later;
	const u32 answer = later->other == other ? later->answer : 0;

	later->other = 0;
	later->answer = 0;
	return answer;
}

/**
 * starlsm_names_change_later - Mounts will have changed when the task returns
 *
 * The hook comes before the change. What is spelled out in between is not to be
 * kept.
 */
void starlsm_names_change_later(void)
{
	struct starlsm_later *const later = &starlsm_task(current)->later;

	starlsm_names_changed();
	later->names_changed = queue_later(later, TWA_RESUME);
}
