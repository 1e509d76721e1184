// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - one observed guest: its state, its reader
 */
#include "starlsmd/guest.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/decode.h"
#include "lib/log.h"
#include "lib/policy.h"
#include "starlsmd/daemon.h"
#include "starlsmd/store.h"
#include "starlsmd/watcher.h"

#define US_PER_MS	1000ULL
#define NS_PER_US	1000ULL
/* A guest that plays with its state node costs us no more than this often */
#define LOOK_INTERVAL_US	(100 * US_PER_MS)
#define START_INTERVAL_US	(1000 * US_PER_MS)
/* Figures come once a second; a reader without is busy, stopped or dead. */
#define STATS_FRESH_US		(3000 * US_PER_MS)
/* Once is enough; but a guest may be slow to look. */
#define WITHDRAWALS_MAX	3
/* It has run for so long: it has looked for its device, as far as it does. */
#define WITHDRAW_AFTER_NS	10000000000ULL
/* Readers that may die in a guest's life */
#define DEATHS_MAX	5

static uint64_t now_us(struct guest *g)
{
	uint64_t us;

	sd_event_now(g->daemon->event, CLOCK_MONOTONIC, &us);
	return us;
}

/*
 * The reader
 */

static void send_policy(struct guest *g)
{
	struct msg_policy m = {
		.msg = { MSG_POLICY, sizeof(m) },
		.domid = g->domid,
		.generation = ++g->policy_sent,
		.page = g->policy.policy,
	};

	if (g->is_tight)
		policy_tighten(&m.page);
	g->policy_us = now_us(g);
	/* If it has just died, its successor gets one. */
	if (msg_send(g->reader.channel, &m.msg, -1))
		log_warning("domain %u (%s): its reader takes no policy: %s", g->domid,
			    g->name, strerror(errno));
}

/* Before what is configured, of which the last may have to go */
static void refuse_code(struct msg_rules *m)
{
	static const uint32_t events[] = { STARLSM_EV_MODULE, STARLSM_EV_KEXEC };
	const uint32_t n = sizeof(events) / sizeof(events[0]);

	memmove(m->rule + n, m->rule, (VERDICT_RULES_MAX - n) * sizeof(m->rule[0]));
	memset(m->rule, 0, n * sizeof(m->rule[0]));
	for (uint32_t i = 0; i < n; i++) {
		m->rule[i].event = events[i];
		m->rule[i].answer = STARLSM_ANSWER_DENY;
		m->rule[i].uid_hi = UINT32_MAX;
	}
	m->n_rules = m->n_rules + n < VERDICT_RULES_MAX ? m->n_rules + n : VERDICT_RULES_MAX;
}

/* A type that is off, filtered, or bounded in number */
static void set_untold(const struct starlsm_policy_page *p, struct msg_rules *m)
{
	for (uint16_t type = 0; type < STARLSM_EV_LIMIT; type++)
		if (p->class[type] == STARLSM_CLASS_OFF || policy_drops(p, type))
			m->untold[type / 64] |= 1ULL << type % 64;
}

static void send_rules(struct guest *g)
{
	struct msg_rules m = {
		.msg = { MSG_RULES, sizeof(m) },
		.domid = g->domid,
		.respond = g->policy.respond,
		.otherwise = g->policy.policy.default_answer,
		.n_rules = g->policy.n_verdicts,
	};

	memcpy(m.rule, g->policy.verdict, sizeof(m.rule));
	set_untold(&g->policy.policy, &m);
	if (g->is_tight)
		refuse_code(&m);
	workers_tell_engine(g->daemon, &m.msg, -1);
}

static int on_ready(struct guest *g, const struct msg_ready *m)
{
	if (m->domid != g->domid)
		return -1;
	g->ready = *m;
	log_notice("domain %u (%s): reading %u ring%s of %u KiB, epoch %u",
		   g->domid, g->name, m->n_rings, m->n_rings == 1 ? "" : "s",
		   m->ring_bytes / 1024, m->epoch);
	send_policy(g);
	guest_event(g, LIFE_READER_READY);
	return 0;
}

static int on_broken(struct guest *g, const struct msg_broken *m)
{
	if (m->domid != g->domid || m->error == STARLSM_ERR_OK)
		return -1;
	g->error = m->error;
	guest_event(g, LIFE_READER_BROKEN);
	return 0;
}

