// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - putting correlations together: their rules, and the fields of their groups
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/sigma/plan_parts.h"

/* Correlations of correlations of ... */
#define CHAIN_MAX	8

struct linker {
	struct plan *p;
	report_fn report;
	void *arg;
};

/* Takes a correlation out. */
static void __attribute__((format(printf, 3, 4)))
drop(struct linker *l, struct sigma_rule *rule, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	l->report(l->arg, REPORT_ERROR, rule->file, rule->line, text);
	l->p->rule[rule->number] = NULL;
}

/* What an alias means for a rule; the name itself if it is none. */
static const char *resolve(const struct correlation *c, const struct sigma_rule *rule,
			   const char *name)
{
	const char *alias, *of, *field;

	for (alias = c->aliases; alias && *alias; alias = field + strlen(field) + 1) {
		of = alias + strlen(alias) + 1;
		field = of + strlen(of) + 1;
		if (!strcmp(alias, name) &&
		    (!strcmp(of, rule->id) || (rule->name && !strcmp(of, rule->name))))
			return field;
	}
	return name;
}

/* A correlation passes on what it was grouped by. */
static uint32_t group_number(const struct correlation *c, const char *name)
{
	for (uint32_t i = 0; i < c->n_group; i++)
		if (!strcmp(c->group_name[i], name))
			return i;
	return NONE;
}

static bool link_field(struct linker *l, struct sigma_rule *rule, uint32_t which, uint32_t g,
		       const char *name)
{
	struct correlation *c = rule->correlation;
	const struct sigma_rule *of = c->rule[which];
	struct field_ref ref;

	name = resolve(c, of, name);
	if (of->correlation)
		c->field[which][g] = group_number(of->correlation, name);
	else if (fields_find(of->view, name, &ref) && ref.source != SRC_UNTOLD)
		c->field[which][g] = plan_field(l->p, &ref);
	else
		c->field[which][g] = NONE;
	if (c->field[which][g] != NONE)
		return true;
	drop(l, rule, "\"%s\" is no field that the sensor tells with \"%s\"", name, of->title);
	return false;
}

static bool link_rule(struct linker *l, struct sigma_rule *rule, uint32_t which)
{
	struct correlation *c = rule->correlation;

	c->rule[which] = plan_find(l->p, c->rule_name[which]);
	if (!c->rule[which]) {
		drop(l, rule, "there is no rule \"%s\"", c->rule_name[which]);
		return false;
	}
	for (uint32_t g = 0; g < c->n_group; g++)
		if (!link_field(l, rule, which, g, c->group_name[g]))
			return false;
	return !c->value_name ||
	       link_field(l, rule, which, CORRELATION_GROUP_MAX, c->value_name);
}

/* A correlation stands on rules, and on correlations that stand already. */
static bool can_stand(const struct correlation *c)
{
	for (uint32_t i = 0; i < c->n_rules; i++)
		if (!c->rule[i] || (c->rule[i]->correlation && !c->rule[i]->correlation->depth))
			return false;
	return true;
}

/* Which of its groups are by guest; what it stands on knows of its own. */
static void find_guest_groups(const struct linker *l, struct correlation *c)
{
	const struct correlation *below = c->rule[0]->correlation;

	for (uint32_t g = 0; g < c->n_group; g++) {
		uint32_t field = c->field[0][g];

		if (below ? below->guest_groups >> field & 1 :
		    l->p->field[field].ref.source == SRC_GUEST)
			c->guest_groups |= 1U << g;
	}
}

static void drop_floating(struct linker *l)
{
	for (uint32_t depth = 1; depth <= CHAIN_MAX; depth++) {
		for (uint32_t i = 0; i < l->p->n_rules; i++) {
			struct sigma_rule *rule = l->p->rule[i];

			if (!rule || !rule->correlation || rule->correlation->depth ||
			    !can_stand(rule->correlation))
				continue;
			rule->correlation->depth = depth;
			find_guest_groups(l, rule->correlation);
		}
	}
	for (uint32_t i = 0; i < l->p->n_rules; i++) {
		struct sigma_rule *rule = l->p->rule[i];

		if (rule && rule->correlation && !rule->correlation->depth)
			drop(l, rule, "its correlations are nested too deeply, or in a circle, "
			     "or one was not loaded");
	}
}

/* Whether all of its rules are (still) there */
static bool is_whole(const struct linker *l, const struct correlation *c)
{
	for (uint32_t i = 0; i < c->n_rules; i++)
		if (l->p->rule[c->rule[i]->number] != c->rule[i])
			return false;
	return true;
}

static bool use(struct linker *l, struct sigma_rule *rule)
{
	struct correlation *c = rule->correlation;

	for (uint32_t i = 0; i < c->n_rules; i++) {
		struct sigma_rule *of = c->rule[i];

		of->use = arena_grow(&l->p->arena, of->use, of->n_uses, sizeof(*of->use));
		if (!of->use)
			return false;
		of->use[of->n_uses++] = (struct rule_use){ rule, i };
		of->is_silent |= !c->generate;
	}
	return true;
}

static void link_all(struct linker *l)
{
	for (uint32_t i = 0; i < l->p->n_rules; i++) {
		struct sigma_rule *rule = l->p->rule[i];
		struct correlation *c = rule ? rule->correlation : NULL;

		for (uint32_t k = 0; c && k < c->n_rules; k++)
			if (!link_rule(l, rule, k))
				break;
	}
}

/* Those that need one which was taken out go too, until none does. */
static void drop_broken(struct linker *l)
{
	bool is_changed = true;

	while (is_changed) {
		is_changed = false;
		for (uint32_t i = 0; i < l->p->n_rules; i++) {
			struct sigma_rule *rule = l->p->rule[i];

			if (!rule || !rule->correlation || is_whole(l, rule->correlation))
				continue;
			drop(l, rule, "a correlation that it needs was not loaded");
			is_changed = true;
		}
	}
}

int plan_link(struct plan *p, report_fn report, void *arg)
{
	struct linker l = { p, report, arg };

	link_all(&l);
	drop_floating(&l);
	drop_broken(&l);
	for (uint32_t i = 0; i < p->n_rules; i++)
		if (p->rule[i] && p->rule[i]->correlation && !use(&l, p->rule[i]))
			return -1;
	return p->arena.failed ? -1 : 0;
}
