// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of playbooks: what makes sense, and how starlsm.yaml has them
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "lib/config.h"
#include "lib/playbook.h"

static struct config c;
static char errors[4096];

static int parse(const char *text)
{
	return config_parse(text, strlen(text), "f.yaml", &c, errors, sizeof(errors));
}

static void names(void **state)
{
	uint32_t n = 0;

	(void)state;
	for (uint32_t action = 0; action < 64; action++) {
		const struct playbook_kind *kind = playbook_kind(action);

		if (!kind)
			continue;
		n++;
		assert_int_equal(playbook_action(kind->name), action);
		assert_true(kind->tries && kind->tries <= PLAYBOOK_TRIES_MAX);
		assert_true(kind->within_ms && kind->within_ms <= PLAYBOOK_WITHIN_MAX_MS);
		/* what undoes something is undone by something like it */
		if (kind->undo)
			assert_int_not_equal(playbook_kind(kind->undo)->undo, 0);
	}
	assert_true(n >= 7);
	assert_int_equal(playbook_action("reboot"), 0);
	assert_null(playbook_kind(UINT32_MAX));
}

static void respond_as_ever(void **state)
{
	struct playbook pb;

	(void)state;
	assert_int_equal(parse("guests: [ { name: web, respond: halt } ]\n"), 0);
	config_playbook(&c, &c.guest[0], RESPOND_ALERT, &pb);
	assert_int_equal(pb.n_steps, 0);
	assert_int_equal(playbook_goal(&pb), GOAL_NONE);
	config_playbook(&c, &c.guest[0], RESPOND_PAUSE, &pb);
	assert_int_equal(pb.n_steps, 1);
	assert_int_equal(playbook_goal(&pb), GOAL_PAUSED);
	config_playbook(&c, &c.guest[0], RESPOND_HALT, &pb);
	assert_int_equal(pb.n_steps, 2);
	assert_int_equal(pb.step[0].action, ACTION_PAUSE);
	assert_int_equal(pb.step[1].action, ACTION_DESTROY);
	assert_int_equal(playbook_goal(&pb), GOAL_HALTED);
	assert_null(playbook_wrong(&pb));
}

static void named(void **state)
{
	struct playbook pb;

	(void)state;
	assert_int_equal(parse("guests:\n"
			       "  - name: web\n"
			       "    playbooks: { alert: watch, pause: hold, halt: pause }\n"
			       "  - name: db\n"
			       "playbooks:\n"
			       "  - name: hold\n"
			       "    steps:\n"
			       "      - pause\n"
			       "      - [ notify, { do: isolate, within: 9, tries: 4 } ]\n"
			       "      - keep-paused\n"
			       "  - { name: watch, steps: [ notify ] }\n"), 0);
	config_playbook(&c, &c.guest[0], RESPOND_PAUSE, &pb);
	assert_string_equal(pb.name, "hold");
	assert_int_equal(pb.n_steps, 4);
	assert_int_equal(pb.step[0].group, 0);
	assert_int_equal(pb.step[1].group, 1);
	assert_int_equal(pb.step[2].group, 1);
	assert_int_equal(pb.step[3].group, 2);
	assert_int_equal(pb.step[2].action, ACTION_ISOLATE);
	assert_int_equal(pb.step[2].within_ms, 9000);
	assert_int_equal(pb.step[2].tries, 4);
	assert_int_equal(pb.step[0].tries, playbook_kind(ACTION_PAUSE)->tries);
	config_playbook(&c, &c.guest[0], RESPOND_ALERT, &pb);
	assert_string_equal(pb.name, "watch");
	assert_int_equal(playbook_goal(&pb), GOAL_NONE);
	/* one of those that there always are, for another verdict */
	config_playbook(&c, &c.guest[0], RESPOND_HALT, &pb);
	assert_string_equal(pb.name, "pause");
	config_playbook(&c, &c.guest[1], RESPOND_HALT, &pb);
	assert_string_equal(pb.name, "halt");
}

