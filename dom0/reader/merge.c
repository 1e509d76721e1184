// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - one stream out of several rings, in the order of time
 */
#include "reader/merge.h"

#include <stddef.h>

int merge_begin(struct merge *m)
{
	uint32_t i;

	for (i = 0; i < m->n_rings; i++) {
		if (ring_poll(&m->ring[i]))
			return -1;
		m->goal[i] = m->ring[i].prod;
	}
	for (i = 0; i < m->n_rings; i++)
		if (ring_poll(&m->ring[i]))
			return -1;
	return 0;
}

/* Positions are free-running: only their difference has a sign. */
static bool short_of_goal(const struct merge *m, uint32_t i)
{
	return (int64_t)(m->goal[i] - m->ring[i].cons) > 0;
}

struct ring *merge_next(struct merge *m, struct ring **liar)
{
	struct ring *first = NULL;
	bool unfinished = false;
	struct ring *r;
	uint32_t i;
	int rc;

	*liar = NULL;
	for (i = 0; i < m->n_rings; i++) {
		r = &m->ring[i];
		rc = ring_peek(r);
		if (rc < 0) {
			*liar = r;
			return NULL;
		}
		/* After the peek, which steps over a PAD. */
		unfinished |= short_of_goal(m, i);
		if (rc && (!first || r->order_ns < first->order_ns))
			first = r;
	}
	return unfinished ? first : NULL;
}
