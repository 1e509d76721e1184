/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what Xen does to a domain
 *
 * All return 0 or an errno.
 */
#ifndef STARLSM_DOMAIN_H
#define STARLSM_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

/* Bits, so that a table can name several */
enum domain_state {
	DOMAIN_GONE = 1,
	DOMAIN_RUNS = 2,
	DOMAIN_PAUSED = 4,
	DOMAIN_DOWN = 8,	/* suspended or shut down, and not paused */
};

/* Opens libxenctrl; ends the process with a reason where there is no Xen. */
void domain_open(void);

/* A dying domain is gone. *state is GONE when Xen does not answer. */
int domain_state(uint32_t domid, enum domain_state *state);

/* One hypercall each. Pauses are counted by Xen: pause only what runs. */
int domain_pause(uint32_t domid);
int domain_unpause(uint32_t domid);

/* The hypercall alone; leaves devices and xenstore nodes behind. */
int domain_destroy(uint32_t domid);

/* Can it be moved while it runs? A PV guest only by a Xen with shadow paging. */
int domain_moves_live(uint32_t domid, bool *live);

/*
 * How many pages it has, and how many of them were written to since Xen last began to
 * count, which it does while the domain is moved live; else 0.
 */
int domain_written(uint32_t domid, uint32_t *pages, uint32_t *written);

/*
 * One that has suspended itself goes on, as if it had not: its devices are as they
 * were. Never one that may run on another host.
 */
int domain_resume(uint32_t domid);

#endif /* STARLSM_DOMAIN_H */
