/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - blanket-suspend's rights: hypercalls, the outer xenstore
 */
#ifndef STARLSM_SUSPEND_SANDBOX_H
#define STARLSM_SUSPEND_SANDBOX_H

/* Last of all; for good. */
void sandbox_enter(void);

#endif /* STARLSM_SUSPEND_SANDBOX_H */
