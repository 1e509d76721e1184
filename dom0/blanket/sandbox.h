/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - blanketd's rights: an event channel, sockets that are open
 */
#ifndef STARLSM_BLANKET_SANDBOX_H
#define STARLSM_BLANKET_SANDBOX_H

/* Last of all; for good. */
void sandbox_enter(void);

#endif /* STARLSM_BLANKET_SANDBOX_H */