static int reader_says(struct child *c, const struct msg *m)
{
	struct guest *g = c->owner;

	switch (m->type) {
	case MSG_READY:
		return on_ready(g, (const struct msg_ready *)m);
	case MSG_BROKEN:
		return on_broken(g, (const struct msg_broken *)m);
	case MSG_LOADING:
		return watcher_loading(g->watcher, (const struct msg_loading *)m);
	case MSG_STATS:
		g->stats = *(const struct msg_stats *)m;
		g->stats_us = now_us(g);
		return g->stats.domid == g->domid ? 0 : -1;
	default:
		return -1;
	}
}

static void reader_exited(struct child *c, int status)
{
	struct guest *g = c->owner;
	char text[96];

	if (status) {
		child_status_text(status, text, sizeof(text));
		log_error("domain %u (%s): its reader %s", g->domid, g->name, text);
	}
	if (g->daemon->stopping)
		stop_step(g->daemon);
	guest_event(g, LIFE_READER_EXIT);
}

static struct msg_guest introduction(const struct guest *g)
{
	struct msg_guest m = {
		.msg = { MSG_GUEST, sizeof(m) },
		.domid = g->domid,
		.respond = g->policy.respond,
		.attach_s = g->policy.attach_s,
		.quiet_s = g->policy.quiet_s,
		.incidents = g->policy.incidents,
	};

	snprintf(m.build_id, sizeof(m.build_id), "%s", g->policy.build_id);
	snprintf(m.name, sizeof(m.name), "%s", g->name);
	return m;
}

/* The engine gets the other end of the reader's fd 4. */
static int introduce(struct guest *g, int *readers_end)
{
	struct msg_guest m = introduction(g);
	int engines_end;

	if (child_socketpair(&engines_end, readers_end)) {
		log_error("domain %u: socketpair: %s", g->domid, strerror(errno));
		return -1;
	}
	workers_tell_engine(g->daemon, &m.msg, engines_end);
	close(engines_end);
	send_rules(g);
	return 0;
}

static void start_reader(struct guest *g)
{
	char program[CONFIG_TEXT_MAX + 16], domid[16];
	const char *argv[] = { program, domid, g->daemon->config.user, NULL };
	int peer;

	if (g->started_us && now_us(g) - g->started_us < START_INTERVAL_US) {
		guest_event(g, LIFE_TOO_SOON);
		return;
	}
	g->started_us = now_us(g);
	g->stats_us = 0;
	snprintf(program, sizeof(program), "%s/reader", g->daemon->config.libexec);
	snprintf(domid, sizeof(domid), "%u", g->domid);
	if (introduce(g, &peer) ||
	    child_start(&g->reader, g->daemon->event, program, argv, peer))
		guest_event(g, LIFE_READER_EXIT);
}

/*
 * Actions
 */

static void count_death(struct guest *g)
{
	store_set_state(g->daemon->xs, g->domid, XenbusStateClosing);
	if (++g->n_deaths < DEATHS_MAX)
		return;
	log_error("domain %u (%s): %u readers have died; not observed any more",
		  g->domid, g->name, g->n_deaths);
	guest_event(g, LIFE_EXHAUSTED);
}

static void give_up(struct guest *g)
{
	const char *name = decode_error_name(g->error);

	/* The reader has told the log where and what. */
	store_set_error(g->daemon->xs, g->domid, name);
	store_set_state(g->daemon->xs, g->domid, XenbusStateClosing);
	child_stop(&g->reader);
}

/* It may be to be observed again: the configuration was read a second time. */
static int on_forgotten(sd_event_source *s, void *data)
{
	struct daemon *d = data;

	(void)s;
	if (!d->stopping)
		domains_scan(d);
	return 0;
}

static void forget(struct guest *g)
{
	struct msg_gone m = {
		.msg = { MSG_GONE, sizeof(m) },
		.domid = g->domid,
	};
	struct guest **link = &g->daemon->guests;

	watcher_drop(g->watcher);
	workers_tell_engine(g->daemon, &m.msg, -1);
	workers_tell_responder(g->daemon, &m.msg);
	exporting_gone(g);
	store_unwatch(g->daemon->xs, g->domid);
	store_remove(g->daemon->xs, g->domid);
	if (sd_event_add_defer(g->daemon->event, NULL, on_forgotten, g->daemon) < 0)
		fatal("sd-event: nothing can be deferred");
	while (*link != g)
		link = &(*link)->next;
	*link = g->next;
	sd_event_source_disable_unref(g->timer);
	sd_event_source_disable_unref(g->look);
	free(g);
}

