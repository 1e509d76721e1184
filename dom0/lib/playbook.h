/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - playbooks: what is done, in which order, after which verdict
 *
 * Steps of one group go side by side, the groups one after the other. What a
 * failed step means for those after it each of them knows itself, by what it
 * needs: a guest that could not be captured is still halted. Pure.
 */
#ifndef STARLSM_PLAYBOOK_H
#define STARLSM_PLAYBOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg_responder.h"

/* What is true of every action of one kind; responder/actions.h says how it is done. */
struct playbook_kind {
	const char *name;
	uint32_t undo;		/* enum action that takes it back; 0: nothing does */
	uint32_t within_ms;	/* all tries of a step, by default; none begins later */
	uint32_t tries;		/* by default */
	uint32_t rest_ms;	/* between two of them */
	bool is_slow;		/* done by another program or host: noted before it begins */
};

/* NULL for what is no action. */
const struct playbook_kind *playbook_kind(uint32_t action);

/* The action of that name that a playbook may have; 0: none. */
uint32_t playbook_action(const char *name);

/* How the guest is to be when all is done; each is safe for what comes before. */
enum playbook_goal { GOAL_NONE, GOAL_RUNS, GOAL_PAUSED, GOAL_HALTED, GOAL_MOVED, GOALS };

/* By its last step that says so. */
enum playbook_goal playbook_goal(const struct playbook *pb);

/* Sets the step's bound and tries to those of its action. */
void playbook_step_init(struct playbook_step *step, uint32_t action, uint32_t group);

/* What makes no sense about it, or NULL; also of one that came in a message. */
const char *playbook_wrong(const struct playbook *pb);

/* What `respond:` means where no playbook is named. */
void playbook_builtin(enum respond_policy verdict, struct playbook *pb);

/*
 * A playbook that is carried out, as struct msg_run tells of it; the tables by
 * which it goes on are the responder's.
 */

enum step_state {
	STEP_WAITING,		/* the groups before it go on */
	STEP_TESTING,		/* can it be done, need it be? */
	STEP_DOING,
	STEP_STOPPING,		/* too long, or not wanted any more: what does it is ended */
	STEP_CHECKING,		/* is the world as it should be now, whatever was said? */
	STEP_DOUBTING,		/* that cannot be told yet */
	STEP_UNDOING,		/* it is not: what was half done is taken back */
	STEP_RESTING,		/* before the next try */
	/* and the ends: */
	STEP_DONE,		/* and checked */
	STEP_FAILED,		/* it is not so, and what was begun is taken back */
	STEP_UNKNOWN,		/* nobody could tell whether it is so */
	STEP_SKIPPED,		/* what it needs was not there, or it was not wanted any more */
	STEP_WOULD,		/* a dry run: it would have been begun */
	STEP_STATES
};

enum run_phase { RUN_STEPS, RUN_SETTLING, RUN_ENDED };

enum run_end {
	RUN_NOT_YET,
	RUN_DRY,		/* nothing was done */
	RUN_RUNS,		/* the guest runs, as far as the playbook goes: rightly */
	RUN_PAUSED,
	RUN_GONE,		/* its domain is */
	RUN_LOOSE,		/* it runs and should not; nothing could stop it */
	RUN_UNKNOWN,		/* nobody could tell */
	RUN_REPLACED,		/* another run has the guest now */
	RUN_ENDS
};

/* What takes back that run's steps that were done, the last one first; maybe none. */
void playbook_undo(const struct msg_run *r, struct playbook *pb);

/* Words for people; "?" for what is none. */
const char *step_state_name(uint32_t state);
const char *run_end_name(uint32_t end);
const char *run_end_text(uint32_t end);

#endif /* STARLSM_PLAYBOOK_H */
