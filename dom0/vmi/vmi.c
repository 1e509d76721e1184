// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - vmi: one process for one guest's memory and registers
 *
 *   vmi DOMID USER TYPE FOLDER PERCENT   fd 3: starlsmd, fd 4: the engine
 *
 * main() is the order in which it gives its rights away; docs/security.md has
 * the table. It ends when starlsmd does.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "lib/drop.h"
#include "lib/log.h"
#include "lib/msg_reader.h"
#include "vmi/foreign.h"
#include "vmi/library.h"
#include "vmi/modules.h"
#include "vmi/sandbox.h"
#include "vmi/watch.h"

/* 1 handle, 6 inherited (with the lock), and what opening one takes */
#define FILES_MAX	24
/* what it maps of the guest, the profiles, and its own */
#define MEMORY_MAX	(4ULL << 30)

/* between rounds; between a suspicion and the second look */
#define PERIOD_MS	1000
#define SETTLE_MS	50
/* between glances whether a module came or went; then a round begins */
#define GLANCE_MS	200
#define GLANCES_FROM_MS	400
/*
 * When one is about to be loaded: between glances, at first and later, for so long, and
 * rounds that may begin at once. It is there within a few ms, or when the guest has time.
 */
#define HURRY_MS	1
#define HURRY_LATE_MS	10
#define HURRY_LATE_FROM_MS	100
#define HURRY_FOR_MS	1000
#define HURRIES_MAX	3
/* Rounds between two lists of processes: what differs in two is a finding. */
#define TASKS_PERIOD	2
#define MODULES_PERIOD	4
/* starlsmd has other things to do, too */
#define ANSWER_MS	5000

struct vmi {
	uint32_t domid;
	struct foreign *foreign;
	struct watch watch;
	struct msg_vcpu vcpu[LOOK_VCPUS_MAX];
	unsigned int n_vcpus;
	bool has_engine;
	struct msg_kernel kernel;	/* as the engine was told */
	int64_t hurry_until_ms;	/* a module is about to be loaded; by CLOCK_MONOTONIC */
	unsigned int n_hurries;	/* rounds that may still begin for that */
	uint64_t enough;	/* turns after which all was looked at since the guest was paused */
};

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int64_t now_ms(void)
{
	return clock_ns(CLOCK_MONOTONIC) / 1000000;
}

static uint64_t busy_us(void)
{
	return clock_ns(CLOCK_PROCESS_CPUTIME_ID) / 1000;
}

/* What starlsmd says: an answer, or that a module is about to be loaded */
union answer {
	struct msg msg;
	struct msg_loading loading;
	struct msg_vcpu vcpu;
	struct msg_written written;
};

/* Ends the process when starlsmd has closed its channel. Returns whether there was a message. */
static bool receive(struct vmi *v, union answer *m, int timeout_ms)
{
	struct pollfd parent = { MSG_FD_PARENT, POLLIN, 0 };
	ssize_t n;

	if (poll(&parent, 1, timeout_ms) <= 0)
		return false;
	n = msg_recv(MSG_FD_PARENT, m, sizeof(*m), NULL);
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		_exit(0);
	if (n < 0 || (m->msg.type != MSG_VCPU && m->msg.type != MSG_WRITTEN &&
		      m->msg.type != MSG_LOADING))
		fatal("starlsmd sent nonsense");
	if (m->msg.type == MSG_LOADING) {
		v->hurry_until_ms = now_ms() + HURRY_FOR_MS;
		v->n_hurries = HURRIES_MAX;
	}
	return true;
}

static bool ask(struct vmi *v, uint32_t vcpu, struct msg_vcpu *answer)
{
	const struct msg_ask_vcpu m = {
		.msg = { MSG_ASK_VCPU, sizeof(m) }, .domid = v->domid, .vcpu = vcpu,
	};

	static union answer a;

	if (msg_send(MSG_FD_PARENT, &m.msg, -1))
		_exit(0);
	while (receive(v, &a, ANSWER_MS)) {
		if (a.msg.type != MSG_VCPU || a.vcpu.vcpu != vcpu || a.vcpu.domid != v->domid)
			continue;
		*answer = a.vcpu;
		return true;
	}
	return false;
}

