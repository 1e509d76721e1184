// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the guest's clock against ours
 */
#include "reader/clock.h"

#include <assert.h>

void clock_add(struct clock *c, uint64_t sent_ns, uint64_t pong_ns,
	       uint64_t received_ns)
{
	struct clock_sample *s = &c->sample[c->n_samples % CLOCK_WINDOW];

	s->rtt_ns = received_ns - sent_ns;
	/* Unsigned: what the guest says may be anything, and must not overflow. */
	s->offset_ns = sent_ns + s->rtt_ns / 2 - pong_ns;
	if (!c->n_samples || s->rtt_ns < c->rtt_min_ns)
		c->rtt_min_ns = s->rtt_ns;
	c->n_samples++;
}

struct clock_sample clock_best(const struct clock *c)
{
	uint64_t n = c->n_samples < CLOCK_WINDOW ? c->n_samples : CLOCK_WINDOW;
	struct clock_sample best = c->sample[0];
	uint64_t i;

	assert(n > 0);
	for (i = 1; i < n; i++)
		if (c->sample[i].rtt_ns < best.rtt_ns)
			best = c->sample[i];
	return best;
}
