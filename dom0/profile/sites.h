/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - where a kernel patches itself, and what may be there
 *
 * Collected in any order; sites_finish() sorts them and makes one of those that
 * overlap, so that each byte belongs to one site at most.
 */
#ifndef STARLSM_SITES_H
#define STARLSM_SITES_H

#include <stddef.h>
#include <stdint.h>

#include "lib/profile.h"
#include "profile/image.h"

struct variant {
	enum profile_variant kind;
	uint8_t len;
	uint8_t bytes[PROFILE_SITE_MAX];
};

struct site {
	uint64_t address;
	enum profile_site_kind kind;
	uint8_t len;
	struct variant *variant;
	size_t n_variants;
};

struct sites {
	struct site *list;
	size_t n;
	size_t room;
	size_t n_by_kind[SITE_KINDS];	/* after sites_finish() */
	size_t n_anything;	/* bytes that the profile cannot tell */
};

/* One more variant of the site there; a new site if there is none of that kind yet. */
void sites_add(struct sites *s, enum profile_site_kind kind, uint64_t address, uint8_t len,
	       enum profile_variant variant, const uint8_t *bytes, uint8_t n_bytes);

/* No more will come. img has what was linked there. */
void sites_finish(struct sites *s, const struct image *img);

#endif /* STARLSM_SITES_H */
