/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - when a guest moves, so that nobody can count on where it is
 *
 * Pure: what is configured, the time and random numbers in, which guests begin to
 * move out, and for each of the others why not. Times are ms of any clock that
 * does not go back.
 */
#ifndef STARLSM_MOVER_H
#define STARLSM_MOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/config.h"

/* Of its time to come or of its waiting for an idle moment, at most */
#define MOVER_IDLE_PART		4
/* After a threat has come up, guests that mind move within this */
#define MOVER_THREAT_MS		60000
/* Fewer events in a second are idle, whatever is usual */
#define MOVER_IDLE_RATE		20

enum mover_reason {
	MOVER_OFF,		/* nothing is configured */
	MOVER_NOT_YET,		/* its time has not come */
	MOVER_HELD,		/* it has just come, or was just tried */
	MOVER_QUIET,		/* not at this time of the day */
	MOVER_BUSY,		/* a better moment is waited for */
	MOVER_TAKEN,		/* a playbook has it, or it cannot move */
	MOVER_TURN,		/* as many as may be are under way */
	MOVER_NOW,		/* it begins to move */
	MOVER_REASONS
};

struct mover {
	struct config_move policy;
	int64_t since_ms;	/* it came here, or was last tried */
	int64_t due_ms;		/* 0: to be drawn */
	bool is_threatened;	/* due because of that: not drawn again for it */
	uint32_t rate;		/* events in the last second */
	uint32_t usual;		/* of a longer time */
	bool is_moving, is_taken;
	enum mover_reason reason;
};

struct mover_now {
	int64_t ms;
	uint32_t minute;	/* of the day, as the configuration's */
	bool has_threat;	/* a guest of this host is a victim */
	uint32_t at_once;
};

/* One more second's events. */
void mover_rate(struct mover *m, uint32_t events);

/*
 * Sets the reason of each of n; one whose reason is NOW is to be moved, and has
 * its next time. random() gives any 64 bits.
 */
void mover_tick(struct mover *const list[], uint32_t n, const struct mover_now *now,
		uint64_t (*random)(void));

const char *mover_text(enum mover_reason reason);

#endif /* STARLSM_MOVER_H */
