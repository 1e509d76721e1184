/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - layouts of structures, by the kernel's BTF
 */
#ifndef STARLSM_PROFILE_MEMBERS_H
#define STARLSM_PROFILE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "profile/image.h"

struct layout {
	const char *name;	/* "task_struct.cred", or "task_struct" for its size */
	uint32_t offset;
	uint32_t size;
};

/* All of lib/members.h that this kernel has; *n of them, static. Ends the program without BTF. */
const struct layout *members_all(const struct image *img, size_t *n);

/* One more; false if the kernel has no such thing. */
bool members_offset(const struct image *img, const char *structure, const char *member,
		    uint32_t *offset);

#endif /* STARLSM_PROFILE_MEMBERS_H */
