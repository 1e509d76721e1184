/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - lists in a guest's memory: each bounded, none believed to end
 */
#ifndef STARLSM_LISTS_H
#define STARLSM_LISTS_H

#include "vmi/look.h"

/* No honest guest has more of anything that we go through. */
#define LISTS_MAX	65536

/* False: stop, that is enough. */
typedef bool (*list_fn)(struct look *look, uint64_t node, void *arg);

/*
 * Each struct list_head behind the one at head. False, and why is set, if that
 * is no list: an entry cannot be read, or is none of the kernel's, or they are
 * too many or go round without coming back.
 */
bool list_each(struct look *look, const char *what, uint64_t head, list_fn fn, void *arg);

/* The same for a chain that begins with pointer first, goes on at an offset, and ends with end. */
bool chain_each(struct look *look, const char *what, uint64_t first, uint32_t next,
		uint64_t end, list_fn fn, void *arg);

#endif /* STARLSM_LISTS_H */
