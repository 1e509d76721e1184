// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the ring of a disk, from the front: jobs of any size in, answers out
 */
#include "blkfront/queue.h"

#include <errno.h>
#include <string.h>

void queue_init(struct queue *q, void *untrusted_ring, size_t n_pages, void *untrusted_buffers,
		const uint32_t *ref, uint16_t device)
{
	*q = (struct queue){
		.untrusted_buffers = untrusted_buffers, .ref = ref, .device = device,
	};
	SHARED_RING_INIT((blkif_sring_t *)untrusted_ring);
	FRONT_RING_INIT(&q->ring, (blkif_sring_t *)untrusted_ring, n_pages * QUEUE_PAGE);
	while (q->n_free_buffers < QUEUE_BUFFERS) {
		q->free_buffer[q->n_free_buffers] = q->n_free_buffers;
		q->n_free_buffers++;
	}
	while (q->n_free_slots < RING_SIZE(&q->ring)) {
		q->free_slot[q->n_free_slots] = q->n_free_slots;
		q->n_free_slots++;
	}
}

static uint8_t *buffer(const struct queue *q, uint16_t number)
{
	return q->untrusted_buffers + (size_t)number * QUEUE_PAGE;
}

static bool has_data(const struct job *job)
{
	return job->op == BLKIF_OP_READ || job->op == BLKIF_OP_WRITE;
}

/*
 * To the back end
 */

/* The next page of the job's, or what is left of it, as a segment of the slot's request */
static void add_segment(struct queue *q, struct queue_slot *slot, blkif_request_t *request)
{
	struct job *job = slot->job;
	uint64_t left = job->len - job->sent;
	uint32_t len = left < QUEUE_PAGE ? left : QUEUE_PAGE;
	uint16_t number = q->free_buffer[--q->n_free_buffers];

	if (job->op == BLKIF_OP_WRITE)
		memcpy(buffer(q, number), job->data + job->sent, len);
	request->seg[request->nr_segments++] = (struct blkif_request_segment){
		.gref = q->ref[number], .last_sect = len / QUEUE_SECTOR - 1,
	};
	slot->buffer[slot->n_buffers++] = number;
	slot->len += len;
	job->sent += len;
}

static void fill(struct queue *q, struct queue_slot *slot, blkif_request_t *request)
{
	struct job *job = slot->job;

	while (job->sent < job->len && q->n_free_buffers &&
	       request->nr_segments < BLKIF_MAX_SEGMENTS_PER_REQUEST)
		add_segment(q, slot, request);
	job->is_sent = job->sent == job->len;
}

/* What has no data is one request, however much it is about. */
static void fill_plain(struct job *job, blkif_request_t *request)
{
	uint64_t n_sectors = job->len / QUEUE_SECTOR;

	if (job->op == BLKIF_OP_DISCARD)
		memcpy((uint8_t *)request + offsetof(blkif_request_discard_t, nr_sectors),
		       &n_sectors, sizeof(n_sectors));
	job->is_sent = true;
}

/* A piece of the job's; there is a slot, and a buffer if it needs one */
static void send_piece(struct queue *q, struct job *job)
{
	uint16_t id = q->free_slot[--q->n_free_slots];
	struct queue_slot *slot = &q->slot[id];
	blkif_request_t request = {
		.operation = job->op, .handle = q->device, .id = id,
		.sector_number = job->sector + job->sent / QUEUE_SECTOR,
	};

	*slot = (struct queue_slot){ .job = job, .data = job->data + job->sent };
	if (has_data(job))
		fill(q, slot, &request);
	else
		fill_plain(job, &request);
	job->n_out++;
	*RING_GET_REQUEST(&q->ring, q->ring.req_prod_pvt) = request;
	q->ring.req_prod_pvt++;
}

/* As much as there is room for, in order */
static bool pump(struct queue *q)
{
	int notify;

	while (q->first && q->n_free_slots) {
		struct job *job = q->first;

		if (!job->is_sent && has_data(job) && !q->n_free_buffers)
			break;
		if (!job->is_sent)
			send_piece(q, job);
		if (job->is_sent)
			q->first = job->next;
	}
	RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&q->ring, notify);
	return notify;
}

bool queue_submit(struct queue *q, struct job *job)
{
	job->err = 0;
	job->sent = 0;
	job->n_out = 0;
	job->is_sent = false;
	job->next = NULL;
	if (q->first)
		q->last->next = job;
	else
		q->first = job;
	q->last = job;
	return pump(q);
}

/*
 * From the back end
 */

/* The slot is free again, what was read is where it belongs. */
static void take_back(struct queue *q, uint16_t id)
{
	struct queue_slot *slot = &q->slot[id];
	uint32_t at = 0;

	for (unsigned int i = 0; i < slot->n_buffers; i++, at += QUEUE_PAGE) {
		uint32_t left = slot->len - at;

		if (slot->job->op == BLKIF_OP_READ && !slot->job->err)
			memcpy(slot->data + at, buffer(q, slot->buffer[i]),
			       left < QUEUE_PAGE ? left : QUEUE_PAGE);
		q->free_buffer[q->n_free_buffers++] = slot->buffer[i];
	}
	slot->job = NULL;
	q->free_slot[q->n_free_slots++] = id;
}

/* The job that it is about; NULL: it is about none. */
static struct job *answer(struct queue *q, const blkif_response_t *response)
{
	struct job *job = response->id < QUEUE_SLOTS ? q->slot[response->id].job : NULL;

	if (!job || response->operation != job->op)
		return NULL;
	if (response->status != BLKIF_RSP_OKAY) {
		job->err = response->status == BLKIF_RSP_EOPNOTSUPP ? EOPNOTSUPP : EIO;
		/* the rest is not worth it; pump() takes it off the list */
		job->is_sent = true;
	}
	take_back(q, response->id);
	job->n_out--;
	return job;
}

/*
 * Is the back end where it can be? Asked again when data was copied: all pages are
 * empty when this machine goes on elsewhere, and then the data may be what it was
 * before the back end had written it.
 */
static bool is_possible(struct queue *q)
{
	RING_IDX prod;

	/* after the data was; who empties it stops us for that */
	xen_rmb();
	prod = __atomic_load_n(&q->ring.sring->rsp_prod, __ATOMIC_RELAXED);
	return !RING_RESPONSE_PROD_OVERFLOW(&q->ring, prod);
}

/* One answer: as queue_reap(). Only the first job that waits can be half sent. */
static int reap_next(struct queue *q)
{
	blkif_response_t response;
	bool notify = false;
	struct job *job;

	RING_COPY_RESPONSE(&q->ring, q->ring.rsp_cons, &response);
	q->ring.rsp_cons++;
	job = answer(q, &response);
	if (!job || !is_possible(q))
		return -1;
	if (q->first)
		notify = pump(q);
	if (job->is_sent && !job->n_out)
		job->done(job);
	return notify;
}

int queue_reap(struct queue *q)
{
	int more, notify = 0;

	do {
		RING_IDX prod = __atomic_load_n(&q->ring.sring->rsp_prod, __ATOMIC_ACQUIRE);

		if (RING_RESPONSE_PROD_OVERFLOW(&q->ring, prod))
			return -1;
		while (q->ring.rsp_cons != prod) {
			int rc = reap_next(q);

			if (rc < 0)
				return rc;
			notify |= rc;
		}
		RING_FINAL_CHECK_FOR_RESPONSES(&q->ring, more);
	} while (more);
	return notify;
}
