/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what Xen and the toolstack do to a domain
 *
 * All return 0 or an errno.
 */
#ifndef STARLSM_DOMAIN_H
#define STARLSM_DOMAIN_H

#include <stdint.h>
#include <sys/types.h>

/* Bits, so that a table can name several */
enum domain_state { LET_GO = 1, DOMAIN_RUNS = 2, DOMAIN_PAUSED = 4 };

/* Opens libxenctrl; ends the process with a reason where there is no Xen. */
void domain_open(void);

/* A dying domain is gone. *state is GONE when Xen does not answer. */
int domain_state(uint32_t domid, enum domain_state *state);

/* One hypercall each. Pauses are counted by Xen: pause only what runs. */
int domain_pause(uint32_t domid);
int domain_unpause(uint32_t domid);

/* The hypercall alone; leaves devices and xenstore nodes behind. */
int domain_destroy(uint32_t domid);

/* Starts `xl destroy`, in a process group of its own; *pid is to be waited for. */
int domain_spawn_destroy(uint32_t domid, pid_t *pid);

#endif /* STARLSM_DOMAIN_H */
