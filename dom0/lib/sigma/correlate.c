// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - rules that matched, counted and put in order: Sigma's correlations
 */
#include "lib/sigma/correlate.h"

#include <stdlib.h>
#include <string.h>

#include "lib/idmap.h"

#define ORDER_USED	0

/* EVENTS: when; VALUES: when and what; ALL, ORDERED: of rule i, when, if it is set */
struct entry {
	int64_t ns;
	uint64_t value;
};

struct group {
	uint32_t n;		/* entries in use */
	uint32_t first;		/* EVENTS: the oldest */
	uint32_t size;
	struct entry *entry;
};

struct groups {
	struct idmap ids;
	struct group *group;
	uint32_t n_entries;	/* of all groups */
};

struct correlator {
	struct hash_seed seed;
	struct groups *host;
};

struct feed {
	struct correlator *c;
	struct groups *own;
	int64_t now_ns;
	correlator_fire fire;
	void *arg;
};

/* Group values and the one that is counted, as hashes; 0: not there */
struct keys {
	uint64_t hash[CORRELATION_GROUP_MAX + 1];
};

/*
 * Groups
 */

struct groups *groups_new(const struct hash_seed *seed, uint32_t size)
{
	struct groups *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->group = calloc(size, sizeof(*g->group));
	if (g->group && !idmap_init(&g->ids, size, seed))
		return g;
	free(g->group);
	free(g);
	return NULL;
}

void groups_free(struct groups *g)
{
	if (!g)
		return;
	for (uint32_t i = 0; i < g->ids.fresh; i++)
		free(g->group[i].entry);
	free(g->group);
	idmap_free(&g->ids);
	free(g);
}

static void evict(struct groups *g)
{
	uint32_t slot = g->ids.oldest[ORDER_USED];
	struct group *old = &g->group[slot];

	g->n_entries -= old->size;
	free(old->entry);
	*old = (struct group){ 0 };
	idmap_remove(&g->ids, slot);
}

static struct group *new_group(struct groups *g, uint64_t id, uint32_t size)
{
	struct group *group;
	uint32_t slot;

	while (g->n_entries + size > GROUPS_ENTRIES)
		evict(g);
	slot = idmap_add(&g->ids, id);
	if (slot == NO_SLOT) {
		evict(g);
		slot = idmap_add(&g->ids, id);
	}
	group = &g->group[slot];
	*group = (struct group){ .entry = calloc(size, sizeof(*group->entry)) };
	if (!group->entry) {
		idmap_remove(&g->ids, slot);
		return NULL;
	}
	group->size = size;
	g->n_entries += size;
	idmap_order(&g->ids, slot, ORDER_USED);
	return group;
}

static struct group *get_group(struct groups *g, uint64_t id, uint32_t size)
{
	uint32_t slot = idmap_find(&g->ids, id);

	if (slot == NO_SLOT)
		return new_group(g, id, size);
	idmap_order(&g->ids, slot, ORDER_USED);
	return &g->group[slot];
}

/*
 * Counting: each returns whether that completes it
 */

static bool is_old(const struct correlation *c, int64_t then_ns, int64_t now_ns)
{
	/* whatever the times are: no overflow */
	return (int64_t)((uint64_t)now_ns - (uint64_t)then_ns) > c->timespan_ns;
}

static bool count_event(const struct correlation *c, struct group *g, int64_t now_ns)
{
	while (g->n && is_old(c, g->entry[g->first].ns, now_ns)) {
		g->first = (g->first + 1) % g->size;
		g->n--;
	}
	g->entry[(g->first + g->n++) % g->size].ns = now_ns;
	return g->n >= c->count;
}

static bool count_value(const struct correlation *c, struct group *g, uint64_t value,
			int64_t now_ns)
{
	uint32_t n = 0;

	/* what is too old goes, and so does the same value */
	for (uint32_t i = 0; i < g->n; i++)
		if (!is_old(c, g->entry[i].ns, now_ns) && g->entry[i].value != value)
			g->entry[n++] = g->entry[i];
	g->entry[n++] = (struct entry){ now_ns, value };
	g->n = n;
	return g->n >= c->count;
}

static bool count_all(const struct correlation *c, struct group *g, uint32_t which,
		      int64_t now_ns)
{
	g->entry[which] = (struct entry){ now_ns, 1 };
	g->n = 1;
	for (uint32_t i = 0; i < c->n_rules; i++)
		if (!g->entry[i].value || is_old(c, g->entry[i].ns, now_ns))
			return false;
	return true;
}

/*
 * An entry says when the latest row of events began that comes up to its rule.
 * If a rule is in it twice, one event is not both: the later place is told first.
 */
