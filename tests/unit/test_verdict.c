// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the verdicts: the first match counts, the unknown is not allowed
 */
#include "cmocka_all.h"

#include <string.h>

#include "engine/verdict.h"
#include "script.h"

#define ALLOW	STARLSM_ANSWER_ALLOW
#define DENY	STARLSM_ANSWER_DENY

static struct ledger ledger;
static struct verdicts verdicts;
static struct msg_rules rules;

static void feed(const struct line *line)
{
	for (int i = 0; script_path_rec(line, i); i++)
		ledger_define(&ledger, script_path_rec(line, i));
	ledger_define(&ledger, script_rec(line));
}

/* Task 1 is of user 33 and executes /bin/sh; task 2 is root. */
static int set_up(void **state)
{
	const struct hash_seed seed = { { 1, 2 } };

	(void)state;
	script_reset();
	verdicts_init(&verdicts);
	memset(&rules, 0, sizeof(rules));
	rules.otherwise = ALLOW;
	if (ledger_init(&ledger, &seed))
		return -1;
	feed(&(struct line){ STARLSM_EV_PATH, .other = 5, .path = "/bin/sh" });
	feed(&(struct line){ STARLSM_EV_TASK, .other = 1, .exe = 5, .uid = 33, .euid = 33 });
	feed(&(struct line){ STARLSM_EV_TASK, .other = 2 });
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ledger_free(&ledger);
	return 0;
}

static struct verdict_rule *add(uint32_t event, uint32_t answer, const char *path)
{
	struct verdict_rule *r = &rules.rule[rules.n_rules++];

	r->event = event;
	r->answer = answer;
	r->uid_hi = UINT32_MAX;
	strcpy(r->path, path);
	return r;
}

/* The answer to what the line asks for; *rule says why. */
static uint32_t ask(const struct line *line, uint32_t *rule)
{
	struct verdict v;

	assert_true(verdicts_set(&verdicts, &rules));
	for (int i = 0; script_path_rec(line, i); i++)
		ledger_define(&ledger, script_path_rec(line, i));
	v = verdict_on(&verdicts, &ledger, ledger_task(&ledger, line->task),
		       script_rec(line), 9);
	assert_int_equal(v.seq, 9);
	assert_int_equal(v.event, line->type);
	*rule = v.rule;
	return v.answer;
}

static void expect(const struct line *line, uint32_t answer, uint32_t rule)
{
	uint32_t by;

	assert_int_equal(ask(line, &by), answer);
	assert_int_equal(by, rule);
}

#define EXPECT(answer, rule, ...) expect(&(const struct line){ __VA_ARGS__ }, answer, rule)

static void without_rules(void **state)
{
	(void)state;
	EXPECT(ALLOW, 0, STARLSM_EV_CHECK, .task = 1, .path = "/tmp/x");
}

static void the_first_match(void **state)
{
	(void)state;
	add(STARLSM_EV_CHECK, ALLOW, "/tmp/good");
	add(STARLSM_EV_CHECK, DENY, "/tmp/*");
	add(STARLSM_EV_CHECK, ALLOW, "/tmp/bad");
	EXPECT(ALLOW, 1, STARLSM_EV_CHECK, .task = 1, .path = "/tmp/good");
	EXPECT(DENY, 2, STARLSM_EV_CHECK, .task = 1, .path = "/tmp/bad");
	EXPECT(DENY, 2, STARLSM_EV_CHECK, .task = 1, .path = "/tmp/a/b");
	EXPECT(ALLOW, 0, STARLSM_EV_CHECK, .task = 1, .path = "/bin/ls");
	EXPECT(ALLOW, 0, STARLSM_EV_MODULE, .task = 1, .path = "/tmp/bad");
}

static void by_user(void **state)
{
	struct verdict_rule *r = add(STARLSM_EV_MODULE, DENY, "");

	(void)state;
	r->uid_lo = 30;
	r->uid_hi = 40;
	EXPECT(DENY, 1, STARLSM_EV_MODULE, .task = 1, .path = "/x.ko");
	EXPECT(ALLOW, 0, STARLSM_EV_MODULE, .task = 2, .path = "/x.ko");
	/* nobody knows who that is */
	EXPECT(DENY, 1, STARLSM_EV_MODULE, .task = 99, .path = "/x.ko");
	rules.rule[0].answer = ALLOW;
	add(STARLSM_EV_MODULE, DENY, "");
	EXPECT(ALLOW, 1, STARLSM_EV_MODULE, .task = 1, .path = "/x.ko");
	EXPECT(DENY, 2, STARLSM_EV_MODULE, .task = 99, .path = "/x.ko");
}

