// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - reading one ring of a guest that may lie
 */
#include "reader/ring.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "lib/decode.h"

/* The first 8 bytes of every record, PAD included; read at once. */
union head {
	uint64_t word;
	struct {
		uint16_t type;
		uint16_t len;
		uint32_t seq;
	};
};

static int lie(struct ring *r, enum starlsm_error error, uint64_t found)
{
	r->error = error;
	r->error_position = r->cons;
	r->error_found = found;
	r->peeked = false;
	return -1;
}

int ring_open(struct ring *r)
{
	uint64_t untrusted_cons, untrusted_seq, untrusted_prod;

	untrusted_cons = __atomic_load_n(&r->untrusted_consumer->cons,
					 __ATOMIC_RELAXED);
	untrusted_seq = __atomic_load_n(&r->untrusted_consumer->next_seq,
					__ATOMIC_RELAXED);
	untrusted_prod = __atomic_load_n(&r->untrusted_producer->prod,
					 __ATOMIC_ACQUIRE);
	r->error = STARLSM_ERR_OK;
	r->cons = untrusted_cons;
	r->committed = untrusted_cons;
	if (untrusted_cons % STARLSM_REC_ALIGN)
		return lie(r, STARLSM_ERR_POSITION, untrusted_cons);
	if (untrusted_prod - untrusted_cons > r->size ||
	    untrusted_prod % STARLSM_REC_ALIGN)
		return lie(r, STARLSM_ERR_POSITION, untrusted_prod);
	r->prod = untrusted_prod;
	r->next_seq = untrusted_seq;
	r->resumed = true;
	r->peeked = false;
	r->order_ns = 0;
	r->n_events = r->n_unknown = r->n_bytes = r->n_lost = 0;
	return 0;
}

int ring_poll(struct ring *r)
{
	/* Acquire: pairs with the producer's release, after its record. */
	uint64_t untrusted_prod = __atomic_load_n(&r->untrusted_producer->prod,
						  __ATOMIC_ACQUIRE);

	if (r->error)
		return -1;
	if (untrusted_prod - r->cons > r->size ||
	    untrusted_prod - r->cons < r->prod - r->cons ||
	    untrusted_prod % STARLSM_REC_ALIGN)
		return lie(r, STARLSM_ERR_POSITION, untrusted_prod);
	r->prod = untrusted_prod;
	return 0;
}

/*
 * The record's 64-bit sequence number. The last consumer stored next_seq, then
 * cons: if it died in between, or before the first, the first record here is
 * one that it had counted already.
 */
static int check_seq(struct ring *r, uint32_t untrusted_seq)
{
	uint32_t behind = (uint32_t)r->next_seq - untrusted_seq;

	if (behind && (!r->resumed || behind > r->next_seq ||
		       behind > r->size / sizeof(struct starlsm_rec)))
		return lie(r, STARLSM_ERR_SEQUENCE, untrusted_seq);
	r->seq = r->next_seq - behind;
	return 0;
}

/* HELLO tells its own number with all 64 bits. */
static int check_hello(struct ring *r)
{
	struct starlsm_rec_hello hello;

	memcpy(&hello, r->rec, sizeof(hello));
	if (hello.seq64 != r->seq)
		return lie(r, STARLSM_ERR_SEQUENCE, hello.seq64);
	if (hello.ring != r->number)
		return lie(r, STARLSM_ERR_CONTENT, hello.ring);
	/* A new epoch may be on another host: its clock begins anew. */
	r->order_ns = 0;
	return 0;
}

/* A slot is where dom0 will write. */
static int check_ask(struct ring *r)
{
	struct starlsm_rec_ask ask;

	memcpy(&ask, r->rec, sizeof(ask));
	if (ask.slot >= STARLSM_ANSWERS_MAX)
		return lie(r, STARLSM_ERR_CONTENT, ask.slot);
	return 0;
}

/* One processor wrote all of the ring, with interrupts off: its clock goes on. */
static int check_time(struct ring *r)
{
	struct starlsm_rec rec;

	memcpy(&rec, r->rec, sizeof(rec));
	if (rec.time_ns < r->order_ns)
		return lie(r, STARLSM_ERR_CONTENT, rec.time_ns);
	r->order_ns = rec.time_ns;
	return 0;
}

