/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a unix socket that somebody reads lines from
 *
 * SOCK_STREAM; the other end listens, this one connects, and again when it has gone.
 * A line that was half written then comes again, from its beginning. What that one
 * had been sent and has not read is lost, and nobody knows how much.
 */
#ifndef STARLSM_PEER_H
#define STARLSM_PEER_H

#include "export/outlet.h"

struct peer {
	struct outlet outlet;	/* the first member: peer_write() casts */
	int fd;			/* non-blocking; -1: not connected */
};

/* path stays the caller's. 0, or -1 without memory. */
int peer_init(struct peer *p, const char *path);
void peer_free(struct peer *p);

#endif /* STARLSM_PEER_H */