static void end(struct guest *g)
{
	if (g->reader.pid)
		child_stop(&g->reader);
	else
		guest_event(g, LIFE_READER_EXIT);
}

/* What was offered is looked at at once: the guest may be there already. */
static void offer(struct guest *g)
{
	store_offer(g->daemon->xs, g->domid);
	guest_look(g);
}

/*
 * A guest that came from elsewhere before its nodes did has given its device up
 * for good: only when it is gone, and comes again, does the guest look. One that
 * does not run yet, as it is still on its way here, must find it when it does.
 * What a sensor that has closed says in its nodes is left there.
 */
static void withdraw(struct guest *g)
{
	if (g->vitals.unattached_ns < WITHDRAW_AFTER_NS)
		return;
	g->n_withdrawals++;
	if (g->front_state != XenbusStateClosed)
		store_withdraw(g->daemon->xs, g->domid);
}

static void close_backend(struct guest *g)
{
	store_set_state(g->daemon->xs, g->domid, XenbusStateClosing);
	guest_look(g);
}

static void act(struct guest *g, enum life_action action)
{
	switch (action) {
	case LIFE_OFFER:
		offer(g);
		break;
	case LIFE_WITHDRAW:
		withdraw(g);
		break;
	case LIFE_START:
		start_reader(g);
		break;
	case LIFE_CONNECT:
		store_set_state(g->daemon->xs, g->domid, XenbusStateConnected);
		break;
	case LIFE_STOP:
		child_stop(&g->reader);
		break;
	case LIFE_KILL:
		child_kill(&g->reader);
		break;
	case LIFE_CLOSE:
		close_backend(g);
		break;
	case LIFE_BACK_OFF:
		count_death(g);
		break;
	case LIFE_GIVE_UP:
		give_up(g);
		break;
	case LIFE_END:
		end(g);
		break;
	case LIFE_FORGET:
		forget(g);
		break;
	default:
		assert(action == LIFE_NOTHING);
	}
}

/*
 * Events
 */

static int on_timer(sd_event_source *s, uint64_t usec, void *data)
{
	struct guest *g = data;

	(void)s;
	(void)usec;
	guest_event(g, LIFE_TIMEOUT);
	return 0;
}

/* Also when the state stays: a reader that was killed gets its time again. */
static void set_timer(struct guest *g)
{
	unsigned int ms = lifecycle_timeout_ms(g->state);

	g->timer = sd_event_source_disable_unref(g->timer);
	if (g->state == LIFE_WAITING && g->n_withdrawals == WITHDRAWALS_MAX)
		return;
	if (ms && sd_event_add_time_relative(g->daemon->event, &g->timer,
					     CLOCK_MONOTONIC, ms * US_PER_MS,
					     10 * US_PER_MS, on_timer, g) < 0)
		fatal("sd-event: no timer");
}

void guest_event(struct guest *g, enum life_event event)
{
	struct life_step step = lifecycle_step(g->state, event);

	if (g->daemon->stopping || (step.action == LIFE_NOTHING &&
				    step.next == g->state))
		return;
	if (step.next != g->state)
		log_info("domain %u (%s): %s: %s", g->domid, g->name,
			 lifecycle_name(step.next), lifecycle_text(step.next));
	g->state = step.next;
	exporting_tell(g);
	set_timer(g);
	/* Last: it may free the guest, or be an event itself. */
	act(g, step.action);
}

static int on_look_timer(sd_event_source *s, uint64_t usec, void *data)
{
	struct guest *g = data;

	(void)s;
	(void)usec;
	g->look = sd_event_source_disable_unref(g->look);
	guest_look(g);
	return 0;
}

static enum life_event front_event(int state)
{
	switch (state) {
	case XenbusStateInitialised:
		return LIFE_FRONT_READY;
	case XenbusStateConnected:
		return LIFE_FRONT_CONNECTED;
	case XenbusStateClosing:
		return LIFE_FRONT_CLOSING;
	case XenbusStateClosed:
		return LIFE_FRONT_CLOSED;
	default:
		return LIFE_FRONT_IDLE;
	}
}

void guest_look(struct guest *g)
{
	uint64_t now = now_us(g);
	uint64_t due = g->looked_us + LOOK_INTERVAL_US;

	if (g->daemon->stopping || g->look)
		return;
	if (now < due) {
		if (sd_event_add_time(g->daemon->event, &g->look, CLOCK_MONOTONIC,
				      due, US_PER_MS, on_look_timer, g) < 0)
			fatal("sd-event: no timer");
		return;
	}
	g->looked_us = now;
	g->front_state = store_front_state(g->daemon->xs, g->domid);
	guest_event(g, front_event(g->front_state));
}

