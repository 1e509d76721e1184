/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the native benchmarks share: threads, clocks, result lines
 *
 * A result is a line on standard output: a key, a value, a unit, with tabs
 * between. A key that comes again is another run of the same; medians and
 * bests are taken by ../report.
 */
#ifndef STARLSM_BENCH_H
#define STARLSM_BENCH_H

#include <stdint.h>
#include <time.h>

#include "reader/ring.h"
#include "record.h"

/* As the kernel's configuration has them */
#define BENCH_RING_PAGES	64
#define BENCH_RING_SIZE		(BENCH_RING_PAGES * STARLSM_PAGE_SIZE)

/* A ring's memory, as a guest has it: bytes, the guest's line, dom0's line */
struct bench_ring {
	struct starlsm_stream stream;	/* the guest's side */
	struct starlsm_producer *pub;
	struct starlsm_consumer *peer;
	uint8_t *data;
};

/* Fresh memory, in pages of their own; ends the program without. */
void bench_ring_init(struct bench_ring *b);
void bench_ring_free(struct bench_ring *b);

/* Opens dom0's side of it. */
void bench_ring_open(struct bench_ring *b, struct ring *r, uint32_t number);

/*
 * Write an event whose record is len bytes long, 32 or more; false if there
 * was no room. The clock is a counter: reading one is not what is measured.
 */
bool bench_write(struct starlsm_stream *stream, uint32_t len, uint64_t now_ns);

/*
 * Let the calling thread run on that processor only and, if it may, before
 * everything else there: what else runs is not what is measured.
 */
void bench_pin(unsigned int cpu);
unsigned int bench_cpus(void);

/* Of CLOCK_MONOTONIC, or of CLOCK_THREAD_CPUTIME_ID */
uint64_t bench_ns(clockid_t clock);

void bench_result(const char *key, double value, const char *unit);

static inline void bench_relax(void)
{
	__asm__ volatile("pause");
}

#endif /* STARLSM_BENCH_H */
