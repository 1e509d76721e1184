/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the guest's clock against ours
 *
 * Pure. A ping's answer tells the guest's time somewhere between our sending
 * and our receiving it; the shorter the trip, the less we are wrong. Of the
 * last CLOCK_WINDOW answers the one with the shortest trip counts, so that
 * drift is followed and a guest that was paused does not spoil it.
 */
#ifndef STARLSM_CLOCK_H
#define STARLSM_CLOCK_H

#include <stdint.h>

/* Pings are a second apart: clocks of one host drift little in half a minute. */
#define CLOCK_WINDOW	32

struct clock_sample {
	int64_t offset_ns;	/* CLOCK_MONOTONIC = guest time + offset */
	uint64_t rtt_ns;
};

struct clock {
	struct clock_sample sample[CLOCK_WINDOW];
	uint64_t n_samples;	/* ever */
	uint64_t rtt_min_ns;	/* ever */
};

/* An answer: sent and received by CLOCK_MONOTONIC, pong_ns as the guest says. */
void clock_add(struct clock *c, uint64_t sent_ns, uint64_t pong_ns,
	       uint64_t received_ns);

/* The best of the window. There must have been one. */
struct clock_sample clock_best(const struct clock *c);

#endif /* STARLSM_CLOCK_H */
