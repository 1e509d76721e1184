/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what of a kernel must be as it was linked
 */
#ifndef STARLSM_REGIONS_H
#define STARLSM_REGIONS_H

#include <stdbool.h>

#include "profile/image.h"

#define REGIONS_MAX	256

struct region {
	uint64_t address;
	uint64_t len;
	const uint8_t *bytes;
	enum profile_region_kind kind;
};

struct regions {
	struct region list[REGIONS_MAX];	/* by address */
	size_t n;
};

/*
 * Text; read-only data but what is only so after boot; the 64-bit vDSO's image,
 * which is *vdso_len bytes at *vdso as linked, 0 if the kernel has none.
 */
void regions_find(struct regions *r, const struct image *img, uint64_t *vdso, uint64_t *vdso_len);

bool regions_have(const struct regions *r, uint64_t address);

#endif /* STARLSM_REGIONS_H */
