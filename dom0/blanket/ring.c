// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the bytes of the ring between a domain and its xenstore
 */
#include "blanket/ring.h"

static size_t at_most(size_t a, size_t b)
{
	return a < b ? a : b;
}

ssize_t ring_read(struct xenstore_domain_interface *untrusted_ring, void *buf, size_t len)
{
	uint32_t prod = __atomic_load_n(&untrusted_ring->rsp_prod, __ATOMIC_ACQUIRE);
	uint32_t cons = __atomic_load_n(&untrusted_ring->rsp_cons, __ATOMIC_RELAXED);
	size_t n = prod - cons;

	if (n > XENSTORE_RING_SIZE)
		return -1;
	n = at_most(n, len);
	for (size_t i = 0; i < n; i++)
		((char *)buf)[i] = untrusted_ring->rsp[MASK_XENSTORE_IDX(cons + i)];
	__atomic_store_n(&untrusted_ring->rsp_cons, cons + n, __ATOMIC_SEQ_CST);
	return n;
}

ssize_t ring_write(struct xenstore_domain_interface *untrusted_ring, const void *buf, size_t len)
{
	uint32_t cons = __atomic_load_n(&untrusted_ring->req_cons, __ATOMIC_ACQUIRE);
	uint32_t prod = __atomic_load_n(&untrusted_ring->req_prod, __ATOMIC_RELAXED);
	size_t n = prod - cons;

	if (n > XENSTORE_RING_SIZE)
		return -1;
	n = at_most(XENSTORE_RING_SIZE - n, len);
	for (size_t i = 0; i < n; i++)
		untrusted_ring->req[MASK_XENSTORE_IDX(prod + i)] = ((const char *)buf)[i];
	__atomic_store_n(&untrusted_ring->req_prod, prod + n, __ATOMIC_SEQ_CST);
	return n;
}
