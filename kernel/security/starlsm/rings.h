/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - the memory that a collector will see: pages, rings, epoch
 */
#ifndef _SECURITY_STARLSM_RINGS_H
#define _SECURITY_STARLSM_RINGS_H

#include <linux/init.h>
#include <linux/types.h>

#include "record.h"

/**
 * struct starlsm_rings - All the memory of the sensor's rings
 *
 * @status: The status page.
 * @control: The control page; a peer may write anything there.
 * @policy: The policy page; a peer may write anything there.
 * @answers: The answers page; a peer may write anything there.
 * @directory: The directory pages, @n_directory of them.
 * @stream: The streams, @n_rings of them; the index is the CPU's number.
 * @n_rings: 0 if there was no memory at all.
 *
 * Made once, at boot, and kept: a peer may look at it at any time.
 */
struct starlsm_rings {
	struct starlsm_status_page *status;
	struct starlsm_control_page *control;
	struct starlsm_policy_page *policy;
	struct starlsm_answers_page *answers;
	struct starlsm_directory_page **directory;
	struct starlsm_stream *stream;
	unsigned int n_directory;
	unsigned int n_rings;
};

extern struct starlsm_rings starlsm_rings;

#define STARLSM_RING_PAGES	CONFIG_SECURITY_STARLSM_RING_PAGES
#define STARLSM_RING_SIZE	(STARLSM_RING_PAGES * STARLSM_PAGE_SIZE)

void __init starlsm_rings_init(void);
void starlsm_rings_new_epoch(void);
void starlsm_rings_each(void (*fn)(struct starlsm_stream *stream,
				   unsigned int cpu));
void starlsm_rings_keep_peer(void);
void starlsm_rings_restate_peer(void);
bool starlsm_rings_are_empty(void);

#endif /* _SECURITY_STARLSM_RINGS_H */
