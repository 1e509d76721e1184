// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - check: a kernel that was tainted stays so
 *
 * Who takes a bit of tainted_mask away, as that of an unsigned module, wipes traces:
 * Linux never does.
 */
#include <inttypes.h>

#include "vmi/checks.h"

enum look_result check_taint(struct look *look)
{
	struct msg_finding *f;
	uint64_t at, tainted;

	if (!look_symbol(look, "tainted_mask", &at))
		return LOOK_COULD_NOT;
	if (!memory_u64(look->memory, at, &tainted))
		return look_could_not(look, "tainted_mask cannot be read");
	if (look->past.tainted & ~tainted) {
		f = look_report(look, FINDING_TAMPERED, at,
				"the kernel was tainted (%#" PRIx64 "), and is less (%#" PRIx64 ")",
				look->past.tainted, tainted);
		f->expected = look->past.tainted;
		f->found = tainted;
	}
	look->past.tainted |= tainted;
	return look_done(look);
}
