// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an incident as the engine tells it: is it whole, how is it called
 */
#include "lib/incident_check.h"

#include <string.h>

#include "lib/msg_out.h"
#include "lib/sigma/rule.h"

#define HAS_END(text) memchr(text, 0, sizeof(text))

static bool alert_is_sane(const struct incident_alert *a)
{
	return a->level < LEVELS && a->link < INCIDENT_LINKS && HAS_END(a->rule) &&
	       HAS_END(a->rule_id) && HAS_END(a->attack) && HAS_END(a->reason);
}

static bool lists_are_sane(const struct msg_out_incident *in)
{
	if (in->n_steps > INCIDENT_STEPS_MAX || in->n_actions > VERDICT_ACTIONS_MAX ||
	    !in->n_alerts || in->n_alerts > INCIDENT_ALERTS_MAX ||
	    in->n_nodes > INCIDENT_NODES_MAX || in->deciding >= in->n_alerts ||
	    (in->news != INCIDENT_NONE && in->news >= in->n_alerts))
		return false;
	for (uint32_t i = 0; i < in->n_steps; i++)
		if (!HAS_END(in->step[i].text))
			return false;
	for (uint32_t i = 0; i < in->n_alerts; i++)
		if (!alert_is_sane(&in->alert[i]))
			return false;
	for (uint32_t i = 0; i < in->n_nodes; i++)
		if (!HAS_END(in->node[i].exe) ||
		    (in->node[i].parent != INCIDENT_NONE && in->node[i].parent >= i))
			return false;
	return true;
}

bool incident_check(const struct msg *m)
{
	const struct msg_out_incident *in = (const void *)m;

	return m->type == MSG_OUT_INCIDENT && m->len == sizeof(*in) && in->id &&
	       in->state < INCIDENT_STATES && in->level < LEVELS && in->verdict < VERDICTS &&
	       HAS_END(in->guest) && HAS_END(in->rule) && HAS_END(in->rule_id) &&
	       HAS_END(in->attack) && HAS_END(in->reason) && lists_are_sane(in);
}

const char *incident_state_name(uint32_t state)
{
	static const char * const names[INCIDENT_STATES] = {
		[INCIDENT_OPEN] = "open", [INCIDENT_ACTING] = "acting",
		[INCIDENT_CONTAINED] = "contained", [INCIDENT_FAILED] = "failed",
		[INCIDENT_CLOSED] = "closed",
	};

	return names[state];
}
