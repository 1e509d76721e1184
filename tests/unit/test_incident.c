// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of incidents: what belongs together, score and verdict, bounds, what
 * became of them
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/decide.h"
#include "engine/incidents.h"
#include "lib/attack.h"
#include "lib/playbook.h"

#define MS	1000000LL
#define S	(1000 * MS)

static struct incidents all;
static struct incident_policy policy;
static struct incident_news news;	/* of what was raised last */

static int set_up(void **state)
{
	(void)state;
	policy = (struct incident_policy){ .window_s = 600, .hold_s = 60, .close_s = 3600 };
	return incidents_init(&all);
}

static int tear_down(void **state)
{
	(void)state;
	incidents_free(&all);
	return 0;
}

/* The incident, or NULL if there is nothing new about it */
static struct incident *raise_it(uint32_t domid, const struct alert *alert, uint32_t most,
				 const struct links *links, int64_t now)
{
	const struct incident_where where = {
		.domid = domid, .guest = "web", .policy = most, .incidents = &policy,
		.links = links, .commit_ns = now - 2 * MS, .read_ns = now - MS, .now_ns = now,
		.rtt_ns = 5,
	};
	struct incident *inc = incidents_raise(&all, alert, &where, &news);

	assert_non_null(inc);
	return news.is_decided || news.is_listed ? inc : NULL;
}

static struct incident *raise_at(uint32_t domid, enum rule_id rule, uint32_t most, int64_t now)
{
	const struct alert alert = { .rule = rule, .n_steps = 1, .reason = "because" };
	const struct links links = { .n = 1, .key = { 8 | LINK_LINEAGE } };

	return raise_it(domid, &alert, most, &links, now);
}

/* A rule that was loaded, of that number, in a lineage of that number, 0: of the guest's */
static struct incident *raise_loaded(uint32_t part, enum rule_level level, uint32_t lineage,
				     uint32_t respond, int64_t now)
{
	struct sigma_rule rule = { .title = "t", .level = level, .respond = respond };
	const struct alert alert = {
		.rule = RULE_LOADED, .loaded = &rule, .part = part, .n_steps = 1,
	};
	const struct links links = { .n = 1, .key = { lineage << 3 | LINK_LINEAGE } };
	char title[16];

	snprintf(title, sizeof(title), "rule %u", part);
	rule.title = title;
	return raise_it(3, &alert, RESPOND_HALT, lineage ? &links : NULL, now);
}

static bool report(struct incident *inc, uint32_t action, int err, int64_t end)
{
	const struct msg_done done = {
		.domid = inc->out.domid, .incident = inc->out.id, .action = action, .err = err,
		.start_ns = end - 10, .end_ns = end,
	};

	assert_ptr_equal(incidents_find(&all, inc->out.id, inc->out.domid), inc);
	return incident_done(inc, &done, end);
}

static void decisions(void **state)
{
	static const struct {
		uint32_t n;
		uint32_t action[VERDICT_ACTIONS_MAX];
	} rows[VERDICTS] = {
		[RESPOND_OBSERVE] = { 0, { 0 } },
		[RESPOND_ALERT] = { 0, { 0 } },
		[RESPOND_PAUSE] = { 1, { ACTION_PAUSE } },
		[RESPOND_EVACUATE] = { 2, { ACTION_PAUSE, ACTION_EVACUATE } },
		[RESPOND_HALT] = { 2, { ACTION_PAUSE, ACTION_DESTROY } },
	};
	uint32_t action[VERDICT_ACTIONS_MAX];

	(void)state;
	for (int v = 0; v < VERDICTS; v++) {
		assert_int_equal(decide(v, action), rows[v].n);
		assert_memory_equal(action, rows[v].action, sizeof(action));
	}
}