static bool count_ordered(const struct correlation *c, struct group *g, uint32_t which,
			  int64_t now_ns)
{
	const struct entry *before = &g->entry[which ? which - 1 : 0];

	if (which == 0)
		g->entry[0] = (struct entry){ now_ns, 1 };
	else if (before->value && !is_old(c, before->ns, now_ns))
		g->entry[which] = *before;
	else
		return false;
	g->n = 1;
	return which == c->n_rules - 1;
}

static bool count(const struct correlation *c, struct group *g, uint32_t which,
		  uint64_t value, int64_t now_ns)
{
	switch (c->type) {
	case CORRELATE_EVENTS:
		return count_event(c, g, now_ns);
	case CORRELATE_VALUES:
		return value && count_value(c, g, value, now_ns);
	case CORRELATE_ALL:
		return count_all(c, g, which, now_ns);
	default:
		return count_ordered(c, g, which, now_ns);
	}
}

/*
 * Feeding
 */

static uint64_t group_id(const struct correlator *c, const struct sigma_rule *rule,
			 const struct keys *keys)
{
	uint64_t text[CORRELATION_GROUP_MAX + 1] = { 0 };

	memcpy(text, keys->hash, rule->correlation->n_group * sizeof(text[0]));
	text[CORRELATION_GROUP_MAX] = rule->number;
	return hash_bytes(&c->seed, text, sizeof(text));
}

static void feed(struct feed *f, const struct sigma_rule *rule, const struct keys *keys);

static void feed_one(struct feed *f, const struct sigma_rule *rule, uint32_t which,
		     const struct keys *keys)
{
	const struct correlation *c = rule->correlation;
	struct groups *groups = c->guest_groups ? f->own : f->c->host;
	bool is_count = c->type == CORRELATE_EVENTS || c->type == CORRELATE_VALUES;
	struct group *group;

	group = !groups ? NULL : get_group(groups, group_id(f->c, rule, keys),
					   is_count ? c->count : c->n_rules);
	if (!group || !count(c, group, which, keys->hash[CORRELATION_GROUP_MAX], f->now_ns))
		return;
	memset(group->entry, 0, group->size * sizeof(*group->entry));
	group->n = group->first = 0;
	if (!rule->is_silent)
		f->fire(f->arg, rule);
	feed(f, rule, keys);
}

/* The keys of a correlation, from those of one that it is made of */
static struct keys pass_on(const struct correlation *c, uint32_t which,
			   const struct keys *from)
{
	struct keys keys = { { 0 } };

	for (uint32_t g = 0; g < c->n_group; g++)
		keys.hash[g] = from->hash[c->field[which][g]];
	if (c->value_name)
		keys.hash[CORRELATION_GROUP_MAX] =
			from->hash[c->field[which][CORRELATION_GROUP_MAX]];
	return keys;
}

static void feed(struct feed *f, const struct sigma_rule *rule, const struct keys *keys)
{
	for (uint32_t i = rule->n_uses; i--; ) {
		const struct rule_use *use = &rule->use[i];
		const struct keys own = pass_on(use->correlation->correlation, use->which, keys);

		feed_one(f, use->correlation, use->which, &own);
	}
}

static uint64_t value_hash(const struct correlator *c, struct matcher *m, uint32_t field)
{
	const struct field_value *v = matcher_value(m, field);

	return v ? hash_bytes(&c->seed, v->bytes, v->len) | 1 : 0;
}

static struct keys keys_of(const struct correlator *c, struct matcher *m,
			   const struct correlation *to, uint32_t which)
{
	struct keys keys = { { 0 } };

	for (uint32_t g = 0; g < to->n_group; g++)
		keys.hash[g] = value_hash(c, m, to->field[which][g]);
	if (to->value_name)
		keys.hash[CORRELATION_GROUP_MAX] =
			value_hash(c, m, to->field[which][CORRELATION_GROUP_MAX]);
	return keys;
}

void correlator_feed(struct correlator *c, struct matcher *m, const struct sigma_rule *rule,
		     struct groups *own, int64_t now_ns, correlator_fire fire, void *arg)
{
	struct feed f = { c, own, now_ns, fire, arg };

	for (uint32_t i = rule->n_uses; i--; ) {
		const struct rule_use *use = &rule->use[i];
		const struct keys keys = keys_of(c, m, use->correlation->correlation,
						 use->which);

		feed_one(&f, use->correlation, use->which, &keys);
	}
}

struct correlator *correlator_new(const struct hash_seed *seed)
{
	struct correlator *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->seed = *seed;
	c->host = groups_new(seed, GROUPS_HOST);
	if (c->host)
		return c;
	free(c);
	return NULL;
}

void correlator_free(struct correlator *c)
{
	if (!c)
		return;
	groups_free(c->host);
	free(c);
}
