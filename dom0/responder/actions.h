/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the table of actions, and on whom they are allowed
 *
 *   action   how                      undone by  bound   needs
 *   pause    one hypercall            unpause    1 s     a domain that runs
 *   unpause  one hypercall            pause      1 s     one that is paused
 *   destroy  pause, then `xl destroy` nothing    30 s    one that is there
 *            (the site's toolstack also removes devices and nodes); after the
 *            bound or when xl fails, the hypercall
 *
 * Never domain 0, never a domain that starlsmd has not said is observed. What
 * is already so is done without doing anything.
 */
#ifndef STARLSM_ACTIONS_H
#define STARLSM_ACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg.h"

/* Domain ids end at DOMID_FIRST_RESERVED */
#define ACTIONS_DOMIDS	0x7ff0

struct action_row {
	const char *name;
	const char *undo;	/* NULL: cannot be undone */
	uint32_t bound_ms;
	uint32_t needs;		/* enum domain_state bits */
	uint32_t already;	/* in these there is nothing to do */
	int (*act)(uint32_t domid);	/* NULL: in the background */
};

/* The row, or NULL for an action that is none. */
const struct action_row *action_row(uint32_t action);

/* Who is observed; -1 for a domid that cannot be. */
int actions_observe(uint32_t domid, bool observed);

/* 0 or why not: EINVAL (no such action), EPERM (not that domain). */
int action_allowed(uint32_t action, uint32_t domid);

/*
 * Does an allowed action and fills err, start_ns and end_ns of *done. An action
 * in the background returns true when it is still to be done: the domain is
 * paused and there.
 */
bool action_do(uint32_t action, uint32_t domid, struct msg_done *done);

/* After `xl destroy` ended, or did not within its bound: 0 or an errno. */
int action_finish_destroy(uint32_t domid, bool xl_says_ok);

int64_t action_now_ns(void);

#endif /* STARLSM_ACTIONS_H */
