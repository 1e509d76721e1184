// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - from a hook to the ring of the CPU it runs on
 *
 * Everything between "this happened" and bytes in a ring that needs to know the
 * kernel: which CPU, what time, which epoch, which tasks were described.
 */
#include <kunit/static_stub.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/cleanup.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>

#include "emit.h"
#include "hello.h"
#include "path.h"
#include "rings.h"
#include "sock.h"
#include "task.h"
#include "wait.h"

/* Goes from false to true once; nothing sets it back. */
bool starlsm_recording __read_mostly;

/* NULL while there is nobody to wake. Read with interrupts off. */
static const struct starlsm_peer __rcu *current_peer;

static atomic64_t mishaps[STARLSM_N_MISHAPS];

/* Lost where there is no ring to count it in, or no way to get at one. */
static atomic64_t lost_outside[STARLSM_EV_LIMIT];

/**
 * starlsm_start_recording - From now on hooks record
 */
void starlsm_start_recording(void)
{
	if (!starlsm_is_recording())
		WRITE_ONCE(starlsm_recording, true);
}

/**
 * starlsm_own_stream - This CPU's stream
 *
 * With interrupts off, as long as it is used: the caller is the one producer.
 * A test puts its own in place.
 *
 * Return: The stream, or NULL if this CPU has none.
 */
struct starlsm_stream *starlsm_own_stream(void)
{
	const unsigned int cpu = smp_processor_id();

	KUNIT_STATIC_STUB_REDIRECT(starlsm_own_stream);
	return cpu < starlsm_rings.n_rings ? &starlsm_rings.stream[cpu] : NULL;
}

/**
 * starlsm_epoch - The epoch that records are now written in
 *
 * Only where there is a stream.
 */
u32 starlsm_epoch(void)
{
	KUNIT_STATIC_STUB_REDIRECT(starlsm_epoch);
	return READ_ONCE(starlsm_rings.status->guest.epoch);
}

/* The first record of an epoch on a ring. Epoch 0 has nobody to greet. */
static bool greet(struct starlsm_stream *stream, u32 epoch, unsigned int cpu)
{
	if (stream->epoch == epoch)
		return true;
	if (!starlsm_hello_write(stream, epoch, cpu, sched_clock()))
		return false;
	stream->epoch = epoch;
	return true;
}

static bool tell_lost(struct starlsm_stream *stream)
{
	return !starlsm_record_owes(&stream->lost) ||
	       starlsm_record_tell_lost(stream, sched_clock());
}

/**
 * starlsm_kick - Wake the collector, if there is one
 */
void starlsm_kick(void)
{
	const struct starlsm_peer *peer;

	rcu_read_lock();
	peer = rcu_dereference(current_peer);
	if (peer)
		peer->kick();
	rcu_read_unlock();
}

static void kick_if_due(struct starlsm_stream *stream)
{
	if (!stream->wake)
		return;
	stream->wake = false;
	starlsm_kick();
}

static_assert(STARLSM_PATHS_MAX == 2 && STARLSM_SOCKS_MAX == 2);

/*
 * What the record speaks of. It is found on another ring, or told here. SOCKET
 * tells itself what SOCK would.
 */
static bool define_all(struct starlsm_stream *stream, u32 epoch,
		       const struct starlsm_about *about, u16 type)
{
	return starlsm_path_define(stream, about->path[0], epoch) &&
	       starlsm_path_define(stream, about->path[1], epoch) &&
	       (type == STARLSM_EV_SOCKET ||
		starlsm_sock_define(stream, about->sock[0], epoch)) &&
	       starlsm_sock_define(stream, about->sock[1], epoch) &&
	       starlsm_task_define(stream, about->who, epoch, type) &&
	       starlsm_task_define(stream, about->other, epoch, type);
}

/* What the record itself has told, now that it is written */
static void described(const struct starlsm_about *about, u32 epoch, u16 type)
{
	if (type == STARLSM_EV_SOCKET)
		starlsm_set_defined(&about->sock[0]->defined, epoch);
	else
		starlsm_task_described(about->who, type);
}

/*
 * In this order, each only when the one before could be written, so that a
 * record never stands before what explains it: the greeting, what was lost, whom
 * and what it is about, the record itself. What has no room now is tried again
 * with the next record; only the record itself is lost.
 *
 * The clock is read last: what was explained on another ring has an earlier
 * time, by which the consumer merges the rings.
 */
static bool write_all(struct starlsm_stream *stream, u32 epoch,
		      const struct starlsm_about *about,
		      const struct starlsm_msg *msg)
{
	return greet(stream, epoch, smp_processor_id()) && tell_lost(stream) &&
	       define_all(stream, epoch, about, msg->type) &&
	       starlsm_record_write(stream, msg, sched_clock(),
				    starlsm_task_id(about->who));
}

