// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the table of actions, and on whom they are allowed
 */
#include "responder/actions.h"

#include <errno.h>
#include <time.h>

#include "responder/domain.h"

static const struct action_row rows[] = {
	[ACTION_PAUSE] = {
		.name = "pause", .undo = "unpause", .bound_ms = 1000,
		.needs = DOMAIN_RUNS, .already = DOMAIN_PAUSED, .act = domain_pause,
	},
	[ACTION_UNPAUSE] = {
		.name = "unpause", .undo = "pause", .bound_ms = 1000,
		.needs = DOMAIN_PAUSED, .already = DOMAIN_RUNS, .act = domain_unpause,
	},
	[ACTION_DESTROY] = {
		.name = "destroy", .undo = NULL, .bound_ms = 30000,
		.needs = DOMAIN_RUNS | DOMAIN_PAUSED, .already = 0, .act = NULL,
	},
};

static bool is_observed[ACTIONS_DOMIDS];

const struct action_row *action_row(uint32_t action)
{
	if (action >= sizeof(rows) / sizeof(rows[0]) || !rows[action].name)
		return NULL;
	return &rows[action];
}

int actions_observe(uint32_t domid, bool observed)
{
	if (domid == 0 || domid >= ACTIONS_DOMIDS)
		return -1;
	is_observed[domid] = observed;
	return 0;
}

int action_allowed(uint32_t action, uint32_t domid)
{
	if (!action_row(action))
		return EINVAL;
	if (domid == 0 || domid >= ACTIONS_DOMIDS || !is_observed[domid])
		return EPERM;
	return 0;
}

int64_t action_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

bool action_do(uint32_t action, uint32_t domid, struct msg_done *done)
{
	const struct action_row *row = action_row(action);
	enum domain_state state;

	done->err = domain_state(domid, &state);
	if (!done->err && !(state & (row->needs | row->already)))
		done->err = ESRCH;
	done->start_ns = action_now_ns();
	if (!done->err && (state & row->needs)) {
		if (!row->act) {
			/* a guest must not run while it is taken apart */
			if (state == DOMAIN_RUNS)
				domain_pause(domid);
			return true;
		}
		done->err = row->act(domid);
	}
	done->end_ns = action_now_ns();
	return false;
}

int action_finish_destroy(uint32_t domid, bool xl_says_ok)
{
	enum domain_state state;
	int err = domain_state(domid, &state);

	if (!err && state == LET_GO)
		return 0;
	if (!err && xl_says_ok)
		return 0;
	return domain_destroy(domid);
}
