// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - one producer, one consumer, a processor each: the guest's ring.c
 * and record.c on one side, dom0's ring.c with all its checks on the other
 *
 * pair RUNS    writes pair.LEN (events/s) for records of 32, 64 and 256 bytes,
 * and pair-kicks.LEN, how often the consumer was woken (kicks an event); and
 * line.roundtrip, the ns in which a cache line goes to the other processor and
 * back, which is what the rest has to be held against
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define EVENTS		3000000
#define ROUNDTRIPS	200000

/* What the reader's pump has: a batch's bytes, and how far it sleeps when busy */
#define BATCH		(64 * 1024)
#define AHEAD		(BENCH_RING_SIZE / 4)

struct side {
	struct bench_ring *ring;
	pthread_barrier_t *start;
	uint32_t len;
	uint64_t kicks;
	/* The event channel: the one word that is written for a kick */
	_Alignas(64) int pending;
};

static void kick(struct side *s)
{
	s->ring->stream.wake = false;
	s->kicks++;
	__atomic_store_n(&s->pending, 1, __ATOMIC_RELEASE);
}

static void *produce(void *arg)
{
	struct side *s = arg;
	uint64_t i;

	bench_pin(0);
	pthread_barrier_wait(s->start);
	for (i = 0; i < EVENTS; i++) {
		while (!bench_write(&s->ring->stream, s->len, i))
			bench_relax();
		if (s->ring->stream.wake)
			kick(s);
	}
	kick(s);
	return NULL;
}

/* Take what is there; the room is given back batch by batch. */
static uint64_t drain(struct ring *r)
{
	uint64_t n = 0, given = r->cons;
	int rc;

	if (ring_poll(r))
		errx(1, "error %u", r->error);
	while ((rc = ring_peek(r)) > 0) {
		ring_take(r);
		n++;
		if (r->cons - given < BATCH)
			continue;
		ring_commit(r);
		given = r->cons;
	}
	if (rc < 0)
		errx(1, "error %u", r->error);
	ring_commit(r);
	return n;
}

/*
 * As the pump does when records keep coming: asks for a kick a quarter of the
 * ring ahead, and sleeps. It does not sleep here, but looks at nothing else.
 */
static void consume(struct side *s, struct ring *r)
{
	uint64_t n = 0;
	int more;

	while ((n += drain(r)) < EVENTS) {
		more = ring_sleep(r, AHEAD);
		if (more < 0)
			errx(1, "error %u", r->error);
		while (!more && !__atomic_load_n(&s->pending, __ATOMIC_ACQUIRE))
			bench_relax();
		__atomic_store_n(&s->pending, 0, __ATOMIC_RELAXED);
	}
}

/* Returns ns for all events. */
static uint64_t run(struct side *s, struct ring *r)
{
	pthread_t producer;
	uint64_t began;

	if (pthread_create(&producer, NULL, produce, s))
		err(1, "no thread");
	bench_pin(1);
	pthread_barrier_wait(s->start);
	began = bench_ns(CLOCK_MONOTONIC);
	consume(s, r);
	began = bench_ns(CLOCK_MONOTONIC) - began;
	pthread_join(producer, NULL);
	return began;
}

static void measure(uint32_t len)
{
	static struct ring ring;
	struct bench_ring memory;
	pthread_barrier_t start;
	struct side s = { .ring = &memory, .start = &start, .len = len };
	char key[32];

	bench_ring_init(&memory);
	bench_ring_open(&memory, &ring, 0);
	pthread_barrier_init(&start, NULL, 2);
	snprintf(key, sizeof(key), "pair.%u", len);
	bench_result(key, EVENTS * 1e9 / run(&s, &ring), "events/s");
	snprintf(key, sizeof(key), "pair-kicks.%u", len);
	bench_result(key, (double)s.kicks / EVENTS, "kicks/event");
	bench_ring_free(&memory);
}

static _Alignas(64) uint32_t ball;

/* Take every second turn. */
static void play(uint32_t mine)
{
	uint32_t i;

	for (i = 0; i < ROUNDTRIPS; i++) {
		while (__atomic_load_n(&ball, __ATOMIC_ACQUIRE) != 2 * i + mine)
			;
		__atomic_store_n(&ball, 2 * i + mine + 1, __ATOMIC_RELEASE);
	}
}

static void *play_back(void *arg)
{
	bench_pin(0);
	pthread_barrier_wait(arg);
	play(1);
	return NULL;
}

static void roundtrip(void)
{
	pthread_barrier_t start;
	pthread_t other;
	uint64_t began;

	ball = 0;
	pthread_barrier_init(&start, NULL, 2);
	if (pthread_create(&other, NULL, play_back, &start))
		err(1, "no thread");
	bench_pin(1);
	/* It sleeps: a spinning thread would not let the other one begin. */
	pthread_barrier_wait(&start);
	began = bench_ns(CLOCK_MONOTONIC);
	play(0);
	bench_result("line.roundtrip",
		     (double)(bench_ns(CLOCK_MONOTONIC) - began) / ROUNDTRIPS, "ns");
	pthread_join(other, NULL);
}

int main(int argc, char **argv)
{
	static const uint32_t lens[] = { 32, 64, 256 };
	int i, runs = argc > 1 ? atoi(argv[1]) : 5;
	size_t l;

	for (i = 0; i < runs; i++) {
		roundtrip();
		for (l = 0; l < ARRAY_SIZE(lens); l++)
			measure(lens[l]);
	}
	return 0;
}
