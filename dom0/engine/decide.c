// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - from a verdict to actions
 */
#include "engine/decide.h"

#include "lib/msg_responder.h"

struct row {
	uint32_t n;
	uint32_t action[VERDICT_ACTIONS_MAX];
};

static const struct row rows[VERDICTS] = {
	[RESPOND_OBSERVE] = { 0, { 0 } },
	[RESPOND_ALERT] = { 0, { 0 } },
	[RESPOND_PAUSE] = { 1, { ACTION_PAUSE } },
	[RESPOND_EVACUATE] = { 2, { ACTION_PAUSE, ACTION_EVACUATE } },
	/* pausing takes microseconds, destroying may take seconds */
	[RESPOND_HALT] = { 2, { ACTION_PAUSE, ACTION_DESTROY } },
};

uint32_t decide(enum respond_policy verdict, uint32_t *action)
{
	const struct row *row = &rows[verdict];

	for (uint32_t i = 0; i < VERDICT_ACTIONS_MAX; i++)
		action[i] = row->action[i];
	return row->n;
}
