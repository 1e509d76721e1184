/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - one ring: reserve, write in place, commit
 *
 * A ring has one producer at a time, who keeps others out (its vCPU, with
 * interrupts off), and one consumer in another domain. It deals in bytes and
 * positions: no records, no clock, no Xen. It is made of memory that others
 * own, and the same code runs in a test's.
 */
#ifndef _SECURITY_STARLSM_RING_H
#define _SECURITY_STARLSM_RING_H

#include <linux/types.h>
#include <xen/interface/io/starlsm.h>

/**
 * struct starlsm_ring - The producer's side of a ring
 *
 * @data: The ring's bytes.
 * @size: How many, a power of two of at least STARLSM_REC_MAX.
 * @pub: Where the producer tells its position; the consumer only reads it.
 * @peer: Where the consumer tells its position; anything may stand there.
 * @prod: Position after the last committed byte.
 * @cons: The last position of the consumer that was possible.
 * @cons_seq: What it called the next sequence number there, or after that.
 * @reserved: Bytes after @prod that are being written, padding included.
 * @bad_peer: How often the consumer told an impossible position.
 *
 * All but @peer's memory belongs to the producer.
 */
struct starlsm_ring {
	u8 *data;
	u64 size;
	struct starlsm_producer *pub;
	const struct starlsm_consumer *peer;
	u64 prod;
	u64 cons;
	u64 cons_seq;
	u64 reserved;
	u64 bad_peer;
};

void starlsm_ring_init(struct starlsm_ring *ring, void *data, u64 size,
		       struct starlsm_producer *pub,
		       const struct starlsm_consumer *peer);
void *starlsm_ring_reserve(struct starlsm_ring *ring, u32 len);
bool starlsm_ring_commit(struct starlsm_ring *ring);
void starlsm_ring_want_copy(struct starlsm_ring *ring);
bool starlsm_ring_is_copied(const struct starlsm_ring *ring, u64 position);
void starlsm_ring_keep_peer(struct starlsm_ring *ring);
void starlsm_ring_restate_peer(const struct starlsm_ring *ring,
			       struct starlsm_consumer *peer);

#endif /* _SECURITY_STARLSM_RING_H */
