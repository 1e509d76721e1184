// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - incidents and their alerts then and now: what other rules make of the same facts
 */
#include "ctl/changes.h"

#include <stdlib.h>
#include <string.h>

void changes_free(struct changes *c)
{
	free(c->list);
	free(c->alert);
	memset(c, 0, sizeof(*c));
}

static struct change make(const struct msg_out_incident *m, int64_t wall_ns)
{
	struct change made = {
		.domid = m->domid, .level = m->level, .n_actions = m->n_actions,
		.decided_ns = m->decided_ns, .wall_ns = wall_ns,
	};

	memcpy(made.action, m->action, sizeof(made.action));
	memcpy(made.guest, m->guest, sizeof(made.guest));
	memcpy(made.rule, m->rule, sizeof(made.rule));
	memcpy(made.rule_id, m->rule_id, sizeof(made.rule_id));
	return made;
}

static bool is_same(const struct change *a, const struct change *b)
{
	return a->domid == b->domid && a->decided_ns == b->decided_ns &&
	       !strncmp(a->rule, b->rule, sizeof(a->rule)) &&
	       !strncmp(a->rule_id, b->rule_id, sizeof(a->rule_id));
}

/* One more place at the end of *list; NULL without memory */
static void *grow(void **list, size_t *n, size_t *room, size_t size)
{
	void *more;

	if (*n == *room) {
		more = realloc(*list, (2 * *room + 16) * size);
		if (!more)
			return NULL;
		*list = more;
		*room = 2 * *room + 16;
	}
	return (char *)*list + (*n)++ * size;
}

static uint32_t *id_of(struct change *change, bool is_now)
{
	return is_now ? &change->now : &change->then;
}

static int append(struct changes *c, const struct change *change)
{
	struct change *more = grow((void **)&c->list, &c->n, &c->room, sizeof(*more));

	if (!more)
		return -1;
	*more = *change;
	return 0;
}

static bool is_same_alert(const struct change_alert *a, const struct change_alert *b)
{
	return a->domid == b->domid && a->first_ns == b->first_ns &&
	       !strncmp(a->rule, b->rule, sizeof(a->rule)) &&
	       !strncmp(a->rule_id, b->rule_id, sizeof(a->rule_id));
}

static uint32_t *incident_of(struct change_alert *alert, bool is_now)
{
	return is_now ? &alert->now : &alert->then;
}

/* They come in the order of their times: what is older is no other's. */
static int add_alert(struct changes *c, bool is_now, const struct msg_out_incident *m,
		     int64_t wall_ns)
{
	const struct incident_alert *a = &m->alert[m->news];
	struct change_alert made = {
		.domid = m->domid, .has_joined = a->link != LINK_FIRST,
		.first_ns = a->first_ns, .wall_ns = wall_ns,
	}, *at;

	memcpy(made.guest, m->guest, sizeof(made.guest));
	memcpy(made.rule, a->rule, sizeof(made.rule));
	memcpy(made.rule_id, a->rule_id, sizeof(made.rule_id));
	for (at = c->alert + c->n_alerts; at > c->alert && at[-1].first_ns >= a->first_ns; at--) {
		if (*incident_of(&at[-1], is_now) || !is_same_alert(&at[-1], &made))
			continue;
		*incident_of(&at[-1], is_now) = m->id;
		return 0;
	}
	at = grow((void **)&c->alert, &c->n_alerts, &c->alert_room, sizeof(*at));
	if (!at)
		return -1;
	*at = made;
	*incident_of(at, is_now) = m->id;
	return 0;
}

static int add_incident(struct changes *c, bool is_now, const struct msg_out_incident *m,
			int64_t wall_ns)
{
	struct change made = make(m, wall_ns), *same = NULL;

	for (struct change *at = c->list + c->n; at > c->list; at--) {
		if (at[-1].domid == m->domid && *id_of(&at[-1], is_now) == m->id)
			return 0;
		if (!*id_of(&at[-1], is_now) && is_same(&at[-1], &made))
			same = &at[-1];
	}
	if (!same) {
		*id_of(&made, is_now) = m->id;
		return append(c, &made);
	}
	*id_of(same, is_now) = m->id;
	same->is_other = same->level != made.level || same->n_actions != made.n_actions ||
			 memcmp(same->action, made.action, sizeof(made.action));
	return 0;
}

int changes_add(struct changes *c, bool is_now, const struct msg_out_incident *m, int64_t wall_ns)
{
	if (m->news < INCIDENT_ALERTS_MAX && add_alert(c, is_now, m, wall_ns))
		return -1;
	return add_incident(c, is_now, m, wall_ns);
}

uint32_t changes_now(const struct changes *c, uint32_t domid, uint32_t then)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->list[i].domid == domid && c->list[i].then == then)
			return c->list[i].now;
	return 0;
}

enum change_kind change_kind(const struct change *change)
{
	if (!change->then)
		return CHANGE_NEW;
	if (!change->now)
		return CHANGE_GONE;
	return change->is_other ? CHANGE_OTHER : CHANGE_SAME;
}

enum change_kind change_alert_kind(const struct change_alert *alert)
{
	return !alert->then ? CHANGE_NEW : !alert->now ? CHANGE_GONE : CHANGE_SAME;
}