/* `contain` is the verdict that `pause` always was, and may be a playbook's name. */
static void the_whole_ladder(void **state)
{
	struct playbook pb;

	(void)state;
	assert_int_equal(parse("playbooks:\n"
			       "  - { name: contain, steps: [ pause, isolate ] }\n"
			       "  - { name: look, steps: [ tighten ] }\n"
			       "guests:\n"
			       "  - { name: a, respond: evacuate,\n"
			       "      playbooks: { observe: look, contain: contain, evacuate: pause } }\n"
			       "  - { name: b, respond: contain, playbooks: { halt: evacuate } }\n"), 0);
	assert_int_equal(c.guest[0].respond, RESPOND_EVACUATE);
	assert_int_equal(c.guest[1].respond, RESPOND_PAUSE);
	config_playbook(&c, &c.guest[0], RESPOND_OBSERVE, &pb);
	assert_string_equal(pb.name, "look");
	config_playbook(&c, &c.guest[0], RESPOND_PAUSE, &pb);
	assert_string_equal(pb.name, "contain");
	assert_int_equal(pb.n_steps, 2);
	config_playbook(&c, &c.guest[0], RESPOND_EVACUATE, &pb);
	assert_string_equal(pb.name, "pause");
	config_playbook(&c, &c.guest[1], RESPOND_OBSERVE, &pb);
	assert_string_equal(pb.name, "observe");
	assert_int_equal(pb.n_steps, 0);
	config_playbook(&c, &c.guest[1], RESPOND_HALT, &pb);
	assert_string_equal(pb.name, "evacuate");
	assert_int_equal(pb.n_steps, 2);
	assert_int_equal(pb.step[0].action, ACTION_PAUSE);
	assert_int_equal(pb.step[1].action, ACTION_EVACUATE);
	assert_int_equal(pb.step[1].group, 1);
	assert_null(playbook_wrong(&pb));
}

struct mistake {
	const char *text, *line;
};

static void mistakes(void **state)
{
	static const struct mistake rows[] = {
		{ "playbooks: x\n", "f.yaml:1: here a list is expected" },
		{ "playbooks:\n  - name: a\n", "f.yaml:2: \"steps\" is missing" },
		{ "playbooks:\n  - steps: [ pause ]\n", "f.yaml:2: \"name\" is missing" },
		{ "playbooks:\n  - { name: a, steps: [] }\n", "f.yaml:2: playbook \"a\" has no steps" },
		{ "playbooks:\n  - { name: halt, steps: [ pause ] }\n",
		  "f.yaml:2: there is a playbook \"halt\" already" },
		{ "playbooks:\n  - { name: a, steps: [ pause ] }\n  - { name: a, steps: [ pause ] }\n",
		  "f.yaml:3: there is a playbook \"a\" already" },
		{ "guests:\n  - { name: a, playbooks: { pause: halt, contain: halt } }\n",
		  "f.yaml:2: contain and pause are the same" },
		{ "playbooks:\n  - name: a\n    steps:\n      - reboot\n",
		  "f.yaml:4: there is no action \"reboot\"" },
		{ "playbooks:\n  - { name: a, steps: [ halt, notify ] }\n",
		  "f.yaml:2: playbook \"a\": halt is not the last step" },
		{ "playbooks:\n  - { name: a, steps: [ capture, pause ] }\n",
		  "f.yaml:2: playbook \"a\": capture needs a guest that is paused before" },
		{ "playbooks:\n  - { name: a, steps: [ [ pause, capture ] ] }\n",
		  "f.yaml:2: playbook \"a\": capture needs a guest that is paused before" },
		{ "playbooks:\n  - { name: a, steps: [ pause, unpause, capture ] }\n",
		  "f.yaml:2: playbook \"a\": capture needs a guest that is paused before" },
		{ "playbooks:\n  - { name: a, steps: [ [ pause, unpause ] ] }\n",
		  "f.yaml:2: playbook \"a\": two steps of one group contradict" },
		{ "playbooks:\n  - { name: a, steps: [ [ notify, notify ] ] }\n",
		  "f.yaml:2: playbook \"a\": two steps of one group contradict" },
		{ "playbooks:\n  - { name: a, steps: [ { do: pause, within: 0 } ] }\n",
		  "f.yaml:2: \"0\" is no number from 1 to 86400" },
		{ "playbooks:\n  - { name: a, steps: [ { do: pause, tries: 11 } ] }\n",
		  "f.yaml:2: \"11\" is no number from 1 to 10" },
		{ "playbooks:\n  - { name: a, steps: [ { within: 3 } ] }\n",
		  "f.yaml:2: \"do\" is missing" },
		{ "playbooks:\n  - { name: a, steps: [ pause, unpause, pause, unpause, pause, "
		  "unpause, pause, unpause, pause ] }\n", "f.yaml:2: more than 8 steps" },
		{ "playbooks: [ { name: a23456789012345678901234567890123, steps: [ pause ] } ]\n",
		  "f.yaml:1: \"a2345678901234567890...\" is longer" },
		{ "notify: tell\n", "f.yaml:1: \"tell\" does not begin with /" },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(text, sizeof(text), "%sguests: []\n", rows[i].text);
		assert_int_equal(parse(text), -1);
		if (strncmp(errors, rows[i].line, strlen(rows[i].line)))
			fail_msg("%s gives %s", rows[i].text, errors);
	}
	assert_int_equal(parse("guests:\n  - name: a\n    playbooks:\n      pause: b\n"), -1);
	assert_string_equal(errors, "f.yaml:4: there is no playbook \"b\"\n");
	assert_int_equal(parse("guests: [ { name: a, playbooks: { stop: pause } } ]\n"), -1);
	assert_string_equal(errors, "f.yaml:1: there is no key \"stop\"\n");
}

