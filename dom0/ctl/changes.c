// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - incidents then and now: what other rules make of the same facts
 */
#include "ctl/changes.h"

#include <stdlib.h>
#include <string.h>

void changes_free(struct changes *c)
{
	free(c->list);
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

static uint32_t *id_of(struct change *change, bool is_now)
{
	return is_now ? &change->now : &change->then;
}

static int append(struct changes *c, const struct change *change)
{
	struct change *more;

	if (c->n == c->room) {
		more = realloc(c->list, (2 * c->room + 16) * sizeof(*more));
		if (!more)
			return -1;
		c->list = more;
		c->room = 2 * c->room + 16;
	}
	c->list[c->n++] = *change;
	return 0;
}

int changes_add(struct changes *c, bool is_now, const struct msg_out_incident *m, int64_t wall_ns)
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
