/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - records on their way to the engine, many in one datagram
 *
 * Pure. Filled with batch_add(), closed with batch_seal(), sent by the caller,
 * emptied with batch_begin().
 */
#ifndef STARLSM_BATCH_H
#define STARLSM_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg.h"
#include "reader/ring.h"

struct batch {
	/* struct msg_events, then struct msg_event and record in turn */
	_Alignas(8) uint8_t buf[MSG_MAX];
	uint32_t len;
	uint32_t n_events;
};

void batch_begin(struct batch *b);

/* Add the record that r has peeked. False if it does not fit any more. */
bool batch_add(struct batch *b, const struct ring *r);

/* The message to send; read_ns is CLOCK_MONOTONIC. */
const struct msg *batch_seal(struct batch *b, uint32_t domid, uint64_t read_ns);

#endif /* STARLSM_BATCH_H */
