/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a guest's ring in memory, for tests: honest, until told otherwise
 */
#ifndef STARLSM_TEST_PRODUCER_H
#define STARLSM_TEST_PRODUCER_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reader/ring.h"

#define PRODUCER_SIZE	(STARLSM_RING_PAGES_MIN * STARLSM_PAGE_SIZE)

struct producer {
	_Alignas(8) uint8_t data[PRODUCER_SIZE];
	struct starlsm_producer status;
	struct starlsm_consumer control;
	uint32_t number;
	uint64_t prod;		/* not yet published */
	uint64_t seq;
};

/* Positions and sequence numbers begin anywhere. */
static inline void producer_init(struct producer *p, uint32_t number,
				 uint64_t at, uint64_t seq)
{
	memset(p, 0, sizeof(*p));
	p->number = number;
	p->prod = at;
	p->seq = seq;
	p->status.prod = at;
	p->control.cons = at;
	p->control.next_seq = seq;
}

static inline void producer_publish(struct producer *p)
{
	__atomic_store_n(&p->status.prod, p->prod, __ATOMIC_RELEASE);
}

/* Room for len bytes in one piece, PAD before it if need be. */
static inline uint8_t *producer_reserve(struct producer *p, uint32_t len)
{
	uint32_t offset = p->prod % PRODUCER_SIZE;
	uint32_t left = PRODUCER_SIZE - offset;
	struct { uint16_t type, len; uint32_t seq; } pad = { STARLSM_EV_PAD, left, 0 };

	if (left < len) {
		memcpy(p->data + offset, &pad, sizeof(pad));
		p->prod += left;
		offset = 0;
	}
	assert(p->prod + len - p->control.cons <= PRODUCER_SIZE);
	return p->data + offset;
}

static inline void producer_put(struct producer *p, void *rec, uint16_t type,
				uint16_t len, uint64_t time_ns)
{
	struct starlsm_rec head = {
		.type = type, .len = len, .seq = (uint32_t)p->seq++,
		.time_ns = time_ns, .task = 7,
	};
	uint8_t *at = producer_reserve(p, len);

	memcpy(rec, &head, sizeof(head));
	memcpy(at, rec, len);
	p->prod += len;
}

/* The shortest real record: 32 bytes */
static inline void producer_exit(struct producer *p, uint64_t time_ns)
{
	struct starlsm_rec_exit rec = { .code = 0, .pid = 42 };

	producer_put(p, &rec, STARLSM_EV_EXIT, sizeof(rec), time_ns);
	producer_publish(p);
}

/* A PATH whose path makes it len bytes long, len a multiple of 8 */
static inline void producer_path(struct producer *p, uint16_t len, uint64_t time_ns)
{
	_Alignas(8) uint8_t buf[STARLSM_REC_MAX] = { 0 };
	struct starlsm_rec_path rec = { .path_len = len - sizeof(rec) };

	memcpy(buf, &rec, sizeof(rec));
	memset(buf + sizeof(rec), 'x', len - sizeof(rec));
	producer_put(p, buf, STARLSM_EV_PATH, len, time_ns);
	producer_publish(p);
}

static inline void producer_lost(struct producer *p, uint32_t count, uint64_t time_ns)
{
	struct starlsm_rec_lost rec = { .event = STARLSM_EV_OPEN, .count = count };

	producer_put(p, &rec, STARLSM_EV_LOST, sizeof(rec), time_ns);
	p->status.lost += count;
	producer_publish(p);
}

static inline void producer_hello(struct producer *p, uint32_t ring, uint64_t seq64,
				  uint64_t time_ns)
{
	struct starlsm_rec_hello rec = {
		.seq64 = seq64, .epoch = 1, .ring = ring,
	};

	producer_put(p, &rec, STARLSM_EV_HELLO, sizeof(rec), time_ns);
	producer_publish(p);
}

/* The consumer's side of it */
static inline void producer_ring(struct producer *p, struct ring *r)
{
	memset(r, 0, sizeof(*r));
	r->untrusted_data = p->data;
	r->untrusted_producer = &p->status;
	r->untrusted_consumer = &p->control;
	r->number = p->number;
	r->size = PRODUCER_SIZE;
}

#endif /* STARLSM_TEST_PRODUCER_H */
