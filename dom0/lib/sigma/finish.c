// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - finishing a plan: tables of what is looked for, and what it leads to
 */
#include <string.h>

#include "lib/sigma/plan_parts.h"

/* A test that tells as good as nothing: every event of its view has such a value. */
#define WEIGHT_COMMON	1000
#define WEIGHT_NEVER	UINT32_MAX

/*
 * What each test looks for
 */

/* The longest part of a pattern without a wildcard */
static struct pattern longest_part(const struct pattern *p)
{
	struct pattern best = { p->unit, 0 };
	uint32_t start = 0;

	for (uint32_t i = 0; i <= p->n; i++) {
		if (i < p->n && p->unit[i] < PATTERN_ANY)
			continue;
		if (i - start > best.n)
			best = (struct pattern){ p->unit + start, i - start };
		start = i + 1;
	}
	return best;
}

static bool take_bytes(struct plan *p, struct plan_test *t)
{
	struct pattern part = t->test.pattern;

	if (t->test.kind > TEST_GLOB)
		return true;
	if (t->test.kind == TEST_GLOB)
		part = longest_part(&part);
	t->n_bytes = part.n;
	t->bytes = arena_alloc(&p->arena, part.n + 1);
	for (uint32_t i = 0; t->bytes && i < part.n; i++)
		t->bytes[i] = pattern_lower(part.unit[i]);
	return t->bytes;
}

static bool compile_regex(struct plan *p, struct plan_test *t)
{
	const struct pattern *pattern = &t->test.pattern;
	char *text = arena_alloc(&p->arena, pattern->n + 1);
	PCRE2_SIZE at_error;
	int error;

	for (uint32_t i = 0; text && i < pattern->n; i++)
		text[i] = pattern->unit[i];
	if (text)
		t->regex = pcre2_compile((PCRE2_SPTR)text, pattern->n, t->test.regex_flags,
					 &error, &at_error, NULL);
	return t->regex;
}

static void add_equal(struct plan *p, uint32_t number)
{
	struct plan_test *t = &p->test[number];
	uint32_t h = hash_begin(t->test.field), *bucket;

	for (uint32_t i = 0; i < t->n_bytes; i++)
		h = hash_step(h, t->bytes[i]);
	bucket = &p->equal[hash_bucket(h)];
	t->next_equal = *bucket;
	*bucket = number;
	p->field[t->test.field].has_equal = true;
}

static bool add_text(struct plan *p, uint32_t number)
{
	const struct plan_test *t = &p->test[number];

	p->pattern_test[p->n_patterns] = number;
	p->field[t->test.field].has_texts = true;
	return automaton_add(&p->automaton, p->n_patterns++, t->bytes, t->n_bytes);
}

static bool index_tests(struct plan *p)
{
	p->pattern_test = arena_alloc(&p->arena, (p->n_tests + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; p->pattern_test && i < p->n_tests; i++) {
		struct plan_test *t = &p->test[i];

		if (!take_bytes(p, t))
			return false;
		if (t->test.kind == TEST_REGEX && !compile_regex(p, t))
			return false;
		if (!is_found(t))
			continue;
		if (t->test.kind == TEST_EQUAL)
			add_equal(p, i);
		else if (!add_text(p, i))
			return false;
	}
	return p->pattern_test && automaton_build(&p->automaton, p->n_patterns);
}

/*
 * Which tests a rule cannot do without: of an "and" those of one part, of an
 * "or" those of all parts. The fewer events they are found in, the better.
 */

static uint32_t test_weight(const struct plan *p, uint32_t number)
{
	const struct plan_test *t = &p->test[number];

	if (!is_found(t))
		return WEIGHT_NEVER;
	switch (p->field[t->test.field].ref.source) {
	case SRC_EVENT_NAME:
	case SRC_USER:
	case SRC_INITIATED:
	case SRC_PROTOCOL:
	case SRC_AUDIT_TYPE:
	case SRC_AUDIT_SYSCALL:
	case SRC_AUDIT_NAMETYPE:
		return WEIGHT_COMMON;
	default:
		if (t->test.kind == TEST_EQUAL)
			return 1;
		return t->n_bytes < 6 ? 1U << (6 - t->n_bytes) : 1;
	}
}

static uint32_t weight(const struct plan *p, const struct node *node);

/* The part of an "and" to go by */
static const struct node *lightest(const struct plan *p, const struct node *node,
				   uint32_t *least)
{
	const struct node *best = NULL;

	*least = WEIGHT_NEVER;
	for (uint32_t i = 0; i < node->n; i++) {
		uint32_t w = weight(p, node->child[i]);

		if (w < *least) {
			*least = w;
			best = node->child[i];
		}
	}
	return best;
}

static uint32_t weight(const struct plan *p, const struct node *node)
{
	uint32_t w, sum = 0;

	switch (node->op) {
	case NODE_TEST:
		return test_weight(p, node->test);
	case NODE_AND:
		lightest(p, node, &w);
		return w;
	case NODE_OR:
		for (uint32_t i = 0; i < node->n; i++) {
			w = weight(p, node->child[i]);
			if (w == WEIGHT_NEVER || sum > WEIGHT_NEVER - 1 - w)
				return WEIGHT_NEVER;
			sum += w;
		}
		return sum;
	default:
		return WEIGHT_NEVER;
	}
}

static bool add_number(struct plan *p, uint32_t **list, uint32_t *n, uint32_t number)
{
	if (*n && (*list)[*n - 1] == number)
		return true;
	*list = arena_grow(&p->arena, *list, *n, sizeof(**list));
	if (!*list)
		return false;
	(*list)[(*n)++] = number;
	return true;
}

static bool lead_to(struct plan *p, const struct node *node, uint32_t rule)
{
	uint32_t w;

	if (node->op == NODE_TEST)
		return add_number(p, &p->test[node->test].rule, &p->test[node->test].n_rules,
				  rule);
	if (node->op == NODE_AND)
		return lead_to(p, lightest(p, node, &w), rule);
	for (uint32_t i = 0; i < node->n; i++)
		if (!lead_to(p, node->child[i], rule))
			return false;
	return true;
}

static bool index_rules(struct plan *p)
{
	for (uint32_t i = 0; i < p->n_rules; i++) {
		const struct sigma_rule *rule = p->rule[i];
		struct field_list *always;
		bool is_done;

		if (!rule || !rule->condition || rule->condition->op == NODE_FALSE)
			continue;
		always = &p->always[rule->view];
		is_done = weight(p, rule->condition) == WEIGHT_NEVER ?
			add_number(p, &always->field, &always->n, i) :
			lead_to(p, rule->condition, i);
		if (!is_done)
			return false;
	}
	return true;
}

/* Of each event, the fields in which something is looked for */
static bool index_fields(struct plan *p)
{
	for (uint32_t i = 0; i < p->n_fields; i++) {
		const struct plan_field *f = &p->field[i];

		for (uint16_t type = 0; type < STARLSM_EV_LIMIT; type++) {
			struct field_list *look = &p->look[f->ref.view][type];

			if ((f->has_equal || f->has_texts) && fields_has(&f->ref, type) &&
			    !add_number(p, &look->field, &look->n, i))
				return false;
		}
	}
	return true;
}

int plan_finish(struct plan *p, report_fn report, void *arg)
{
	if (plan_link(p, report, arg))
		return -1;
	return index_tests(p) && index_rules(p) && index_fields(p) && !p->arena.failed ? 0 : -1;
}
