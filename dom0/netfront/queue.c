// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the two rings of a network device, from the front
 */
#include "netfront/queue.h"

#include <string.h>

/*
 * To the back end
 */

void tx_init(struct tx_queue *q, void *untrusted_ring, char *buffers, const uint32_t *ref)
{
	*q = (struct tx_queue){ .buffers = buffers, .ref = ref };
	SHARED_RING_INIT((netif_tx_sring_t *)untrusted_ring);
	FRONT_RING_INIT(&q->ring, (netif_tx_sring_t *)untrusted_ring, QUEUE_PAGE);
	while (q->n_free < QUEUE_SLOTS) {
		q->free[q->n_free] = q->n_free;
		q->n_free++;
	}
}

static char *tx_slot(const struct tx_queue *q, uint16_t id)
{
	return q->buffers + (size_t)id * QUEUE_PAGE;
}

char *tx_buffer(const struct tx_queue *q)
{
	return q->n_free ? tx_slot(q, q->free[q->n_free - 1]) : NULL;
}

bool tx_send(struct tx_queue *q, size_t len)
{
	uint16_t id = q->free[--q->n_free];
	netif_tx_request_t *request = RING_GET_REQUEST(&q->ring, q->ring.req_prod_pvt);
	int notify;

	*request = (netif_tx_request_t){ .gref = q->ref[id], .id = id, .size = len };
	q->is_out[id] = true;
	q->ring.req_prod_pvt++;
	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&q->ring, notify);
	return notify;
}

bool tx_reap(struct tx_queue *q)
{
	int more;

	do {
		RING_IDX prod = __atomic_load_n(&q->ring.sring->rsp_prod, __ATOMIC_ACQUIRE);

		if (RING_RESPONSE_PROD_OVERFLOW(&q->ring, prod))
			return false;
		while (q->ring.rsp_cons != prod) {
			netif_tx_response_t response;

			RING_COPY_RESPONSE(&q->ring, q->ring.rsp_cons, &response);
			q->ring.rsp_cons++;
			if (response.id >= QUEUE_SLOTS || !q->is_out[response.id])
				return false;
			q->is_out[response.id] = false;
			q->free[q->n_free++] = response.id;
		}
		RING_FINAL_CHECK_FOR_RESPONSES(&q->ring, more);
	} while (more);
	return true;
}

/*
 * From the back end: slot, buffer and place in the ring are the same number
 */

static void rx_post(struct rx_queue *q)
{
	uint16_t id = q->ring.req_prod_pvt % QUEUE_SLOTS;
	netif_rx_request_t *request = RING_GET_REQUEST(&q->ring, q->ring.req_prod_pvt);

	*request = (netif_rx_request_t){ .id = id, .gref = q->ref[id] };
	q->ring.req_prod_pvt++;
}

void rx_init(struct rx_queue *q, void *untrusted_ring, const char *untrusted_buffers,
	     const uint32_t *ref)
{
	*q = (struct rx_queue){ .untrusted_buffers = untrusted_buffers, .ref = ref };
	SHARED_RING_INIT((netif_rx_sring_t *)untrusted_ring);
	FRONT_RING_INIT(&q->ring, (netif_rx_sring_t *)untrusted_ring, QUEUE_PAGE);
	for (unsigned int i = 0; i < QUEUE_SLOTS; i++)
		rx_post(q);
}

/* Its answers are in the order of our requests, as they are in one another's place. */
static bool rx_is_good(const struct rx_queue *q, const netif_rx_response_t *r)
{
	return r->id == q->ring.rsp_cons % QUEUE_SLOTS && r->offset < QUEUE_PAGE &&
	       r->status <= QUEUE_PAGE - r->offset;
}

int rx_next(struct rx_queue *q, struct rx_frame *frame)
{
	netif_rx_response_t r;
	RING_IDX prod;
	int more;

	RING_FINAL_CHECK_FOR_RESPONSES(&q->ring, more);
	prod = __atomic_load_n(&q->ring.sring->rsp_prod, __ATOMIC_ACQUIRE);
	if (!more || q->ring.rsp_cons == prod)
		return 0;
	if (RING_RESPONSE_PROD_OVERFLOW(&q->ring, prod))
		return -1;
	RING_COPY_RESPONSE(&q->ring, q->ring.rsp_cons, &r);
	if (!rx_is_good(q, &r))
		return -1;
	*frame = (struct rx_frame){
		.untrusted_data = q->untrusted_buffers + (size_t)r.id * QUEUE_PAGE + r.offset,
		.len = r.status > 0 ? r.status : 0,
	};
	/* more than a page, or something said of it: we have not asked for that */
	if (r.status <= 0 || r.flags & (NETRXF_more_data | NETRXF_extra_info)) {
		frame->len = 0;
		q->n_bad++;
	}
	return 1;
}

void rx_done(struct rx_queue *q)
{
	q->ring.rsp_cons++;
	rx_post(q);
}

bool rx_offer(struct rx_queue *q)
{
	int notify;

	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&q->ring, notify);
	return notify;
}
