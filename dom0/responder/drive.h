/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - carries out what a run orders, by a table of functions
 *
 * Pure but for what the functions do. Those of the first rows return what came
 * of the order at once, or PENDING: then run_feed() follows, and drive() again.
 */
#ifndef STARLSM_DRIVE_H
#define STARLSM_DRIVE_H

#include "responder/run.h"

/* Not an event: it goes on in the background. */
#define PENDING STEP_EVENTS

struct drive_ops {
	/* FIT, ALREADY, UNFIT, UNCLEAR */
	enum step_event (*test)(struct msg_run *r, uint32_t step);
	/* ENDED; the step's text, err and times say more */
	enum step_event (*begin)(struct msg_run *r, uint32_t step);
	enum step_event (*stop)(struct msg_run *r, uint32_t step);
	/* YES, NO, UNCLEAR */
	enum step_event (*check)(struct msg_run *r, uint32_t step);
	/* ENDED */
	enum step_event (*undo)(struct msg_run *r, uint32_t step);

	enum run_seen (*look)(const struct msg_run *r);
	void (*secure)(const struct msg_run *r);
	/* Keep it: what comes next cannot be done as if nothing had been. */
	void (*note)(const struct msg_run *r);
	/* That step, or with RUN_ITSELF the run, has ended. */
	void (*ended)(const struct msg_run *r, uint32_t step);
	int64_t (*now_ms)(void);
};

/*
 * Until nothing is left to be done now. What has ended since the last time is
 * told, and the run is kept.
 */
void drive(struct msg_run *r, const struct drive_ops *ops);

#endif /* STARLSM_DRIVE_H */
