// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - making a plan: from files of rules to tables
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sigma/plan_parts.h"
#include "lib/sigma/read.h"

struct plan *plan_new(void)
{
	struct plan *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	memset(p->same, 0xff, sizeof(p->same));
	memset(p->equal, 0xff, sizeof(p->equal));
	memset(p->by_id, 0xff, sizeof(p->by_id));
	memset(p->by_name, 0xff, sizeof(p->by_name));
	return p;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	for (uint32_t i = 0; i < p->n_tests; i++)
		pcre2_code_free(p->test[i].regex);
	automaton_free(&p->automaton);
	arena_free(&p->arena);
	free(p);
}

unsigned int plan_n_rules(const struct plan *p)
{
	return p->n_rules;
}

struct sigma_rule *plan_rule(const struct plan *p, unsigned int number)
{
	return p->rule[number];
}

/*
 * Names
 */

static uint32_t name_bucket(const char *name)
{
	uint32_t h = hash_begin(0);

	for (; *name; name++)
		h = hash_step(h, *name);
	return hash_bucket(h);
}

static struct sigma_rule *find(const struct plan *p, const char *text, bool by_name)
{
	uint32_t at = (by_name ? p->by_name : p->by_id)[name_bucket(text)];

	for (; at != NONE; at = (by_name ? p->next_name : p->next_id)[at]) {
		struct sigma_rule *rule = p->rule[at];

		if (rule && !strcmp(by_name ? rule->name : rule->id, text))
			return rule;
	}
	return NULL;
}

struct sigma_rule *plan_find(const struct plan *p, const char *id_or_name)
{
	struct sigma_rule *rule = find(p, id_or_name, false);

	return rule ? rule : find(p, id_or_name, true);
}

static void remember(uint32_t *bucket, uint32_t *next, uint32_t number)
{
	next[number] = *bucket;
	*bucket = number;
}

/*
 * Fields and tests: each once
 */

uint32_t plan_field(struct plan *p, const struct field_ref *ref)
{
	for (uint32_t i = 0; i < p->n_fields; i++) {
		const struct field_ref *old = &p->field[i].ref;

		if (old->view == ref->view && old->source == ref->source &&
		    old->arg == ref->arg &&
		    (ref->source != SRC_FIELD || !strcmp(old->name, ref->name)))
			return i;
	}
	p->field = arena_grow(&p->arena, p->field, p->n_fields, sizeof(*p->field));
	if (!p->field)
		return NONE;
	p->field[p->n_fields].ref = *ref;
	return p->n_fields++;
}

static bool is_same_test(const struct test *a, const struct test *b)
{
	return a->kind == b->kind && a->compare == b->compare && a->is_cased == b->is_cased &&
	       a->field == b->field && a->other == b->other && a->number == b->number &&
	       a->regex_flags == b->regex_flags && a->family == b->family &&
	       a->bits == b->bits && !memcmp(a->address, b->address, sizeof(a->address)) &&
	       a->pattern.n == b->pattern.n &&
	       (!a->pattern.n || !memcmp(a->pattern.unit, b->pattern.unit,
					 a->pattern.n * sizeof(*a->pattern.unit)));
}

static uint32_t test_bucket(const struct test *t)
{
	uint32_t h = hash_step(hash_begin(t->field), t->kind);

	for (uint32_t i = 0; i < t->pattern.n; i++)
		h = hash_step(h, t->pattern.unit[i]);
	return hash_bucket(h);
}

static uint32_t plan_test(struct plan *p, const struct test *test)
{
	uint32_t bucket = test_bucket(test), i = p->same[bucket];

	for (; i != NONE; i = p->test[i].next_same)
		if (is_same_test(&p->test[i].test, test))
			return i;
	p->test = arena_grow(&p->arena, p->test, p->n_tests, sizeof(*p->test));
	if (!p->test)
		return NONE;
	p->test[p->n_tests] = (struct plan_test){
		.test = *test, .next_same = p->same[bucket], .next_equal = NONE,
	};
	p->same[bucket] = p->n_tests;
	return p->n_tests++;
}

/*
 * One rule, when it is known to be good
 */

