// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - many producers: a ring each, or one ring and a spin lock
 *
 * scale RUNS    writes scale.own.N and scale.shared.N (events/s, all producers
 * together) and scale.own-cpu.N, scale.shared-cpu.N (ns of processor time an
 * event), for N of 1 to 8 producers of 64-byte records
 *
 * Nobody else runs: where a ring is half full its producer says in the
 * consumer's place that all is read. So it is only the producers' side.
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define PRODUCERS	8
#define LEN		64
#define EVENTS		4000000	/* of all producers together */

struct shared {
	struct bench_ring *ring;
	pthread_spinlock_t *lock;	/* NULL: a ring of one's own */
};

struct producer {
	struct shared to;
	pthread_barrier_t *start;
	unsigned int number;
	uint64_t events;
	uint64_t cpu_ns;
	uint64_t began_ns, ended_ns;
};

static void write_one(struct bench_ring *b, uint64_t now)
{
	const struct starlsm_ring *const ring = &b->stream.ring;

	if (!bench_write(&b->stream, LEN, now))
		errx(1, "no room");
	if (ring->prod - ring->cons > ring->size / 2)
		__atomic_store_n(&b->peer->cons, ring->prod, __ATOMIC_RELEASE);
}

static void *produce(void *arg)
{
	struct producer *p = arg;
	uint64_t i;

	bench_pin(p->number);
	pthread_barrier_wait(p->start);
	p->began_ns = bench_ns(CLOCK_MONOTONIC);
	p->cpu_ns = bench_ns(CLOCK_THREAD_CPUTIME_ID);
	for (i = 0; i < p->events; i++) {
		if (p->to.lock)
			pthread_spin_lock(p->to.lock);
		write_one(p->to.ring, i);
		if (p->to.lock)
			pthread_spin_unlock(p->to.lock);
	}
	p->cpu_ns = bench_ns(CLOCK_THREAD_CPUTIME_ID) - p->cpu_ns;
	p->ended_ns = bench_ns(CLOCK_MONOTONIC);
	return NULL;
}

static void tell(const char *kind, unsigned int n, double value, const char *unit)
{
	char key[48];

	snprintf(key, sizeof(key), "scale.%s.%u", kind, n);
	bench_result(key, value, unit);
}

static void run(unsigned int n, bool is_shared)
{
	struct bench_ring rings[PRODUCERS];
	struct producer p[PRODUCERS];
	pthread_t thread[PRODUCERS];
	pthread_spinlock_t lock;
	pthread_barrier_t start;
	uint64_t began = UINT64_MAX, ended = 0, cpu = 0;
	unsigned int i;

	pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
	pthread_barrier_init(&start, NULL, n);
	for (i = 0; i < n; i++) {
		bench_ring_init(&rings[i]);
		p[i] = (struct producer) {
			.to = { is_shared ? &rings[0] : &rings[i],
				is_shared ? &lock : NULL },
			.start = &start, .number = i, .events = EVENTS / n,
		};
		if (pthread_create(&thread[i], NULL, produce, &p[i]))
			err(1, "no thread");
	}
	for (i = 0; i < n; i++) {
		pthread_join(thread[i], NULL);
		cpu += p[i].cpu_ns;
		began = min(began, p[i].began_ns);
		ended = max(ended, p[i].ended_ns);
	}
	for (i = 0; i < n; i++)
		bench_ring_free(&rings[i]);
	tell(is_shared ? "shared" : "own", n, (EVENTS / n * n) * 1e9 / (ended - began),
	     "events/s");
	tell(is_shared ? "shared-cpu" : "own-cpu", n,
	     (double)cpu / (EVENTS / n * n), "ns");
}

int main(int argc, char **argv)
{
	int i, runs = argc > 1 ? atoi(argv[1]) : 5;
	unsigned int n;

	for (i = 0; i < runs; i++) {
		for (n = 1; n <= PRODUCERS; n++) {
			run(n, false);
			run(n, true);
		}
	}
	return 0;
}
