// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the consumer: from the ring to the engine, decoded
 *
 * consumer RUNS    writes consumer.reader, what a reader does: copied out,
 * checked, merged, batched, sent; consumer.engine, what the engine does with
 * it: received, checked again, ledgers, rules, kept for subscribers; and
 * consumer.both, in one thread without a socket between. All are events for a
 * second of processor time.
 *
 * The events are those of processes that live, see lives.h.
 */
#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"
#include "lives.h"
#include "engine/engine_core.h"
#include "engine/recent.h"
#include "lib/msg_reader.h"
#include "reader/batch.h"
#include "reader/merge.h"

#define DOMID		1
#define LIVES		200	/* in one filling of the ring */
#define FILLINGS	500

struct feed {
	struct engine *engine;
	struct recent recent;
};

static int keep(void *arg, const struct msg *m)
{
	struct feed *f = arg;

	if (m->type != MSG_VERDICT)
		recent_add(&f->recent, m);
	return 0;
}

static void feed_init(struct feed *f)
{
	const struct hash_seed seed = { { 1, 2 } };
	const struct msg_guest guest = {
		.msg = { MSG_GUEST, sizeof(guest) }, .domid = DOMID, .name = "bench",
	};

	f->engine = engine_new(&seed, keep, f);
	if (!f->engine || recent_init(&f->recent))
		errx(1, "no memory");
	if (engine_feed(f->engine, FROM_PARENT, 0, &guest.msg, 0))
		errx(1, "the engine takes no guest");
}

static void feed(struct feed *f, const struct msg *m)
{
	if (engine_feed(f->engine, FROM_READER, DOMID, m, 1))
		errx(1, "the engine refuses a batch");
}

static void send_batch(struct batch *b, int fd, struct feed *f)
{
	const struct msg *m = batch_seal(b, DOMID, 1);

	if (!f && msg_send(fd, m, -1))
		err(1, "msg_send");
	if (f)
		feed(f, m);
	batch_begin(b);
}

/* All that is in the ring to the engine, through fd or by a call; how many */
static uint64_t drain(struct merge *m, struct batch *b, int fd, struct feed *f)
{
	struct ring *r, *liar;
	uint64_t n = 0;

	if (merge_begin(m))
		errx(1, "the ring lies");
	for (; (r = merge_next(m, &liar)); n++) {
		if (!batch_add(b, r)) {
			send_batch(b, fd, f);
			batch_add(b, r);
		}
		ring_take(r);
	}
	if (liar)
		errx(1, "the ring lies");
	send_batch(b, fd, f);
	ring_commit(&m->ring[0]);
	return n;
}

/* Fill, drain, and so on; ns of processor time for an event drained. */
static double drain_all(int fd, struct feed *f)
{
	static struct batch batch;
	static struct ring ring;
	struct merge m = { .ring = &ring, .n_rings = 1 };
	struct bench_ring memory;
	uint64_t i, life, began, ns = 0, n = 0;
	struct lives lives = { .stream = &memory.stream, .step_ns = 1 };

	bench_ring_init(&memory);
	bench_ring_open(&memory, &ring, 0);
	batch_begin(&batch);
	for (i = 0; i < FILLINGS; i++) {
		for (life = 0; life < LIVES; life++)
			lives_write(&lives);
		began = bench_ns(CLOCK_THREAD_CPUTIME_ID);
		n += drain(&m, &batch, fd, f);
		ns += bench_ns(CLOCK_THREAD_CPUTIME_ID) - began;
	}
	if (n != memory.stream.seq)
		errx(1, "%ju events of %ju", (uintmax_t)n,
		     (uintmax_t)memory.stream.seq);
	bench_ring_free(&memory);
	return (double)ns / n;
}

/* The engine's end of the socket; its answer is ns for an event. */
static void *serve(void *arg)
{
	static _Alignas(8) char inbox[MSG_MAX];
	static double answer;
	int fd = *(int *)arg;
	uint64_t n = 0, began;
	struct feed f;
	ssize_t len;

	feed_init(&f);
	began = bench_ns(CLOCK_THREAD_CPUTIME_ID);
	while ((len = msg_recv(fd, inbox, sizeof(inbox), NULL)) > 0) {
		feed(&f, (const struct msg *)inbox);
		n += ((const struct msg_events *)inbox)->n_events;
	}
	if (len < 0)
		err(1, "msg_recv");
	answer = (double)(bench_ns(CLOCK_THREAD_CPUTIME_ID) - began) / n;
	recent_free(&f.recent);
	engine_free(f.engine);
	return &answer;
}

static void run_apart(void)
{
	pthread_t thread;
	void *answer;
	double ns;
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) ||
	    pthread_create(&thread, NULL, serve, &fd[1]))
		err(1, "no engine");
	ns = drain_all(fd[0], NULL);
	close(fd[0]);
	pthread_join(thread, &answer);
	close(fd[1]);
	bench_result("consumer.reader", 1e9 / ns, "events/s");
	bench_result("consumer.engine", 1e9 / *(double *)answer, "events/s");
}

static void run_together(void)
{
	struct feed f;

	feed_init(&f);
	bench_result("consumer.both", 1e9 / drain_all(-1, &f), "events/s");
	recent_free(&f.recent);
	engine_free(f.engine);
}

int main(int argc, char **argv)
{
	int i, runs = argc > 1 ? atoi(argv[1]) : 5;

	for (i = 0; i < runs; i++) {
		run_apart();
		run_together();
	}
	return 0;
}
