// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of several rings in one order, and of the batches made of it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "lib/msg_reader.h"
#include "producer.h"
#include "reader/batch.h"
#include "reader/merge.h"

#define N 3

static struct producer p[N];
static struct ring r[N];
static struct merge m;

static int begin(void **state)
{
	uint32_t i;

	(void)state;
	m = (struct merge){ .ring = r, .n_rings = N };
	for (i = 0; i < N; i++) {
		producer_init(&p[i], i, 0, 0);
		producer_ring(&p[i], &r[i]);
		assert_int_equal(ring_open(&r[i]), 0);
	}
	return 0;
}

/* The next record's time, 0 at the end of the pass */
static uint64_t next(void)
{
	struct ring *liar;
	struct ring *first = merge_next(&m, &liar);
	uint64_t time_ns;

	assert_null(liar);
	if (!first)
		return 0;
	time_ns = first->order_ns;
	ring_take(first);
	return time_ns;
}

static void nothing_is_a_pass_too(void **state)
{
	(void)state;
	assert_int_equal(merge_begin(&m), 0);
	assert_int_equal(next(), 0);
}

static void comes_in_the_order_of_time(void **state)
{
	uint64_t t, last = 0;
	int n = 0;

	(void)state;
	for (t = 1; t <= 300; t++)
		producer_exit(&p[t * 7919 % N], t);
	assert_int_equal(merge_begin(&m), 0);
	while ((t = next())) {
		assert_int_equal(t, last + 1);
		last = t;
		n++;
	}
	assert_int_equal(n, 300);
}

static void equal_times_keep_each_rings_order(void **state)
{
	int n = 0;

	(void)state;
	producer_exit(&p[0], 5);
	producer_exit(&p[0], 5);
	producer_exit(&p[1], 5);
	assert_int_equal(merge_begin(&m), 0);
	while (next())
		n++;
	assert_int_equal(n, 3);
	assert_int_equal(r[0].next_seq, 2);
}

/*
 * The case that two readings are for. Between the first reading and the
 * second, ring 0 gets a record and then ring 1 one that depends on it. The
 * first is seen by the second reading, but is beyond the goal.
 */
static void later_records_wait_for_the_next_pass(void **state)
{
	(void)state;
	producer_exit(&p[2], 10);
	assert_int_equal(merge_begin(&m), 0);
	/* Committed after both readings: this pass does not see them. */
	producer_exit(&p[0], 20);
	producer_exit(&p[1], 21);
	assert_int_equal(next(), 10);
	assert_int_equal(next(), 0);
	assert_int_equal(merge_begin(&m), 0);
	assert_int_equal(next(), 20);
	assert_int_equal(next(), 21);
	assert_int_equal(next(), 0);
}

/* Seen by the second reading only, but older than what has to come out. */
static void older_records_beyond_the_goal_come_first(void **state)
{
	(void)state;
	producer_exit(&p[1], 30);
	assert_int_equal(merge_begin(&m), 0);
	producer_exit(&p[0], 20);
	producer_exit(&p[0], 40);
	/* As the second reading would have found it */
	assert_int_equal(ring_poll(&r[0]), 0);
	assert_int_equal(next(), 20);
	assert_int_equal(next(), 30);
	/* All goals are reached: 40 is for the next pass. */
	assert_int_equal(next(), 0);
	assert_int_equal(merge_begin(&m), 0);
	assert_int_equal(next(), 40);
}

/* A new epoch on one ring, whose clock began anew: the others go on. */
static void new_epoch_holds_up_nobody(void **state)
{
	(void)state;
	producer_exit(&p[0], 100);
	producer_hello(&p[0], 0, 1, 1);
	producer_exit(&p[1], 50);
	assert_int_equal(merge_begin(&m), 0);
	assert_int_equal(next(), 50);
	assert_int_equal(next(), 100);
	assert_int_equal(next(), 1);
	assert_int_equal(next(), 0);
}

