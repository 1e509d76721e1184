// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the journal: what the engine pays for it, how fast it writes, how much
 * it keeps, and how long a question to a day takes
 *
 * journal RUNS    writes journal.tap (ns of processor time that an event costs the
 * engine more), journal.write (events for a second of the journal's processor
 * time), journal.bytes (an event on the disk); then, once, of a day of 200 events
 * a second: journal.day-bytes, and the seconds that starlsmctl takes for
 * journal.query-type (one type, rare), journal.query-where (a condition, every
 * event looked at), journal.verify and journal.replay.
 *
 * Files are made under $TMPDIR, or /tmp, and not synced: what a disk takes for
 * that is the disk's.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench.h"
#include "ctl/client.h"
#include "ctl/ctl.h"
#include "engine/engine_core.h"
#include "engine/tap.h"
#include "journal/recorder.h"
#include "lives.h"
#include "reader/batch.h"
#include "reader/merge.h"
#include "starlsmd/signer.h"

#define DOMID		1
#define NS_PER_S	1000000000LL
#define REAL_NS		(1700000000 * NS_PER_S)	/* when the day begins */
#define DAY_S		86400
#define DAY_RATE	200	/* events a second */
#define FLOOD_EVENTS	2000000
#define FLOOD_LIVES	200	/* in one filling of the ring */

struct system {
	struct engine *core;	/* what it says goes to the tap */
	struct engine *alone;	/* the same without one */
	struct tap tap;
	int socket;
	struct recorder recorder;
	struct signer signer;
	struct bench_ring memory;
	struct ring ring;
	struct merge merge;
	struct lives lives;
	int64_t now_ns;
	uint64_t engine_ns, alone_ns, journal_ns, events;
	char top[256], directory[300], key[300], public[310];
};

/* In place of libc's */
int fdatasync(int fd)
{
	(void)fd;
	return 0;
}

int fsync(int fd)
{
	(void)fd;
	return 0;
}

/* What starlsmctl's commands want of its main() */
int64_t ctl_wall_ns(void)
{
	return 0;
}

bool ctl_is_wanted(const struct ctl_options *opt, const char *guest, uint32_t domid)
{
	(void)opt;
	(void)guest;
	(void)domid;
	return true;
}

static uint64_t cpu(void)
{
	return bench_ns(CLOCK_THREAD_CPUTIME_ID);
}

/*
 * An engine and a journal
 */

static int to_tap(void *arg, const struct msg *m)
{
	struct system *s = arg;

	tap_out(&s->tap, m, 0, s->now_ns);
	return 0;
}

static int to_nobody(void *arg, const struct msg *m)
{
	(void)arg;
	(void)m;
	return 0;
}

static void open_journal(struct system *s)
{
	const struct store_limits limits = { .bytes = 64ULL << 30, .age_ns = INT64_MAX };
	const char *tmp = getenv("TMPDIR");
	int fd;

	snprintf(s->top, sizeof(s->top), "%s/starlsm-bench-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(s->top))
		err(1, "%s", s->top);
	snprintf(s->directory, sizeof(s->directory), "%s/journal", s->top);
	snprintf(s->key, sizeof(s->key), "%s/key", s->top);
	snprintf(s->public, sizeof(s->public), "%s.pub", s->key);
	if (mkdir(s->directory, 0700) || signer_open(&s->signer, s->key))
		err(1, "%s", s->directory);
	fd = open(s->directory, O_RDONLY | O_DIRECTORY);
	if (fd < 0 || recorder_init(&s->recorder, fd, &limits, 0, REAL_NS))
		errx(1, "no journal");
}

static void feed(struct system *s, enum engine_sender sender, const struct msg *m)
{
	uint64_t began = cpu();

	tap_fact(&s->tap, sender, DOMID, m, s->now_ns);
	if (engine_feed(s->core, sender, DOMID, m, s->now_ns))
		errx(1, "the engine refuses a message");
	s->engine_ns += cpu() - began;
	if (!s->alone)
		return;
	began = cpu();
	if (engine_feed(s->alone, sender, DOMID, m, s->now_ns))
		errx(1, "the engine refuses a message");
	s->alone_ns += cpu() - began;
}

static void begin(struct system *s, bool is_compared)
{
	const struct hash_seed seed = { { 1, 2 } };
	const struct msg_guest guest = {
		.msg = { MSG_GUEST, sizeof(guest) }, .domid = DOMID, .name = "bench",
	};
	int pair[2];

	memset(s, 0, sizeof(*s));
	open_journal(s);
	s->core = engine_new(&seed, to_tap, s);
	s->alone = is_compared ? engine_new(&seed, to_nobody, NULL) : NULL;
	if (!s->core || tap_init(&s->tap, &seed, REAL_NS) ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair))
		errx(1, "no memory");
	s->socket = pair[1];
	tap_connect(&s->tap, pair[0], 0);
	bench_ring_init(&s->memory);
	bench_ring_open(&s->memory, &s->ring, 0);
	s->merge = (struct merge){ .ring = &s->ring, .n_rings = 1 };
	s->lives.stream = &s->memory.stream;
	feed(s, FROM_PARENT, &guest.msg);
}

static void sign(struct system *s)
{
	struct store_sealing *w;
	struct msg_sealed answer;
	struct msg_seal m;

	while ((w = store_to_ask(&s->recorder.store, &m))) {
		w->is_asked = true;
		answer = signer_sign(&s->signer, &m, REAL_NS + s->now_ns);
		store_sealed(&s->recorder.store, &answer);
	}
	recorder_sealed(&s->recorder);
}

