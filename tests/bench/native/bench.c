// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what the native benchmarks share: threads, clocks, result lines
 */
#include "bench.h"

#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *pages(size_t len)
{
	void *memory = aligned_alloc(STARLSM_PAGE_SIZE, len);

	if (!memory)
		err(1, "no memory");
	memset(memory, 0, len);
	return memory;
}

void bench_ring_init(struct bench_ring *b)
{
	memset(b, 0, sizeof(*b));
	b->data = pages(BENCH_RING_SIZE);
	b->pub = pages(STARLSM_PAGE_SIZE);
	b->peer = pages(STARLSM_PAGE_SIZE);
	starlsm_ring_init(&b->stream.ring, b->data, BENCH_RING_SIZE, b->pub,
			  b->peer);
}

void bench_ring_free(struct bench_ring *b)
{
	free(b->data);
	free(b->pub);
	free(b->peer);
}

void bench_ring_open(struct bench_ring *b, struct ring *r, uint32_t number)
{
	memset(r, 0, sizeof(*r));
	r->untrusted_data = b->data;
	r->untrusted_producer = b->pub;
	r->untrusted_consumer = b->peer;
	r->number = number;
	r->size = BENCH_RING_SIZE;
	if (ring_open(r))
		errx(1, "the ring does not open");
}

/* The shortest event has a number of its own, any other a path of x's. */
bool bench_write(struct starlsm_stream *stream, uint32_t len, uint64_t now_ns)
{
	static const char path[] =
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	struct starlsm_rec_exit end = { .code = 0, .pid = 42 };
	struct starlsm_rec_path rec = { .id = 1, .path_len = len - sizeof(rec) };
	struct starlsm_var vars[] = { { .data = path, .len = rec.path_len } };

	if (len == sizeof(end))
		return starlsm_record_write(stream, &STARLSM_MSG(EXIT, &end),
					    now_ns, 7);
	return starlsm_record_write(stream,
				    &STARLSM_MSG_VARS(PATH, &rec, vars),
				    now_ns, 7);
}

unsigned int bench_cpus(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

void bench_pin(unsigned int cpu)
{
	const struct sched_param first = { .sched_priority = 1 };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu % bench_cpus(), &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "sched_setaffinity");
	sched_setscheduler(0, SCHED_FIFO, &first);
}

uint64_t bench_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

void bench_result(const char *key, double value, const char *unit)
{
	printf("%s\t%.6g\t%s\n", key, value, unit);
	fflush(stdout);
}
