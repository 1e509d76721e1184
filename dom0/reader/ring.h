/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - reading one ring of a guest that may lie
 *
 * Pure: memory and values only. The memory is the guest's and changes under
 * our hands, so every value is read once into a local, bounded, and what is
 * looked at afterwards is a copy. The protocol is in docs/protocol.md.
 *
 * A caller polls the producer's position, then peeks and takes records up to
 * it; when they are in safe hands it commits, which is what gives the room
 * back to the guest:
 *
 *   ring_poll(r); while (ring_peek(r) > 0) { use; ring_take(r); }
 *   hand over; ring_commit(r);
 */
#ifndef STARLSM_RING_H
#define STARLSM_RING_H

#include <stdbool.h>
#include <stdint.h>

#include <xen/interface/io/starlsm.h>

struct ring {
	/* The guest's pages */
	const uint8_t *untrusted_data;		/* size bytes */
	const struct starlsm_producer *untrusted_producer;
	struct starlsm_consumer *untrusted_consumer;	/* ours to write, never read back */

	uint32_t number;	/* which of the guest's rings */
	uint32_t size;		/* bytes, a power of two */
	uint32_t minor;		/* protocol minor version the guest speaks */

	/* Our own positions; only these count. */
	uint64_t prod;		/* as last read and found sane */
	uint64_t cons;		/* after the last record taken */
	uint64_t committed;	/* cons as last told to the producer */
	uint64_t next_seq;	/* sequence number expected at cons */
	bool resumed;		/* nothing read yet: the page's next_seq may be ahead */

	/* The record at cons, valid after ring_peek() has returned 1 */
	_Alignas(8) uint8_t rec[STARLSM_REC_MAX];
	uint64_t seq;		/* its sequence number, all 64 bits */
	uint64_t order_ns;	/* its time; in an epoch never less than that of the one before */
	uint32_t rec_len;
	bool peeked;
	bool known;		/* false: an event type of a newer minor version */

	/* Counters since ring_open() */
	uint64_t n_events;	/* records taken */
	uint64_t n_unknown;	/* of these, not known */
	uint64_t n_bytes;
	uint64_t n_lost;	/* sum of the LOST records' counts */

	/* What was wrong, once a function has returned -1. It stays wrong. */
	enum starlsm_error error;
	uint64_t error_position;	/* in the ring, bytes since boot */
	uint64_t error_found;		/* the value that cannot be */
};

/*
 * Begin where the last consumer stopped, by the control page. The caller has
 * set the pages, number, size and minor. Returns 0 or -1.
 */
int ring_open(struct ring *r);

/* Read the producer's position. Returns 0 or -1. */
int ring_poll(struct ring *r);

/*
 * Copy out and check the record at cons, if there is one before prod, as
 * ring_poll() has read it. Returns 1 with rec, rec_len, seq, order_ns and known
 * set, 0 if there is none, -1 if it lies. Again the same until it is taken.
 */
int ring_peek(struct ring *r);

/* Step over the record that ring_peek() has returned. */
void ring_take(struct ring *r);

/*
 * Tell the producer that all taken records are in safe hands. Returns whether
 * somebody waits for that and is to be notified.
 */
bool ring_commit(struct ring *r);

/*
 * Ask for a kick when prod reaches cons + ahead bytes, or with the next record
 * if it has already; then read prod again. Returns 1 if prod is there by now, of
 * which no kick may tell, 0 if not, -1 if it lies.
 */
int ring_sleep(struct ring *r, uint32_t ahead);

#endif /* STARLSM_RING_H */
