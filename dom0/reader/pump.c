// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - from a guest's rings to the engine
 */
#include "reader/pump.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xenevtchn.h>

#include "lib/decode.h"
#include "lib/log.h"
#include "lib/msg_reader.h"
#include "lib/policy.h"
#include "reader/orders.h"

#define NS_PER_MS	1000000ULL
#define NS_PER_S	1000000000ULL

/*
 * While records keep coming: look again after this, rather than be kicked for each.
 * It is the longest that a record of class async stays in the guest's memory. On a
 * processor that dom0 has in common with the guest, each look costs the guest two
 * switches between domains.
 */
#define TICK_MS		10
/* A guest that gets no processor answers late; that is a round trip as well. */
#define PONG_TIMEOUT_NS	(10 * NS_PER_S)
/* What a guest that loads modules all the time may cost others */
#define LOADING_NS	(500 * NS_PER_MS)
/* How long the last records may wait for a slow engine when the parent wants us gone */
#define FAREWELL_MS	1000

enum { FD_EVTCHN, FD_PARENT, FD_ENGINE, N_FDS };

uint64_t pump_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void ring_init(struct ring *r, const struct attachment *a, uint32_t i)
{
	r->untrusted_data = a->untrusted_data[i];
	r->untrusted_producer = &a->untrusted_status->ring[i];
	r->untrusted_consumer = &a->untrusted_control->ring[i];
	r->number = i;
	r->size = a->geometry.ring_pages * STARLSM_PAGE_SIZE;
	r->minor = a->geometry.minor;
}

static void set_classes(struct pump *p, const struct starlsm_policy_page *policy)
{
	for (uint16_t type = 0; type < STARLSM_EV_LIMIT; type++) {
		const struct event *ev = decode_event(type);

		p->class[type] = policy->class[type];
		if (p->class[type] == STARLSM_CLASS_DEFAULT)
			p->class[type] = ev ? ev->class : STARLSM_CLASS_ASYNC;
	}
}

void pump_prepare(struct pump *p, struct attachment *a)
{
	struct starlsm_policy_page by_table;
	uint32_t n = a->geometry.n_rings;
	uint32_t i;

	memset(p, 0, sizeof(*p));
	p->attachment = a;
	p->ring = calloc(n, sizeof(*p->ring));
	if (!p->ring)
		fatal("no memory for %u rings", n);
	for (i = 0; i < n; i++)
		ring_init(&p->ring[i], a, i);
	p->merge.ring = p->ring;
	p->merge.n_rings = n;
	p->ping = a->geometry.pong;
	p->policy_number = orders_number(a->untrusted_policy);
	policy_init(&by_table);
	set_classes(p, &by_table);
	/* Any number but the one that is there will do. */
	p->define = __atomic_load_n(&a->untrusted_control->guest.define, __ATOMIC_RELAXED);
	batch_begin(&p->batch);
}

static struct ring *open_rings(struct pump *p)
{
	uint32_t i;

	for (i = 0; i < p->merge.n_rings; i++)
		if (ring_open(&p->ring[i]))
			return &p->ring[i];
	return NULL;
}

static void send_or_die(int fd, const struct msg *m)
{
	/* A lost second of figures is not worth waiting for. */
	if (msg_send(fd, m, -1) && errno != EAGAIN)
		fatal("%s is gone: %s",
		      fd == MSG_FD_PARENT ? "starlsmd" : "the engine",
		      strerror(errno));
}

static void notify(struct pump *p)
{
	xenevtchn_notify(p->attachment->evtchn, p->attachment->port);
}

/* Give the room back, and wake who waits for that; once for all rings. */
static void commit_rings(struct pump *p)
{
	bool is_awaited = false;
	uint32_t i;

	for (i = 0; i < p->merge.n_rings; i++)
		is_awaited |= ring_commit(&p->ring[i]);
	if (is_awaited)
		notify(p);
}

/* Send the batch, if there is one. True if the engine has all taken records. */
static bool flush(struct pump *p)
{
	const struct msg *m;

	if (p->batch.n_events) {
		m = batch_seal(&p->batch, p->attachment->domid, pump_now());
		p->batch_waits = msg_send(MSG_FD_PEER, m, -1);
		if (p->batch_waits && errno == EAGAIN)
			return false;
		if (p->batch_waits)
			fatal("the engine is gone: %s", strerror(errno));
		batch_begin(&p->batch);
	}
	commit_rings(p);
	return true;
}