/* What the rule asks for, and what the guest's policy allows */
static void floors(void **state)
{
	static const struct {
		enum rule_id rule;
		uint32_t most, verdict;
	} rows[] = {
		{ RULE_KEXEC, RESPOND_HALT, RESPOND_ALERT },
		{ RULE_KEXEC, RESPOND_OBSERVE, RESPOND_OBSERVE },
		{ RULE_RING_LIES, RESPOND_ALERT, RESPOND_ALERT },
		{ RULE_RING_LIES, RESPOND_HALT, RESPOND_PAUSE },
		{ RULE_INTRUSION, RESPOND_PAUSE, RESPOND_PAUSE },
		{ RULE_INTRUSION, RESPOND_EVACUATE, RESPOND_EVACUATE },
		{ RULE_INTRUSION, RESPOND_HALT, RESPOND_HALT },
		{ RULE_INTRUSION, 77, RESPOND_HALT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct incident *inc = raise_at(10 + i, rows[i].rule, rows[i].most, 100 * MS);

		assert_true(news.is_decided && news.is_listed);
		assert_int_equal(inc->out.verdict, rows[i].verdict);
		assert_int_equal(inc->out.state, rows[i].verdict > RESPOND_ALERT ?
				 INCIDENT_ACTING : INCIDENT_OPEN);
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
	assert_string_equal(inc->out.alert[0].rule, "intrusion-chain");
	assert_string_equal(inc->out.alert[0].reason, "because");
	incident_verdict(inc, &verdict);
	assert_int_equal(verdict.n_actions, 2);
	assert_int_equal(verdict.verdict, RESPOND_HALT);
	assert_int_equal(verdict.incident, inc->out.id);
	assert_string_equal(verdict.reason, "because");

	assert_true(report(inc, ACTION_PAUSE, 0, 101 * MS));
	assert_int_equal(inc->out.state, INCIDENT_ACTING);
	assert_int_equal(inc->out.paused_ns, 101 * MS);
	assert_int_equal(inc->out.action_ns[0], 10);
	assert_false(report(inc, ACTION_PAUSE, 0, 102 * MS));
	assert_false(report(inc, ACTION_UNPAUSE, 0, 102 * MS));
	assert_true(report(inc, ACTION_DESTROY, ETIMEDOUT, 900 * MS));
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
	assert_ptr_equal(raise_at(3, RULE_RING_LIES, RESPOND_HALT, 1200 * MS), inc);
	assert_true(news.is_decided);
	assert_int_equal(inc->out.state, INCIDENT_ACTING);
	assert_int_equal(inc->out.decided_ns, 1200 * MS);
	assert_true(report(inc, ACTION_PAUSE, EPERM, 1201 * MS));
	assert_int_equal(inc->out.state, INCIDENT_FAILED);
	/* as the policy has it now */
	assert_non_null(raise_at(3, RULE_RING_LIES, RESPOND_ALERT, 3000 * MS));
	assert_int_equal(inc->out.verdict, RESPOND_ALERT);
	assert_int_equal(inc->out.state, INCIDENT_OPEN);
}

static void undelivered(void **state)
{
	struct incident *inc = raise_at(3, RULE_INTRUSION, RESPOND_HALT, 100 * MS);

	(void)state;
	incident_undelivered(inc, EPIPE, 100 * MS);
	assert_int_equal(inc->out.state, INCIDENT_FAILED);
	assert_int_equal(inc->out.action_err[1], EPIPE);
	assert_false(report(inc, ACTION_PAUSE, 0, 101 * MS));
}

static void dry_run(void **state)
{
	struct incident *inc = raise_at(3, RULE_RING_LIES, RESPOND_HALT, 100 * MS);
	const struct msg_done done = {
		.domid = 3, .incident = inc->out.id, .action = ACTION_PAUSE, .dry_run = 1,
	};

	(void)state;
	assert_true(incident_done(inc, &done, 101 * MS));
	assert_int_equal(inc->out.state, INCIDENT_OPEN);
	assert_int_equal(inc->out.dry_run, 1);
	assert_int_equal(inc->out.paused_ns, 0);
	assert_null(raise_at(3, RULE_RING_LIES, RESPOND_HALT, 5000 * MS));
}

static struct msg_run run_of(const struct incident *inc, uint32_t id)
{
	struct msg_run run = { .id = id, .domid = inc->out.domid, .incident = inc->out.id };

	run.playbook.n_steps = 3;
	run.playbook.step[0].action = ACTION_NOTIFY;
	run.playbook.step[1].action = ACTION_PAUSE;
	run.playbook.step[2].action = ACTION_DESTROY;
	return run;
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
		struct msg_run run = run_of(inc, 0);

		assert_true(incident_run(inc, &run, 101 * MS));
		assert_int_equal(inc->out.n_actions, 3);
		report(inc, ACTION_NOTIFY, 0, 101 * MS);
		report(inc, ACTION_PAUSE, EPERM, 101 * MS);
		report(inc, ACTION_DESTROY, EPERM, 101 * MS);
		assert_int_equal(inc->out.state, INCIDENT_ACTING);
		run.phase = RUN_ENDED;
		run.end = rows[i].end;
		assert_true(incident_run(inc, &run, 102 * MS));
		assert_int_equal(inc->out.state, rows[i].state);
		assert_null(incidents_find(&all, inc->out.id, 9));
		assert_null(incidents_find(&all, inc->out.id + 100, inc->out.domid));
	}
}

/* When the verdict rises another run takes over; what the first one says then is old. */
static void a_run_is_replaced(void **state)
{
	struct incident *inc = raise_at(3, RULE_RING_LIES, RESPOND_HALT, 100 * MS);
	struct msg_run first = run_of(inc, 4), second = run_of(inc, 5);

	(void)state;
	second.playbook.n_steps = 2;
	assert_true(incident_run(inc, &first, 101 * MS));
	report(inc, ACTION_NOTIFY, 0, 101 * MS);
	assert_ptr_equal(raise_at(3, RULE_INTRUSION, RESPOND_HALT, 102 * MS), inc);
	assert_true(news.is_decided);
	assert_int_equal(inc->out.verdict, RESPOND_HALT);
	assert_int_equal(inc->out.action_ns[0], 0);
	/* on its way when that was decided */
	assert_true(incident_run(inc, &first, 103 * MS));
	assert_true(incident_run(inc, &second, 104 * MS));
	assert_int_equal(inc->out.n_actions, 2);
	first.phase = RUN_ENDED;
	first.end = RUN_PAUSED;
	assert_false(incident_run(inc, &first, 105 * MS));
	assert_int_equal(inc->out.state, INCIDENT_ACTING);
	/* one that has taken over for another guest's sake tells its end only */
	report(inc, ACTION_NOTIFY, 0, 106 * MS);
	second.id = 6;
	second.phase = RUN_ENDED;
	second.end = RUN_GONE;
	assert_true(incident_run(inc, &second, 107 * MS));
	assert_int_equal(inc->out.action_ns[0], 10);
	assert_int_equal(inc->out.state, INCIDENT_CONTAINED);
}

/*
 * What belongs together
 */

static void the_same_again(void **state)
{
	const struct alert kexec = { .rule = RULE_KEXEC, .n_steps = 1 };
	const struct links five = { .n = 1, .key = { 5 << 3 | LINK_LINEAGE } };
	struct incident *inc = raise_at(3, RULE_KEXEC, RESPOND_HALT, 100 * MS);

	(void)state;
	assert_null(raise_at(3, RULE_KEXEC, RESPOND_HALT, 101 * MS));
	assert_int_equal(inc->out.alert[0].count, 2);
	assert_int_equal(inc->out.alert[0].first_ns, 100 * MS);
	assert_int_equal(inc->out.last_ns, 101 * MS);
	/* another guest */
	assert_ptr_not_equal(raise_at(4, RULE_KEXEC, RESPOND_HALT, 101 * MS), inc);
	/* however long it takes, as long as it is open */
	assert_null(raise_at(3, RULE_KEXEC, RESPOND_HALT, 5000 * S));
	assert_int_equal(inc->out.alert[0].count, 3);
	/* also in another lineage; and what that one does then belongs to it too */
	assert_null(raise_it(3, &kexec, RESPOND_HALT, &five, 5001 * S));
	assert_ptr_equal(raise_loaded(1, LEVEL_LOW, 5, RESPOND_ALERT, 5002 * S), inc);
	assert_ptr_not_equal(raise_loaded(2, LEVEL_LOW, 5, RESPOND_ALERT, 5603 * S), inc);
}

static void what_they_share(void **state)
{
	static const enum incident_link kinds[] = {
		LINK_LINEAGE, LINK_USER, LINK_FILE, LINK_PEER,
	};
	struct alert alert = { .rule = RULE_KEXEC, .n_steps = 1 };

	(void)state;
	for (uint32_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const struct links one = { .n = 2, .key = { 800 | LINK_FILE, 8 | kinds[i] } };
		const struct links other = { .n = 2, .key = { 8 | kinds[i], 80 | LINK_USER } };
		const struct links third = { .n = 1, .key = { 80 | LINK_USER } };
		const struct links none = { .n = 1, .key = { 16 | kinds[i] } };
		struct incident *inc;

		alert.part = 0;
		inc = raise_it(i, &alert, RESPOND_HALT, &one, S);
		alert.part = 1;
		assert_ptr_equal(raise_it(i, &alert, RESPOND_HALT, &other, 601 * S), inc);
		assert_false(news.is_decided);
		assert_int_equal(inc->out.alert[1].link, kinds[i]);
		assert_int_equal(inc->out.news, 1);
		/* with one of its alerts, not with all */
		alert.part = 2;
		assert_ptr_equal(raise_it(i, &alert, RESPOND_HALT, &third, 700 * S), inc);
		assert_int_equal(inc->out.alert[2].link, LINK_USER);
		alert.part = 3;
		assert_ptr_not_equal(raise_it(i, &alert, RESPOND_HALT, &none, 701 * S), inc);
		assert_ptr_not_equal(raise_it(100 + i, &alert, RESPOND_HALT, &one, 701 * S), inc);
		/* too late */
		assert_ptr_not_equal(raise_it(i, &alert, RESPOND_HALT, &third, 1302 * S), inc);
		assert_int_equal(inc->out.n_alerts, 3);
		assert_int_equal(inc->out.first_ns, S);
		assert_int_equal(inc->out.last_ns, 700 * S);
	}
}

/* What is found out about the guest as such belongs to what was there last. */
static void of_the_guest(void **state)
{
	struct incident *first = raise_loaded(1, LEVEL_LOW, 1, RESPOND_ALERT, S), *last, *inc;

	(void)state;
	last = raise_loaded(2, LEVEL_LOW, 2, RESPOND_ALERT, 2 * S);
	assert_ptr_not_equal(last, first);
	assert_ptr_equal(raise_loaded(3, LEVEL_HIGH, 0, RESPOND_ALERT, 3 * S), last);
	assert_int_equal(last->out.alert[1].link, LINK_GUEST);
	/* and stays there */
	assert_null(raise_loaded(1, LEVEL_LOW, 1, RESPOND_ALERT, 4 * S));
	assert_null(raise_loaded(3, LEVEL_HIGH, 0, RESPOND_ALERT, 5 * S));
	assert_int_equal(last->out.alert[1].count, 2);
	/* one that begins so takes what a task does, and is that lineage's then */
	inc = raise_loaded(4, LEVEL_HIGH, 0, RESPOND_ALERT, 1000 * S);
	assert_ptr_equal(raise_loaded(5, LEVEL_LOW, 7, RESPOND_ALERT, 1001 * S), inc);
	assert_ptr_not_equal(raise_loaded(6, LEVEL_LOW, 8, RESPOND_ALERT, 1002 * S), inc);
	assert_ptr_equal(raise_loaded(6, LEVEL_LOW, 7, RESPOND_ALERT, 1003 * S), inc);
}

/* Of several it is the one with which there is more in common, then the latest. */
static void the_best_one(void **state)
{
	const struct alert alert = { .rule = RULE_KEXEC, .part = 9, .n_steps = 1 };
	const struct links both = { .n = 2, .key = { 1 << 3 | LINK_LINEAGE, 2 << 3 | LINK_LINEAGE } };
	struct incident *one = raise_loaded(1, LEVEL_LOW, 1, RESPOND_ALERT, S);
	struct incident *two = raise_loaded(2, LEVEL_LOW, 2, RESPOND_ALERT, S);

	(void)state;
	/* rule 2 again, where lineage 1 is */
	assert_ptr_equal(raise_loaded(2, LEVEL_LOW, 1, RESPOND_ALERT, 2 * S), one);
	assert_ptr_equal(raise_it(3, &alert, RESPOND_HALT, &both, 3 * S), one);
	/* which has all of it from then on */
	assert_null(raise_loaded(2, LEVEL_LOW, 2, RESPOND_ALERT, 4 * S));
	assert_int_equal(one->out.alert[1].count, 2);
	assert_int_equal(two->out.alert[0].count, 1);
}

/*
 * Score and verdict
 */

static void scores(void **state)
{
	static const enum rule_level levels[] = {
		LEVEL_LOW, LEVEL_MEDIUM, LEVEL_HIGH, LEVEL_LOW, LEVEL_CRITICAL,
	};
	static const uint32_t scores[] = { 5, 20, 50, 55, 100 };
	struct alert alert = { .rule = RULE_KEXEC, .n_steps = 1 };
	struct incident *inc;

	(void)state;
	for (uint32_t i = 0; i < ARRAY_SIZE(levels); i++) {
		inc = raise_loaded(i, levels[i], 1, RESPOND_ALERT, S);
		assert_int_equal(inc->out.score, scores[i]);
		assert_null(raise_loaded(i, levels[i], 1, RESPOND_ALERT, S));
		assert_int_equal(inc->out.score, scores[i]);
	}
	/* high; then 10 for each tactic after the first */
	strcpy(alert.attack, "T1059");
	inc = raise_it(4, &alert, RESPOND_HALT, NULL, S);
	assert_int_equal(inc->out.score, 30);
	assert_int_equal(inc->out.tactics, attack_tactic("execution"));
	alert.part = 1;
	raise_it(4, &alert, RESPOND_HALT, NULL, S);
	assert_int_equal(inc->out.score, 60);
	alert.part = 2;
	strcpy(alert.attack, "T1014");
	raise_it(4, &alert, RESPOND_HALT, NULL, S);
	assert_int_equal(inc->out.score, 100);
	assert_string_equal(inc->out.alert[2].attack, "T1014");
	strcpy(alert.attack, "T1053.003");
	inc = raise_it(5, &alert, RESPOND_HALT, NULL, S);
	assert_int_equal(inc->out.score, 50);
}

static void verdicts_rise(void **state)
{
	struct incident *inc;

	(void)state;
	policy.at[RESPOND_ALERT] = 20;
	policy.at[RESPOND_PAUSE] = 50;
	policy.at[RESPOND_HALT] = 90;
	inc = raise_loaded(1, LEVEL_LOW, 1, RESPOND_OBSERVE, S);
	assert_int_equal(inc->out.verdict, RESPOND_OBSERVE);
	assert_non_null(raise_loaded(2, LEVEL_LOW, 1, RESPOND_OBSERVE, S));
	assert_false(news.is_decided);
	assert_string_equal(inc->out.rule, "rule 1");
	assert_non_null(raise_loaded(3, LEVEL_MEDIUM, 1, RESPOND_OBSERVE, S));
	assert_true(news.is_decided);
	assert_int_equal(inc->out.verdict, RESPOND_ALERT);
	assert_string_equal(inc->out.rule, "rule 3");
	assert_int_equal(inc->out.state, INCIDENT_OPEN);
	/* nothing is done yet: the strongest speaks for all */
	raise_loaded(4, LEVEL_LOW, 1, RESPOND_ALERT, S);
	assert_string_equal(inc->out.rule, "rule 3");
	raise_loaded(5, LEVEL_HIGH, 1, RESPOND_ALERT, 2 * S);
	assert_true(news.is_decided);
	assert_int_equal(inc->out.verdict, RESPOND_PAUSE);
	assert_int_equal(inc->out.state, INCIDENT_ACTING);
	assert_int_equal(inc->out.deciding, 4);
	assert_int_equal(inc->out.decided_ns, 2 * S);
	/* what comes while it is acted changes no more than the list, but for more */
	raise_loaded(6, LEVEL_MEDIUM, 1, RESPOND_ALERT, 3 * S);
	assert_false(news.is_decided);
	assert_int_equal(inc->out.score, 75);
	assert_string_equal(inc->out.rule, "rule 5");
	raise_loaded(7, LEVEL_MEDIUM, 1, RESPOND_ALERT, 3 * S);
	assert_true(news.is_decided);
	assert_int_equal(inc->out.verdict, RESPOND_HALT);
	assert_int_equal(inc->out.n_actions, 2);
}

static void a_score_is_not_above_policy(void **state)
{
	struct incident *inc;

	(void)state;
	policy.at[RESPOND_HALT] = 1;
	inc = raise_at(3, RULE_KEXEC, RESPOND_PAUSE, S);
	assert_int_equal(inc->out.verdict, RESPOND_PAUSE);
	/* more is allowed from then on */
	assert_ptr_equal(raise_at(3, RULE_KEXEC, RESPOND_HALT, S), inc);
	assert_true(news.is_decided);
	assert_false(news.is_listed);
	assert_int_equal(inc->out.news, INCIDENT_NONE);
	assert_int_equal(inc->out.verdict, RESPOND_HALT);
	/* and less: it does not fall */
	assert_null(raise_at(3, RULE_KEXEC, RESPOND_ALERT, S));
	assert_int_equal(inc->out.verdict, RESPOND_HALT);
}

static void hold_down(void **state)
{
	struct incident *inc = raise_loaded(1, LEVEL_HIGH, 1, RESPOND_PAUSE, S);

	(void)state;
	report(inc, ACTION_PAUSE, 0, 2 * S);
	assert_int_equal(inc->out.state, INCIDENT_CONTAINED);
	/* it goes on all the same, and worse: somebody has let it */
	assert_null(raise_loaded(1, LEVEL_HIGH, 1, RESPOND_PAUSE, 4 * S));
	assert_non_null(raise_loaded(2, LEVEL_CRITICAL, 1, RESPOND_HALT, 61 * S));
	assert_false(news.is_decided);
	assert_int_equal(inc->out.state, INCIDENT_CONTAINED);
	assert_int_equal(inc->out.verdict, RESPOND_PAUSE);
	assert_int_equal(inc->out.score, 90);
	/* what was asked for meanwhile is not forgotten */
	assert_ptr_equal(raise_loaded(1, LEVEL_HIGH, 1, RESPOND_PAUSE, 62 * S), inc);
	assert_true(news.is_decided);
	assert_int_equal(inc->out.verdict, RESPOND_HALT);
	assert_int_equal(inc->out.state, INCIDENT_ACTING);
}

/* Read before the pause is no going on; after it, it is. */
static void contained_and_goes_on(void **state)
{
	struct incident *inc;

	(void)state;
	policy.hold_s = 0;
	inc = raise_at(3, RULE_INTRUSION, RESPOND_PAUSE, 100 * MS);
	report(inc, ACTION_PAUSE, 0, 110 * MS);
	assert_null(raise_at(3, RULE_INTRUSION, RESPOND_PAUSE, 111 * MS));
	assert_ptr_equal(raise_at(3, RULE_INTRUSION, RESPOND_PAUSE, 120 * MS), inc);
	assert_int_equal(inc->out.state, INCIDENT_ACTING);
	assert_int_equal(inc->out.paused_ns, 0);
	report(inc, ACTION_PAUSE, 0, 121 * MS);
	/* long after, it is another incident */
	assert_ptr_not_equal(raise_at(3, RULE_INTRUSION, RESPOND_PAUSE, 1000 * S), inc);
}

/*
 * Bounds
 */

static bool is_listed(const struct incident *inc, const char *rule)
{
	for (uint32_t i = 0; i < inc->out.n_alerts; i++)
		if (!strcmp(inc->out.alert[i].rule, rule))
			return true;
	return false;
}

static void a_full_list(void **state)
{
	struct incident *inc = raise_loaded(0, LEVEL_LOW, 1, RESPOND_ALERT, S);

	(void)state;
	for (uint32_t i = 1; i < INCIDENT_ALERTS_MAX; i++)
		raise_loaded(i, i == 7 ? LEVEL_LOW : LEVEL_MEDIUM, 1, RESPOND_ALERT, S);
	inc->out.node[0].alerts = 1 << 7 | 1 << 8;
	inc->out.n_nodes = 1;
	assert_string_equal(inc->out.rule, "rule 1");
	/* as weak: counted, and no news */
	assert_null(raise_loaded(100, LEVEL_LOW, 1, RESPOND_ALERT, S));
	assert_int_equal(inc->out.n_more, 1);
	/* stronger: a weak one makes room */
	assert_ptr_equal(raise_loaded(101, LEVEL_MEDIUM, 1, RESPOND_ALERT, S), inc);
	assert_ptr_equal(raise_loaded(102, LEVEL_MEDIUM, 1, RESPOND_ALERT, S), inc);
	assert_false(is_listed(inc, "rule 0") || is_listed(inc, "rule 7"));
	assert_true(is_listed(inc, "rule 101") && is_listed(inc, "rule 102"));
	assert_int_equal(inc->out.node[0].alerts, 1 << 8);
	assert_null(raise_loaded(103, LEVEL_MEDIUM, 1, RESPOND_ALERT, S));
	/* what decides is in it, however weak */
	assert_ptr_equal(raise_loaded(104, LEVEL_LOW, 1, RESPOND_PAUSE, S), inc);
	assert_true(news.is_decided && news.is_listed);
	assert_int_equal(inc->out.n_more, 5);
	assert_string_equal(inc->out.rule, "rule 104");
	assert_string_equal(inc->out.alert[inc->out.deciding].rule, "rule 104");
	for (uint32_t i = 200; i < 300; i++)
		raise_loaded(i, LEVEL_CRITICAL, 1, RESPOND_ALERT, S);
	assert_int_equal(inc->out.n_alerts, INCIDENT_ALERTS_MAX);
	assert_true(is_listed(inc, "rule 104"));
	assert_int_equal(inc->out.score, INCIDENT_SCORE_MAX);
	assert_int_equal(all.last_id, 1);
}

/* What each check of introspection has found is listed, whatever rules have said. */
static void all_checks(void **state)
{
	struct alert found = { .rule = RULE_TAMPERED, .n_steps = 1 };
	struct incident *inc = NULL;
	const uint32_t n = LOOK_CHECKS_MAX - 1;	/* one decides */

	(void)state;
	for (uint32_t i = 0; i < INCIDENT_ALERTS_MAX; i++)
		inc = raise_loaded(i, LEVEL_CRITICAL, 1, RESPOND_ALERT, S);
	for (found.part = 0; found.part < n; found.part++)
		assert_ptr_equal(raise_it(3, &found, RESPOND_HALT, NULL, S), inc);
	for (found.part = 0; found.part < n; found.part++)
		assert_true(incident_has(inc, &found));
	assert_int_equal(inc->out.n_alerts, INCIDENT_ALERTS_MAX);
	assert_int_equal(inc->out.n_more, n);
	/* and then no rule takes their place */
	assert_null(raise_loaded(100, LEVEL_CRITICAL, 1, RESPOND_ALERT, S));
	assert_int_equal(inc->out.n_more, n + 1);
}

/* The keys of old alerts go, not those of new ones. */
static void many_keys(void **state)
{
	const struct alert alert = { .rule = RULE_KEXEC, .n_steps = 1 };
	struct incident *inc = NULL;

	(void)state;
	for (uint64_t i = 1; i <= 2 * INCIDENT_KEYS_MAX; i++) {
		const struct links links = {
			.n = 2, .key = { i << 3 | LINK_LINEAGE, i << 3 | LINK_FILE },
		};
		struct incident *it = raise_it(3, &alert, RESPOND_ALERT, &links, S);

		inc = it ? it : inc;
	}
	assert_int_equal(all.last_id, 1);
	assert_ptr_equal(raise_loaded(1, LEVEL_LOW, 2 * INCIDENT_KEYS_MAX, RESPOND_ALERT, S), inc);
	assert_ptr_not_equal(raise_loaded(2, LEVEL_LOW, 1, RESPOND_ALERT, S), inc);
}

/* Closes all that are to be; how many those were. */
static unsigned int expire(uint32_t domid, bool is_gone, int64_t now)
{
	unsigned int n = 0;

	while (incidents_expire(&all, domid, is_gone, policy.close_s, now))
		n++;
	return n;
}

/* A domid may be given to another guest. */
static void another_guest_of_that_number(void **state)
{
	struct incident *inc = raise_at(3, RULE_KEXEC, RESPOND_HALT, 100 * MS);

	(void)state;
	assert_int_equal(inc->out.state, INCIDENT_OPEN);
	assert_int_equal(expire(4, true, 100 * MS), 0);
	assert_int_equal(expire(3, true, 100 * MS), 1);
	assert_int_equal(inc->out.state, INCIDENT_CLOSED);
	assert_ptr_not_equal(raise_at(3, RULE_KEXEC, RESPOND_HALT, 101 * MS), inc);
	assert_null(raise_at(3, RULE_KEXEC, RESPOND_HALT, 102 * MS));
}

static void closing(void **state)
{
	struct incident *idle = raise_loaded(1, LEVEL_LOW, 1, RESPOND_ALERT, S);
	struct incident *acting = raise_loaded(2, LEVEL_LOW, 2, RESPOND_PAUSE, S), *inc;

	(void)state;
	assert_int_equal(expire(3, false, 3600 * S), 0);
	assert_null(raise_loaded(1, LEVEL_LOW, 1, RESPOND_ALERT, 3600 * S));
	assert_int_equal(expire(3, false, 3601 * S), 0);
	assert_int_equal(expire(3, false, 7200 * S), 1);
	assert_int_equal(idle->out.state, INCIDENT_CLOSED);
	assert_int_equal(idle->out.news, INCIDENT_NONE);
	assert_int_equal(acting->out.state, INCIDENT_ACTING);
	inc = raise_loaded(1, LEVEL_LOW, 1, RESPOND_ALERT, 7201 * S);
	assert_ptr_not_equal(inc, idle);
	policy.close_s = 0;
	assert_int_equal(expire(3, false, 999999 * S), 0);
	/* by an operator; what becomes of it later opens it no more */
	incident_close(acting);
	assert_true(report(acting, ACTION_PAUSE, 0, 7300 * S));
	assert_int_equal(acting->out.state, INCIDENT_CLOSED);
	assert_int_equal(acting->out.action_ns[0], 10);
}

/* What became of a guest that has ended is still told. */
static void it_ends_while_it_is_acted(void **state)
{
	struct incident *inc = raise_at(3, RULE_INTRUSION, RESPOND_HALT, 100 * MS);
	struct incident *other = raise_at(4, RULE_INTRUSION, RESPOND_HALT, 100 * MS);
	struct msg_run run = run_of(inc, 1);

	(void)state;
	assert_int_equal(expire(3, true, 101 * MS), 0);
	assert_int_equal(expire(4, true, 101 * MS), 0);
	run.phase = RUN_ENDED;
	run.end = RUN_GONE;
	assert_true(incident_run(inc, &run, 102 * MS));
	assert_int_equal(inc->out.state, INCIDENT_CONTAINED);
	/* or there is nothing to be told */
	run.end = RUN_RUNS;
	assert_true(incident_run(other, &run, 102 * MS));
	assert_int_equal(other->out.state, INCIDENT_CLOSED);
}

static uint32_t count_of(uint32_t domid, uint32_t *n_all)
{
	const struct incident *inc = incidents_after(&all, 0);
	uint32_t n = 0, last = 0;

	for (*n_all = 0; inc; inc = incidents_after(&all, inc->out.id)) {
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
		expire(7, true, i * MS);
	}
	assert_int_equal(count_of(7, &n_all), INCIDENTS_GUEST_MAX);
	assert_int_equal(n_all, 99 + INCIDENTS_GUEST_MAX);
	for (uint32_t domid = 101; domid <= 1000; domid++)
		raise_at(domid, RULE_INTRUSION, RESPOND_ALERT, 100 * MS);
	count_of(7, &n_all);
	assert_int_equal(n_all, INCIDENTS_MAX);
}

/* What is over makes room before what was noticed, that before what was acted on. */
static void who_makes_room(void **state)
{
	struct incident *acted = raise_loaded(1, LEVEL_LOW, 1, RESPOND_PAUSE, S);
	uint32_t acted_id = acted->out.id, second_id = 0, n_all;

	(void)state;
	for (uint32_t i = 2; i <= INCIDENTS_GUEST_MAX; i++)
		second_id = raise_loaded(i, LEVEL_LOW, i, RESPOND_ALERT, S)->out.id;
	incident_close(incidents_find(&all, second_id, 3));
	raise_loaded(100, LEVEL_LOW, 100, RESPOND_ALERT, S);
	assert_null(incidents_find(&all, second_id, 3));
	assert_non_null(incidents_find(&all, acted_id + 1, 3));
	raise_loaded(101, LEVEL_LOW, 101, RESPOND_ALERT, S);
	assert_null(incidents_find(&all, acted_id + 1, 3));
	assert_ptr_equal(incidents_find(&all, acted_id, UINT32_MAX), acted);
	assert_int_equal(count_of(3, &n_all), INCIDENTS_GUEST_MAX);
}

#define INCIDENT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decisions),
		INCIDENT_TEST(floors),
		INCIDENT_TEST(contained),
		INCIDENT_TEST(failed),
		INCIDENT_TEST(undelivered),
		INCIDENT_TEST(dry_run),
		INCIDENT_TEST(with_a_playbook),
		INCIDENT_TEST(a_run_is_replaced),
		INCIDENT_TEST(the_same_again),
		INCIDENT_TEST(what_they_share),
		INCIDENT_TEST(of_the_guest),
		INCIDENT_TEST(the_best_one),
		INCIDENT_TEST(scores),
		INCIDENT_TEST(verdicts_rise),
		INCIDENT_TEST(a_score_is_not_above_policy),
		INCIDENT_TEST(hold_down),
		INCIDENT_TEST(contained_and_goes_on),
		INCIDENT_TEST(a_full_list),
		INCIDENT_TEST(all_checks),
		INCIDENT_TEST(many_keys),
		INCIDENT_TEST(another_guest_of_that_number),
		INCIDENT_TEST(closing),
		INCIDENT_TEST(it_ends_while_it_is_acted),
		INCIDENT_TEST(bounds),
		INCIDENT_TEST(who_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
