// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - records on their way to the engine, many in one datagram
 */
#include "reader/batch.h"

#include <string.h>

#include "lib/msg_reader.h"

void batch_begin(struct batch *b)
{
	b->len = sizeof(struct msg_events);
	b->n_events = 0;
}

bool batch_add(struct batch *b, const struct ring *r)
{
	struct msg_event event = {
		.seq = r->seq, .ring = r->number, .rec_len = r->rec_len,
	};

	if (b->len + sizeof(event) + r->rec_len > sizeof(b->buf))
		return false;
	memcpy(b->buf + b->len, &event, sizeof(event));
	memcpy(b->buf + b->len + sizeof(event), r->rec, r->rec_len);
	b->len += sizeof(event) + r->rec_len;
	b->n_events++;
	return true;
}

const struct msg *batch_seal(struct batch *b, uint32_t domid, uint64_t read_ns)
{
	struct msg_events head = {
		.msg = { MSG_EVENTS, b->len },
		.domid = domid,
		.n_events = b->n_events,
		.read_ns = read_ns,
	};

	memcpy(b->buf, &head, sizeof(head));
	return (const struct msg *)b->buf;
}