/* Does a task wait until this record is in safe hands? */
static bool is_awaited(const struct pump *p, uint16_t type)
{
	return type == STARLSM_EV_ASK ||
	       (type < STARLSM_EV_LIMIT && p->class[type] == STARLSM_CLASS_COMMIT);
}

/* The guest has read a policy, perhaps an older one. */
static void note_policy(struct pump *p, const struct ring *r)
{
	struct starlsm_rec_policy rec;

	memcpy(&rec, r->rec, sizeof(rec));
	if (rec.number == p->policy_number)
		p->policy_error = rec.error;
}

/*
 * Since a record's commit; 0 while the clocks are not known. The guest's may say
 * anything: what cannot be does not count.
 */
static uint64_t late_ns(const struct pump *p, uint64_t untrusted_time_ns, uint64_t now)
{
	int64_t late;

	if (!p->clock.n_samples)
		return 0;
	late = now - untrusted_time_ns - (uint64_t)clock_best(&p->clock).offset_ns;
	return late > 0 ? late : 0;
}

static void heartbeat(struct pump *p, uint64_t untrusted_time_ns)
{
	uint64_t late;

	p->heartbeat_ns = pump_now();
	late = p->busy ? 0 : late_ns(p, untrusted_time_ns, p->heartbeat_ns);
	if (late && (!p->lone_ns || late < p->lone_ns))
		p->lone_ns = late;
}

/* The first record of a pass is the oldest one. */
static void note_lag(struct pump *p, const struct ring *r)
{
	struct starlsm_rec rec;
	uint64_t late;

	memcpy(&rec, r->rec, sizeof(rec));
	late = late_ns(p, rec.time_ns, pump_now());
	if (late > p->lag_ns)
		p->lag_ns = late;
}

/* vmi is to look at once, starlsmd has its channel. */
static void say_loading(struct pump *p)
{
	const struct msg_loading m = {
		.msg = { MSG_LOADING, sizeof(m) }, .domid = p->attachment->domid,
	};
	uint64_t now = pump_now();

	if (p->loading_ns && now - p->loading_ns < LOADING_NS)
		return;
	p->loading_ns = now;
	send_or_die(MSG_FD_PARENT, &m.msg);
}

static bool take(struct pump *p, struct ring *r)
{
	struct starlsm_rec rec;

	memcpy(&rec, r->rec, sizeof(rec));
	if (rec.type == STARLSM_EV_HEARTBEAT)
		heartbeat(p, rec.time_ns);
	if (rec.type == STARLSM_EV_POLICY)
		note_policy(p, r);
	if (rec.type == STARLSM_EV_MODULE)
		say_loading(p);
	/* An unknown type is counted, but means nothing to the engine. */
	if (r->known && !batch_add(&p->batch, r)) {
		if (!flush(p))
			return false;
		batch_add(&p->batch, r);
	}
	ring_take(r);
	if (is_awaited(p, rec.type))
		flush(p);
	return true;
}

/*
 * One pass over the rings: bounded by what they can hold. Returns how many
 * records were taken, or -1 with *liar set; what came before the lie is in
 * the batch.
 */
static int drain(struct pump *p, struct ring **liar)
{
	struct ring *r;
	int n = 0;

	*liar = NULL;
	if (merge_begin(&p->merge)) {
		for (r = p->ring; !r->error; r++)
			;
		*liar = r;
		return -1;
	}
	for (; (r = merge_next(&p->merge, liar)); n++) {
		if (!n)
			note_lag(p, r);
		if (!take(p, r))
			return n;
	}
	if (*liar)
		return -1;
	flush(p);
	return n;
}

/*
 * Busy: a kick only when a ring is a quarter full, else the tick finds it.
 * Asleep: a kick for any record. Returns 1 if there is already one, -1 with
 * *liar set.
 */
static int set_wake(struct pump *p, bool busy, struct ring **liar)
{
	int more = 0;
	uint32_t i;
	int rc;

	for (i = 0; i < p->merge.n_rings; i++) {
		rc = ring_sleep(&p->ring[i], busy ? p->ring[i].size / 4 : 1);
		if (rc < 0) {
			*liar = &p->ring[i];
			return -1;
		}
		more |= rc;
	}
	return more;
}