/* A path that nobody told, or whose beginning is missing */
static void unknown_paths(void **state)
{
	struct starlsm_rec_check rec = {
		.rec = { .type = STARLSM_EV_CHECK, .len = sizeof(rec), .task = 1 }, .path = 4711,
	};
	struct starlsm_rec_path cut = {
		.rec = { .type = STARLSM_EV_PATH, .len = sizeof(cut) }, .id = 4711,
		.path_len = STARLSM_TRUNCATED,
	};
	const struct task *actor = ledger_task(&ledger, 1);

	(void)state;
	add(STARLSM_EV_CHECK, ALLOW, "/bin/*");
	add(STARLSM_EV_CHECK, DENY, "/tmp/forbidden");
	assert_true(verdicts_set(&verdicts, &rules));
	assert_int_equal(verdict_on(&verdicts, &ledger, actor, &rec.rec, 1).rule, 2);
	ledger_define(&ledger, &cut.rec);
	assert_int_equal(verdict_on(&verdicts, &ledger, actor, &rec.rec, 1).rule, 2);
	/* from memory: there is none, which is known */
	rules.rule[1].event = rules.rule[0].event = STARLSM_EV_MODULE;
	EXPECT(ALLOW, 0, STARLSM_EV_MODULE, .task = 1, .op = STARLSM_FROM_MEMORY);
	strcpy(rules.rule[1].path, "*");
	EXPECT(DENY, 2, STARLSM_EV_MODULE, .task = 1, .op = STARLSM_FROM_MEMORY);
}

static void by_address(void **state)
{
	struct verdict_rule *r = add(STARLSM_EV_CONNECT, DENY, "");

	(void)state;
	strcpy(r->address, "192.0.2.7:*");
	EXPECT(DENY, 1, STARLSM_EV_CONNECT, .task = 1, .op = 7);
	EXPECT(ALLOW, 0, STARLSM_EV_CONNECT, .task = 1, .op = 8);
}

/* Whom a tracer may not touch, by what it executes */
static void by_target(void **state)
{
	(void)state;
	add(STARLSM_EV_PTRACE, DENY, "/bin/sh");
	EXPECT(DENY, 1, STARLSM_EV_PTRACE, .task = 2, .other = 1);
	/* of task 2 it is not known */
	EXPECT(DENY, 1, STARLSM_EV_PTRACE, .task = 1, .other = 2);
	feed(&(struct line){ STARLSM_EV_PATH, .other = 6, .path = "/sbin/init" });
	feed(&(struct line){ STARLSM_EV_TASK, .other = 2, .exe = 6 });
	EXPECT(ALLOW, 0, STARLSM_EV_PTRACE, .task = 1, .other = 2);
}

static void what_is_refused(void **state)
{
	struct verdict_rule *r = add(STARLSM_EV_CHECK, DENY, "/x");

	(void)state;
	assert_true(verdicts_set(&verdicts, &rules));
	rules.n_rules = VERDICT_RULES_MAX + 1;
	assert_false(verdicts_set(&verdicts, &rules));
	rules.n_rules = 1;
	r->event = STARLSM_EV_OPEN;
	assert_false(verdicts_set(&verdicts, &rules));
	r->event = STARLSM_EV_CHECK + (1 << 16);
	assert_false(verdicts_set(&verdicts, &rules));
	r->event = STARLSM_EV_CHECK;
	r->answer = 0;
	assert_false(verdicts_set(&verdicts, &rules));
	r->answer = DENY;
	r->uid_lo = 1;
	r->uid_hi = 0;
	assert_false(verdicts_set(&verdicts, &rules));
	r->uid_hi = 1;
	memset(r->path, 'x', sizeof(r->path));
	assert_false(verdicts_set(&verdicts, &rules));
	r->path[0] = 0;
	memset(r->address, 'x', sizeof(r->address));
	assert_false(verdicts_set(&verdicts, &rules));
	r->address[0] = 0;
	rules.otherwise = 0;
	assert_false(verdicts_set(&verdicts, &rules));
	assert_int_equal(verdicts.n_rules, 1);
	assert_string_equal(verdicts.rule[0].path, "/x");
}

#define VERDICT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		VERDICT_TEST(without_rules),
		VERDICT_TEST(the_first_match),
		VERDICT_TEST(by_user),
		VERDICT_TEST(unknown_paths),
		VERDICT_TEST(by_address),
		VERDICT_TEST(by_target),
		VERDICT_TEST(what_is_refused),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
