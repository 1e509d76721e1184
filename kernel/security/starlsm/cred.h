/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - changes of credentials
 */
#ifndef _SECURITY_STARLSM_CRED_H
#define _SECURITY_STARLSM_CRED_H

#include <linux/cred.h>
#include <linux/types.h>

void starlsm_cred_changes(const struct cred *new, const struct cred *old,
			  u32 op);

#endif /* _SECURITY_STARLSM_CRED_H */
