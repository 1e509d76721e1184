// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of our own rules: each has what it needs, and does what it says
 *
 * rule_cases.json has, for each rule by its name, events of which the last one
 * has to fire it, and events none of which may. An event with "repeat" comes so
 * often; %d in it is then 0, 1, 2, ...
 */
#include "cmocka_all.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/finding.h"
#include "lib/rulefiles.h"
#include "sigma_run.h"

#ifndef TOP
#error "TOP is the folder of the repository"
#endif

static struct rulefiles files;
static json_t *cases;
static char attack_ids[16384];

static void unreadable(void *arg, const char *path, const char *why)
{
	(void)arg;
	print_error("%s: %s\n", path, why);
	abort();
}

static int set_up(void **state)
{
	FILE *file = fopen(TOP "/rules/attack.tsv", "r");
	json_error_t error;

	(void)state;
	cases = json_load_file("rule_cases.json", 0, &error);
	json_object_del(cases, "//");
	rulefiles_add(&files, TOP "/rules", unreadable, NULL);
	if (!file || !cases)
		return -1;
	attack_ids[fread(attack_ids, 1, sizeof(attack_ids) - 1, file)] = 0;
	fclose(file);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	json_decref(cases);
	rulefiles_free(&files);
	return 0;
}

static void begin(struct sigma_run *r)
{
	struct rulefile file;
	char *text;
	size_t at = 0;

	sigma_run_init(r);
	while (rulefiles_next(files.bytes, files.len, &at, &file) > 0) {
		text = strndup(file.text, file.len);
		sigma_run_add(r, file.name, text);
		free(text);
	}
	sigma_run_finish(r);
	assert_string_equal(r->reports, "");
}

/* Also those that only correlations want: here each stands for itself. */
static void begin_aloud(struct sigma_run *r)
{
	begin(r);
	for (unsigned int i = 0; i < plan_n_rules(r->plan); i++)
		plan_rule(r->plan, i)->is_silent = false;
}

/* Feeds an event, as often as it says; has it fired that rule? */
static bool feed(struct sigma_run *r, const json_t *event, const char *title)
{
	const json_t *repeat = json_object_get(event, "repeat");
	char *text = json_dumps(event, 0), number[16], *at;
	bool is_hit = false;

	for (int i = 0; i < (repeat ? json_integer_value(repeat) : 1); i++) {
		char *copy = strdup(text);

		at = strstr(copy, "%d");
		if (at) {
			/* room is for two digits */
			snprintf(number, sizeof(number), "%02d", i);
			memcpy(at, number, 2);
		}
		sigma_run_event(r, copy);
		is_hit = sigma_run_hit(r, title);
		free(copy);
		if (is_hit)
			break;
	}
	free(text);
	return is_hit;
}

static void check_case(const char *name, const json_t *c)
{
	const json_t *match = json_object_get(c, "match");
	const json_t *no_match = json_object_get(c, "no_match"), *event;
	const struct sigma_rule *rule;
	struct sigma_run r;
	bool is_hit = false;
	size_t i;

	begin_aloud(&r);
	rule = plan_find(r.plan, name);
	if (!rule)
		fail_msg("there is no rule %s", name);
	assert_true(json_array_size(match) && json_array_size(no_match));
	json_array_foreach(match, i, event)
		is_hit = feed(&r, event, rule->title);
	if (!is_hit)
		fail_msg("%s is not fired by what it is for", name);
	sigma_run_free(&r);

	begin_aloud(&r);
	rule = plan_find(r.plan, name);
	json_array_foreach(no_match, i, event)
		if (feed(&r, event, rule->title))
			fail_msg("%s is fired by event %zu, which it is not for", name, i);
	sigma_run_free(&r);
}

static void each_rule_does_what_it_says(void **state)
{
	const char *name;
	json_t *c;

	(void)state;
	json_object_foreach(cases, name, c)
		check_case(name, c);
}

/* Each technique a rule names is in the list, whose version is told. */
static void check_attack(const struct sigma_rule *rule)
{
	char list[MSG_NAME_MAX], line[64], *rest = list;
	const char *id;

	strcpy(list, rule->attack);
	while ((id = strsep(&rest, ","))) {
		snprintf(line, sizeof(line), "\n%s\t", id);
		if (!strstr(attack_ids, line))
			fail_msg("%s: %s is not in attack.tsv", rule->name, id);
	}
}

static bool is_uuid(const char *id)
{
	static const char shape[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";

	for (size_t i = 0; i < sizeof(shape); i++) {
		if (shape[i] == 'x' ? !isxdigit((unsigned char)id[i]) :
		    shape[i] == 'y' ? !id[i] || !strchr("89ab", id[i]) : id[i] != shape[i])
			return false;
	}
	return true;
}

/* Every rule has an id, a technique, a level, says when it is wrong, and has a case. */
static void each_rule_has_what_it_needs(void **state)
{
	struct rulefile file;
	struct sigma_run r;
	unsigned int n;
	size_t at = 0;

	(void)state;
	begin(&r);
	n = plan_n_rules(r.plan);
	assert_true(n >= 40);
	assert_int_equal(n, json_object_size(cases));
	for (unsigned int i = 0; i < n; i++) {
		const struct sigma_rule *rule = plan_rule(r.plan, i);

		if (!rule->name || !is_uuid(rule->id) || !rule->attack[0])
			fail_msg("%s: name, id or technique is missing", rule->file);
		if (!json_object_get(cases, rule->name))
			fail_msg("%s has no case", rule->name);
		check_attack(rule);
	}
	while (rulefiles_next(files.bytes, files.len, &at, &file) > 0) {
		if (!memmem(file.text, file.len, "\nfalsepositives:\n", 17) ||
		    !memmem(file.text, file.len, "\nlevel: ", 8) ||
		    !memmem(file.text, file.len, "\nstatus: ", 9))
			fail_msg("%s: falsepositives, level or status is missing", file.name);
	}
	sigma_run_free(&r);
}

/* Whatever introspection can find, a rule says what that means. */
static void each_check_has_a_rule(void **state)
{
	struct sigma_run r;
	char event[200];

	(void)state;
	begin(&r);
	for (unsigned int i = 0; finding_check(i); i++) {
		snprintf(event, sizeof(event), "{\"event\": \"finding\", \"guest\": \"web\","
			 " \"check\": \"%s\", \"severity\": \"tampered\"}", finding_check(i));
		sigma_run_event(&r, event);
		if (!r.hits[0])
			fail_msg("no rule is for %s", finding_check(i));
	}
	sigma_run_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_has_what_it_needs),
		cmocka_unit_test(each_rule_does_what_it_says),
		cmocka_unit_test(each_check_has_a_rule),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
