/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a guest's kernel counts itself: whether it has gone on, and with what
 *
 * Linux 6.12. What a kernel does not count, or cannot be read, stays 0.
 */
#ifndef STARLSM_PULSE_H
#define STARLSM_PULSE_H

#include "vmi/look.h"

struct pulse {
	uint64_t ticks;		/* jiffies_64 */
	/* rcu_state.gp_seq: grows with each grace period; the lowest two bits are 0 between two */
	uint64_t grace;
	/* mod_tree.root.seq: grows with each part of a module that comes or goes */
	uint32_t modules;
};

void pulse_read(struct look *look, struct pulse *p);

/* Is who began to wait for a grace period before `since` served? */
bool pulse_is_served(const struct pulse *since, const struct pulse *now);

#endif /* STARLSM_PULSE_H */
