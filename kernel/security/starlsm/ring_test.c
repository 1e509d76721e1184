// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the ring
 */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/string.h>

#include "ring.h"
#include "test_stream.h"

static struct starlsm_ring *ring_of(struct test_stream *ts)
{
	return &ts->stream.ring;
}

/* Fill with records of @len bytes until nothing fits; how many did. */
static unsigned int fill_up(struct starlsm_ring *ring, u32 len)
{
	unsigned int n = 0;
	struct starlsm_rec *rec;

	while ((rec = starlsm_ring_reserve(ring, len))) {
		rec->type = STARLSM_EV_LOST;
		rec->len = len;
		starlsm_ring_commit(ring);
		n++;
	}
	return n;
}

static void reserve_shows_nothing(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);
	struct starlsm_ring *const ring = ring_of(ts);

	KUNIT_EXPECT_PTR_EQ(test, starlsm_ring_reserve(ring, 64),
			    (void *)ring->data);
	KUNIT_EXPECT_EQ(test, ts->pub.prod, 0);
	/* What is not committed is forgotten. */
	KUNIT_EXPECT_PTR_EQ(test, starlsm_ring_reserve(ring, 32),
			    (void *)ring->data);
	starlsm_ring_commit(ring);
	KUNIT_EXPECT_EQ(test, ts->pub.prod, 32);
}

static void whole_ring_can_be_full(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);
	struct starlsm_ring *const ring = ring_of(ts);

	KUNIT_EXPECT_EQ(test, fill_up(ring, 32), TEST_RING_SIZE / 32);
	KUNIT_EXPECT_EQ(test, ts->pub.prod, TEST_RING_SIZE);
	ts->peer.cons = 31;
	KUNIT_EXPECT_NULL(test, starlsm_ring_reserve(ring, 32));
	ts->peer.cons = 32;
	KUNIT_EXPECT_NOT_NULL(test, starlsm_ring_reserve(ring, 32));
	KUNIT_EXPECT_EQ(test, ring->bad_peer, 0);
}

struct wrap_case {
	const char *name;
	u64 at;		/* bytes before the end of the ring */
	u32 len;
	u64 pad;	/* expected */
};

static const struct wrap_case wrap_cases[] = {
	{ "fits exactly", 64, 64, 0 },
	{ "least padding", 8, 32, 8 },
	{ "one step short", 56, 64, 56 },
	{ "most padding", 4088, 4096, 4088 },
	{ "at the start", 0, 4096, 0 },
};

KUNIT_ARRAY_PARAM_DESC(wrap, wrap_cases, name);

static void pads_at_the_end(struct kunit *test)
{
	const struct wrap_case *const c = test->param_value;
	struct test_stream *const ts = test_stream_new(test);
	struct starlsm_ring *const ring = ring_of(ts);
	const struct starlsm_rec *pad;
	const u64 start = 4 * TEST_RING_SIZE - c->at;

	test_stream_start_at(ts, start);
	pad = (void *)ring->data + (start & (TEST_RING_SIZE - 1));
	KUNIT_EXPECT_PTR_EQ(test, starlsm_ring_reserve(ring, c->len),
			    c->pad ? (void *)ring->data : (void *)pad);
	starlsm_ring_commit(ring);
	KUNIT_EXPECT_EQ(test, ts->pub.prod, start + c->pad + c->len);
	if (!c->pad)
		return;
	KUNIT_EXPECT_EQ(test, pad->type, STARLSM_EV_PAD);
	KUNIT_EXPECT_EQ(test, pad->len, c->pad);
	KUNIT_EXPECT_EQ(test, pad->seq, 0);
}

/* The padding needs room too, or it would stand where nothing was read. */
static void padding_needs_room(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);
	struct starlsm_ring *const ring = ring_of(ts);

	test_stream_start_at(ts, TEST_RING_SIZE - 8);
	ring->cons -= TEST_RING_SIZE - 64 - 8;
	ts->peer.cons = ring->cons;
	/* 72 bytes are free: 8 up to the end, 64 from the start. */
	KUNIT_EXPECT_NULL(test, starlsm_ring_reserve(ring, 72));
	KUNIT_EXPECT_NOT_NULL(test, starlsm_ring_reserve(ring, 64));
}

struct peer_case {
	const char *name;
	u64 told;	/* from the producer's position on */
	bool bad;
};

