/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the ring of a disk, from the front: jobs of any size in, answers out
 *
 * Data goes by way of pages that stay granted. A job's data is cut into pieces of at
 * most 11 pages, each a request of its own in the ring; what there is no room for
 * waits, in the order in which it came. A job is done when each of its pieces was
 * answered, and failed when one of them did: what is said of it then is what the back
 * end has said. Jobs that are under way at the same time may be done in any order,
 * as on any disk; who wants a flush to cover a write waits for the write first.
 *
 * The back end writes the ring while we read: what it says is copied, then checked.
 *
 * Knows no Xen and no threads: the pages are anybody's, and the caller holds a lock.
 */
#ifndef STARLSM_BLKFRONT_QUEUE_H
#define STARLSM_BLKFRONT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/xen.h>
#include <xen/grant_table.h>
#include <xen/io/blkif.h>

/* For users of an interface as old as this header takes us for, it has a kernel's names. */
#undef xen_mb
#undef xen_rmb
#undef xen_wmb
#define xen_mb()	__sync_synchronize()
#define xen_rmb()	__sync_synchronize()
#define xen_wmb()	__sync_synchronize()

#define QUEUE_PAGE	4096
#define QUEUE_SECTOR	512
/* 64 slots: 16 jobs at a time, which is what nbdkit has, and all buffers in use */
#define QUEUE_RING_ORDER_MAX	1
#define QUEUE_RING_PAGES	(1 << QUEUE_RING_ORDER_MAX)
#define QUEUE_SLOTS	64
#define QUEUE_BUFFERS	512

struct job {
	uint8_t op;		/* BLKIF_OP_READ, _WRITE, _FLUSH_DISKCACHE, _DISCARD */
	uint64_t sector;
	uint64_t len;		/* bytes, of whole sectors; 0 for a flush */
	uint8_t *data;		/* len bytes to be written or to be filled */
	void (*done)(struct job *job);	/* called once, from queue_reap() */
	int err;		/* then: 0, EIO, or EOPNOTSUPP */

	/* the queue's own */
	uint64_t sent;		/* bytes that have a request */
	unsigned int n_out;	/* requests that wait for an answer */
	bool is_sent;		/* all of it, or as much as will be */
	struct job *next;
};

struct queue_slot {
	struct job *job;	/* NULL: free */
	uint8_t *data;		/* where in the job's */
	uint32_t len;
	uint16_t buffer[BLKIF_MAX_SEGMENTS_PER_REQUEST];
	uint8_t n_buffers;
};

struct queue {
	blkif_front_ring_t ring;
	uint8_t *untrusted_buffers;
	const uint32_t *ref;			/* of each buffer */
	uint16_t device;			/* the disk's number, in each request */
	/* Last in, first out: the back end keeps those mapped that are in use. */
	uint16_t free_buffer[QUEUE_BUFFERS];
	unsigned int n_free_buffers;
	uint16_t free_slot[QUEUE_SLOTS];
	unsigned int n_free_slots;
	struct queue_slot slot[QUEUE_SLOTS];
	struct job *first, *last;		/* that are not sent, or not whole */
};

/*
 * untrusted_ring: n_pages, 1 or QUEUE_RING_PAGES, of zeroes; untrusted_buffers:
 * QUEUE_BUFFERS pages, each with its ref. All stay the caller's.
 */
void queue_init(struct queue *q, void *untrusted_ring, size_t n_pages, void *untrusted_buffers,
		const uint32_t *ref, uint16_t device);

/* Take a job, which stays where it is until done() was called. True: tell the back end. */
bool queue_submit(struct queue *q, struct job *job);

/*
 * Take answers, and send what has waited for room: 1 if the back end is to be told,
 * 0 if not; -1: what it says cannot be. The queue is not to be used any more then.
 */
int queue_reap(struct queue *q);

#endif /* STARLSM_BLKFRONT_QUEUE_H */
