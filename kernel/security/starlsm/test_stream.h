/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - a stream in a test's memory, and a consumer that reads it
 */
#ifndef _SECURITY_STARLSM_TEST_STREAM_H
#define _SECURITY_STARLSM_TEST_STREAM_H

#include <kunit/test.h>

#include "record.h"

/* The smallest ring there may be: it wraps soon. */
#define TEST_RING_SIZE	(STARLSM_RING_PAGES_MIN * STARLSM_PAGE_SIZE)

/**
 * struct test_stream - Both ends of a stream
 *
 * @stream: The producer's.
 * @pub: Its line in the status page.
 * @peer: The consumer's line in the control page.
 */
struct test_stream {
	struct starlsm_stream stream;
	struct starlsm_producer pub;
	struct starlsm_consumer peer;
};

struct test_stream *test_stream_new(struct kunit *test);
void test_stream_start_at(struct test_stream *ts, u64 position);
const struct starlsm_rec *test_stream_next(struct test_stream *ts);
const struct starlsm_rec *test_stream_find(struct test_stream *ts, u16 type);
void test_stream_drain(struct test_stream *ts);

#endif /* _SECURITY_STARLSM_TEST_STREAM_H */
