/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - changes of credentials
 */
#ifndef _SECURITY_STARLSM_CRED_H
#define _SECURITY_STARLSM_CRED_H

#include <linux/cred.h>
#include <linux/types.h>

#include "emit.h"

void starlsm_emit_cred(const struct cred *new, const struct cred *old, u32 op);

/* What the current task's credentials will be, and are; @op is STARLSM_CRED_* */
static inline void starlsm_cred_changes(const struct cred *new,
					const struct cred *old, u32 op)
{
	if (starlsm_wants(CRED))
		starlsm_emit_cred(new, old, op);
}

#endif /* _SECURITY_STARLSM_CRED_H */
