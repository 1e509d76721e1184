/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an interface of dom0's whose other end is a descriptor
 */
#ifndef STARLSM_NETFRONT_TAP_H
#define STARLSM_NETFRONT_TAP_H

#include <stdint.h>

/*
 * Make it, or take what a predecessor has left, so that its place in a bridge and its
 * addresses stay; with that address, and up. A frame is a read or a write, which never
 * blocks. Ends the process if it cannot be had.
 */
int tap_open(const char *name, const uint8_t *mac);

#endif /* STARLSM_NETFRONT_TAP_H */
