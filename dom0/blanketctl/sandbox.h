/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - blanketctl's rights: the outer xenstore, its output
 */
#ifndef STARLSM_BLANKETCTL_SANDBOX_H
#define STARLSM_BLANKETCTL_SANDBOX_H

/* Last of all; for good. stdout has its buffer already. */
void sandbox_enter(void);

#endif /* STARLSM_BLANKETCTL_SANDBOX_H */