/* What is behind those frames may have changed, too. */
static void map_anew(struct vmi *v, const struct msg_written *m)
{
	for (uint32_t i = 0; i < m->n_frames; i++)
		if (m->bits[i / 64] >> i % 64 & 1)
			foreign_forget(v->foreign, m->first_frame + i);
}

/* What was written to since the last round; a Xen that does not tell is asked again. */
static void read_written(struct vmi *v)
{
	const struct written *w = &v->watch.written;
	const struct msg_ask_written m = {
		.msg = { MSG_ASK_WRITTEN, sizeof(m) }, .domid = v->domid,
		.n_frames = w->n, .first_frame = w->frame,
	};
	static union answer a;

	if (!w->n)
		return;
	if (msg_send(MSG_FD_PARENT, &m.msg, -1))
		_exit(0);
	while (receive(v, &a, ANSWER_MS)) {
		if (a.msg.type != MSG_WRITTEN)
			continue;
		if (!a.written.err && written_add(&v->watch.written, &a.written))
			map_anew(v, &a.written);
		return;
	}
}

/* How many there are comes with the first. */
static void read_registers(struct vmi *v)
{
	unsigned int n = 1, i;

	v->n_vcpus = 0;
	for (i = 0; i < n && i < LOOK_VCPUS_MAX; i++) {
		if (!ask(v, i, &v->vcpu[i]))
			return;
		n = v->vcpu[i].n_vcpus;
		v->n_vcpus = i + 1;
	}
}

static void log_finding(const struct vmi *v, const struct msg_finding *f)
{
	log_warning("domain %u: %s: %s, %s", v->domid, f->name, f->object, f->text);
}

static void say_to_engine(struct vmi *v, const struct msg *m)
{
	if (v->has_engine && msg_send(MSG_FD_PEER, m, -1)) {
		log_error("the engine is gone: %s", strerror(errno));
		v->has_engine = false;
	}
}

static void tell(void *arg, const struct msg_finding *finding)
{
	struct msg_finding f = *finding;
	struct vmi *v = arg;

	f.msg = (struct msg){ MSG_FINDING, sizeof(f) };
	f.domid = v->domid;
	log_finding(v, &f);
	say_to_engine(v, &f.msg);
}

static void say_kernel(struct vmi *v, const struct msg_looked *m)
{
	struct msg_kernel k = {
		.msg = { MSG_KERNEL, sizeof(k) }, .domid = v->domid, .base = m->base,
	};

	memcpy(k.build_id, m->build_id, sizeof(k.build_id));
	if (!memcmp(&k, &v->kernel, sizeof(k)) || (!v->kernel.msg.type && !m->has_profile))
		return;
	v->kernel = k;
	say_to_engine(v, &k.msg);
}

static void tell_seen(void *arg, struct msg_seen *m)
{
	struct vmi *v = arg;

	m->msg = (struct msg){ MSG_SEEN, sizeof(*m) };
	m->domid = v->domid;
	say_to_engine(v, &m->msg);
}

static void say_modules(struct vmi *v)
{
	static struct msg_modules m;

	for (uint32_t first = 0; modules_tell(&v->watch.look, first, &m); first += m.n_modules) {
		m.msg = (struct msg){ MSG_MODULES, sizeof(m) };
		m.domid = v->domid;
		if (msg_send(MSG_FD_PARENT, &m.msg, -1))
			_exit(0);
		if (!m.n_modules)
			break;
	}
}

static void say_looked(struct vmi *v)
{
	static struct msg_looked m;

	memset(&m, 0, sizeof(m));
	m.msg = (struct msg){ MSG_LOOKED, sizeof(m) };
	m.domid = v->domid;
	m.busy_ns = busy_us() * 1000;
	watch_status(&v->watch, &m);
	say_kernel(v, &m);
	if (msg_send(MSG_FD_PARENT, &m.msg, -1))
		_exit(0);
}

static void wait_ms(struct vmi *v, int ms)
{
	static union answer late;

	/* an answer that came too late is of no use */
	receive(v, &late, ms);
}

