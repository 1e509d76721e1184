/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - which frames of memory a paused guest has
 *
 * As Xen says, asked by the thousand, not as the guest does: of a PV guest only
 * where they are is read from its own table, each then asked. A PVH guest's reach
 * to 4 GiB, with a hole below that to map a page at a time takes minutes.
 */
#ifndef STARLSM_FRAMES_H
#define STARLSM_FRAMES_H

#include <stdint.h>

#include "capture/pieces.h"

struct frames {
	uint64_t n;
	xen_pfn_t *pfn;		/* as the guest numbers them */
	xen_pfn_t *gfn;		/* as Xen does, to map them; the same for PVH and HVM */
};

/* 0 or an errno, then nothing is to be freed. */
int frames_find(const struct subject *s, struct frames *f);
void frames_free(struct frames *f);

#endif /* STARLSM_FRAMES_H */
