// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - records: numbered, timed, padded, and every lost one counted
 */
#include <linux/align.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "record.h"

static_assert(sizeof(struct starlsm_rec_rename) + 2 * STARLSM_PATH_LEN_MAX <=
	      STARLSM_REC_MAX);
static_assert(sizeof(struct starlsm_rec_mount) + STARLSM_SOURCE_LEN_MAX +
	      STARLSM_PATH_LEN_MAX + STARLSM_FSTYPE_LEN_MAX <= STARLSM_REC_MAX);

/*
 * Each event's header and fields, and nothing else. The structure may be
 * longer, to a multiple of 8, and where it is the stack would show through.
 */
#define STARLSM_EVENT(ID, name, number, hook, class, wait, attack, text) \
	struct packed_##name { struct starlsm_rec rec;
#define STARLSM_FIELD(name, kind, field, text) \
	STARLSM_WIRE_##kind(field)
#define STARLSM_EVENT_END(name) } __packed;
#include <xen/interface/io/starlsm_events.h>
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END

static const u16 fields_len[STARLSM_EV_LIMIT] = {
#define STARLSM_EVENT(ID, name, number, hook, class, wait, attack, text) \
	[number] = sizeof(struct packed_##name),
#define STARLSM_FIELD(name, kind, field, text)
#define STARLSM_EVENT_END(name)
#include <xen/interface/io/starlsm_events.h>
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END
};

/* No structure has a hole but at its end. */
#define STARLSM_EVENT(ID, name, number, hook, class, wait, attack, text) \
	static_assert(sizeof(struct starlsm_rec_##name) == \
		      ALIGN(sizeof(struct packed_##name), STARLSM_REC_ALIGN));
#define STARLSM_FIELD(name, kind, field, text)
#define STARLSM_EVENT_END(name)
#include <xen/interface/io/starlsm_events.h>
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END

/**
 * starlsm_var_head - A variable part of which the beginning matters
 *
 * @data: The bytes; must live until the record is written.
 * @len: How many there are.
 * @max: How many may be kept, below 32 KiB.
 */
struct starlsm_var starlsm_var_head(const void *data, size_t len, size_t max)
{
	return (struct starlsm_var) {
		.data = data,
		.len = len > max ? max | STARLSM_TRUNCATED : len,
	};
}

/**
 * starlsm_var_word - A variable part of a string that ends with NUL
 *
 * @word: The string, or NULL, which is as good as empty; must live until the
 *        record is written.
 * @max: How many of its bytes may be kept, below 32 KiB.
 */
struct starlsm_var starlsm_var_word(const char *word, size_t max)
{
	return starlsm_var_head(word, word ? strlen(word) : 0, max);
}

/**
 * starlsm_var_tail - A variable part of which the end matters: a path
 *
 * @data: The bytes; must live until the record is written.
 * @len: How many there are.
 * @max: How many may be kept, below 32 KiB.
 */
struct starlsm_var starlsm_var_tail(const char *data, size_t len, size_t max)
{
	return starlsm_var_head(len > max ? data + len - max : data, len, max);
}

/* As the wire is; copy_fields() relies on it. */
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

/* Bytes of the whole record */
static size_t record_len(const struct starlsm_msg *msg)
{
	size_t len = ALIGN(fields_len[msg->type], STARLSM_REC_ALIGN);
	unsigned int i;

	for (i = 0; i < msg->n_vars; i++)
		len += STARLSM_VAR_LEN(msg->vars[i].len);
	return ALIGN(len, STARLSM_REC_ALIGN);
}

/*
 * What follows the header: few words, for which a call costs more than a loop.
 * The last one may end in padding, and the stack's bytes there stay here.
 */
static void copy_fields(u8 *to, const struct starlsm_rec *rec, size_t len)
{
	const u8 *const from = (const u8 *)rec;
	const unsigned int n_more = len % sizeof(u64);
	size_t at;

	for (at = sizeof(*rec); at + sizeof(u64) <= len; at += sizeof(u64))
		*(u64 *)(to + at) = *(const u64 *)(from + at);
	if (n_more)
		*(u64 *)(to + at) = *(const u64 *)(from + at) &
				    U64_MAX >> (64 - 8 * n_more);
}

static void copy_vars(u8 *to, const struct starlsm_msg *msg)
{
	const struct starlsm_var *const end = msg->vars + msg->n_vars;
	const struct starlsm_var *var;

	for (var = msg->vars; var < end; var++) {
		memcpy(to, var->data, STARLSM_VAR_LEN(var->len));
		to += STARLSM_VAR_LEN(var->len);
	}
}

/*
 * No byte of what was there before may stay: a ring goes to another domain.
 * Padding is less than a word, at the end of the fields and of the record.
 */
static void fill(u8 *to, const struct starlsm_msg *msg, size_t len)
{
	const size_t fields = fields_len[msg->type];

	*(u64 *)(to + len - sizeof(u64)) = 0;
	copy_fields(to, msg->rec, fields);
	copy_vars(to + ALIGN(fields, STARLSM_REC_ALIGN), msg);
}

/**
 * starlsm_record_write - Write a record if there is room
 *
 * @stream: Where to.
 * @msg: The record.
 * @now_ns: What time it is.
 * @task: Id of the task whose doing it is, 0 if none.
 *
 * Counts nothing as lost: that is for who knows whether it will be tried again.
 *
 * Return: Whether it was written.
 */
bool starlsm_record_write(struct starlsm_stream *stream,
			  const struct starlsm_msg *msg, u64 now_ns, u64 task)
{
	const u64 time_ns = max(now_ns, stream->last_ns);
	const size_t len = record_len(msg);
	struct starlsm_rec *to;

	if (WARN_ON_ONCE(!fields_len[msg->type] || len > STARLSM_REC_MAX))
		return false;
	to = starlsm_ring_reserve(&stream->ring, len);
	if (!to)
		return false;
	fill((u8 *)to, msg, len);
	*to = (struct starlsm_rec) {
		.type = msg->type,
		.len = len,
		.seq = stream->seq++,
		.time_ns = time_ns,
		.task = task,
	};
	stream->last_ns = time_ns;
	WRITE_ONCE(stream->recorded[msg->type],
		   stream->recorded[msg->type] + 1);
	stream->wake |= starlsm_ring_commit(&stream->ring);
	return true;
}

static void count(struct starlsm_tally *tally, u16 type)
{
	WRITE_ONCE(tally->count[type], tally->count[type] + 1);
	WRITE_ONCE(tally->n, tally->n + 1);
}

/**
 * starlsm_record_lose - Count a record that found no room
 *
 * @stream: Where it should have gone.
 * @type: Its type.
 */
void starlsm_record_lose(struct starlsm_stream *stream, u16 type)
{
	count(&stream->lost, type);
	WRITE_ONCE(stream->ring.pub->lost, stream->lost.n);
}

/**
 * starlsm_record_filter - Count a record that the policy drops
 *
 * @stream: Where it would have gone.
 * @type: Its type.
 */
void starlsm_record_filter(struct starlsm_stream *stream, u16 type)
{
	count(&stream->filtered, type);
}

/* LOST and FILTERED say the same of different things. */
static_assert(sizeof(struct starlsm_rec_lost) ==
	      sizeof(struct starlsm_rec_filtered));

/* One event type's; a record's counter has 32 bits, ours have 64. */
static bool tell_type(struct starlsm_stream *stream,
		      struct starlsm_tally *tally, u16 record, u32 type,
		      u64 now_ns)
{
	struct starlsm_rec_lost rec = { .event = type };
	const struct starlsm_msg msg = { .rec = &rec.rec, .type = record };
	u64 due;

	while ((due = tally->count[type] - tally->told[type])) {
		rec.count = min_t(u64, due, U32_MAX);
		if (!starlsm_record_write(stream, &msg, now_ns, 0))
			return false;
		tally->told[type] += rec.count;
		WRITE_ONCE(tally->n_told, tally->n_told + rec.count);
	}
	return true;
}

static bool tell(struct starlsm_stream *stream, struct starlsm_tally *tally,
		 u16 record, u64 now_ns)
{
	u32 type;

	if (!starlsm_record_owes(tally))
		return true;
	for (type = 0; type < STARLSM_EV_LIMIT; type++)
		if (!tell_type(stream, tally, record, type, now_ns))
			return false;
	return true;
}

/**
 * starlsm_record_tell_lost - Write the LOST records that are due
 *
 * @stream: The stream.
 * @now_ns: What time it is.
 *
 * Return: Whether nothing is due any more.
 */
bool starlsm_record_tell_lost(struct starlsm_stream *stream, u64 now_ns)
{
	return tell(stream, &stream->lost, STARLSM_EV_LOST, now_ns);
}

/**
 * starlsm_record_tell_filtered - Write the FILTERED records that are due
 *
 * @stream: The stream.
 * @now_ns: What time it is.
 *
 * Return: Whether nothing is due any more.
 */
bool starlsm_record_tell_filtered(struct starlsm_stream *stream, u64 now_ns)
{
	return tell(stream, &stream->filtered, STARLSM_EV_FILTERED, now_ns);
}
