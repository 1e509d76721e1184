/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - writes a profile, see lib/profile.h
 */
#ifndef STARLSM_OUTPUT_H
#define STARLSM_OUTPUT_H

#include "profile/image.h"
#include "profile/members.h"
#include "profile/regions.h"
#include "profile/sites.h"

struct output {
	const struct image *image;
	const struct layout *layout;
	size_t n_layouts;
	const struct regions *regions;
	const struct sites *sites;
	const struct profile_reloc *reloc;	/* by address */
	size_t n_relocs;
	bool movable;
};

/* Ends the program if that fails; then there is no file. */
void output_write(const struct output *o, const char *path);

#endif /* STARLSM_OUTPUT_H */
