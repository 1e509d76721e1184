/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the bytes of the ring between a domain and its xenstore
 *
 * The other side writes it while we read: positions are read once and checked.
 */
#ifndef STARLSM_BLANKET_RING_H
#define STARLSM_BLANKET_RING_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <xen/io/xs_wire.h>

/* Up to len bytes that are there, or as many as there is room for; how many, or -1: positions that cannot be */
ssize_t ring_read(struct xenstore_domain_interface *untrusted_ring, void *buf, size_t len);
ssize_t ring_write(struct xenstore_domain_interface *untrusted_ring, const void *buf, size_t len);

#endif /* STARLSM_BLANKET_RING_H */