/* Drain and decide how to be woken. Returns -1 with *liar set. */
static int turn(struct pump *p, struct ring **liar)
{
	int n, more;

	do {
		n = drain(p, liar);
		if (n < 0)
			return -1;
		p->busy = n > 0;
		if (p->batch_waits)
			return 0;
		more = set_wake(p, p->busy, liar);
		if (more < 0)
			return -1;
	} while (more && !p->busy);
	p->more = more;
	return 0;
}

/* What the guest says it has read last: one that we wrote, or no matter */
static void look_at_policy(struct pump *p)
{
	const struct starlsm_status *s = &p->attachment->untrusted_status->guest;

	if (p->policy_generation &&
	    __atomic_load_n(&s->policy, __ATOMIC_RELAXED) == p->policy_number)
		p->policy_applied = p->policy_generation;
}

static void send_stats(struct pump *p)
{
	struct msg_stats m = {
		.msg = { MSG_STATS, sizeof(m) },
		.domid = p->attachment->domid,
		.epoch = p->attachment->geometry.epoch,
		.wakeups = p->n_wakeups,
		.heartbeat_ns = p->heartbeat_ns,
		.rtt_ns = p->clock.n_samples ? clock_best(&p->clock).rtt_ns : 0,
		.lone_ns = p->lone_ns,
		.lag_ns = p->lag_ns,
	};
	const struct ring *r;
	uint32_t i;

	look_at_policy(p);
	m.policy_applied = p->policy_applied;
	m.policy_error = p->policy_error;
	for (i = 0; i < p->merge.n_rings; i++) {
		r = &p->ring[i];
		m.events += r->n_events;
		m.bytes += r->n_bytes;
		m.lost += r->n_lost;
		m.unknown += r->n_unknown;
		m.backlog += r->prod - r->cons;
	}
	p->lag_ns = 0;
	send_or_die(MSG_FD_PARENT, &m.msg);
}

static void send_ping(struct pump *p)
{
	struct attachment *a = p->attachment;

	__atomic_store_n(&a->untrusted_control->guest.ping, ++p->ping,
			 __ATOMIC_RELEASE);
	p->ping_sent_ns = pump_now();
	notify(p);
}

static void look_for_pong(struct pump *p, uint64_t now)
{
	const struct starlsm_status *s = &p->attachment->untrusted_status->guest;
	struct msg_clock m = {
		.msg = { MSG_CLOCK, sizeof(m) },
		.domid = p->attachment->domid,
	};

	if (!p->ping_sent_ns ||
	    __atomic_load_n(&s->pong, __ATOMIC_ACQUIRE) != p->ping)
		return;
	clock_add(&p->clock, p->ping_sent_ns,
		  __atomic_load_n(&s->pong_ns, __ATOMIC_RELAXED), now);
	p->ping_sent_ns = 0;
	m.offset_ns = clock_best(&p->clock).offset_ns;
	m.rtt_ns = p->clock.rtt_min_ns;
	send_or_die(MSG_FD_PEER, &m.msg);
}

/*
 * What the engine says
 */

static void on_define(struct pump *p)
{
	__atomic_store_n(&p->attachment->untrusted_control->guest.define, ++p->define,
			 __ATOMIC_RELEASE);
	notify(p);
}

static void on_answer(struct pump *p, const struct msg_answer *m)
{
	if (!orders_answer(p->attachment->untrusted_answers, m->slot, m->ticket, m->answer))
		fatal("the engine sent an answer that is none");
	notify(p);
}

/* One message; false if there was none. */
static bool engine_says(struct pump *p)
{
	union {
		struct msg msg;
		struct msg_define define;
		struct msg_answer answer;
	} in;
	ssize_t n = msg_recv(MSG_FD_PEER, &in, sizeof(in), NULL);

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n <= 0)
		fatal("the engine is gone");
	/* all have the domid in the same place */
	if (in.define.domid == p->attachment->domid && in.msg.type == MSG_DEFINE)
		on_define(p);
	else if (in.define.domid == p->attachment->domid && in.msg.type == MSG_ANSWER)
		on_answer(p, &in.answer);
	else
		fatal("the engine sent message %u, which it cannot mean", in.msg.type);
	return true;
}

