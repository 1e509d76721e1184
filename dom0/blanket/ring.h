/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the bytes of the ring between a domain and its xenstore
 *
 * The other side writes it while we read: positions are read once and checked. Between
 * any two instructions this machine may go on elsewhere, and the ring is empty; then
 * nothing was read, and nothing was written.
 */
#ifndef STARLSM_BLANKET_RING_H
#define STARLSM_BLANKET_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <xen/io/xs_wire.h>

/* Is it the ring whose requests end at req_prod, or another one? */
bool ring_is_at(const struct xenstore_domain_interface *untrusted_ring, uint32_t req_prod);

/* Up to len bytes that are there, or as many as there is room for; how many, or -1: positions that cannot be */
ssize_t ring_read(struct xenstore_domain_interface *untrusted_ring, void *buf, size_t len);
/* req_prod: where its requests end, before and after */
ssize_t ring_write(struct xenstore_domain_interface *untrusted_ring, uint32_t *req_prod,
		   const void *buf, size_t len);

#endif /* STARLSM_BLANKET_RING_H */
