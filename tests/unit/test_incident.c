// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of incidents: decision, folding, bounds, what became of them
 */
#include "cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "engine/decide.h"
#include "engine/incident.h"
#include "lib/playbook.h"

#define MS 1000000LL

static struct incidents list;

static int set_up(void **state)
{
	(void)state;
	return incidents_init(&list);
}

static int tear_down(void **state)
{
	(void)state;
	incidents_free(&list);
	return 0;
}

static struct incident *raise_at(uint32_t domid, enum rule_id rule, uint32_t policy, int64_t now)
{
	struct alert alert = { .rule = rule, .n_steps = 1, .reason = "because" };
	const struct incident_where where = {
		.domid = domid, .guest = "web", .policy = policy, .commit_ns = now - 2 * MS,
		.read_ns = now - MS, .now_ns = now, .rtt_ns = 5,
	};

	return incident_raise(&list, &alert, &where);
}

static struct incident *report(const struct incident *inc, uint32_t action, int err, int64_t end)
{
	const struct msg_done done = {
		.domid = inc->out.domid, .incident = inc->out.id, .action = action, .err = err,
		.start_ns = end - 10, .end_ns = end,
	};

	return incident_done(&list, &done);
}

struct decision {
	enum respond_policy wants, policy;
	uint32_t n;
	uint32_t action[VERDICT_ACTIONS_MAX];
};

static void decisions(void **state)
{
	static const struct decision rows[] = {
		{ RESPOND_ALERT, RESPOND_HALT, 0, { 0 } },
		{ RESPOND_PAUSE, RESPOND_ALERT, 0, { 0 } },
		{ RESPOND_PAUSE, RESPOND_PAUSE, 1, { ACTION_PAUSE } },
		{ RESPOND_PAUSE, RESPOND_HALT, 1, { ACTION_PAUSE } },
		{ RESPOND_HALT, RESPOND_ALERT, 0, { 0 } },
		{ RESPOND_HALT, RESPOND_PAUSE, 1, { ACTION_PAUSE } },
		{ RESPOND_HALT, RESPOND_HALT, 2, { ACTION_PAUSE, ACTION_DESTROY } },
		{ RESPOND_HALT, 77, 2, { ACTION_PAUSE, ACTION_DESTROY } },
	};
	uint32_t action[VERDICT_ACTIONS_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(decide(rows[i].wants, rows[i].policy, action), rows[i].n);
		assert_memory_equal(action, rows[i].action, sizeof(action));
	}
}

static void contained(void **state)
{
	struct incident *inc = raise_at(3, RULE_INTRUSION, RESPOND_HALT, 100 * MS);
	struct msg_verdict verdict;

	(void)state;
	assert_non_null(inc);
	assert_int_equal(inc->out.state, INCIDENT_ACTING);
	assert_string_equal(inc->out.rule, "intrusion-chain");
	incident_verdict(inc, &verdict);
	assert_int_equal(verdict.n_actions, 2);
	assert_int_equal(verdict.incident, inc->out.id);
	assert_string_equal(verdict.reason, "because");

	assert_ptr_equal(report(inc, ACTION_PAUSE, 0, 101 * MS), inc);
	assert_int_equal(inc->out.state, INCIDENT_ACTING);
	assert_int_equal(inc->out.paused_ns, 101 * MS);
	assert_int_equal(inc->out.action_ns[0], 10);
	assert_null(report(inc, ACTION_PAUSE, 0, 102 * MS));
	assert_null(report(inc, ACTION_UNPAUSE, 0, 102 * MS));
	assert_ptr_equal(report(inc, ACTION_DESTROY, ETIMEDOUT, 900 * MS), inc);
	assert_int_equal(inc->out.state, INCIDENT_CONTAINED);
	assert_int_equal(inc->out.action_err[1], ETIMEDOUT);
}

static void failed(void **state)
{
	struct incident *inc = raise_at(3, RULE_RING_LIES, RESPOND_HALT, 100 * MS);

	(void)state;
	assert_int_equal(inc->out.n_actions, 1);
	report(inc, ACTION_PAUSE, EPERM, 101 * MS);
	assert_int_equal(inc->out.state, INCIDENT_FAILED);
	assert_int_equal(inc->out.paused_ns, 0);
	/* tried again, but not without end */
	assert_null(raise_at(3, RULE_RING_LIES, RESPOND_HALT, 102 * MS));
	assert_non_null(raise_at(3, RULE_RING_LIES, RESPOND_HALT, 1200 * MS));
}

static void undelivered(void **state)
{
	struct incident *inc = raise_at(3, RULE_INTRUSION, RESPOND_HALT, 100 * MS);

	(void)state;
	incident_undelivered(inc, EPIPE);
	assert_int_equal(inc->out.state, INCIDENT_FAILED);
	assert_int_equal(inc->out.action_err[1], EPIPE);
	assert_null(report(inc, ACTION_PAUSE, 0, 101 * MS));
}

static void dry_run(void **state)
{
	struct incident *inc = raise_at(3, RULE_RING_LIES, RESPOND_HALT, 100 * MS);
	const struct msg_done done = {
		.domid = 3, .incident = inc->out.id, .action = ACTION_PAUSE, .dry_run = 1,
	};

	(void)state;
	assert_ptr_equal(incident_done(&list, &done), inc);
	assert_int_equal(inc->out.state, INCIDENT_OPEN);
	assert_int_equal(inc->out.dry_run, 1);
	assert_int_equal(inc->out.paused_ns, 0);
	assert_null(raise_at(3, RULE_RING_LIES, RESPOND_HALT, 5000 * MS));
}