/* What the socket holds; only the journal's time counts as its. */
static void write_down(struct system *s)
{
	static char inbox[MSG_MAX] __attribute__((aligned(8)));
	ssize_t n;

	recorder_now(&s->recorder, s->now_ns, REAL_NS + s->now_ns);
	do {
		uint64_t began = cpu();

		tap_flush(&s->tap);
		s->engine_ns += cpu() - began;
		began = cpu();
		while ((n = msg_recv(s->socket, inbox, sizeof(inbox), NULL)) > 0)
			if (recorder_take(&s->recorder, inbox + sizeof(struct msg_entries),
					  n - sizeof(struct msg_entries)))
				errx(1, "the journal refuses entries");
		s->journal_ns += cpu() - began;
	} while (tap_waits(&s->tap));
}

static void tick(struct system *s)
{
	uint64_t began = cpu();

	recorder_now(&s->recorder, s->now_ns, REAL_NS + s->now_ns);
	recorder_tick(&s->recorder);
	s->journal_ns += cpu() - began;
	sign(s);
}

/* All that is in the ring, through the engine, into the journal */
static void drain(struct system *s)
{
	static struct batch batch;
	struct ring *r, *liar;

	batch_begin(&batch);
	if (merge_begin(&s->merge))
		errx(1, "the ring lies");
	while ((r = merge_next(&s->merge, &liar))) {
		if (!batch_add(&batch, r)) {
			feed(s, FROM_READER, batch_seal(&batch, DOMID, s->now_ns));
			write_down(s);
			batch_begin(&batch);
			batch_add(&batch, r);
		}
		ring_take(r);
		s->events++;
	}
	feed(s, FROM_READER, batch_seal(&batch, DOMID, s->now_ns));
	ring_commit(&s->ring);
	write_down(s);
}

static void end(struct system *s)
{
	recorder_end(&s->recorder);
	sign(s);
	if (recorder_figures(&s->recorder).lost || s->recorder.err)
		errx(1, "something was lost");
}

static void clean_up(struct system *s)
{
	char command[512];

	recorder_free(&s->recorder);
	tap_free(&s->tap);
	engine_free(s->core);
	if (s->alone)
		engine_free(s->alone);
	bench_ring_free(&s->memory);
	close(s->socket);
	snprintf(command, sizeof(command), "rm -rf '%s'", s->top);
	if (system(command))
		warnx("%s stays", s->top);
}

/*
 * What is measured
 */

static void flood(void)
{
	static struct system s;

	begin(&s, true);
	s.lives.step_ns = 10000;
	while (s.events < FLOOD_EVENTS) {
		for (int i = 0; i < FLOOD_LIVES; i++)
			lives_write(&s.lives);
		s.now_ns = s.lives.now_ns;
		drain(&s);
	}
	tick(&s);
	end(&s);
	bench_result("journal.tap", ((double)s.engine_ns - s.alone_ns) / s.events, "ns");
	bench_result("journal.write", s.events * 1e9 / s.journal_ns, "events/s");
	bench_result("journal.bytes", (double)recorder_figures(&s.recorder).bytes / s.events,
		     "bytes");
	clean_up(&s);
}

/* Seconds that a command takes; what it says is of no interest here. */
static void ask(const struct system *s, const char *key,
		int (*command)(const struct ctl_options *opt), struct ctl_options opt)
{
	int out = dup(STDOUT_FILENO), null = open("/dev/null", O_WRONLY);
	uint64_t began;
	int rc;

	opt.guest = "";
	opt.journal = s->directory;
	opt.key = s->public;
	fflush(stdout);
	dup2(null, STDOUT_FILENO);
	began = bench_ns(CLOCK_MONOTONIC);
	rc = command(&opt);
	began = bench_ns(CLOCK_MONOTONIC) - began;
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(null);
	close(out);
	if (rc)
		errx(1, "%s: status %d", key, rc);
	bench_result(key, began / 1e9, "s");
}

/* A module an hour, and processes that live */
static void day(void)
{
	static struct system s;

	begin(&s, false);
	s.lives.step_ns = NS_PER_S / DAY_RATE;
	for (int i = 0; i < DAY_S; i++) {
		s.lives.now_ns = s.now_ns;
		if (i % 3600 == 1800)
			lives_write_module(&s.lives);
		for (int n = 0; n < DAY_RATE; n += LIVES_EVENTS)
			lives_write(&s.lives);
		s.now_ns += NS_PER_S;
		drain(&s);
		tick(&s);
	}
	end(&s);
	bench_result("journal.day-events", s.events, "events");
	bench_result("journal.day-bytes", recorder_figures(&s.recorder).bytes, "bytes");
	ask(&s, "journal.query-type", ctl_query, (struct ctl_options){ .types = "module" });
	ask(&s, "journal.query-where", ctl_query, (struct ctl_options){
		.where = "event = exec and path ~ \"/tmp/*\"" });
	ask(&s, "journal.verify", ctl_verify, (struct ctl_options){ 0 });
	ask(&s, "journal.replay", ctl_replay, (struct ctl_options){ 0 });
	clean_up(&s);
}

int main(int argc, char **argv)
{
	int i, runs = argc > 1 ? atoi(argv[1]) : 5;

	for (i = 0; i < runs; i++)
		flood();
	day();
	return 0;
}