static int check_copy(struct ring *r, uint16_t type)
{
	enum starlsm_error error;

	r->known = decode_event(type);
	if (!r->known) {
		if (type >= STARLSM_EV_LIMIT || r->minor <= STARLSM_VERSION_MINOR)
			return lie(r, STARLSM_ERR_TYPE, type);
		return 0;
	}
	error = decode_check(r->rec, r->rec_len);
	if (error)
		return lie(r, error, type);
	if (type == STARLSM_EV_HELLO)
		return check_hello(r);
	return type == STARLSM_EV_ASK ? check_ask(r) : 0;
}

/* Copy the record out; what is checked and used from here on is the copy. */
static int copy_out(struct ring *r, const uint8_t *untrusted_rec,
		    union head head)
{
	memcpy(r->rec, untrusted_rec, head.len);
	/* The guest may have changed it since: what was bounded is what counts. */
	memcpy(r->rec, &head, sizeof(head));
	/* No read below may be moved back to the guest's memory. */
	__asm__ volatile("" ::: "memory");
	r->rec_len = head.len;
	if (check_seq(r, head.seq) || check_copy(r, head.type) || check_time(r))
		return -1;
	r->peeked = true;
	return 1;
}

/* A PAD has to fill the ring up to its end, nothing else is allowed there. */
static int skip_pad(struct ring *r, uint16_t len, uint64_t room)
{
	if (len != room || len > r->prod - r->cons)
		return lie(r, STARLSM_ERR_LENGTH, len);
	r->cons += len;
	r->n_bytes += len;
	return 0;
}

int ring_peek(struct ring *r)
{
	const uint8_t *untrusted_rec;
	uint64_t at, room;
	union head head;

	if (r->error)
		return -1;
	while (!r->peeked && r->cons != r->prod) {
		at = r->cons & (r->size - 1);
		room = r->size - at;
		untrusted_rec = r->untrusted_data + at;
		head.word = __atomic_load_n((const uint64_t *)untrusted_rec,
					    __ATOMIC_RELAXED);
		if (head.type == STARLSM_EV_PAD) {
			if (skip_pad(r, head.len, room))
				return -1;
			continue;
		}
		if (head.len < sizeof(struct starlsm_rec) ||
		    head.len > STARLSM_REC_MAX ||
		    head.len % STARLSM_REC_ALIGN || head.len > room ||
		    head.len > r->prod - r->cons)
			return lie(r, STARLSM_ERR_LENGTH, head.len);
		return copy_out(r, untrusted_rec, head);
	}
	return r->peeked;
}

void ring_take(struct ring *r)
{
	struct starlsm_rec_lost lost;

	assert(r->peeked);
	memcpy(&lost.rec, r->rec, sizeof(lost.rec));
	if (lost.rec.type == STARLSM_EV_LOST) {
		memcpy(&lost, r->rec, sizeof(lost));
		r->n_lost += lost.count;
	}
	r->cons += r->rec_len;
	r->next_seq = r->seq + 1;
	r->resumed = false;
	r->peeked = false;
	r->n_bytes += r->rec_len;
	r->n_events++;
	r->n_unknown += !r->known;
}

bool ring_commit(struct ring *r)
{
	uint64_t step = r->cons - r->committed, untrusted_commit;

	if (!step)
		return false;
	__atomic_store_n(&r->untrusted_consumer->next_seq, r->next_seq,
			 __ATOMIC_RELAXED);
	/*
	 * Release: pairs with the producer's read of cons. The records have
	 * been copied out before it may write over them, and whoever attaches
	 * next finds a next_seq that is not behind cons.
	 */
	__atomic_store_n(&r->untrusted_consumer->cons, r->cons,
			 __ATOMIC_RELEASE);
	/*
	 * Full: pairs with the producer's, between its store of commit and its
	 * read of cons. One of the two sees what the other has written.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	untrusted_commit = __atomic_load_n(&r->untrusted_producer->commit,
					   __ATOMIC_RELAXED);
	/* after committed, and not after cons; they are free-running */
	untrusted_commit -= r->committed;
	r->committed = r->cons;
	return untrusted_commit - 1 < step;
}

int ring_sleep(struct ring *r, uint32_t ahead)
{
	uint64_t wake = r->cons + ahead;

	if (wake - r->cons <= r->prod - r->cons)
		wake = r->prod + 1;
	__atomic_store_n(&r->untrusted_consumer->wake, wake, __ATOMIC_RELAXED);
	/*
	 * Full: pairs with the producer's, between its store of prod and its
	 * read of wake. One of the two sees what the other has written.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (ring_poll(r))
		return -1;
	/* Passed before wake was there: no kick comes, perhaps no room is left. */
	return r->prod - r->cons >= ahead;
}
