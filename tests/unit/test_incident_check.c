// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what is an incident: each number and text out of its bounds
 */
#include "cmocka_all.h"

#include <string.h>

#include "lib/incident_check.h"
#include "lib/msg_out.h"
#include "lib/sigma/rule.h"

static struct msg_out_incident in;

static int setup(void **state)
{
	(void)state;
	memset(&in, 0, sizeof(in));
	in.msg = (struct msg){ MSG_OUT_INCIDENT, sizeof(in) };
	in.id = 1;
	in.n_alerts = 2;
	in.n_nodes = 2;
	in.n_steps = 1;
	in.node[0].parent = INCIDENT_NONE;
	in.news = INCIDENT_NONE;
	return incident_check(&in.msg) ? 0 : -1;
}

#define REFUSED(field, value) do { \
	setup(NULL); \
	in.field = value; \
	assert_false(incident_check(&in.msg)); \
} while (0)

static void numbers(void **state)
{
	(void)state;
	REFUSED(msg.type, MSG_OUT_EVENT);
	REFUSED(msg.len, sizeof(in) - 8);
	REFUSED(id, 0);
	REFUSED(state, INCIDENT_STATES);
	REFUSED(level, LEVELS);
	REFUSED(verdict, VERDICTS);
	REFUSED(n_steps, INCIDENT_STEPS_MAX + 1);
	REFUSED(n_actions, VERDICT_ACTIONS_MAX + 1);
	REFUSED(n_alerts, 0);
	REFUSED(n_alerts, INCIDENT_ALERTS_MAX + 1);
	REFUSED(n_nodes, INCIDENT_NODES_MAX + 1);
	REFUSED(deciding, 2);
	REFUSED(news, 2);
	REFUSED(alert[1].level, LEVELS);
	REFUSED(alert[1].link, INCIDENT_LINKS);
	REFUSED(node[1].parent, 1);
}

#define ENDLESS(field) do { \
	setup(NULL); \
	memset(in.field, 'x', sizeof(in.field)); \
	assert_false(incident_check(&in.msg)); \
} while (0)

static void texts(void **state)
{
	(void)state;
	ENDLESS(guest);
	ENDLESS(rule);
	ENDLESS(rule_id);
	ENDLESS(attack);
	ENDLESS(reason);
	ENDLESS(step[0].text);
	ENDLESS(alert[1].rule);
	ENDLESS(alert[1].rule_id);
	ENDLESS(alert[1].attack);
	ENDLESS(alert[1].reason);
	ENDLESS(node[1].exe);
}

static void all_states_have_a_name(void **state)
{
	(void)state;
	for (uint32_t s = 0; s < INCIDENT_STATES; s++) {
		setup(NULL);
		in.state = s;
		assert_true(incident_check(&in.msg));
		assert_non_null(incident_state_name(s));
	}
	in.news = 1;
	assert_true(incident_check(&in.msg));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(numbers, setup),
		cmocka_unit_test_setup(texts, setup),
		cmocka_unit_test_setup(all_states_have_a_name, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
