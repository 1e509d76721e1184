/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - blkfront's rights: an event channel, nbdkit's sockets, the outer xenstore
 */
#ifndef STARLSM_BLKFRONT_SANDBOX_H
#define STARLSM_BLKFRONT_SANDBOX_H

/* For good, and for the threads that begin afterwards. */
void sandbox_enter(void);

#endif /* STARLSM_BLKFRONT_SANDBOX_H */
