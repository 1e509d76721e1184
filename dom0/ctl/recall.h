/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a journal's events and findings, with all that the engine knew when they came
 *
 * What an entry does not have, command lines, how far a lineage had come, and what
 * memory shows that no event has told, is worked out again from what was before it,
 * as the engine did. So everything is
 * read from the journal's beginning; of what began before that, less is known.
 */
#ifndef STARLSM_RECALL_H
#define STARLSM_RECALL_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/format.h"
#include "lib/sigma/correlate.h"
#include "lib/sigma/facts.h"

struct recalled {
	const struct facts *facts;
	struct groups *groups;	/* of its guest, for correlations; made anew with each run */
	const struct msg_finding *finding;	/* NULL: an event */
	struct format_event event;	/* unless it is a finding */
	int64_t now_ns;		/* CLOCK_MONOTONIC: when it reached the engine */
	int64_t wall_ns;	/* to be added for the time of day */
};

typedef void (*recall_take)(void *arg, const struct recalled *r);

/* Each event and finding in its order. Returns an exit status, after a complaint if it is not CTL_OK. */
int recall(const char *directory, recall_take take, void *arg);

#endif /* STARLSM_RECALL_H */
