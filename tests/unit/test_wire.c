// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the two sides of a ring together: the guest's ring.c and record.c,
 * built for user space, and dom0's ring.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <string.h>
#include <unistd.h>

#include "reader/ring.h"
#include "record.h"

#define SIZE	(STARLSM_RING_PAGES_MIN * STARLSM_PAGE_SIZE)
/* Many times round the ring; a test that waits for ever ends by a signal. */
#define EVENTS	200000
#define SECONDS	120

static _Alignas(8) uint8_t data[SIZE];
static struct starlsm_producer pub;
static struct starlsm_consumer peer;
static struct starlsm_stream stream;
static struct ring r;

static void begin(void)
{
	memset(data, 0xff, sizeof(data));
	memset(&pub, 0, sizeof(pub));
	memset(&peer, 0, sizeof(peer));
	memset(&stream, 0, sizeof(stream));
	starlsm_ring_init(&stream.ring, data, SIZE, &pub, &peer);
	memset(&r, 0, sizeof(r));
	r.untrusted_data = data;
	r.untrusted_producer = &pub;
	r.untrusted_consumer = &peer;
	r.size = SIZE;
	assert_int_equal(ring_open(&r), 0);
}

static bool write_exit(uint32_t pid)
{
	const struct starlsm_rec_exit rec = { .pid = pid };

	return starlsm_record_write(&stream, &STARLSM_MSG(EXIT, &rec), pid, 7);
}

static void take_exit(uint32_t pid)
{
	struct starlsm_rec_exit rec;

	assert_int_equal(ring_peek(&r), 1);
	memcpy(&rec, r.rec, sizeof(rec));
	assert_int_equal(rec.rec.type, STARLSM_EV_EXIT);
	assert_int_equal(rec.pid, pid);
	ring_take(&r);
}

static void what_is_written_is_read(void **state)
{
	static const char path[] = "/etc/passwd";
	struct starlsm_rec_path rec = { .id = 1 };
	uint32_t i;

	(void)state;
	begin();
	/* All lengths modulo 8, and past the ring's end, where a PAD is. */
	for (i = 0; i < 5000; i++) {
		struct starlsm_var vars[] = { { path, 1 + i % strlen(path) } };

		rec.path_len = vars[0].len;
		assert_true(starlsm_record_write(&stream,
			&STARLSM_MSG_VARS(PATH, &rec, vars), i, 7));
		assert_int_equal(ring_poll(&r), 0);
		assert_int_equal(ring_peek(&r), 1);
		assert_int_equal(r.seq, i);
		assert_int_equal(r.order_ns, i);
		assert_memory_equal(r.rec + sizeof(rec), path, rec.path_len);
		ring_take(&r);
		ring_commit(&r);
	}
}

static void what_has_no_room_is_told(void **state)
{
	uint32_t n = 0, lost = 0;
	struct starlsm_rec_lost rec;

	(void)state;
	begin();
	while (write_exit(n))
		n++;
	for (; lost < 10; lost++)
		starlsm_record_lose(&stream, STARLSM_EV_EXIT);
	assert_true(starlsm_record_owes(&stream.lost));
	assert_false(starlsm_record_tell_lost(&stream, 1));
	assert_int_equal(ring_poll(&r), 0);
	for (uint32_t i = 0; i < n; i++)
		take_exit(i);
	ring_commit(&r);
	assert_true(starlsm_record_tell_lost(&stream, n));
	assert_int_equal(ring_poll(&r), 0);
	assert_int_equal(ring_peek(&r), 1);
	memcpy(&rec, r.rec, sizeof(rec));
	assert_int_equal(rec.rec.type, STARLSM_EV_LOST);
	assert_int_equal(rec.event, STARLSM_EV_EXIT);
	assert_int_equal(rec.count, lost);
}

/*
 * No wake-up is lost: the consumer sleeps for as long as it is not kicked, and
 * has no clock.
 */
static sem_t kicked;

static void kick_if_due(void)
{
	if (stream.wake)
		sem_post(&kicked);
	stream.wake = false;
}

static void *produce(void *arg)
{
	uint32_t i;

	for (i = 0; i < EVENTS; i++) {
		while (!write_exit(i))
			sched_yield();
		kick_if_due();
	}
	/* What is left may not reach the mark. */
	sem_post(&kicked);
	return arg;
}

static uint32_t drain(uint32_t n)
{
	assert_int_equal(ring_poll(&r), 0);
	while (r.cons != r.prod && ring_peek(&r) == 1)
		take_exit(n++);
	assert_int_equal(r.error, STARLSM_ERR_OK);
	ring_commit(&r);
	return n;
}

static void run_with(uint32_t ahead)
{
	pthread_t producer;
	uint32_t n = 0;
	int more;

	begin();
	alarm(SECONDS);
	sem_init(&kicked, 0, 0);
	assert_int_equal(pthread_create(&producer, NULL, produce, NULL), 0);
	while ((n = drain(n)) < EVENTS) {
		more = ring_sleep(&r, ahead);
		assert_true(more >= 0);
		if (!more)
			sem_wait(&kicked);
	}
	pthread_join(producer, NULL);
	alarm(0);
	assert_int_equal(n, stream.seq);
}

static void nobody_sleeps_for_ever(void **state)
{
	(void)state;
	run_with(1);
}

static void nor_when_busy(void **state)
{
	(void)state;
	run_with(SIZE / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_has_no_room_is_told),
		cmocka_unit_test(nobody_sleeps_for_ever),
		cmocka_unit_test(nor_when_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
