/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the two rings of a network device, from the front
 *
 * A buffer is a page that stays granted; a slot, its buffer and its number in the
 * ring go together for ever. The back end writes the rings while we read: what it
 * says is copied, then checked.
 *
 * Knows no Xen: the pages are anybody's. Nothing here blocks.
 */
#ifndef STARLSM_NETFRONT_QUEUE_H
#define STARLSM_NETFRONT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/xen.h>
#include <xen/grant_table.h>
#include <xen/io/netif.h>

/* For users of an interface as old as this header takes us for, it has a kernel's names. */
#undef xen_mb
#undef xen_rmb
#undef xen_wmb
#define xen_mb()	__sync_synchronize()
#define xen_rmb()	__sync_synchronize()
#define xen_wmb()	__sync_synchronize()

#define QUEUE_PAGE	4096
/* as many as one page of a ring holds */
#define QUEUE_SLOTS	256

struct tx_queue {
	netif_tx_front_ring_t ring;
	char *buffers;
	const uint32_t *ref;		/* of each buffer */
	uint16_t free[QUEUE_SLOTS];
	unsigned int n_free;
	bool is_out[QUEUE_SLOTS];
};

struct rx_queue {
	netif_rx_front_ring_t ring;
	const char *untrusted_buffers;
	const uint32_t *ref;
	uint64_t n_bad;			/* frames that the back end could not give, or not whole */
};

/* A frame of the back end's, in memory that it may write at any time */
struct rx_frame {
	const char *untrusted_data;
	size_t len;
};

/* untrusted_ring: a page of zeroes */
void tx_init(struct tx_queue *q, void *untrusted_ring, char *buffers, const uint32_t *ref);

/* Where the next frame is to be put, a page; NULL: all are under way. */
char *tx_buffer(const struct tx_queue *q);

/* Send the len bytes that were put there. True if the back end is to be told. */
bool tx_send(struct tx_queue *q, size_t len);

/* Take back what was sent. False: what the back end says cannot be. */
bool tx_reap(struct tx_queue *q);

void rx_init(struct rx_queue *q, void *untrusted_ring, const char *untrusted_buffers,
	     const uint32_t *ref);

/* The next frame: 1; 0 none, and the back end will tell of the next; -1 cannot be. */
int rx_next(struct rx_queue *q, struct rx_frame *frame);

/* The frame of rx_next() was taken: its buffer can be offered again. */
void rx_done(struct rx_queue *q);

/* Offer them. True if the back end is to be told. */
bool rx_offer(struct rx_queue *q);

#endif /* STARLSM_NETFRONT_QUEUE_H */
