/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a playbook that is being carried out, as two tables
 *
 * Pure: knows no Xen, no file and no clock. A step's state and what has happened
 * give an order and the next state; when all steps have ended, what the guest
 * looks like and how it should be give an order or the run's end. Whoever
 * carries the orders out (drive.h) feeds back what came of them. The whole state
 * is in a struct msg_run: one that was kept and read again goes on with
 * run_restart().
 *
 * Whatever fails, hangs or cannot be told, a run ends, and its end is what the
 * guest was seen to be; tests/unit/test_run.c walks all of it.
 */
#ifndef STARLSM_RUN_H
#define STARLSM_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg.h"
#include "lib/playbook.h"

enum step_event {
	STEP_TURN,		/* its group's turn has come */
	STEP_DRY,		/* so it has, in a dry run */
	STEP_FIT,		/* TEST: what it needs is there */
	STEP_ALREADY,		/* TEST: it is so without us */
	STEP_UNFIT,		/* TEST: what it needs is not there */
	STEP_UNCLEAR,		/* TEST, CHECK: cannot be told now */
	STEP_ENDED,		/* BEGIN, STOP, UNDO: over, whatever came of it */
	STEP_YES,		/* CHECK: it is so */
	STEP_NO,		/* CHECK: it is not */
	STEP_AGAIN,		/* a timer, or an undo, and there are tries and time left */
	STEP_LATE,		/* a timer, and there are not */
	STEP_CANCEL,		/* not wanted any more */
	STEP_RESTART,		/* the responder was started again */
	STEP_EVENTS
};

enum run_order {
	ORDER_NOTHING,
	ORDER_TEST,
	ORDER_BEGIN,
	ORDER_STOP,
	ORDER_CHECK,
	ORDER_UNDO,
	/* of the run itself: */
	ORDER_LOOK,		/* how is the guest? */
	ORDER_SECURE,		/* it runs and should not: stop it */
	RUN_ORDERS
};

enum run_seen { SEEN_UNCLEAR, SEEN_RUNS, SEEN_PAUSED, SEEN_GONE, SEEN_STATES };

/* How often a guest that runs and should not is stopped at the end, or looked for */
#define RUN_SETTLE_TRIES	20

/* Not the number of a step: the order is the run's own. */
#define RUN_ITSELF	UINT32_MAX

/*
 * Begins: sets everything but msg, id, incident and guest, which are the
 * caller's. The playbook makes sense.
 */
void run_begin(struct msg_run *r, const struct playbook *pb, bool dry_run, int64_t now_ms);

/* The next order that has not been taken, and of which step; NOTHING: none now. */
enum run_order run_take(struct msg_run *r, uint32_t *step);

/* What came of an order, or has happened to a step. What cannot be is nothing. */
void run_feed(struct msg_run *r, uint32_t step, enum step_event event, int64_t now_ms);

/* The answer to LOOK. */
void run_look(struct msg_run *r, enum run_seen seen, int64_t now_ms);

/* The next timer, CLOCK_MONOTONIC; 0: none. run_late() serves those that are due. */
int64_t run_due_ms(const struct msg_run *r);
void run_late(struct msg_run *r, int64_t now_ms);

/* Another run has the guest from now on: steps end, nothing new begins. */
void run_replace(struct msg_run *r, int64_t now_ms);

/* It was kept, and read again: what was under way is asked for again. */
void run_restart(struct msg_run *r, int64_t now_ms);

/* Nothing may be done or asked any more: it ends as it is. */
void run_abandon(struct msg_run *r);

bool run_is_over(const struct msg_run *r);
bool step_is_over(const struct run_step *s);

/* Does that make sense? For one that was read from a file or a message. */
bool run_is_sane(const struct msg_run *r);

/* One cell of the table of steps, for tests. */
struct step_cell {
	enum run_order order;
	enum step_state next;
};
struct step_cell run_step_cell(enum step_state state, enum step_event event);

#endif /* STARLSM_RUN_H */