static bool take_tests(struct plan *p, struct reader *r)
{
	uint32_t *field = arena_alloc(&p->arena, (r->n_fields + 1) * sizeof(*field));
	uint32_t *test = arena_alloc(&p->arena, (r->n_tests + 1) * sizeof(*test));

	if (!field || !test)
		return false;
	for (uint32_t i = 0; i < r->n_fields; i++)
		field[i] = plan_field(p, &r->field[i]);
	for (uint32_t i = 0; i < r->n_tests; i++) {
		struct test copy = r->test[i];

		copy.field = field[copy.field];
		copy.other = copy.kind == TEST_FIELD ? field[copy.other] : 0;
		test[i] = plan_test(p, &copy);
		if (test[i] == NONE)
			return false;
	}
	for (struct node *node = r->newest; node; node = node->before)
		if (node->op == NODE_TEST)
			node->test = test[node->test];
	return !p->arena.failed;
}

static void take_rule(struct plan *p, struct reader *r)
{
	struct sigma_rule *rule = r->rule, *other;

	other = rule->id[0] ? find(p, rule->id, false) : NULL;
	if (other) {
		read_wrong(r, NULL, "the id is that of %s:%u", other->file, other->line);
		return;
	}
	if (p->n_rules == PLAN_RULES_MAX) {
		read_wrong(r, NULL, "more than %d rules", PLAN_RULES_MAX);
		return;
	}
	p->next_id = arena_grow(&p->arena, p->next_id, p->n_rules, sizeof(*p->next_id));
	p->next_name = arena_grow(&p->arena, p->next_name, p->n_rules, sizeof(*p->next_name));
	p->rule = arena_grow(&p->arena, p->rule, p->n_rules, sizeof(rule));
	if (!p->next_id || !p->next_name || !p->rule || !take_tests(p, r)) {
		read_wrong(r, NULL, "no memory");
		return;
	}
	rule->number = p->n_rules++;
	p->rule[rule->number] = rule;
	if (rule->id[0])
		remember(&p->by_id[name_bucket(rule->id)], p->next_id, rule->number);
	if (rule->name)
		remember(&p->by_name[name_bucket(rule->name)], p->next_name, rule->number);
	if (!rule->correlation)
		p->has_rules[rule->view] = true;
}

static bool add_document(struct plan *p, struct reader *r)
{
	/* nothing between or after two --- */
	if (read_is_null(yaml_document_get_root_node(r->document)))
		return false;
	r->rule = arena_alloc(&p->arena, sizeof(*r->rule));
	if (!r->rule)
		return false;
	r->rule->file = r->file;
	r->rule->line = yaml_document_get_root_node(r->document)->start_mark.line + 1;
	if (read_rule(r))
		take_rule(p, r);
	return !r->failed;
}

static void syntax_error(const yaml_parser_t *parser, const char *file, report_fn report,
			 void *arg)
{
	size_t line = parser->error == YAML_READER_ERROR ? parser->mark.line :
		      parser->problem_mark.line;
	char text[256];

	snprintf(text, sizeof(text), "%s", parser->problem ? parser->problem : "no memory");
	report(arg, REPORT_ERROR, file, line + 1, text);
}

unsigned int plan_add(struct plan *p, const char *file, const char *text, size_t len,
		      report_fn report, void *arg)
{
	const char *name = arena_copy(&p->arena, file, strlen(file));
	yaml_document_t document;
	yaml_parser_t parser;
	unsigned int n = 0;
	bool is_end = false;

	if (!name || len > PLAN_FILE_MAX || !yaml_parser_initialize(&parser)) {
		report(arg, REPORT_ERROR, file, 1, len > PLAN_FILE_MAX ?
		       "the file is too long" : "no memory");
		return 0;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (!is_end) {
		struct reader r = {
			.arena = &p->arena, .document = &document, .file = name,
			.report = report, .report_arg = arg,
		};

		if (!yaml_parser_load(&parser, &document)) {
			syntax_error(&parser, name, report, arg);
			break;
		}
		is_end = !yaml_document_get_root_node(&document);
		if (!is_end)
			n += add_document(p, &r);
		yaml_document_delete(&document);
	}
	yaml_parser_delete(&parser);
	return n;
}
