// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - guests that move by themselves: mover.h with our clock, and the
 * responder, which is asked to move them as by an operator
 */
#include "starlsmd/schedule.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "lib/log.h"
#include "starlsmd/daemon.h"
#include "starlsmd/runs.h"

static int64_t mono_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static uint32_t minute_of_day(void)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	return tm.tm_hour * 60 + tm.tm_min;
}

static uint64_t any_number(void)
{
	uint64_t number = 0;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		log_warning("getrandom: %s", strerror(errno));
	return number;
}

static void look(struct daemon *d, struct guest *g, int64_t now)
{
	uint64_t events = g->stats.events;

	g->mover.policy = g->policy.move;
	if (!g->mover.since_ms)
		g->mover.since_ms = now;
	/* a reader that was started again counts from 0 */
	mover_rate(&g->mover, events > g->mover_events ? events - g->mover_events : 0);
	g->mover_events = events;
	g->mover.is_moving = runs_is_moving(d->runs, g->domid);
	g->mover.is_taken = runs_has(d->runs, g->domid);
}

static void move(struct daemon *d, const struct guest *g)
{
	const struct msg_act m = {
		.msg = { MSG_ACT, sizeof(m) }, .domid = g->domid, .action = ACTION_MIGRATE,
	};

	log_notice("domain %u (%s): it is time that it moves", g->domid, g->name);
	workers_tell_responder(d, &m.msg);
}

void schedule_tick(struct daemon *d)
{
	static struct mover *list[CONFIG_GUESTS_MAX];
	const struct mover_now now = {
		.ms = mono_ms(), .minute = minute_of_day(),
		.has_threat = runs_have_threat(d->runs), .at_once = d->config.at_once,
	};
	struct guest *g;
	uint32_t n = 0;

	for (g = d->guests; g; g = g->next) {
		look(d, g, now.ms);
		if (n < CONFIG_GUESTS_MAX)
			list[n++] = &g->mover;
	}
	mover_tick(list, n, &now, any_number);
	for (g = d->guests; g; g = g->next)
		if (g->mover.reason == MOVER_NOW)
			move(d, g);
}

static json_t *guest_json(const struct guest *g, int64_t now)
{
	const struct mover *m = &g->mover;
	json_t *name = json_string(g->name);

	return json_pack("{s:o, s:I, s:b, s:s, s:o, s:I, s:I}",
			 "guest", name ? name : json_string("?"),
			 "domid", (json_int_t)g->domid,
			 "scheduled", m->policy.every_s != 0,
			 "reason", mover_text(m->reason),
			 "due_s", m->due_ms && m->policy.every_s ?
				json_integer((m->due_ms - now) / 1000) : json_null(),
			 "here_s", (json_int_t)(m->since_ms ? (now - m->since_ms) / 1000 : 0),
			 "events_per_s", (json_int_t)m->rate);
}

char *schedule_text(struct daemon *d)
{
	json_t *list = json_array();
	int64_t now = mono_ms();
	const struct guest *g;
	char *text;

	for (g = d->guests; g; g = g->next)
		json_array_append_new(list, guest_json(g, now));
	text = list ? json_dumps(list, JSON_COMPACT) : NULL;
	json_decref(list);
	return text;
}
