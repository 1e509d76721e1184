// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - reading a correlation: rules that belong together, and when
 *
 * Which rules its names mean, and which fields its groups are made of, is found
 * when all files have been read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sigma/read.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define NS_PER_S	1000000000LL
#define TIMESPAN_S_MAX	(30 * 86400LL)

static const char * const types[] = {
	[CORRELATE_EVENTS] = "event_count", [CORRELATE_VALUES] = "value_count",
	[CORRELATE_ALL] = "temporal", [CORRELATE_ORDERED] = "temporal_ordered",
};

static void take_type(struct reader *r, const yaml_node_t *root)
{
	const yaml_node_t *node = read_key(r, root, "type");
	const char *text = node ? read_scalar(r, node) : NULL;

	for (size_t i = 0; text && i < ARRAY_SIZE(types); i++) {
		if (strcmp(types[i], text))
			continue;
		r->rule->correlation->type = i;
		return;
	}
	read_wrong(r, node ? node : root, "the correlation has no type that is known");
}

/* The texts of a list, copied; how many */
static uint32_t take_list(struct reader *r, const yaml_node_t *root, const char *key,
			  const char **to, uint32_t max)
{
	const yaml_node_t *list = read_key(r, root, key);
	const char *text;

	if (!list || read_is_null(list))
		return 0;
	if (read_count(list) > max) {
		read_wrong(r, list, "more than %u in %s", max, key);
		return 0;
	}
	for (unsigned int i = 0; i < read_count(list); i++) {
		text = read_scalar(r, read_item(r, list, i));
		to[i] = text ? arena_copy(r->arena, text, strlen(text)) : NULL;
		if (text && !to[i])
			read_wrong(r, list, "no memory");
	}
	return read_count(list);
}

/* "10m" */
static void take_timespan(struct reader *r, const yaml_node_t *root)
{
	const yaml_node_t *node = read_key(r, root, "timespan");
	const char *text = node ? read_scalar(r, node) : NULL;
	long long s = 0;
	char *end;

	if (text) {
		errno = 0;
		s = strtoll(text, &end, 10);
		if (errno || s <= 0 || s > TIMESPAN_S_MAX || !*end || end[1])
			s = 0;
		else
			s *= *end == 's' ? 1 : *end == 'm' ? 60 : *end == 'h' ? 3600 :
			     *end == 'd' ? 86400 : 0;
	}
	if (s <= 0 || s > TIMESPAN_S_MAX)
		read_wrong(r, node ? node : root,
			   "the timespan is not as 30s, 10m, 2h, 1d; up to 30d");
	r->rule->correlation->timespan_ns = s * NS_PER_S;
}

/* The count that is enough: what must stay below one is known at the end of time only. */
static void take_criterion(struct reader *r, const yaml_node_t *key, const yaml_node_t *value)
{
	struct correlation *c = r->rule->correlation;
	const char *name = read_scalar(r, key), *text = name ? read_scalar(r, value) : NULL;
	char *end;
	long n;

	if (!text)
		return;
	if (!strcmp(name, "field")) {
		c->value_name = arena_copy(r->arena, text, strlen(text));
		return;
	}
	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < 0 || n >= CORRELATION_COUNT_MAX)
		read_wrong(r, value, "\"%s\" is no count below %d", text,
			   CORRELATION_COUNT_MAX);
	else if (!strcmp(name, "gte") || !strcmp(name, "eq"))
		c->count = n;
	else if (!strcmp(name, "gt"))
		c->count = n + 1;
	else
		read_wrong(r, key, "\"%s\" is none of gte, gt, eq", name);
}

static void take_condition(struct reader *r, const yaml_node_t *root)
{
	const yaml_node_t *node = read_key(r, root, "condition");
	const struct correlation *c = r->rule->correlation;
	const yaml_node_pair_t *pair;
	bool is_count = c->type == CORRELATE_EVENTS || c->type == CORRELATE_VALUES;

	if (node && node->type == YAML_MAPPING_NODE) {
		pair = node->data.mapping.pairs.start;
		for (; !r->failed && pair < node->data.mapping.pairs.top; pair++)
			take_criterion(r, read_node(r, pair->key), read_node(r, pair->value));
	} else if (node) {
		read_wrong(r, node, "the correlation's condition is no \"gte: N\"");
	}
	if (is_count && !c->count)
		read_wrong(r, node ? node : root, "the correlation has no count, as gte: 5");
	if (c->type == CORRELATE_VALUES && !c->value_name)
		read_wrong(r, node ? node : root, "the correlation's condition has no field");
	if (!is_count && c->count && c->count != c->n_rules)
		read_wrong(r, node, "only all of its rules can be waited for");
}

/*
 * An alias, as the field of a rule: "aliases: ALIAS: RULE: FIELD". It is kept
 * as text, "ALIAS\0RULE\0FIELD\0...", ended by an empty one.
 */
static size_t alias_text(struct reader *r, const yaml_node_t *aliases, char *to)
{
	const yaml_node_pair_t *a = aliases->data.mapping.pairs.start, *b;
	const char *part[3];
	size_t len = 0;

	for (; a < aliases->data.mapping.pairs.top; a++) {
		const yaml_node_t *map = read_node(r, a->value);

		part[0] = read_scalar(r, read_node(r, a->key));
		if (map->type != YAML_MAPPING_NODE)
			read_wrong(r, map, "an alias is no \"RULE: FIELD\"");
		if (r->failed)
			return 0;
		for (b = map->data.mapping.pairs.start; b < map->data.mapping.pairs.top; b++) {
			part[1] = read_scalar(r, read_node(r, b->key));
			part[2] = read_scalar(r, read_node(r, b->value));
			for (int i = 0; !r->failed && i < 3; i++) {
				if (to)
					strcpy(to + len, part[i]);
				len += strlen(part[i]) + 1;
			}
		}
	}
	if (to)
		to[len] = 0;
	return len + 1;
}

static void take_aliases(struct reader *r, const yaml_node_t *root)
{
	const yaml_node_t *aliases = read_key(r, root, "aliases");
	char *text;

	if (!aliases || read_is_null(aliases))
		return;
	if (aliases->type != YAML_MAPPING_NODE) {
		read_wrong(r, aliases, "aliases are no \"ALIAS: RULE: FIELD\"");
		return;
	}
	text = arena_alloc(r->arena, alias_text(r, aliases, NULL) + 1);
	if (!text)
		read_wrong(r, aliases, "no memory");
	else if (!r->failed)
		alias_text(r, aliases, text);
	r->rule->correlation->aliases = text;
}

bool read_correlation(struct reader *r, const yaml_node_t *root)
{
	const yaml_node_t *document = yaml_document_get_root_node(r->document), *generate;
	struct correlation *c = arena_alloc(r->arena, sizeof(*c));

	r->rule->correlation = c;
	if (!c || root->type != YAML_MAPPING_NODE) {
		read_wrong(r, root, c ? "the correlation is no mapping" : "no memory");
		return false;
	}
	take_type(r, root);
	c->n_rules = take_list(r, root, "rules", c->rule_name, CORRELATION_RULES_MAX);
	if (!r->failed && !c->n_rules)
		read_wrong(r, root, "the correlation has no rules");
	c->n_group = take_list(r, root, "group-by", c->group_name, CORRELATION_GROUP_MAX);
	if (!r->failed)
		take_timespan(r, root);
	if (!r->failed)
		take_condition(r, root);
	if (!r->failed)
		take_aliases(r, root);
	generate = read_key(r, root, "generate");
	if (!generate)
		generate = read_key(r, document, "generate");
	c->generate = generate && read_bool(r, generate);
	return !r->failed;
}
