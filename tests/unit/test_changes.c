// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of incidents then and now
 */
#include "cmocka_all.h"

#include <string.h>

#include "ctl/changes.h"

static struct changes changes;

static int tear_down(void **state)
{
	(void)state;
	changes_free(&changes);
	return 0;
}

static void add(bool is_now, uint32_t id, uint32_t domid, const char *rule, int64_t decided_ns,
		uint32_t n_actions)
{
	struct msg_out_incident m = {
		.msg = { MSG_OUT_INCIDENT, sizeof(m) }, .id = id, .domid = domid,
		.decided_ns = decided_ns, .n_actions = n_actions, .action = { n_actions },
		.news = INCIDENT_NONE,
	};

	strcpy(m.rule, rule);
	assert_int_equal(changes_add(&changes, is_now, &m, 0), 0);
}

static void kinds(void **state)
{
	(void)state;
	add(true, 1, 5, "a", 100, 0);
	add(false, 7, 5, "a", 100, 0);
	add(false, 8, 5, "b", 100, 0);
	add(true, 2, 5, "c", 100, 0);
	/* another time, another domain, another verdict */
	add(true, 3, 5, "b", 101, 0);
	add(true, 4, 6, "b", 100, 0);
	add(true, 5, 5, "d", 200, 1);
	add(false, 9, 5, "d", 200, 2);
	assert_int_equal(changes.n, 6);
	assert_int_equal(change_kind(&changes.list[0]), CHANGE_SAME);
	assert_int_equal(change_kind(&changes.list[1]), CHANGE_GONE);
	assert_int_equal(change_kind(&changes.list[2]), CHANGE_NEW);
	assert_int_equal(change_kind(&changes.list[3]), CHANGE_NEW);
	assert_int_equal(change_kind(&changes.list[4]), CHANGE_NEW);
	assert_int_equal(change_kind(&changes.list[5]), CHANGE_OTHER);
}

/* It is sent again whenever it changes: the first one counts. */
static void told_again(void **state)
{
	(void)state;
	add(false, 7, 5, "a", 100, 1);
	add(true, 1, 5, "a", 100, 1);
	add(false, 7, 5, "a", 100, 3);
	add(true, 1, 5, "a", 100, 0);
	assert_int_equal(changes.n, 1);
	assert_int_equal(change_kind(&changes.list[0]), CHANGE_SAME);
}

/* Two of one rule at one time are two. */
static void twice_at_once(void **state)
{
	(void)state;
	add(true, 1, 5, "a", 100, 0);
	add(true, 2, 5, "a", 100, 0);
	add(false, 1, 5, "a", 100, 0);
	assert_int_equal(changes.n, 2);
	assert_int_equal(change_kind(&changes.list[0]), CHANGE_SAME);
	assert_int_equal(change_kind(&changes.list[1]), CHANGE_NEW);
}

static void numbers_then_and_now(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 100; i++) {
		add(false, i, 5, "a", i, 0);
		if (i % 2)
			add(true, 1000 + i, 5, "a", i, 0);
	}
	assert_int_equal(changes_now(&changes, 5, 99), 1099);
	assert_int_equal(changes_now(&changes, 5, 98), 0);
	assert_int_equal(changes_now(&changes, 6, 99), 0);
	assert_int_equal(changes_now(&changes, 5, 500), 0);
}

static void say(bool is_now, uint32_t id, uint32_t domid, const char *rule, int64_t first_ns,
		enum incident_link link)
{
	struct msg_out_incident m = {
		.msg = { MSG_OUT_INCIDENT, sizeof(m) }, .id = id, .domid = domid,
		.decided_ns = 100, .news = 3,
	};

	strcpy(m.rule, "of the incident");
	strcpy(m.alert[3].rule, rule);
	m.alert[3].first_ns = first_ns;
	m.alert[3].link = link;
	assert_int_equal(changes_add(&changes, is_now, &m, 0), 0);
}

/* What joins an incident that is the same is told of all the same. */
static void alerts(void **state)
{
	static const struct {
		enum change_kind kind;
		bool has_joined;
	} want[] = {
		{ CHANGE_SAME, false }, { CHANGE_SAME, true }, { CHANGE_NEW, true },
		{ CHANGE_GONE, true }, { CHANGE_NEW, true }, { CHANGE_GONE, true },
	};

	(void)state;
	say(true, 1, 5, "a", 100, LINK_FIRST);
	say(false, 7, 5, "a", 100, LINK_FIRST);
	say(true, 1, 5, "b", 200, LINK_USER);
	say(true, 1, 5, "c", 200, LINK_USER);
	/* to another incident it was the same */
	say(false, 8, 5, "b", 200, LINK_LINEAGE);
	say(false, 7, 5, "d", 200, LINK_USER);
	/* another time, or another guest, is another */
	say(true, 1, 5, "d", 300, LINK_USER);
	say(false, 7, 6, "d", 300, LINK_USER);
	assert_int_equal(changes.n_alerts, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_int_equal(change_alert_kind(&changes.alert[i]), want[i].kind);
		assert_int_equal(changes.alert[i].has_joined, want[i].has_joined);
	}
	assert_string_equal(changes.alert[2].rule, "c");
	assert_int_equal(changes.alert[2].now, 1);
	assert_int_equal(changes.alert[1].then, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(kinds, tear_down),
		cmocka_unit_test_teardown(told_again, tear_down),
		cmocka_unit_test_teardown(twice_at_once, tear_down),
		cmocka_unit_test_teardown(alerts, tear_down),
		cmocka_unit_test_teardown(numbers_then_and_now, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
