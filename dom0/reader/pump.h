/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - from a guest's rings to the engine
 *
 * Everything of the reader that runs after its rights are gone: drains the
 * rings in the order of time, sends batches, gives the room back once a batch
 * is sent, decides when to be woken, pings, counts.
 *
 * When the engine's channel is full nothing is read: the rings fill, and the
 * guest counts what it loses.
 */
#ifndef STARLSM_PUMP_H
#define STARLSM_PUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg.h"
#include "reader/attach.h"
#include "reader/batch.h"
#include "reader/clock.h"
#include "reader/merge.h"

struct pump {
	struct attachment *attachment;
	struct ring *ring;	/* attachment->geometry.n_rings of them */
	struct merge merge;
	struct batch batch;
	bool batch_waits;	/* sealed, and the engine's channel was full */

	bool busy;			/* else asleep until the guest kicks */
	bool more;			/* busy, and a ring was past where it was to kick */
	uint64_t second_ns;		/* when the next second's work is due */
	uint64_t n_wakeups;
	uint64_t heartbeat_ns;
	uint64_t loading_ns;	/* when a module's event was passed on last, 0 never */

	/*
	 * From the commit of an event that came alone to its copy-out: the
	 * shortest of the heartbeats that found us asleep, by the guest's clock
	 * and the offset known then, so known to within half a round trip.
	 */
	uint64_t lone_ns;	/* 0: none yet */

	/*
	 * The same of the oldest record of each pass over the rings, whoever else is
	 * waiting: the longest since the last figures were sent.
	 */
	uint64_t lag_ns;

	struct clock clock;
	uint32_t policy_number;	/* of the policy in the guest's page, 0 none yet */
	uint32_t policy_generation;	/* starlsmd's number of it */
	uint32_t policy_applied;	/* and of the last one that the guest has read */
	uint32_t policy_error;	/* what the guest said of it */
	uint8_t class[STARLSM_EV_LIMIT];	/* STARLSM_CLASS_*, by policy and table */

	uint32_t define;	/* in the control page: everything anew */
	uint32_t ping;
	uint64_t ping_sent_ns;	/* 0: no answer is awaited */
};

/* CLOCK_MONOTONIC */
uint64_t pump_now(void);

/* Allocate all memory there will be, for an attachment that is mapped. */
void pump_prepare(struct pump *p, struct attachment *a);

/*
 * Read rings, from where the last reader stopped, and send, until the parent
 * closes its channel. Returns NULL then, all that was in the rings having been
 * sent, or the ring that lies. Ends the process if the engine is gone.
 */
struct ring *pump_run(struct pump *p);

#endif /* STARLSM_PUMP_H */
