// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of correlations: counting, order, groups, time, and bounds
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sigma_run.h"

#define S	1000000000LL

/* Rules a, b, c match an exec of /a, /b, /c. */
static const char rules[] =
	"title: A\nname: a\nlogsource: {product: linux, category: process_creation}\n"
	"detection: {s: {Image: /a}, condition: s}\n---\n"
	"title: B\nname: b\nlogsource: {product: linux, category: process_creation}\n"
	"detection: {s: {Image: /b}, condition: s}\n---\n"
	"title: C\nname: c\nlogsource: {service: starlsm, category: exec}\n"
	"detection: {s: {path: /c}, condition: s}\n---\n";

static struct sigma_run run;

static void begin(const char *correlations)
{
	sigma_run_init(&run);
	sigma_run_add(&run, "rules.yml", rules);
	sigma_run_add(&run, "t.yml", correlations);
	sigma_run_finish(&run);
	assert_string_equal(run.reports, "");
}

static int tear_down(void **state)
{
	(void)state;
	sigma_run_free(&run);
	return 0;
}

/* An exec of that program, by a task of that pid in that guest, seconds after the start */
static const char *at(double s, const char *guest, int pid, const char *image)
{
	char json[512];

	snprintf(json, sizeof(json), "{\"guest\": \"%s\", \"event\": \"exec\", \"path\": \"%s\","
		 " \"pid\": %d, \"args\": [], \"task\": {}}", guest, image, pid);
	run.now_ns = 1000 * S + (int64_t)(s * S);
	sigma_run_event(&run, json);
	return run.hits;
}

static void event_count(void **state)
{
	(void)state;
	begin("title: three\ncorrelation: {type: event_count, rules: [a], group-by: [guest],"
	      " timespan: 10s, condition: {gte: 3}}\n");
	assert_string_equal(at(0, "web", 1, "/a"), "");
	assert_string_equal(at(1, "web", 1, "/b"), "B ");
	assert_string_equal(at(5, "web", 1, "/a"), "");
	/* another guest's is another's */
	assert_string_equal(at(6, "mail", 1, "/a"), "");
	assert_string_equal(at(10, "web", 1, "/a"), "three ");
	/* it begins anew */
	assert_string_equal(at(11, "web", 1, "/a"), "");
	assert_string_equal(at(12, "web", 1, "/a"), "");
	/* the one of 11 is too old then */
	assert_string_equal(at(21.5, "web", 1, "/a"), "");
	assert_string_equal(at(21.6, "web", 1, "/a"), "three ");
}

static void kinds_of_counts(void **state)
{
	(void)state;
	begin("title: gt\ncorrelation: {type: event_count, rules: [a], timespan: 1m,"
	      " condition: {gt: 1}}\n---\n"
	      "title: eq\ncorrelation: {type: event_count, rules: [a], timespan: 1m,"
	      " condition: {eq: 1}, generate: true}\n");
	assert_string_equal(at(0, "web", 1, "/a"), "eq ");
	assert_string_equal(at(1, "web", 1, "/a"), "eq gt ");
}

static void value_count(void **state)
{
	(void)state;
	begin("title: pids\ncorrelation: {type: value_count, rules: [a, b], group-by: [guest],"
	      " timespan: 10s, condition: {field: ProcessId, gte: 3}}\n");
	assert_string_equal(at(0, "web", 1, "/a"), "");
	assert_string_equal(at(1, "web", 1, "/a"), "");
	assert_string_equal(at(2, "web", 2, "/b"), "");
	assert_string_equal(at(3, "web", 2, "/a"), "");
	/* seen again at 1: still there at 11, and no more at 11.5 */
	assert_string_equal(at(11.5, "web", 3, "/a"), "");
	assert_string_equal(at(11.6, "web", 4, "/a"), "pids ");
}

/* Across the guests of a host: no group by guest, and the guests are counted */
static void across_guests(void **state)
{
	(void)state;
	begin("title: spread\ncorrelation: {type: value_count, rules: [a], group-by: [Image],"
	      " timespan: 1m, condition: {field: guest, gte: 3}}\n");
	assert_string_equal(at(0, "web", 1, "/a"), "");
	assert_string_equal(at(1, "web", 1, "/a"), "");
	assert_string_equal(at(2, "mail", 1, "/a"), "");
	assert_string_equal(at(59, "db", 1, "/a"), "spread ");
}

static void temporal(void **state)
{
	(void)state;
	begin("title: both\ncorrelation: {type: temporal, rules: [a, c], group-by: [guest],"
	      " timespan: 10s}\n");
	assert_string_equal(at(0, "web", 1, "/c"), "");
	assert_string_equal(at(1, "mail", 1, "/a"), "");
	assert_string_equal(at(10, "web", 1, "/a"), "both ");
	assert_string_equal(at(20, "web", 1, "/a"), "");
	assert_string_equal(at(31, "web", 1, "/c"), "");
	assert_string_equal(at(32, "web", 1, "/a"), "both ");
}

