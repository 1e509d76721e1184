// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - rules as text on events as text, for tests
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "ctl/event_json.h"
#include "sigma_run.h"

static const struct hash_seed seed = { { 1, 2 } };
static struct event_json event;

void sigma_run_init(struct sigma_run *r)
{
	memset(r, 0, sizeof(*r));
	r->plan = plan_new();
	assert_non_null(r->plan);
}

void sigma_run_free(struct sigma_run *r)
{
	groups_free(r->groups);
	correlator_free(r->correlator);
	matcher_free(r->matcher);
	plan_free(r->plan);
}

static void report(void *arg, enum report_kind kind, const char *file, unsigned int line,
		   const char *text)
{
	struct sigma_run *r = arg;
	size_t len = strlen(r->reports);

	(void)file;
	r->n_errors += kind == REPORT_ERROR;
	r->n_notes += kind == REPORT_NOTE;
	snprintf(r->reports + len, sizeof(r->reports) - len, "%u%s: %s\n", line,
		 kind == REPORT_ERROR ? "" : " note", text);
}

void sigma_run_add(struct sigma_run *r, const char *file, const char *yaml)
{
	plan_add(r->plan, file, yaml, strlen(yaml), report, r);
}

void sigma_run_finish(struct sigma_run *r)
{
	assert_int_equal(plan_finish(r->plan, report, r), 0);
	r->matcher = matcher_new(r->plan);
	r->correlator = correlator_new(&seed);
	r->groups = groups_new(&seed, GROUPS_GUEST);
	assert_true(r->matcher && r->correlator && r->groups);
}

static void fired(void *arg, const struct sigma_rule *rule)
{
	struct sigma_run *r = arg;
	size_t len = strlen(r->hits);

	snprintf(r->hits + len, sizeof(r->hits) - len, "%s ", rule->title);
}

static void hit(void *arg, const struct sigma_rule *rule)
{
	struct sigma_run *r = arg;

	if (!rule->is_silent)
		fired(r, rule);
	correlator_feed(r->correlator, r->matcher, rule, r->groups,
			event.time_ns ? event.time_ns : r->now_ns, fired, r);
}

void sigma_run_event(struct sigma_run *r, const char *json)
{
	json_error_t error;
	json_t *object = json_loads(json, 0, &error);
	const char *wrong = object ? event_json_read(&event, object) : error.text;

	if (wrong)
		fail_msg("%s: %s", json, wrong);
	r->hits[0] = 0;
	matcher_run(r->matcher, &event.facts, hit, r);
	json_decref(object);
}

bool sigma_run_hit(const struct sigma_run *r, const char *title)
{
	char word[300];
	const char *at;

	snprintf(word, sizeof(word), "%s ", title);
	at = strstr(r->hits, word);
	return at && (at == r->hits || at[-1] == ' ');
}
