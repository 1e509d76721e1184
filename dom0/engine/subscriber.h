/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - somebody who watches: a socket and how far it has been served
 *
 * Never waited for. One that is too slow loses the oldest messages and is told
 * how many; it costs the others nothing.
 */
#ifndef STARLSM_SUBSCRIBER_H
#define STARLSM_SUBSCRIBER_H

#include <stdbool.h>

#include "engine/engine_core.h"
#include "engine/recent.h"

#define SUBSCRIBERS_MAX	16

struct subscriber {
	int fd;			/* non-blocking; -1: none */
	uint32_t what;		/* enum subscribe_what */
	struct recent_cursor cursor;
	uint64_t end;		/* RECENT: number of the first message it does not get */
	uint32_t incident;	/* INCIDENTS: id of the last one sent */
	uint32_t domid;		/* TASKS: whose, and */
	uint64_t at;		/* which is the next */
	uint64_t missed;	/* not yet told */
};

/* Takes over fd; returns -1 and leaves it open if `what` is none. */
int subscriber_init(struct subscriber *s, int fd, uint32_t what, uint32_t domid,
		    const struct recent *r);

/* Is there something to send? Ask after subscriber_push(). */
bool subscriber_waits(const struct subscriber *s, const struct recent *r);

/*
 * Sends what the socket takes, up to a bound. false when it has had all it
 * asked for, or has gone: then it is closed and fd is -1.
 */
bool subscriber_push(struct subscriber *s, const struct recent *r, const struct engine *e);

void subscriber_close(struct subscriber *s);

#endif /* STARLSM_SUBSCRIBER_H */
