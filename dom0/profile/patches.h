/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what each of Linux's ways to patch itself may write
 *
 * As of Linux 6.12, arch/x86/kernel/{alternative,static_call,jump_label,ftrace}.c.
 * Sites outside the regions, as those of init code, are left out.
 */
#ifndef STARLSM_PATCHES_H
#define STARLSM_PATCHES_H

#include <stdbool.h>

#include "profile/image.h"
#include "profile/regions.h"
#include "profile/sites.h"

struct patches {
	const struct image *image;
	const struct regions *regions;
	struct sites *sites;
};

/* Every table that the kernel has. */
void patches_all(const struct patches *p);

/*
 * Alternatives: a table of len bytes at address, in image. Where they are applied
 * is moved by shift (the vDSO's are relative to its own beginning).
 */
void patches_alternatives(const struct patches *p, const struct image *image,
			  uint64_t address, uint64_t len, uint64_t shift);

/* len bytes of Linux's own no-operations (x86_nops) into buf. */
void patches_nops(uint8_t *buf, unsigned int len);

#endif /* STARLSM_PATCHES_H */