static void lie_is_told_with_its_ring(void **state)
{
	struct ring *liar = NULL;

	(void)state;
	producer_exit(&p[0], 1);
	producer_exit(&p[1], 2);
	p[1].data[2] = 3;
	assert_int_equal(merge_begin(&m), 0);
	assert_null(merge_next(&m, &liar));
	assert_ptr_equal(liar, &r[1]);
	assert_int_equal(liar->error, STARLSM_ERR_LENGTH);
}

static void lie_at_the_start_of_a_pass(void **state)
{
	(void)state;
	p[2].status.prod = 3;
	assert_int_equal(merge_begin(&m), -1);
	assert_int_equal(r[2].error, STARLSM_ERR_POSITION);
}

/* A pass ends though the guest writes all the time. */
static void pass_is_bounded(void **state)
{
	int n = 0;

	(void)state;
	producer_exit(&p[0], 1);
	assert_int_equal(merge_begin(&m), 0);
	while (next()) {
		n++;
		producer_exit(&p[0], n + 1);
	}
	assert_int_equal(n, 1);
}

static void batch_holds_what_it_was_given(void **state)
{
	static struct batch b;
	const struct msg_events *head;
	struct msg_event event;
	struct starlsm_rec rec;

	(void)state;
	batch_begin(&b);
	producer_path(&p[1], 64, 9);
	assert_int_equal(ring_poll(&r[1]), 0);
	assert_int_equal(ring_peek(&r[1]), 1);
	assert_true(batch_add(&b, &r[1]));
	head = (const struct msg_events *)batch_seal(&b, 12, 34);
	assert_int_equal(head->msg.type, MSG_EVENTS);
	assert_int_equal(head->msg.len, sizeof(*head) + sizeof(event) + 64);
	assert_int_equal(head->domid, 12);
	assert_int_equal(head->read_ns, 34);
	assert_int_equal(head->n_events, 1);
	memcpy(&event, b.buf + sizeof(*head), sizeof(event));
	assert_int_equal(event.ring, 1);
	assert_int_equal(event.rec_len, 64);
	memcpy(&rec, b.buf + sizeof(*head) + sizeof(event), sizeof(rec));
	assert_int_equal(rec.type, STARLSM_EV_PATH);
}

static void batch_says_when_it_is_full(void **state)
{
	static struct batch b;
	unsigned int n;

	(void)state;
	batch_begin(&b);
	producer_path(&p[0], STARLSM_REC_MAX, 1);
	assert_int_equal(ring_poll(&r[0]), 0);
	assert_int_equal(ring_peek(&r[0]), 1);
	for (n = 0; batch_add(&b, &r[0]); n++)
		;
	assert_int_equal(n, (MSG_MAX - sizeof(struct msg_events)) /
			    (STARLSM_REC_MAX + sizeof(struct msg_event)));
	assert_true(batch_seal(&b, 1, 1)->len <= MSG_MAX);
	batch_begin(&b);
	assert_true(batch_add(&b, &r[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_is_a_pass_too, begin),
		cmocka_unit_test_setup(comes_in_the_order_of_time, begin),
		cmocka_unit_test_setup(equal_times_keep_each_rings_order, begin),
		cmocka_unit_test_setup(later_records_wait_for_the_next_pass, begin),
		cmocka_unit_test_setup(older_records_beyond_the_goal_come_first, begin),
		cmocka_unit_test_setup(new_epoch_holds_up_nobody, begin),
		cmocka_unit_test_setup(lie_is_told_with_its_ring, begin),
		cmocka_unit_test_setup(lie_at_the_start_of_a_pass, begin),
		cmocka_unit_test_setup(pass_is_bounded, begin),
		cmocka_unit_test_setup(batch_holds_what_it_was_given, begin),
		cmocka_unit_test_setup(batch_says_when_it_is_full, begin),
	};

	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
