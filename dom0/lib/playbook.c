// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - playbooks: what is done, in which order, after which verdict
 */
#include "lib/playbook.h"

#include <stdio.h>
#include <string.h>

#include "lib/ladder.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct playbook_kind kinds[] = {
	[ACTION_NOTIFY] = { "notify", 0, 10000, 1, 1000, true },
	[ACTION_PAUSE] = { "pause", ACTION_UNPAUSE, 1000, 3, 50, false },
	[ACTION_UNPAUSE] = { "unpause", ACTION_PAUSE, 1000, 3, 50, false },
	[ACTION_KEEP_PAUSED] = { "keep-paused", ACTION_UNPAUSE, 1000, 3, 50, false },
	[ACTION_ISOLATE] = { "isolate", ACTION_CONNECT, 5000, 3, 200, false },
	[ACTION_CONNECT] = { "connect", ACTION_ISOLATE, 5000, 3, 200, false },
	[ACTION_CAPTURE] = { "capture", 0, 1800000, 2, 5000, true },
	[ACTION_MIGRATE] = { "migrate", 0, 600000, 2, 10000, true },
	[ACTION_EVACUATE] = { "evacuate-neighbours", 0, 1200000, 1, 1000, true },
	[ACTION_TIGHTEN] = { "tighten", ACTION_LOOSEN, 10000, 2, 1000, true },
	[ACTION_LOOSEN] = { "loosen", ACTION_TIGHTEN, 10000, 2, 1000, true },
	/* xl also removes devices and nodes; after that the hypercall */
	[ACTION_DESTROY] = { "halt", 0, 30000, 2, 1000, true },
};

const struct playbook_kind *playbook_kind(uint32_t action)
{
	if (action >= ARRAY_SIZE(kinds) || !kinds[action].name)
		return NULL;
	return &kinds[action];
}

uint32_t playbook_action(const char *name)
{
	for (uint32_t action = 0; action < ARRAY_SIZE(kinds); action++)
		if (kinds[action].name && !strcmp(kinds[action].name, name))
			return action;
	return 0;
}

static enum playbook_goal goal_of(uint32_t action)
{
	switch (action) {
	case ACTION_PAUSE:
	case ACTION_KEEP_PAUSED:
		return GOAL_PAUSED;
	case ACTION_UNPAUSE:
		return GOAL_RUNS;
	case ACTION_DESTROY:
		return GOAL_HALTED;
	case ACTION_MIGRATE:
		return GOAL_MOVED;
	default:
		return GOAL_NONE;
	}
}

enum playbook_goal playbook_goal(const struct playbook *pb)
{
	enum playbook_goal goal = GOAL_NONE;

	for (uint32_t i = 0; i < pb->n_steps; i++)
		if (goal_of(pb->step[i].action) != GOAL_NONE)
			goal = goal_of(pb->step[i].action);
	return goal;
}

void playbook_step_init(struct playbook_step *step, uint32_t action, uint32_t group)
{
	const struct playbook_kind *kind = playbook_kind(action);

	*step = (struct playbook_step){
		.action = action, .group = group,
		.within_ms = kind->within_ms, .tries = kind->tries,
	};
}

/*
 * Sense
 */

static const char *wrong_step(const struct playbook_step *step, uint32_t last_group)
{
	if (!playbook_kind(step->action))
		return "there is no such action";
	if (step->group != last_group && step->group != last_group + 1)
		return "its groups do not follow each other";
	if (!step->tries || step->tries > PLAYBOOK_TRIES_MAX ||
	    !step->within_ms || step->within_ms > PLAYBOOK_WITHIN_MAX_MS)
		return "a step has no bound";
	return NULL;
}

/* Two that decide how the guest is, or twice the same, at the same time */
static bool contradict(const struct playbook_step *a, const struct playbook_step *b)
{
	return a->group == b->group &&
	       (a->action == b->action ||
		(goal_of(a->action) != GOAL_NONE && goal_of(b->action) != GOAL_NONE));
}

/* As far as the steps go; what it is without them nobody knows here. */
static bool is_paused_before(const struct playbook *pb, uint32_t step)
{
	bool is_paused = false;

	for (uint32_t i = 0; i < step && pb->step[i].group < pb->step[step].group; i++)
		if (goal_of(pb->step[i].action) != GOAL_NONE)
			is_paused = goal_of(pb->step[i].action) == GOAL_PAUSED;
	return is_paused;
}

