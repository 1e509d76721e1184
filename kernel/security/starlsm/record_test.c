// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of records, against the golden bytes
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "record.h"
#include "test_stream.h"

/* Strings of an event: hello has two, and no event more. */
#define VARS_MAX	2
#include "vectors/records.h"

static void vector_desc(const struct starlsm_vector *v, char *desc)
{
	strscpy(desc, v->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(vector, starlsm_vectors, vector_desc);

static unsigned int collect_vars(const struct starlsm_vector *v,
				 struct starlsm_var *vars)
{
	const struct starlsm_vector_field *field;
	unsigned int i, n = 0;

	for (i = 0; i < v->n_fields; i++) {
		field = &v->fields[i];
		if (!field->is_var)
			continue;
		vars[n].data = field->bytes;
		vars[n].len = field->len |
			      (field->truncated ? STARLSM_TRUNCATED : 0);
		n++;
	}
	return n;
}

static void encodes_as_told(struct kunit *test)
{
	const struct starlsm_vector *const v = test->param_value;
	struct test_stream *const ts = test_stream_new(test);
	struct starlsm_var vars[VARS_MAX];
	const struct starlsm_msg msg = {
		.rec = v->rec,
		.vars = vars,
		.type = v->rec->type,
		.n_vars = collect_vars(v, vars),
	};

	ts->stream.seq = v->rec->seq;
	KUNIT_ASSERT_TRUE(test, starlsm_record_write(&ts->stream, &msg,
						     v->rec->time_ns,
						     v->rec->task));
	KUNIT_EXPECT_EQ(test, ts->pub.prod, v->len);
	KUNIT_EXPECT_MEMEQ(test, ts->stream.ring.data, v->wire, v->len);
}

static bool is_zero(const void *bytes, size_t len)
{
	return !memchr_inv(bytes, 0, len);
}

/* Of neither the ring's memory nor of the structure's, which was stack. */
static void padding_is_zero(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);
	u8 *const ring = ts->stream.ring.data;
	const struct starlsm_var vars[] = { { .data = "path", .len = 4 } };
	struct starlsm_rec_socket socket;
	struct starlsm_rec_path path;

	memset(ring, 0xff, 256);
	memset(&socket, 0xff, sizeof(socket));
	memset(&path, 0xff, sizeof(path));
	path.path_len = vars[0].len;
	starlsm_record_write(&ts->stream, &STARLSM_MSG(SOCKET, &socket), 1, 0);
	KUNIT_EXPECT_EQ(test, ts->pub.prod, 48);
	KUNIT_EXPECT_EQ(test, ring[43], 0xff);
	KUNIT_EXPECT_TRUE(test, is_zero(ring + 44, 4));
	starlsm_record_write(&ts->stream, &STARLSM_MSG_VARS(PATH, &path, vars),
			     1, 0);
	KUNIT_EXPECT_EQ(test, ts->pub.prod, 48 + 48);
	KUNIT_EXPECT_EQ(test, ring[48 + 31], 0xff);
	KUNIT_EXPECT_TRUE(test, is_zero(ring + 48 + 34, 6));
	KUNIT_EXPECT_MEMEQ(test, ring + 48 + 40, "path", 4);
	KUNIT_EXPECT_TRUE(test, is_zero(ring + 48 + 44, 4));
}

static bool put_heartbeat(struct test_stream *ts, u64 now_ns)
{
	const struct starlsm_rec_heartbeat rec = {};

	return starlsm_record_write(&ts->stream, &STARLSM_MSG(HEARTBEAT, &rec),
				    now_ns, 0);
}

static void time_does_not_go_back(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);

	put_heartbeat(ts, 100);
	put_heartbeat(ts, 99);
	put_heartbeat(ts, 101);
	KUNIT_EXPECT_EQ(test, test_stream_next(ts)->time_ns, 100);
	KUNIT_EXPECT_EQ(test, test_stream_next(ts)->time_ns, 100);
	KUNIT_EXPECT_EQ(test, test_stream_next(ts)->time_ns, 101);
}

