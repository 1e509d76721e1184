/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - records: numbered, timed, padded, and every lost one counted
 *
 * A stream is a ring and the book that is kept of it. Like the ring it takes
 * memory and values only; who calls sees to it that there is one producer.
 */
#ifndef _SECURITY_STARLSM_RECORD_H
#define _SECURITY_STARLSM_RECORD_H

#include <linux/kernel.h>
#include <linux/types.h>

#include "limits.h"
#include "ring.h"

/**
 * struct starlsm_var - A variable part of a record
 *
 * @data: Its bytes.
 * @len: How many, as on the wire: with STARLSM_TRUNCATED if it was cut.
 */
struct starlsm_var {
	const void *data;
	u16 len;
};

/**
 * struct starlsm_msg - A record that is to be written
 *
 * @rec: The event's structure, with its fields set, and the lengths of its
 *       variable parts. The header is filled in when it is written.
 * @vars: The variable parts, in the order of their lengths in the structure.
 * @type: STARLSM_EV_*
 * @n_vars: Number of variable parts.
 */
struct starlsm_msg {
	const struct starlsm_rec *rec;
	const struct starlsm_var *vars;
	u16 type;
	u16 n_vars;
};

/* A message of an event's structure without, and with, an array of parts */
#define STARLSM_MSG(ID, r) \
	((struct starlsm_msg) { \
		.rec = &(r)->rec, \
		.type = STARLSM_EV_##ID, \
	})
#define STARLSM_MSG_VARS(ID, r, v) \
	((struct starlsm_msg) { \
		.rec = &(r)->rec, \
		.vars = (v), \
		.type = STARLSM_EV_##ID, \
		.n_vars = ARRAY_SIZE(v), \
	})

/**
 * struct starlsm_tally - Records that were not written, by type
 *
 * @count: How many.
 * @told: How many of them the consumer was told of.
 * @n: Sum of @count.
 * @n_told: Sum of @told.
 */
struct starlsm_tally {
	u64 count[STARLSM_EV_LIMIT];
	u64 told[STARLSM_EV_LIMIT];
	u64 n;
	u64 n_told;
};

/**
 * struct starlsm_stream - A ring and the book kept of it
 *
 * @ring: Where records go.
 * @seq: Sequence number of the next record.
 * @last_ns: Time of the last record: the next one's is not before it.
 * @epoch: The last epoch that a HELLO record was written for.
 * @wake: The consumer is to be woken; who wakes it clears this.
 * @recorded: Records written, by type.
 * @lost: Records that found no room.
 * @filtered: Records that the policy dropped.
 * @second: The second that @burst is of.
 * @burst: Records written in it, by type, where the policy bounds them.
 *
 * The counters are written by the producer and may be read by anyone.
 */
struct starlsm_stream {
	struct starlsm_ring ring;
	u64 seq;
	u64 last_ns;
	u32 epoch;
	bool wake;
	u64 recorded[STARLSM_EV_LIMIT];
	struct starlsm_tally lost;
	struct starlsm_tally filtered;
	u32 second;
	u16 burst[STARLSM_EV_LIMIT];
};

struct starlsm_var starlsm_var_head(const void *data, size_t len, size_t max);
struct starlsm_var starlsm_var_word(const char *word, size_t max);
struct starlsm_var starlsm_var_tail(const char *data, size_t len, size_t max);
bool starlsm_record_write(struct starlsm_stream *stream,
			  const struct starlsm_msg *msg, u64 now_ns, u64 task);
void starlsm_record_lose(struct starlsm_stream *stream, u16 type);
void starlsm_record_filter(struct starlsm_stream *stream, u16 type);

/**
 * starlsm_record_owes - Is there something that the consumer was not told of?
 *
 * @tally: The tally. Who is not its producer gets a hint.
 */
static inline bool starlsm_record_owes(const struct starlsm_tally *tally)
{
	return READ_ONCE(tally->n) != READ_ONCE(tally->n_told);
}

bool starlsm_record_tell_lost(struct starlsm_stream *stream, u64 now_ns);
bool starlsm_record_tell_filtered(struct starlsm_stream *stream, u64 now_ns);

#endif /* _SECURITY_STARLSM_RECORD_H */