/* The question stands right after its record: nothing comes in between. */
static noinline void write_question(struct starlsm_stream *stream, u64 task,
				    struct starlsm_question *question,
				    u32 timeout_ms)
{
	struct starlsm_rec_ask rec = {
		.event = question->type,
		.timeout_ms = timeout_ms,
	};

	if (!starlsm_ask(question))
		return;
	rec.ticket = question->ticket;
	rec.slot = question->slot;
	if (starlsm_record_write(stream, &STARLSM_MSG(ASK, &rec),
				 sched_clock(), task))
		return;
	starlsm_record_lose(stream, STARLSM_EV_ASK);
	starlsm_unask(question);
}

/* On each record's way, and called from one place: no call is worth it. */
static __always_inline void emit_here(const struct starlsm_about *about,
				      const struct starlsm_msg *msg,
				      const struct starlsm_policy *policy,
				      struct starlsm_question *question,
				      struct starlsm_written *written)
{
	struct starlsm_stream *const stream = starlsm_own_stream();
	u32 epoch;

	if (!stream) {
		atomic64_inc(&lost_outside[msg->type]);
		return;
	}
	/* What is to be asked about is not filtered: that would answer it. */
	if (written->class < STARLSM_CLASS_VERDICT &&
	    starlsm_policy_drops(policy, stream, about, msg->type)) {
		written->class = STARLSM_CLASS_OFF;
		return;
	}
	epoch = starlsm_epoch();
	if (!write_all(stream, epoch, about, msg)) {
		starlsm_record_lose(stream, msg->type);
		kick_if_due(stream);
		return;
	}
	if (question && written->class == STARLSM_CLASS_VERDICT)
		write_question(stream, starlsm_task_id(about->who), question,
			       policy->verdict_ms);
	described(about, epoch, msg->type);
	written->stream = stream;
	written->position = stream->ring.prod;
	written->epoch = epoch + 1;
	if (written->class >= STARLSM_CLASS_COMMIT) {
		starlsm_ring_want_copy(&stream->ring);
		stream->wake = true;
	}
	kick_if_due(stream);
}

/* @written: zero, as what is not written is told. */
static noinline void emit(const struct starlsm_about *about,
			  const struct starlsm_msg *msg,
			  struct starlsm_question *question,
			  struct starlsm_written *written)
{
	const struct starlsm_policy *policy;

	if (in_nmi()) {
		atomic64_inc(&lost_outside[msg->type]);
		return;
	}
	guard(irqsave)();
	guard(rcu)();
	policy = starlsm_policy();
	written->class = policy->class[msg->type];
	emit_here(about, msg, policy, question, written);
}

/**
 * starlsm_emit - Record that something happens
 *
 * @about: Whom and what it is about.
 * @msg: The record.
 *
 * From any context but NMI, where the record is lost. Never sleeps, never
 * fails: what has no room is counted. What the record speaks of is described
 * first if this epoch has not seen it.
 *
 * Return: Where it went.
 */
struct starlsm_written starlsm_emit(const struct starlsm_about *about,
				    const struct starlsm_msg *msg)
{
	struct starlsm_written written = {};

	emit(about, msg, NULL, &written);
	return written;
}

/*
 * Classes
 */

static struct starlsm_awaited awaited(const struct starlsm_written *written,
				      u16 type)
{
	return (struct starlsm_awaited) {
		.stream = written->stream,
		.position = written->position,
		.type = type,
	};
}

static int wait_here(u16 type, const struct starlsm_written *written,
		     const struct starlsm_question *question)
{
	const struct starlsm_awaited record = awaited(written, type);

	if (written->class == STARLSM_CLASS_VERDICT)
		return starlsm_answer_errno(starlsm_wait_answer(question));
	starlsm_wait_copied(&record);
	return 0;
}

static void wait_later(u16 type, const struct starlsm_written *written)
{
	const struct starlsm_awaited record = awaited(written, type);

	starlsm_wait_later(&record);
}

/**
 * starlsm_emit_and_wait - Record, and wait as the event's class says
 *
 * @about: Whom and what it is about; @who is the current task.
 * @msg: The record.
 *
 * From where the current task may sleep.
 *
 * Return: 0; -EPERM if the verdict was asked for and is to deny.
 */
int starlsm_emit_and_wait(const struct starlsm_about *about,
			  const struct starlsm_msg *msg)
{
	struct starlsm_question question = { .type = msg->type };
	struct starlsm_written written = {};

	/* Whatever the class is today: dom0 may choose another. */
	might_sleep();
	emit(about, msg, &question, &written);
	if (likely(written.class < STARLSM_CLASS_COMMIT))
		return 0;
	return wait_here(msg->type, &written, &question);
}

/**
 * starlsm_emit_and_wait_later - Record, and wait on the way to user space
 *
 * @about: Whom and what it is about; @who is the current task.
 * @msg: The record.
 *
 * From where the current task must not sleep.
 */