static void send_playbooks(const struct guest *g)
{
	struct msg_playbooks m = {
		.msg = { MSG_PLAYBOOKS, sizeof(m) }, .domid = g->domid,
		.may_move = g->policy.evacuate,
	};

	for (int v = 0; v < VERDICTS; v++)
		config_playbook(&g->daemon->config, &g->policy, v, &m.on[v]);
	workers_tell_responder(g->daemon, &m.msg);
}

void guest_set_policy(struct guest *g, const struct config_guest *policy)
{
	struct msg_guest m;

	g->policy = *policy;
	m = introduction(g);
	workers_tell_engine(g->daemon, &m.msg, -1);
	if (policy->introspect && !g->watcher)
		g->watcher = watcher_new(g);
	if (!policy->introspect) {
		watcher_drop(g->watcher);
		g->watcher = NULL;
	}
	send_playbooks(g);
	/* A reader that is started later is told then. */
	if (!g->reader.pid)
		return;
	send_rules(g);
	if (g->state == LIFE_STREAMING)
		send_policy(g);
}

void guest_tighten(struct guest *g, bool is_tight)
{
	g->is_tight = is_tight;
	if (!g->reader.pid)
		return;
	send_rules(g);
	if (g->state == LIFE_STREAMING)
		send_policy(g);
}

int guest_policy_err(const struct guest *g)
{
	if (g->state != LIFE_STREAMING)
		return ENOTCONN;
	/* what is told was so before it was sent */
	if (g->stats_us <= g->policy_us || g->stats.policy_applied != g->policy_sent)
		return EAGAIN;
	return g->stats.policy_error == STARLSM_ERR_OK ? 0 : EINVAL;
}

/* With half a ring unread, heartbeats may be among what is. */
static bool is_read(const struct guest *g, uint64_t now)
{
	return g->state == LIFE_STREAMING && g->stats_us &&
	       now - g->stats_us < STATS_FRESH_US &&
	       g->stats.backlog < g->ready.ring_bytes / 2;
}

/* One that lies is known, and no other has a reader that is not there yet. */
static bool is_attached(const struct guest *g)
{
	return g->state == LIFE_STREAMING || g->state == LIFE_DETACHING ||
	       g->state == LIFE_BREAKING || g->state == LIFE_BROKEN;
}

void guest_vitals(struct guest *g, uint64_t cpu_ns, uint32_t n_vcpus, bool runs)
{
	uint64_t now = now_us(g);
	const struct vitals_look look = {
		.now_ns = now * NS_PER_US, .cpu_ns = cpu_ns,
		.n_vcpus = n_vcpus ? n_vcpus : 1, .runs = runs,
		.is_read = is_read(g, now), .is_attached = is_attached(g),
		.heartbeat_ns = g->stats.heartbeat_ns,
	};
	struct msg_vitals m = { .msg = { MSG_VITALS, sizeof(m) }, .domid = g->domid };

	vitals_look(&g->vitals, &look);
	m.unattached_ns = g->vitals.unattached_ns;
	m.silent_cpu_ns = g->vitals.silent_cpu_ns;
	workers_tell_engine(g->daemon, &m.msg, -1);
	exporting_tell(g);
}

struct guest *guest_new(struct daemon *d, uint32_t domid, const char *name,
			const char *type, const struct config_guest *policy)
{
	struct guest *g = calloc(1, sizeof(*g));
	struct msg_guest m;

	if (!g)
		return NULL;
	g->daemon = d;
	g->domid = domid;
	snprintf(g->name, sizeof(g->name), "%s", name);
	snprintf(g->reader_name, sizeof(g->reader_name), "reader %u", domid);
	g->type = type;
	g->policy = *policy;
	g->reader.name = g->reader_name;
	g->reader.message = reader_says;
	g->reader.exited = reader_exited;
	g->reader.owner = g;
	g->reader.channel = -1;
	g->next = d->guests;
	d->guests = g;
	log_notice("domain %u (%s): observed", domid, g->name);
	m = introduction(g);
	workers_tell_engine(d, &m.msg, -1);
	workers_tell_responder(d, &m.msg);
	send_playbooks(g);
	store_watch(d->xs, domid);
	if (policy->introspect)
		g->watcher = watcher_new(g);
	return g;
}
