// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the bytes of the ring between a domain and its xenstore
 */
#include "blanket/ring.h"

static size_t at_most(size_t a, size_t b)
{
	return a < b ? a : b;
}

bool ring_is_at(const struct xenstore_domain_interface *untrusted_ring, uint32_t req_prod)
{
	return __atomic_load_n(&untrusted_ring->req_prod, __ATOMIC_SEQ_CST) == req_prod;
}

/* Done with what was there, if it is where it was; n, or 0 */
static size_t move_on(uint32_t *position, uint32_t from, size_t n)
{
	return __atomic_compare_exchange_n(position, &from, from + n, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST) ? n : 0;
}

ssize_t ring_read(struct xenstore_domain_interface *untrusted_ring, void *buf, size_t len)
{
	uint32_t cons = __atomic_load_n(&untrusted_ring->rsp_cons, __ATOMIC_RELAXED);
	uint32_t prod = __atomic_load_n(&untrusted_ring->rsp_prod, __ATOMIC_ACQUIRE);
	size_t n = prod - cons;

	if (n > XENSTORE_RING_SIZE)
		return -1;
	n = at_most(n, len);
	for (size_t i = 0; i < n; i++)
		((char *)buf)[i] = untrusted_ring->rsp[MASK_XENSTORE_IDX(cons + i)];
	return move_on(&untrusted_ring->rsp_cons, cons, n);
}

ssize_t ring_write(struct xenstore_domain_interface *untrusted_ring, uint32_t *req_prod,
		   const void *buf, size_t len)
{
	uint32_t cons = __atomic_load_n(&untrusted_ring->req_cons, __ATOMIC_ACQUIRE);
	size_t n = *req_prod - cons;

	if (!ring_is_at(untrusted_ring, *req_prod))
		return 0;
	if (n > XENSTORE_RING_SIZE)
		return -1;
	n = at_most(XENSTORE_RING_SIZE - n, len);
	for (size_t i = 0; i < n; i++)
		untrusted_ring->req[MASK_XENSTORE_IDX(*req_prod + i)] = ((const char *)buf)[i];
	n = move_on(&untrusted_ring->req_prod, *req_prod, n);
	*req_prod += n;
	return n;
}
