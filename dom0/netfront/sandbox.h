/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - netfront's rights: an event channel, an interface, the outer xenstore
 */
#ifndef STARLSM_NETFRONT_SANDBOX_H
#define STARLSM_NETFRONT_SANDBOX_H

/* Last of all; for good. */
void sandbox_enter(void);

#endif /* STARLSM_NETFRONT_SANDBOX_H */
