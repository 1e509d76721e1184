/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - where members of Linux's structures are, by a profile
 *
 * M_task_struct_cred is the number of task_struct.cred, M_cred that of struct cred.
 */
#ifndef STARLSM_OFFSETS_H
#define STARLSM_OFFSETS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/members.h"
#include "lib/profile.h"

enum member {
#define ROW(s, m)	M_##s##_##m,
#define SIZE(s)		M_##s,
	MEMBERS(ROW, SIZE)
#undef ROW
#undef SIZE
	MEMBER_COUNT
};

/* No structure of Linux's that we read is larger; a profile that says so is of no use. */
#define OFFSET_MAX	65536U

struct offsets {
	uint32_t at[MEMBER_COUNT];	/* bytes */
	uint32_t size[MEMBER_COUNT];
	bool has[MEMBER_COUNT];
};

void offsets_load(struct offsets *o, const struct profile *p);

/* "task_struct.cred" */
const char *offsets_name(enum member m);

#endif /* STARLSM_OFFSETS_H */
