// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - where members of Linux's structures are, by a profile
 */
#include "vmi/offsets.h"

#include <string.h>

static const char * const names[MEMBER_COUNT] = {
#define ROW(s, m)	[M_##s##_##m] = #s "." #m,
#define SIZE(s)		[M_##s] = #s,
	MEMBERS(ROW, SIZE)
#undef ROW
#undef SIZE
};

void offsets_load(struct offsets *o, const struct profile *p)
{
	memset(o, 0, sizeof(*o));
	for (int i = 0; i < MEMBER_COUNT; i++) {
		const struct profile_member *m = profile_member(p, names[i]);

		if (!m || m->offset > OFFSET_MAX || m->size > OFFSET_MAX)
			continue;
		o->at[i] = m->offset;
		o->size[i] = m->size;
		o->has[i] = true;
	}
}

const char *offsets_name(enum member m)
{
	return names[m];
}
