/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - signs of life of a guest's sensor, as dom0 sees them
 *
 * Pure. What Xen and the reader tell once a second becomes two figures: for how
 * long a guest has run without being read, and how much its vCPUs have run since
 * a heartbeat was read. What they mean is the engine's business.
 *
 * Only a guest that may run is held to anything: paused, or ending, it cannot
 * attach; and what its vCPUs do not run they do not hide.
 */
#ifndef STARLSM_VITALS_H
#define STARLSM_VITALS_H

#include <stdbool.h>
#include <stdint.h>

/* One look at a guest */
struct vitals_look {
	uint64_t now_ns;	/* CLOCK_MONOTONIC */
	uint64_t cpu_ns;	/* what all its vCPUs have run so far */
	uint32_t n_vcpus;	/* online, at least 1 */
	bool runs;		/* neither paused nor shut down nor dying */
	bool is_read;		/* by a reader that tells its figures and keeps up */
	bool is_attached;	/* it has a reader, whatever that one does */
	uint64_t heartbeat_ns;	/* when the last one was read, 0 for none yet */
};

struct vitals {
	uint64_t unattached_ns;	/* it has run for so long without a reader; 0 with one */
	uint64_t silent_cpu_ns;	/* since the last heartbeat a vCPU has run so long, on average */
	/* of the look before; 0 for none */
	uint64_t now_ns;
	uint64_t heartbeat_ns;
	uint64_t beat_cpu_ns;	/* cpu_ns when silence began */
};

void vitals_look(struct vitals *v, const struct vitals_look *look);

#endif /* STARLSM_VITALS_H */
