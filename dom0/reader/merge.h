/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - one stream out of several rings, in the order of time
 *
 * Pure. What a record refers to (the task that a FORK on another vCPU has
 * defined) has to come out before it. It was committed before the record was,
 * and has the smaller time. So a pass reads the producers' positions twice:
 * the first reading sets how far the pass goes, the second what it can see.
 * Whatever a record of the first reading depends on was committed before
 * that, so the second reading sees it, and its smaller time brings it out
 * earlier.
 */
#ifndef STARLSM_MERGE_H
#define STARLSM_MERGE_H

#include "reader/ring.h"

struct merge {
	struct ring *ring;	/* n_rings of them, the caller's */
	uint32_t n_rings;
	uint64_t goal[STARLSM_RINGS_MAX];	/* prod by the first reading */
};

/* Begin a pass. Returns 0, or -1 if a ring lies (its error is set). */
int merge_begin(struct merge *m);

/*
 * The ring whose record is next in this pass; the caller uses the record and
 * calls ring_take(). NULL at the end of the pass. If a ring lies, NULL with
 * *liar set to it; *liar is NULL otherwise.
 */
struct ring *merge_next(struct merge *m, struct ring **liar);

#endif /* STARLSM_MERGE_H */