static void sequence_has_no_gap(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);
	u32 seq;

	ts->stream.seq = 0xfffffffeULL;
	for (seq = 0xfffffffe; seq != 1000; seq++) {
		KUNIT_ASSERT_TRUE(test, put_heartbeat(ts, 1));
		KUNIT_ASSERT_EQ(test, test_stream_next(ts)->seq, seq);
	}
	KUNIT_EXPECT_EQ(test, ts->stream.seq, 0x100000000ULL + 1000);
}

static void no_room_changes_nothing(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);
	u64 prod, seq;

	while (put_heartbeat(ts, 1))
		;
	prod = ts->pub.prod;
	seq = ts->stream.seq;
	KUNIT_EXPECT_EQ(test, seq, TEST_RING_SIZE / 48);
	KUNIT_EXPECT_FALSE(test, put_heartbeat(ts, 2));
	KUNIT_EXPECT_EQ(test, ts->pub.prod, prod);
	KUNIT_EXPECT_EQ(test, ts->stream.seq, seq);
	KUNIT_EXPECT_EQ(test, ts->stream.last_ns, 1);
	KUNIT_EXPECT_EQ(test, ts->pub.lost, 0);
	KUNIT_EXPECT_EQ(test, ts->stream.recorded[STARLSM_EV_HEARTBEAT], seq);
}

static void expect_lost(struct kunit *test, struct test_stream *ts, u32 event,
			u32 count)
{
	const struct starlsm_rec_lost *const lost =
		(const void *)test_stream_next(ts);

	KUNIT_ASSERT_NOT_NULL(test, lost);
	KUNIT_EXPECT_EQ(test, lost->rec.type, STARLSM_EV_LOST);
	KUNIT_EXPECT_EQ(test, lost->rec.len, 32);
	KUNIT_EXPECT_EQ(test, lost->rec.task, 0);
	KUNIT_EXPECT_EQ(test, lost->event, event);
	KUNIT_EXPECT_EQ(test, lost->count, count);
}

static void tells_losses_by_type(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);
	unsigned int i;

	KUNIT_EXPECT_FALSE(test, starlsm_record_owes(&ts->stream.lost));
	for (i = 0; i < 3; i++)
		starlsm_record_lose(&ts->stream, STARLSM_EV_KILL);
	starlsm_record_lose(&ts->stream, STARLSM_EV_FORK);
	KUNIT_EXPECT_EQ(test, ts->pub.lost, 4);
	KUNIT_EXPECT_TRUE(test, starlsm_record_owes(&ts->stream.lost));

	KUNIT_EXPECT_TRUE(test, starlsm_record_tell_lost(&ts->stream, 1));
	expect_lost(test, ts, STARLSM_EV_FORK, 1);
	expect_lost(test, ts, STARLSM_EV_KILL, 3);
	KUNIT_EXPECT_FALSE(test, starlsm_record_owes(&ts->stream.lost));

	/* Each is told once. */
	KUNIT_EXPECT_TRUE(test, starlsm_record_tell_lost(&ts->stream, 1));
	KUNIT_EXPECT_NULL(test, test_stream_next(ts));
	starlsm_record_lose(&ts->stream, STARLSM_EV_KILL);
	KUNIT_EXPECT_TRUE(test, starlsm_record_tell_lost(&ts->stream, 1));
	expect_lost(test, ts, STARLSM_EV_KILL, 1);
	KUNIT_EXPECT_EQ(test, ts->pub.lost, 5);
}

static void tells_what_was_filtered(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);
	const struct starlsm_rec_filtered *filtered;

	starlsm_record_filter(&ts->stream, STARLSM_EV_OPEN);
	starlsm_record_filter(&ts->stream, STARLSM_EV_OPEN);
	KUNIT_EXPECT_EQ(test, ts->pub.lost, 0);
	KUNIT_EXPECT_FALSE(test, starlsm_record_owes(&ts->stream.lost));
	KUNIT_EXPECT_TRUE(test, starlsm_record_owes(&ts->stream.filtered));
	KUNIT_EXPECT_TRUE(test, starlsm_record_tell_filtered(&ts->stream, 1));
	filtered = container_of_const(test_stream_next(ts),
				      struct starlsm_rec_filtered, rec);
	KUNIT_ASSERT_NOT_NULL(test, filtered);
	KUNIT_EXPECT_EQ(test, filtered->rec.type, STARLSM_EV_FILTERED);
	KUNIT_EXPECT_EQ(test, filtered->event, STARLSM_EV_OPEN);
	KUNIT_EXPECT_EQ(test, filtered->count, 2);
	KUNIT_EXPECT_FALSE(test, starlsm_record_owes(&ts->stream.filtered));
}

