// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - lists in a guest's memory: each bounded, none believed to end
 */
#include "vmi/lists.h"

#include <inttypes.h>

bool chain_each(struct look *look, const char *what, uint64_t first, uint32_t next,
		uint64_t end, list_fn fn, void *arg)
{
	uint64_t node = first;

	for (unsigned int n = 0; node != end; n++) {
		if (n == LISTS_MAX) {
			look_could_not(look, "%s: it does not end", what);
			return false;
		}
		if (!memory_is_kernel(node)) {
			look_could_not(look, "%s: it leads to %#" PRIx64, what, node);
			return false;
		}
		if (!fn(look, node, arg))
			return true;
		if (!memory_u64(look->memory, node + next, &node)) {
			look_could_not(look, "%s: it cannot be read", what);
			return false;
		}
	}
	return true;
}

bool list_each(struct look *look, const char *what, uint64_t head, list_fn fn, void *arg)
{
	uint64_t first;

	if (!memory_u64(look->memory, head, &first)) {
		look_could_not(look, "%s: it cannot be read", what);
		return false;
	}
	return chain_each(look, what, first, 0, head, fn, arg);
}
