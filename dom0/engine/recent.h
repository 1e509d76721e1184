/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the latest messages for subscribers, in a byte ring
 *
 * Messages are numbered from 0. Whoever reads has a cursor of its own; one that
 * is overtaken goes on with the oldest message kept and learns how many it
 * missed.
 */
#ifndef STARLSM_RECENT_H
#define STARLSM_RECENT_H

#include <stdint.h>

#include "lib/msg.h"

/* 16 000 events of some 260 bytes: what two full rings of 256 KiB hold, and more */
#define RECENT_BYTES	(4 << 20)

struct recent {
	char *ring;
	uint64_t head, tail;	/* free-running byte positions of next and oldest */
	uint64_t next, oldest;	/* the messages' numbers there */
};

struct recent_cursor {
	uint64_t at;		/* byte position */
	uint64_t number;	/* of the message there */
};

/* 0, or -1 without memory. */
int recent_init(struct recent *r);
void recent_free(struct recent *r);

/* A message of at most MSG_MAX bytes. */
void recent_add(struct recent *r, const struct msg *m);

/* At the oldest message. */
struct recent_cursor recent_start(const struct recent *r);

/*
 * Copies the next message to buf of MSG_MAX bytes, without moving on. Returns
 * its length, or 0 if there is none yet. *missed: how many were overwritten
 * before they were read; the cursor has skipped them.
 */
uint32_t recent_peek(const struct recent *r, struct recent_cursor *c, void *buf,
		     uint64_t *missed);

/* Past the message just peeked at. */
void recent_step(const struct recent *r, struct recent_cursor *c, uint32_t len);

#endif /* STARLSM_RECENT_H */