/*
 * What starlsmd says
 */

static void on_policy(struct pump *p, const struct msg_policy *m)
{
	struct attachment *a = p->attachment;

	if (m->msg.type != MSG_POLICY || m->domid != a->domid || !policy_check(&m->page))
		fatal("starlsmd sent message %u, which it cannot mean", m->msg.type);
	p->policy_error = STARLSM_ERR_OK;
	p->policy_generation = m->generation;
	p->policy_number = orders_policy(a->untrusted_policy, p->policy_number, &m->page);
	set_classes(p, &m->page);
	notify(p);
}

/* False when it wants us to end: it has closed its channel. */
static bool parent_says(struct pump *p)
{
	static struct msg_policy in;
	ssize_t n = msg_recv(MSG_FD_PARENT, &in, sizeof(in), NULL);

	if (n < 0 && errno == EAGAIN)
		return true;
	if (n <= 0)
		return false;
	on_policy(p, &in);
	return true;
}

static void channel_fired(struct pump *p, uint64_t now)
{
	struct attachment *a = p->attachment;
	xenevtchn_port_or_error_t port = xenevtchn_pending(a->evtchn);

	if (port < 0)
		fatal("event channel: %s", strerror(errno));
	look_for_pong(p, now);
	p->n_wakeups++;
	if (xenevtchn_unmask(a->evtchn, port))
		fatal("event channel: %s", strerror(errno));
}

static void each_second(struct pump *p, uint64_t now)
{
	if (now < p->second_ns)
		return;
	p->second_ns = now + NS_PER_S;
	send_stats(p);
	if (!p->ping_sent_ns || now - p->ping_sent_ns > PONG_TIMEOUT_NS)
		send_ping(p);
}

static int wait_ms(const struct pump *p, uint64_t now)
{
	uint64_t left = p->second_ns > now ? p->second_ns - now : 0;

	/* Busy, and no kick will come: but whoever else waits is looked at first. */
	if (p->more && !p->batch_waits)
		return 0;
	if (p->busy && !p->batch_waits)
		return TICK_MS;
	return left / NS_PER_MS + 1;
}

/* Wait for something to do. Returns false when the parent wants us to end. */
static bool wait_for_work(struct pump *p)
{
	struct pollfd fds[N_FDS] = {
		[FD_EVTCHN] = { xenevtchn_fd(p->attachment->evtchn), POLLIN, 0 },
		[FD_PARENT] = { MSG_FD_PARENT, POLLIN, 0 },
		[FD_ENGINE] = { MSG_FD_PEER, POLLIN | (p->batch_waits ? POLLOUT : 0), 0 },
	};
	uint64_t now;

	if (poll(fds, N_FDS, wait_ms(p, pump_now())) < 0 && errno != EINTR)
		fatal("poll: %s", strerror(errno));
	now = pump_now();
	if (fds[FD_EVTCHN].revents)
		channel_fired(p, now);
	if (fds[FD_ENGINE].revents & (POLLHUP | POLLERR))
		fatal("the engine is gone");
	if (fds[FD_ENGINE].revents & POLLIN)
		while (engine_says(p))
			;
	if (fds[FD_PARENT].revents && !parent_says(p))
		return false;
	each_second(p, now);
	return true;
}

/* Send what is in the batch even if that takes a moment. */
static void flush_patiently(struct pump *p)
{
	uint64_t until = pump_now() + FAREWELL_MS * NS_PER_MS;
	struct pollfd fd = { MSG_FD_PEER, POLLOUT, 0 };

	while (!flush(p) && pump_now() < until)
		poll(&fd, 1, TICK_MS);
}

struct ring *pump_run(struct pump *p)
{
	struct ring *liar = open_rings(p);

	if (liar)
		return liar;
	while (!turn(p, &liar) && wait_for_work(p))
		if (p->batch_waits)
			flush(p);
	flush_patiently(p);
	if (!liar && !p->batch_waits && drain(p, &liar) >= 0)
		flush_patiently(p);
	/* The last figures: what a test, or a person, sees after the guest's end */
	send_stats(p);
	return liar;
}
