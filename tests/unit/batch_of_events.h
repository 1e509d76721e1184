/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a reader sends to the engine, for tests: one batch at a time
 */
#ifndef STARLSM_TEST_BATCH_OF_EVENTS_H
#define STARLSM_TEST_BATCH_OF_EVENTS_H

#include <string.h>

#include "lib/msg_reader.h"
#include "script.h"

#define READ_NS	1000000000LL

static char batch[MSG_MAX] __attribute__((aligned(8)));

static inline struct msg_events *batch_start(uint32_t domid)
{
	struct msg_events *m = (void *)batch;

	*m = (struct msg_events){
		.msg = { MSG_EVENTS, sizeof(*m) }, .domid = domid, .read_ns = READ_NS,
	};
	return m;
}

static inline void batch_add_rec(struct msg_events *m, const struct starlsm_rec *rec, uint64_t seq)
{
	const struct msg_event hdr = { .seq = seq, .ring = 1, .rec_len = rec->len };

	memcpy(batch + m->msg.len, &hdr, sizeof(hdr));
	memcpy(batch + m->msg.len + sizeof(hdr), rec, rec->len);
	m->msg.len += sizeof(hdr) + rec->len;
	m->n_events++;
}

/* Before it what defines its paths */
static inline void batch_add(struct msg_events *m, const struct line *line)
{
	const struct starlsm_rec *rec = script_rec(line);

	for (int i = 0; script_path_rec(line, i); i++)
		batch_add_rec(m, script_path_rec(line, i), 0);
	batch_add_rec(m, rec, script_seq());
}

#endif /* STARLSM_TEST_BATCH_OF_EVENTS_H */