static void look(struct vmi *v)
{
	int64_t from_ns = clock_ns(CLOCK_MONOTONIC);

	read_registers(v);
	read_written(v);
	if (watch_round(&v->watch, v->vcpu, v->n_vcpus)) {
		wait_ms(v, SETTLE_MS);
		foreign_doubt(v->foreign);
		read_registers(v);
		watch_confirm(&v->watch, v->vcpu, v->n_vcpus, tell, v);
	}
	foreign_round(v->foreign);
	if (v->watch.look.rotation % TASKS_PERIOD == 0)
		tasks_tell(&v->watch.tasks, from_ns, clock_ns(CLOCK_MONOTONIC), tell_seen, v);
	if (v->watch.look.rotation % MODULES_PERIOD == 0)
		say_modules(v);
	say_looked(v);
}

/* A guest that does not run, when there is nothing of it that was not looked at */
static bool is_over(struct vmi *v)
{
	uint64_t turns = watch_turns(&v->watch);

	if (!v->n_vcpus || !v->vcpu[0].is_paused)
		v->enough = turns + 2;
	return turns >= v->enough;
}

static void wait_until_it_runs(struct vmi *v)
{
	while (is_over(v)) {
		wait_ms(v, PERIOD_MS);
		if (!ask(v, 0, &v->vcpu[0]))
			return;
	}
}

static bool is_hurried(const struct vmi *v)
{
	return v->n_hurries && now_ms() < v->hurry_until_ms;
}

static int glance_ms(const struct vmi *v)
{
	if (!is_hurried(v))
		return GLANCE_MS;
	return now_ms() < v->hurry_until_ms - HURRY_FOR_MS + HURRY_LATE_FROM_MS ?
		HURRY_MS : HURRY_LATE_MS;
}

/*
 * Until a round is due, or a module came or went. Modules that come and go without end
 * make rounds more frequent, up to a bound.
 */
static void rest(struct vmi *v)
{
	int64_t from_ms = now_ms(), ms;
	bool hurried;

	for (;;) {
		wait_ms(v, glance_ms(v));
		hurried = is_hurried(v);
		ms = now_ms() - from_ms;
		if (ms >= PERIOD_MS)
			return;
		if (!hurried && ms < GLANCES_FROM_MS)
			continue;
		if (watch_glance(&v->watch) || (hurried && watch_awaits(&v->watch)))
			break;
	}
	v->n_hurries -= hurried;
	watch_early(&v->watch, (PERIOD_MS - ms) * 100 / PERIOD_MS);
}

static void usage(void)
{
	fatal("usage: vmi DOMID USER TYPE FOLDER PERCENT; starlsmd starts this program");
}

static uint32_t number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (!*text || *end || n > UINT16_MAX)
		usage();
	return n;
}

static uint64_t seed(void)
{
	uint64_t value;

	if (getrandom(&value, sizeof(value), 0) != sizeof(value))
		fatal("getrandom: %s", strerror(errno));
	return value;
}

/* It may be in the middle of a round, and has nothing to hand over. After drop_to(), which undoes it. */
static void end_with_parent(void)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))
		fatal("parent-death signal: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	static struct library library;
	static struct vmi v;
	struct drop_ids ids;
	char who[32];
	bool is_pv;

	if (argc != 6)
		usage();
	v.domid = number(argv[1]);
	v.has_engine = true;
	snprintf(who, sizeof(who), "vmi %u", v.domid);
	log_init(who);
	signal(SIGPIPE, SIG_IGN);
	close_range(MSG_FD_LOCK + 1, ~0U, 0);

	drop_lookup(argv[2], &ids);
	library_open(&library, argv[4]);
	is_pv = !strcmp(argv[3], "pv");
	v.foreign = foreign_open(v.domid, is_pv ? FOREIGN_ROUNDS_PV : FOREIGN_ROUNDS_PVH);
	drop_limits(FILES_MAX, MEMORY_MAX);
	drop_to(&ids);
	end_with_parent();
	foreign_restrict(v.foreign);
	watch_init(&v.watch, foreign_page, v.foreign, is_pv, seed());
	watch_limit(&v.watch, busy_us, number(argv[5]) * PERIOD_MS * 10ULL);
	sandbox_looking();

	library_give(&library, &v.watch);
	for (;;) {
		look(&v);
		rest(&v);
		wait_until_it_runs(&v);
	}
}