/* The ring is full: its consumer was last at prod - size. */
static const struct peer_case peer_cases[] = {
	{ "has read all", 0, false },
	{ "has read some", -(u64)32, false },
	{ "has read one", 64 - (u64)TEST_RING_SIZE, false },
	{ "stays", -(u64)TEST_RING_SIZE, false },
	{ "goes back", -(u64)TEST_RING_SIZE - 8, true },
	{ "goes back by the ring", -2 * (u64)TEST_RING_SIZE, true },
	{ "runs ahead", 8, true },
	{ "runs far ahead", 1ULL << 63, true },
	{ "ahead by the ring", TEST_RING_SIZE, true },
};

KUNIT_ARRAY_PARAM_DESC(peer, peer_cases, name);

static void believes_no_impossible_position(struct kunit *test)
{
	const struct peer_case *const c = test->param_value;
	struct test_stream *const ts = test_stream_new(test);
	struct starlsm_ring *const ring = ring_of(ts);
	u64 good;

	test_stream_start_at(ts, 10 * TEST_RING_SIZE);
	fill_up(ring, 64);
	ts->peer.cons += 64;
	fill_up(ring, 64);
	good = ring->cons;
	ts->peer.cons = ring->prod + c->told;
	KUNIT_EXPECT_EQ(test, !starlsm_ring_reserve(ring, 32),
			c->bad || ts->peer.cons == good);
	KUNIT_EXPECT_EQ(test, ring->bad_peer, c->bad);
	if (c->bad)
		KUNIT_EXPECT_EQ(test, ring->cons, good);
	else
		KUNIT_EXPECT_EQ(test, ring->cons, ts->peer.cons);
	/* Once it tells the truth again, things go on. */
	test_stream_drain(ts);
	KUNIT_EXPECT_NOT_NULL(test, starlsm_ring_reserve(ring, 32));
}

struct wake_case {
	const char *name;
	u64 wake;	/* from the producer's position on */
	bool kick;	/* expected of a record of 64 bytes */
};

static const struct wake_case wake_cases[] = {
	{ "the next byte", 1, true },
	{ "within", 32, true },
	{ "reached", 64, true },
	{ "one short", 65, false },
	{ "where it was", 0, false },
	{ "behind", -(u64)64, false },
	{ "never", 1ULL << 63, false },
};

KUNIT_ARRAY_PARAM_DESC(wake, wake_cases, name);

static void kicks_where_asked(struct kunit *test)
{
	const struct wake_case *const c = test->param_value;
	struct test_stream *const ts = test_stream_new(test);

	test_stream_start_at(ts, -(u64)TEST_RING_SIZE);
	ts->peer.wake = ring_of(ts)->prod + c->wake;
	starlsm_ring_reserve(ring_of(ts), 64);
	KUNIT_EXPECT_EQ(test, starlsm_ring_commit(ring_of(ts)), c->kick);
}

/* Padding counts as bytes that go by the threshold. */
static void kicks_over_padding(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);

	test_stream_start_at(ts, TEST_RING_SIZE - 32);
	ts->peer.wake = TEST_RING_SIZE - 8;
	starlsm_ring_reserve(ring_of(ts), 64);
	KUNIT_EXPECT_TRUE(test, starlsm_ring_commit(ring_of(ts)));
}

/* A producer that is now faster, now slower, across the end of 64 bits. */
static void carries_everything(struct kunit *test)
{
	struct test_stream *const ts = test_stream_new(test);
	struct starlsm_ring *const ring = ring_of(ts);
	u32 written = 0, read = 0, len, round;
	const struct starlsm_rec *got;
	struct starlsm_rec *rec;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 1);
	test_stream_start_at(ts, -(u64)(8 * TEST_RING_SIZE));
	for (round = 0; round < 20000; round++) {
		len = 24 + 8 * (prandom_u32_state(&rnd) % 510);
		if (prandom_u32_state(&rnd) % 3) {
			rec = starlsm_ring_reserve(ring, len);
			if (!rec)
				continue;
			memset(rec, written, len);
			rec->type = STARLSM_EV_LOST;
			rec->len = len;
			rec->seq = written++;
			starlsm_ring_commit(ring);
			continue;
		}
		got = test_stream_next(ts);
		if (!got)
			continue;
		KUNIT_ASSERT_EQ(test, got->seq, read);
		KUNIT_ASSERT_EQ(test, ((u8 *)got)[got->len - 1], (u8)read);
		read++;
	}
	while ((got = test_stream_next(ts)))
		KUNIT_ASSERT_EQ(test, got->seq, read++);
	KUNIT_EXPECT_EQ(test, read, written);
	KUNIT_EXPECT_GT(test, read, 1000);
	KUNIT_EXPECT_LT(test, ts->pub.prod, 1ULL << 63);
	KUNIT_EXPECT_EQ(test, ring->bad_peer, 0);
}

