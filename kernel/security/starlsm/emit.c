// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - from a hook to the ring of the CPU it runs on
 *
 * Everything between "this happened" and bytes in a ring that needs to know the
 * kernel: which CPU, what time, which epoch, which tasks were described.
 */
#include <kunit/static_stub.h>
#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>

#include "emit.h"
#include "hello.h"
#include "rings.h"
#include "task.h"

#define CLASS_ASYNC	false
#define CLASS_URGENT	true

/* Whether the collector is woken at once */
static const bool is_urgent[STARLSM_EV_LIMIT] = {
#define STARLSM_EVENT(ID, name, number, hook, class, attack, text) \
	[number] = CLASS_##class,
#define STARLSM_FIELD(name, kind, field, text)
#define STARLSM_EVENT_END(name)
#include <xen/interface/io/starlsm_events.h>
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END
};

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
	return !starlsm_record_owes(stream) ||
	       starlsm_record_tell_lost(stream, sched_clock());
}

static void kick_peer(void)
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
	kick_peer();
}

/*
 * In this order, each only when the one before could be written, so that a
 * record never stands before what explains it: the greeting, what was lost, who
 * it is about, the record itself. What has no room now is tried again with the
 * next record; only the record itself is lost.
 *
 * The clock is read last: what was explained on another ring has an earlier
 * time, by which the consumer merges the rings.
 */
static bool write_all(struct starlsm_stream *stream, u32 epoch,
		      struct task_struct *who, struct task_struct *other,
		      const struct starlsm_msg *msg)
{
	return greet(stream, epoch, smp_processor_id()) && tell_lost(stream) &&
	       starlsm_task_define(stream, who, epoch, msg->type) &&
	       starlsm_task_define(stream, other, epoch, msg->type) &&
	       starlsm_record_write(stream, msg, sched_clock(),
				    starlsm_task_id(who));
}

static u32 emit_here(struct task_struct *who, struct task_struct *other,
		     const struct starlsm_msg *msg)
{
	struct starlsm_stream *const stream = starlsm_own_stream();
	u32 epoch, mark = 0;

	if (!stream) {
		atomic64_inc(&lost_outside[msg->type]);
		return 0;
	}
	epoch = starlsm_epoch();
	if (write_all(stream, epoch, who, other, msg)) {
		mark = epoch + 1;
		stream->wake |= is_urgent[msg->type];
	} else {
		starlsm_record_lose(stream, msg->type);
	}
	kick_if_due(stream);
	return mark;
}

/**
 * starlsm_emit - Record that something happens
 *
 * @who: The task whose doing it is; NULL for the sensor itself.
 * @other: Another task the record speaks of, or NULL.
 * @msg: The record.
 *
 * From any context but NMI, where the record is lost. Never sleeps, never
 * fails: what has no room is counted. Both tasks are described first if this
 * epoch has not seen them.
 *
 * Return: What starlsm_task or starlsm_exe have in @defined if the record
 * defines one, and it was written; 0 if it was not.
 */
u32 starlsm_emit(struct task_struct *who, struct task_struct *other,
		 const struct starlsm_msg *msg)
{
	if (in_nmi()) {
		atomic64_inc(&lost_outside[msg->type]);
		return 0;
	}
	guard(irqsave)();
	return emit_here(who, other, msg);
}

/* What a ring has to say when no record comes along */
static bool is_due(const struct starlsm_stream *stream)
{
	return READ_ONCE(stream->epoch) != starlsm_epoch() ||
	       starlsm_record_owes(stream);
}

static void emit_due(struct starlsm_stream *stream, unsigned int cpu)
{
	if (greet(stream, starlsm_epoch(), cpu))
		tell_lost(stream);
	kick_if_due(stream);
}

/**
 * starlsm_emit_due - Let idle CPUs, and those offline, say what is due
 *
 * A CPU on which nothing happens would otherwise keep its greeting, and the
 * count of what it lost, until something does. May sleep.
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
		sum += READ_ONCE(starlsm_rings.stream[i].lost[type]);
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