static const char *wrong_order(const struct playbook *pb)
{
	for (uint32_t i = 0; i < pb->n_steps; i++) {
		if (pb->step[i].action == ACTION_MIGRATE && pb->n_steps > 1)
			return "a guest that is to migrate has no other steps";
		if (pb->step[i].action == ACTION_CAPTURE && !is_paused_before(pb, i))
			return "capture needs a guest that is paused before";
		for (uint32_t k = 0; k < i; k++) {
			if (contradict(&pb->step[i], &pb->step[k]))
				return "two steps of one group contradict each other";
			if (pb->step[k].action == ACTION_DESTROY)
				return "halt is not the last step";
		}
	}
	return NULL;
}

const char *playbook_wrong(const struct playbook *pb)
{
	uint32_t last_group = 0;

	if (!memchr(pb->name, 0, sizeof(pb->name)))
		return "its name has no end";
	if (pb->n_steps > PLAYBOOK_STEPS_MAX)
		return "it has too many steps";
	if (pb->n_steps && pb->step[0].group != 0)
		return "its groups do not follow each other";
	for (uint32_t i = 0; i < pb->n_steps; i++) {
		const char *wrong = wrong_step(&pb->step[i], last_group);

		if (wrong)
			return wrong;
		last_group = pb->step[i].group;
	}
	return wrong_order(pb);
}

/*
 * What there always is
 */

void playbook_builtin(enum respond_policy verdict, struct playbook *pb)
{
	memset(pb, 0, sizeof(*pb));
	/* a site's own may be called contain */
	snprintf(pb->name, sizeof(pb->name), "%s",
		 verdict == RESPOND_PAUSE ? "pause" : ladder_name(verdict));
	if (verdict >= RESPOND_PAUSE)
		playbook_step_init(&pb->step[pb->n_steps++], ACTION_PAUSE, 0);
	if (verdict == RESPOND_EVACUATE)
		playbook_step_init(&pb->step[pb->n_steps++], ACTION_EVACUATE, 1);
	/* pausing takes microseconds, destroying may take seconds */
	if (verdict >= RESPOND_HALT)
		playbook_step_init(&pb->step[pb->n_steps++], ACTION_DESTROY, 1);
}

/* One that pauses twice is let go once. */
static bool has_action(const struct playbook *pb, uint32_t action)
{
	for (uint32_t i = 0; i < pb->n_steps; i++)
		if (pb->step[i].action == action)
			return true;
	return false;
}

void playbook_undo(const struct msg_run *r, struct playbook *pb)
{
	memset(pb, 0, sizeof(*pb));
	snprintf(pb->name, sizeof(pb->name), "undo");
	for (uint32_t i = r->playbook.n_steps; i-- > 0;) {
		uint32_t undo = kinds[r->playbook.step[i].action].undo;

		if (!undo || r->step[i].state != STEP_DONE || has_action(pb, undo))
			continue;
		playbook_step_init(&pb->step[pb->n_steps], undo, pb->n_steps);
		pb->n_steps++;
	}
}

/*
 * Words
 */

static const char * const step_names[STEP_STATES] = {
	[STEP_WAITING] = "waiting", [STEP_TESTING] = "testing", [STEP_DOING] = "doing",
	[STEP_STOPPING] = "stopping", [STEP_CHECKING] = "checking",
	[STEP_DOUBTING] = "doubting", [STEP_UNDOING] = "undoing",
	[STEP_RESTING] = "resting", [STEP_DONE] = "done", [STEP_FAILED] = "failed",
	[STEP_UNKNOWN] = "unknown", [STEP_SKIPPED] = "skipped", [STEP_WOULD] = "would",
};

const char *step_state_name(uint32_t state)
{
	return state < STEP_STATES ? step_names[state] : "?";
}

static const struct {
	const char *name, *text;
} ends[RUN_ENDS] = {
	[RUN_NOT_YET] = { "under way", "it goes on" },
	[RUN_DRY] = { "dry run", "nothing was done, dry-run is on" },
	[RUN_RUNS] = { "runs", "the guest runs" },
	[RUN_PAUSED] = { "paused", "the guest is paused" },
	[RUN_GONE] = { "gone", "the guest's domain is gone from this host" },
	[RUN_LOOSE] = { "loose", "the guest runs, it should not, and nothing could stop it" },
	[RUN_UNKNOWN] = { "unknown", "nobody could tell how the guest is" },
	[RUN_REPLACED] = { "replaced", "ended early: it is not wanted any more" },
};

const char *run_end_name(uint32_t end)
{
	return end < RUN_ENDS ? ends[end].name : "?";
}

const char *run_end_text(uint32_t end)
{
	return end < RUN_ENDS ? ends[end].text : "?";
}