struct copied {
	const char *what;
	u64 cons;
	bool is_copied;
};

/* 96 bytes are committed, and somebody waits for the first 64 of them. */
static const struct copied copied_cases[] = {
	{ "nothing", 0, false },
	{ "not all", 63, false },
	{ "just that", 64, true },
	{ "everything", 96, true },
	{ "more than there is", 97, false },
	{ "a position from long ago", -32, false },
};

KUNIT_ARRAY_PARAM_DESC(copied, copied_cases, what);

static void knows_what_is_copied(struct kunit *test)
{
	const struct copied *const c = test->param_value;
	struct test_stream *const ts = test_stream_new(test);
	struct starlsm_ring *const ring = ring_of(ts);

	starlsm_ring_reserve(ring, 64);
	starlsm_ring_commit(ring);
	starlsm_ring_want_copy(ring);
	KUNIT_EXPECT_EQ(test, ts->pub.commit, 64);
	starlsm_ring_reserve(ring, 32);
	starlsm_ring_commit(ring);
	KUNIT_EXPECT_EQ(test, ts->pub.commit, 64);
	ts->peer.cons = c->cons;
	KUNIT_EXPECT_EQ(test, starlsm_ring_is_copied(ring, 64), c->is_copied);
}

struct restate_case {
	const char *name;
	u64 arrived_cons, arrived_seq;	/* what stands there after the suspend */
	u64 cons, seq;			/* what is to */
};

/* Written up to 640, 20 records; read up to 320, 10 of them, before it. */
static const struct restate_case restate_cases[] = {
	{ "as it was", 320, 10, 320, 10 },
	{ "read on meanwhile", 480, 15, 480, 15 },
	{ "read to the end", 640, 20, 640, 20 },
	{ "older than that", 32, 1, 320, 10 },
	{ "nothing", 0, 0, 320, 10 },
	{ "ahead", 672, 21, 320, 10 },
};

KUNIT_ARRAY_PARAM_DESC(restate, restate_cases, name);

static void says_where_the_consumer_was(struct kunit *test)
{
	const struct restate_case *const c = test->param_value;
	struct test_stream *const ts = test_stream_new(test);
	struct starlsm_ring *const ring = ring_of(ts);
	unsigned int i;

	for (i = 0; i < 20; i++) {
		KUNIT_ASSERT_NOT_NULL(test, starlsm_ring_reserve(ring, 32));
		starlsm_ring_commit(ring);
	}
	ts->peer.cons = 320;
	ts->peer.next_seq = 10;
	starlsm_ring_keep_peer(ring);
	ts->peer.cons = c->arrived_cons;
	ts->peer.next_seq = c->arrived_seq;
	starlsm_ring_restate_peer(ring, &ts->peer);
	KUNIT_EXPECT_EQ(test, ts->peer.cons, c->cons);
	KUNIT_EXPECT_EQ(test, ts->peer.next_seq, c->seq);
	KUNIT_EXPECT_EQ(test, ring->bad_peer, 0);
}

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(reserve_shows_nothing),
	KUNIT_CASE(whole_ring_can_be_full),
	KUNIT_CASE_PARAM(pads_at_the_end, wrap_gen_params),
	KUNIT_CASE(padding_needs_room),
	KUNIT_CASE_PARAM(believes_no_impossible_position, peer_gen_params),
	KUNIT_CASE_PARAM(kicks_where_asked, wake_gen_params),
	KUNIT_CASE(kicks_over_padding),
	KUNIT_CASE_PARAM(knows_what_is_copied, copied_gen_params),
	KUNIT_CASE_PARAM(says_where_the_consumer_was, restate_gen_params),
	KUNIT_CASE(carries_everything),
	{}
};

static struct kunit_suite ring_suite = {
	.name = "starlsm_ring",
	.test_cases = ring_cases,
};

kunit_test_suite(ring_suite);
