// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - one ring: reserve, write in place, commit
 */
#include <linux/compiler.h>
#include <linux/types.h>
#include <asm/barrier.h>

#include "ring.h"

/**
 * starlsm_ring_init - Make an empty ring of some memory
 *
 * @ring: The ring.
 * @data: Its bytes, 8-byte aligned.
 * @size: How many, a power of two of at least STARLSM_REC_MAX.
 * @pub: The producer's line in the status page, zero.
 * @peer: The consumer's line in the control page, zero.
 */
void starlsm_ring_init(struct starlsm_ring *ring, void *data, u64 size,
		       struct starlsm_producer *pub,
		       const struct starlsm_consumer *peer)
{
	*ring = (struct starlsm_ring) {
		.data = data,
		.size = size,
		.pub = pub,
		.peer = peer,
	};
}

/* It can have read what is committed, and it cannot unread. */
static bool is_possible(const struct starlsm_ring *ring, u64 untrusted_cons)
{
	return untrusted_cons - ring->cons <= ring->prod - ring->cons;
}

/*
 * The consumer may write anything: what is impossible is no room gained. It
 * stores next_seq first, so what is read after cons is not behind it.
 */
static void look_at_peer(struct starlsm_ring *ring)
{
	/*
	 * Pairs with the consumer's release of cons: it has copied out what
	 * is going to be overwritten.
	 */
	const u64 untrusted_cons = virt_load_acquire(&ring->peer->cons);

	if (!is_possible(ring, untrusted_cons)) {
		ring->bad_peer++;
		return;
	}
	ring->cons = untrusted_cons;
	ring->cons_seq = READ_ONCE(ring->peer->next_seq);
}

/* Looks at the peer's cache line only when what is known does not do. */
static bool has_room(struct starlsm_ring *ring, u64 len)
{
	if (ring->size - (ring->prod - ring->cons) >= len)
		return true;
	look_at_peer(ring);
	return ring->size - (ring->prod - ring->cons) >= len;
}

/* Only the first STARLSM_PAD_MIN bytes of its header exist. */
static void write_pad(struct starlsm_rec *rec, u64 len)
{
	rec->type = STARLSM_EV_PAD;
	rec->len = len;
	rec->seq = 0;
}

/**
 * starlsm_ring_reserve - Get room for one record
 *
 * @ring: The ring.
 * @len: Bytes wanted: a multiple of STARLSM_REC_ALIGN, at most STARLSM_REC_MAX.
 *
 * Nothing is visible to the consumer before starlsm_ring_commit(). What is
 * reserved again is forgotten.
 *
 * Return: Where to write, in one piece; NULL if there is no room.
 */
void *starlsm_ring_reserve(struct starlsm_ring *ring, u32 len)
{
	const u64 at = ring->prod & (ring->size - 1);
	const u64 to_end = ring->size - at;
	const u64 pad = len > to_end ? to_end : 0;

	if (!has_room(ring, pad + len))
		return NULL;
	if (pad)
		write_pad((struct starlsm_rec *)(ring->data + at), pad);
	ring->reserved = pad + len;
	return ring->data + (pad ? 0 : at);
}

/**
 * starlsm_ring_commit - Show the consumer what was reserved
 *
 * @ring: The ring.
 *
 * Return: Whether the consumer asked to be woken at a position that is now
 * reached or passed, and was not before.
 */
bool starlsm_ring_commit(struct starlsm_ring *ring)
{
	const u64 len = ring->reserved;
	u64 untrusted_wake;

	WRITE_ONCE(ring->prod, ring->prod + len);
	ring->reserved = 0;
	/* Pairs with the consumer's acquire of prod: the record is written. */
	virt_store_release(&ring->pub->prod, ring->prod);
	/*
	 * Pairs with the consumer's full barrier between its store of wake and
	 * its last look at prod: one of the two sees the other's store.
	 */
	virt_mb();
	untrusted_wake = READ_ONCE(ring->peer->wake);
	return ring->prod - untrusted_wake < len;
}

/**
 * starlsm_ring_want_copy - Ask to be notified when all that is committed is read
 *
 * @ring: The ring; the caller is its producer.
 */
void starlsm_ring_want_copy(struct starlsm_ring *ring)
{
	WRITE_ONCE(ring->pub->commit, ring->prod);
	/*
	 * Pairs with the consumer's full barrier between its store of cons and
	 * its read of commit: it notifies, or who waits sees cons.
	 */
	virt_mb();
}

/**
 * starlsm_ring_is_copied - Has the consumer read up to there?
 *
 * @ring: The ring; the caller need not be its producer.
 * @position: A position that was committed.
 */
bool starlsm_ring_is_copied(const struct starlsm_ring *ring, u64 position)
{
	/* Pairs with the consumer's release of cons. */
	const u64 untrusted_cons = virt_load_acquire(&ring->peer->cons);
	const u64 prod = READ_ONCE(ring->prod);

	return untrusted_cons - position <= prod - position;
}

/**
 * starlsm_ring_keep_peer - Note where the consumer is, before a suspend
 *
 * @ring: The ring.
 */
void starlsm_ring_keep_peer(struct starlsm_ring *ring)
{
	look_at_peer(ring);
}

/**
 * starlsm_ring_restate_peer - Say where the consumer was, after a suspend
 *
 * @ring: The ring.
 * @peer: The consumer's line in the control page.
 *
 * What the consumer writes is a write to this guest's memory that a live
 * migration does not see: the page may have arrived as it was long before. The
 * next consumer goes on from what was noted. If what stands there is possible
 * it is not older than that, and stays.
 */
void starlsm_ring_restate_peer(const struct starlsm_ring *ring,
			       struct starlsm_consumer *peer)
{
	if (is_possible(ring, READ_ONCE(peer->cons)))
		return;
	WRITE_ONCE(peer->next_seq, ring->cons_seq);
	/* The next consumer's reads come after what publishes the ring again. */
	WRITE_ONCE(peer->cons, ring->cons);
}