static void tells_what_has_room(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);

	while (put_heartbeat(ts, 1))
		;
	/* The ring has 16 bytes left; one heartbeat read makes it 64. */
	test_stream_next(ts);
	starlsm_record_lose(&ts->stream, STARLSM_EV_FORK);
	starlsm_record_lose(&ts->stream, STARLSM_EV_EXEC);
	starlsm_record_lose(&ts->stream, STARLSM_EV_EXIT);
	/* 16 of them are padding at the end, 32 hold a record. */
	KUNIT_EXPECT_FALSE(test, starlsm_record_tell_lost(&ts->stream, 2));
	KUNIT_EXPECT_TRUE(test, starlsm_record_owes(&ts->stream.lost));
	test_stream_drain(ts);
	KUNIT_EXPECT_TRUE(test, starlsm_record_tell_lost(&ts->stream, 3));
	expect_lost(test, ts, STARLSM_EV_EXEC, 1);
	expect_lost(test, ts, STARLSM_EV_EXIT, 1);
	KUNIT_EXPECT_EQ(test, ts->stream.recorded[STARLSM_EV_LOST], 3);
}

/* Months of a ring that nobody reads. */
static void tells_more_than_32_bits_hold(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);

	ts->stream.lost.count[STARLSM_EV_OPEN] = 0x100000004ULL;
	ts->stream.lost.n = 0x100000004ULL;
	KUNIT_EXPECT_TRUE(test, starlsm_record_tell_lost(&ts->stream, 1));
	expect_lost(test, ts, STARLSM_EV_OPEN, U32_MAX);
	expect_lost(test, ts, STARLSM_EV_OPEN, 5);
	KUNIT_EXPECT_FALSE(test, starlsm_record_owes(&ts->stream.lost));
}

struct var_case {
	const char *name;
	size_t len, max;
	u16 head_at, tail_at;	/* expected: where it begins */
	u16 wire_len;
};

static const struct var_case var_cases[] = {
	{ "empty", 0, 4, 0, 0, 0 },
	{ "short", 3, 4, 0, 0, 3 },
	{ "exact", 4, 4, 0, 0, 4 },
	{ "one too long", 5, 4, 0, 1, 4 | STARLSM_TRUNCATED },
	{ "far too long", 9, 4, 0, 5, 4 | STARLSM_TRUNCATED },
	{ "no room", 5, 0, 0, 5, STARLSM_TRUNCATED },
};

KUNIT_ARRAY_PARAM_DESC(var, var_cases, name);

static void cuts_at_the_right_end(struct kunit *test)
{
	static const char text[] = "123456789";
	const struct var_case *const c = test->param_value;
	const struct starlsm_var head = starlsm_var_head(text, c->len, c->max);
	const struct starlsm_var tail = starlsm_var_tail(text, c->len, c->max);

	KUNIT_EXPECT_EQ(test, head.len, c->wire_len);
	KUNIT_EXPECT_PTR_EQ(test, head.data, (void *)text + c->head_at);
	KUNIT_EXPECT_EQ(test, tail.len, c->wire_len);
	KUNIT_EXPECT_PTR_EQ(test, tail.data, (void *)text + c->tail_at);
}

static struct kunit_case record_cases[] = {
	KUNIT_CASE_PARAM(encodes_as_told, vector_gen_params),
	KUNIT_CASE_PARAM(cuts_at_the_right_end, var_gen_params),
	KUNIT_CASE(padding_is_zero),
	KUNIT_CASE(time_does_not_go_back),
	KUNIT_CASE(sequence_has_no_gap),
	KUNIT_CASE(no_room_changes_nothing),
	KUNIT_CASE(tells_losses_by_type),
	KUNIT_CASE(tells_what_was_filtered),
	KUNIT_CASE(tells_what_has_room),
	KUNIT_CASE(tells_more_than_32_bits_hold),
	{}
};

static struct kunit_suite record_suite = {
	.name = "starlsm_record",
	.test_cases = record_cases,
};

kunit_test_suite(record_suite);