/* What became of the guest counts, not how many steps worked. */
static void with_a_playbook(void **state)
{
	static const struct {
		enum run_end end;
		enum incident_state state;
	} rows[] = {
		{ RUN_PAUSED, INCIDENT_CONTAINED }, { RUN_GONE, INCIDENT_CONTAINED },
		{ RUN_LOOSE, INCIDENT_FAILED },
		{ RUN_UNKNOWN, INCIDENT_FAILED }, { RUN_RUNS, INCIDENT_OPEN },
		{ RUN_DRY, INCIDENT_OPEN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct incident *inc = raise_at(10 + i, RULE_INTRUSION, RESPOND_HALT, 100 * MS);
		struct msg_run run = { .domid = 10 + i, .incident = inc->out.id };

		assert_int_equal(inc->verdict, RESPOND_HALT);
		run.playbook.n_steps = 3;
		run.playbook.step[0].action = ACTION_NOTIFY;
		run.playbook.step[1].action = ACTION_PAUSE;
		run.playbook.step[2].action = ACTION_DESTROY;
		assert_ptr_equal(incident_run(&list, &run), inc);
		assert_int_equal(inc->out.n_actions, 3);
		report(inc, ACTION_NOTIFY, 0, 101 * MS);
		report(inc, ACTION_PAUSE, EPERM, 101 * MS);
		report(inc, ACTION_DESTROY, EPERM, 101 * MS);
		assert_int_equal(inc->out.state, INCIDENT_ACTING);
		run.phase = RUN_ENDED;
		run.end = rows[i].end;
		assert_ptr_equal(incident_run(&list, &run), inc);
		assert_int_equal(inc->out.state, rows[i].state);
		run.incident += 100;
		assert_null(incident_run(&list, &run));
	}
}

static void folding(void **state)
{
	struct incident *inc = raise_at(3, RULE_INTRUSION, RESPOND_PAUSE, 100 * MS);

	(void)state;
	assert_null(raise_at(3, RULE_INTRUSION, RESPOND_PAUSE, 101 * MS));
	assert_int_equal(inc->n_alerts, 2);
	/* another guest, another rule */
	assert_non_null(raise_at(4, RULE_INTRUSION, RESPOND_PAUSE, 101 * MS));
	assert_non_null(raise_at(3, RULE_KEXEC, RESPOND_PAUSE, 101 * MS));
	/* read before the pause: still that one; read after it: the guest goes on */
	report(inc, ACTION_PAUSE, 0, 110 * MS);
	assert_null(raise_at(3, RULE_INTRUSION, RESPOND_PAUSE, 111 * MS));
	assert_non_null(raise_at(3, RULE_INTRUSION, RESPOND_PAUSE, 120 * MS));
}

/* A domid may be given to another guest. */
static void another_guest_of_that_number(void **state)
{
	struct incident *inc = raise_at(3, RULE_KEXEC, RESPOND_HALT, 100 * MS);

	(void)state;
	assert_int_equal(inc->out.state, INCIDENT_OPEN);
	incidents_guest_gone(&list, 3);
	assert_non_null(raise_at(3, RULE_KEXEC, RESPOND_HALT, 101 * MS));
	assert_null(raise_at(3, RULE_KEXEC, RESPOND_HALT, 102 * MS));
}

static uint32_t count_of(uint32_t domid, uint32_t *n_all)
{
	const struct incident *inc = incident_after(&list, 0);
	uint32_t n = 0, last = 0;

	for (*n_all = 0; inc; inc = incident_after(&list, inc->out.id)) {
		assert_true(inc->out.id > last);
		last = inc->out.id;
		n += inc->out.domid == domid;
		++*n_all;
	}
	return n;
}

/* One guest with many does not push out the others'. */
static void bounds(void **state)
{
	uint32_t n_all;

	(void)state;
	for (uint32_t domid = 1; domid <= 100; domid++)
		raise_at(domid, RULE_INTRUSION, RESPOND_ALERT, 100 * MS);
	for (int i = 0; i < 1000; i++) {
		assert_non_null(raise_at(7, RULE_KEXEC, RESPOND_ALERT, i * MS));
		incidents_guest_gone(&list, 7);
	}
	assert_int_equal(count_of(7, &n_all), INCIDENTS_GUEST_MAX);
	assert_int_equal(n_all, 99 + INCIDENTS_GUEST_MAX);
	for (uint32_t domid = 101; domid <= 1000; domid++)
		raise_at(domid, RULE_INTRUSION, RESPOND_ALERT, 100 * MS);
	count_of(7, &n_all);
	assert_int_equal(n_all, INCIDENTS_MAX);
}

#define INCIDENT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decisions),
		INCIDENT_TEST(contained),
		INCIDENT_TEST(failed),
		INCIDENT_TEST(undelivered),
		INCIDENT_TEST(dry_run),
		INCIDENT_TEST(with_a_playbook),
		INCIDENT_TEST(folding),
		INCIDENT_TEST(another_guest_of_that_number),
		INCIDENT_TEST(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