static void temporal_ordered(void **state)
{
	(void)state;
	begin("title: row\ncorrelation: {type: temporal_ordered, rules: [a, b, c],"
	      " group-by: [guest], timespan: 10s}\n");
	at(0, "web", 1, "/c");
	at(1, "web", 1, "/b");
	assert_string_equal(at(2, "web", 1, "/a"), "");
	assert_string_equal(at(3, "web", 1, "/c"), "");
	at(4, "web", 1, "/b");
	assert_string_equal(at(12, "web", 1, "/c"), "row ");
	/* all within the time: what began last counts */
	at(20, "web", 1, "/a");
	at(29, "web", 1, "/a");
	at(31, "web", 1, "/b");
	assert_string_equal(at(38, "web", 1, "/c"), "row ");
	at(40, "web", 1, "/a");
	at(41, "web", 1, "/b");
	assert_string_equal(at(51, "web", 1, "/c"), "");
}

/* The same rule twice: one event is not both. */
static void the_same_rule_twice(void **state)
{
	(void)state;
	begin("title: twice\ncorrelation: {type: temporal_ordered, rules: [a, a], timespan: 10s}\n");
	assert_string_equal(at(0, "web", 1, "/a"), "");
	assert_string_equal(at(1, "web", 1, "/a"), "twice ");
}

static void aliases(void **state)
{
	(void)state;
	begin("title: same\ncorrelation:\n  type: temporal\n  rules: [a, c]\n"
	      "  group-by: [number]\n  timespan: 10s\n"
	      "  aliases: {number: {a: ProcessId, c: argc}}\n");
	at(0, "web", 0, "/c");
	assert_string_equal(at(1, "web", 5, "/a"), "");
	sigma_run_event(&run, "{\"event\": \"exec\", \"path\": \"/c\", \"argc\": 5, \"task\": {}}");
	assert_string_equal(run.hits, "same ");
}

static void correlations_of_correlations(void **state)
{
	(void)state;
	begin("title: outer\ncorrelation: {type: temporal_ordered, rules: [many, b],"
	      " group-by: [guest], timespan: 1m}\n---\n"
	      "title: many\nname: many\ncorrelation: {type: event_count, rules: [a],"
	      " group-by: [guest], timespan: 10s, condition: {gte: 2}}\n");
	at(0, "web", 1, "/a");
	assert_string_equal(at(1, "web", 1, "/a"), "");
	assert_string_equal(at(2, "mail", 1, "/b"), "");
	assert_string_equal(at(3, "web", 1, "/b"), "outer ");
}

/* What a flood pushes out is what was counted in longest ago; a guest's share is its own. */
static void bounds(void **state)
{
	(void)state;
	begin("title: two\ncorrelation: {type: event_count, rules: [a], group-by: [guest, ProcessId],"
	      " timespan: 1d, condition: {gte: 2}}\n---\n"
	      "title: many\ncorrelation: {type: event_count, rules: [b],"
	      " group-by: [guest, ProcessId], timespan: 1d, condition: {gte: 1000}}\n");
	for (int pid = 1; pid <= GROUPS_GUEST + 10; pid++)
		at(pid, "web", pid, "/a");
	assert_string_equal(at(2000, "web", GROUPS_GUEST + 10, "/a"), "two ");
	assert_string_equal(at(2001, "web", 1, "/a"), "");
	/* groups of 1000 entries: some 32 of them fit */
	for (int pid = 1; pid <= 100; pid++)
		at(3000 + pid, "web", pid, "/b");
	assert_string_equal(at(4000, "web", GROUPS_GUEST + 10, "/a"), "");
	for (int i = 1; i < 999; i++)
		assert_string_equal(at(4000 + i, "web", 100, "/b"), "");
	assert_string_equal(at(4999, "web", 100, "/b"), "many ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(event_count, tear_down),
		cmocka_unit_test_teardown(kinds_of_counts, tear_down),
		cmocka_unit_test_teardown(value_count, tear_down),
		cmocka_unit_test_teardown(across_guests, tear_down),
		cmocka_unit_test_teardown(temporal, tear_down),
		cmocka_unit_test_teardown(temporal_ordered, tear_down),
		cmocka_unit_test_teardown(the_same_rule_twice, tear_down),
		cmocka_unit_test_teardown(aliases, tear_down),
		cmocka_unit_test_teardown(correlations_of_correlations, tear_down),
		cmocka_unit_test_teardown(bounds, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
