/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a guest's network, at its backends in dom0
 *
 * Its interfaces are those that Xen's own scripts name, vifDOMID.N and, of an
 * emulated card, vifDOMID.N-emu. One that the toolstack has given another name,
 * or whose backend is not in this domain, is not seen: then there is none.
 */
#ifndef STARLSM_NETWORK_H
#define STARLSM_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All up, or all down. 0 or an errno: ENODEV, there is none. */
int network_set(uint32_t domid, bool is_up);

/* 1: all are so, 0: not all; or a negative errno. */
int network_is(uint32_t domid, bool is_up);

/* Their names, with commas; "" for none. */
void network_names(uint32_t domid, char *text, size_t size);

/* Is that the name of an interface of that domain's? */
bool network_is_its(const char *name, uint32_t domid);

#endif /* STARLSM_NETWORK_H */