static void too_many(void **state)
{
	char text[4096] = "guests: []\nplaybooks:\n";

	(void)state;
	for (int i = 0; i <= CONFIG_PLAYBOOKS_MAX; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "  - { name: p%d, steps: [ pause ] }\n", i);
	assert_int_equal(parse(text), -1);
	assert_string_equal(errors, "f.yaml:35: more than 32 playbooks\n");
}

/* What was done and can be undone, backwards, and each once */
static void undoing(void **state)
{
	static const uint32_t actions[] = {
		ACTION_TIGHTEN, ACTION_PAUSE, ACTION_NOTIFY, ACTION_ISOLATE, ACTION_KEEP_PAUSED,
	};
	struct msg_run r = { .playbook.n_steps = ARRAY_SIZE(actions) };
	struct playbook pb;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		playbook_step_init(&r.playbook.step[i], actions[i], i);
		r.step[i].state = STEP_DONE;
	}
	playbook_undo(&r, &pb);
	assert_null(playbook_wrong(&pb));
	assert_int_equal(pb.n_steps, 3);
	assert_int_equal(pb.step[0].action, ACTION_UNPAUSE);
	assert_int_equal(pb.step[1].action, ACTION_CONNECT);
	assert_int_equal(pb.step[2].action, ACTION_LOOSEN);
	r.step[3].state = STEP_FAILED;
	r.step[0].state = STEP_SKIPPED;
	playbook_undo(&r, &pb);
	assert_int_equal(pb.n_steps, 1);
	playbook_builtin(RESPOND_HALT, &r.playbook);
	r.step[0].state = STEP_WOULD;
	playbook_undo(&r, &pb);
	assert_int_equal(pb.n_steps, 0);
}

/* From a message, which may hold anything */
static void nonsense(void **state)
{
	struct playbook pb, ok;

	(void)state;
	playbook_builtin(RESPOND_HALT, &ok);
	pb = ok;
	memset(pb.name, 'x', sizeof(pb.name));
	assert_non_null(playbook_wrong(&pb));
	pb = ok;
	pb.n_steps = PLAYBOOK_STEPS_MAX + 1;
	assert_non_null(playbook_wrong(&pb));
	pb = ok;
	pb.step[0].group = 1;
	assert_non_null(playbook_wrong(&pb));
	pb = ok;
	pb.step[1].group = 2;
	assert_non_null(playbook_wrong(&pb));
	pb = ok;
	pb.step[1].tries = 0;
	assert_non_null(playbook_wrong(&pb));
	pb = ok;
	pb.step[1].within_ms = UINT32_MAX;
	assert_non_null(playbook_wrong(&pb));
	pb = ok;
	pb.step[1].action = 0;
	assert_non_null(playbook_wrong(&pb));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(respond_as_ever),
		cmocka_unit_test(the_whole_ladder),
		cmocka_unit_test(named),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(too_many),
		cmocka_unit_test(undoing),
		cmocka_unit_test(nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
