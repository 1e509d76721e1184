// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - a stream in a test's memory, and a consumer that reads it
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "test_stream.h"

/**
 * test_stream_new - Make an empty stream that lives as long as the test
 *
 * @test: The test.
 */
struct test_stream *test_stream_new(struct kunit *test)
{
	struct test_stream *const ts = kunit_kzalloc(test, sizeof(*ts),
						     GFP_KERNEL);
	void *const data = kunit_kmalloc(test, TEST_RING_SIZE, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ts);
	KUNIT_ASSERT_NOT_NULL(test, data);
	/* What is not written must show. */
	memset(data, 0xa5, TEST_RING_SIZE);
	starlsm_ring_init(&ts->stream.ring, data, TEST_RING_SIZE, &ts->pub,
			  &ts->peer);
	return ts;
}

/**
 * test_stream_start_at - Put an empty stream at another position
 *
 * @ts: The stream.
 * @position: As if this many bytes had gone through it.
 */
void test_stream_start_at(struct test_stream *ts, u64 position)
{
	ts->stream.ring.prod = position;
	ts->stream.ring.cons = position;
	ts->pub.prod = position;
	ts->peer.cons = position;
}

/**
 * test_stream_next - Read the next record, and give its room back
 *
 * @ts: The stream.
 *
 * Return: The record, in the ring, whole until something is written; NULL if
 * there is none.
 */
const struct starlsm_rec *test_stream_next(struct test_stream *ts)
{
	const struct starlsm_rec *rec;

	do {
		if (ts->peer.cons == ts->pub.prod)
			return NULL;
		rec = (const void *)ts->stream.ring.data +
			(ts->peer.cons & (TEST_RING_SIZE - 1));
		ts->peer.cons += rec->len;
	} while (rec->type == STARLSM_EV_PAD);
	return rec;
}

/**
 * test_stream_find - Read on to a record of some type
 *
 * @ts: The stream.
 * @type: The type.
 *
 * Return: The record, or NULL if the stream has been read without meeting one.
 */
const struct starlsm_rec *test_stream_find(struct test_stream *ts, u16 type)
{
	const struct starlsm_rec *rec;

	do {
		rec = test_stream_next(ts);
	} while (rec && rec->type != type);
	return rec;
}

/**
 * test_stream_drain - Read all there is
 *
 * @ts: The stream.
 */
void test_stream_drain(struct test_stream *ts)
{
	ts->peer.cons = ts->pub.prod;
}