void starlsm_emit_and_wait_later(const struct starlsm_about *about,
				 const struct starlsm_msg *msg)
{
	struct starlsm_written written = {};

	emit(about, msg, NULL, &written);
	if (written.class >= STARLSM_CLASS_COMMIT)
		wait_later(msg->type, &written);
}

/**
 * starlsm_emit_and_restart - Record, and have the system call tried again
 *
 * @about: Whom and what it is about; @who is the current task.
 * @msg: The record.
 * @other: Whom a verdict would be about: an id.
 * @can_restart: Whether the system call can be tried again.
 *
 * For a hook that can refuse, is called under locks, and whose return value is
 * that of the system call. With the class VERDICT the call is tried again when
 * the answer is there, and comes here a second time.
 *
 * Return: 0, -EPERM, or -ERESTARTNOINTR.
 */
int starlsm_emit_and_restart(const struct starlsm_about *about,
			     const struct starlsm_msg *msg, u64 other,
			     bool can_restart)
{
	struct starlsm_question question = { .type = msg->type };
	const u32 answer = starlsm_answer_given(other);
	struct starlsm_written written = {};

	if (answer)
		return starlsm_answer_errno(answer);
	emit(about, msg, &question, &written);
	if (written.class == STARLSM_CLASS_COMMIT)
		wait_later(msg->type, &written);
	if (written.class != STARLSM_CLASS_VERDICT)
		return 0;
	if (can_restart)
		return starlsm_ask_later(&question, other);
	return starlsm_answer_errno(starlsm_answer_now(&question));
}

/* What a ring has to say when no record comes along */
static bool is_due(const struct starlsm_stream *stream)
{
	return READ_ONCE(stream->epoch) != starlsm_epoch() ||
	       starlsm_record_owes(&stream->lost) ||
	       starlsm_record_owes(&stream->filtered);
}

static void emit_due(struct starlsm_stream *stream, unsigned int cpu)
{
	if (greet(stream, starlsm_epoch(), cpu) && tell_lost(stream))
		starlsm_record_tell_filtered(stream, sched_clock());
	kick_if_due(stream);
}

/**
 * starlsm_emit_due - Let idle CPUs, and those offline, say what is due
 *
 * A CPU on which nothing happens would otherwise keep its greeting, and the
 * counts of what it did not write, until something does. May sleep.
 */
void starlsm_emit_due(void)
{
	unsigned int i;

	for (i = 0; i < starlsm_rings.n_rings; i++) {
		if (is_due(&starlsm_rings.stream[i])) {
			starlsm_rings_each(emit_due);
			return;
		}
	}
}

/**
 * starlsm_set_peer - Say who is to be woken
 *
 * @peer: Who, or NULL for nobody. May sleep; when it returns the peer before
 *        is not called any more.
 */
void starlsm_set_peer(const struct starlsm_peer *peer)
{
	rcu_assign_pointer(current_peer, peer);
	starlsm_wake_waiters();
	synchronize_rcu();
}

/**
 * starlsm_has_peer - Is there anyone to be woken?
 */
bool starlsm_has_peer(void)
{
	return rcu_access_pointer(current_peer);
}

/**
 * starlsm_count - Count a mishap
 *
 * @mishap: Which.
 */
void starlsm_count(enum starlsm_mishap mishap)
{
	atomic64_inc(&mishaps[mishap]);
}

/**
 * starlsm_mishaps - How often something went wrong
 *
 * @mishap: Which.
 */
u64 starlsm_mishaps(enum starlsm_mishap mishap)
{
	return atomic64_read(&mishaps[mishap]);
}

/**
 * starlsm_recorded - Records written since boot, on all rings
 *
 * @type: Of which type.
 */
u64 starlsm_recorded(u16 type)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < starlsm_rings.n_rings; i++)
		sum += READ_ONCE(starlsm_rings.stream[i].recorded[type]);
	return sum;
}

/**
 * starlsm_lost - Records lost since boot, with and without a ring
 *
 * @type: Of which type.
 */
u64 starlsm_lost(u16 type)
{
	u64 sum = atomic64_read(&lost_outside[type]);
	unsigned int i;

	for (i = 0; i < starlsm_rings.n_rings; i++)
		sum += READ_ONCE(starlsm_rings.stream[i].lost.count[type]);
	return sum;
}

/**
 * starlsm_filtered - Records that the policy dropped since boot
 *
 * @type: Of which type.
 */
u64 starlsm_filtered(u16 type)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < starlsm_rings.n_rings; i++)
		sum += READ_ONCE(starlsm_rings.stream[i].filtered.count[type]);
	return sum;
}

/**
 * starlsm_bad_peer - How often a consumer told an impossible position
 */
u64 starlsm_bad_peer(void)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < starlsm_rings.n_rings; i++)
		sum += READ_ONCE(starlsm_rings.stream[i].ring.bad_peer);
	return sum;
}
