/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an answer to starlsmctl, in as many messages as its text takes
 */
#ifndef STARLSM_REPLY_H
#define STARLSM_REPLY_H

#include <stddef.h>

#include "lib/msg.h"

struct reply {
	char *text;		/* NULL: there is none */
	size_t len, sent;
	int err;		/* 0 or an errno */
};

/* Text is copied. -1 without memory, or if it is longer than an answer may be. */
int reply_begin(struct reply *r, int err, const char *text);

/*
 * As many messages as a non-blocking socket takes; fd, or -1, goes with the first.
 * Returns 0 when all of it has been sent; -EAGAIN if it is to be called again, then
 * with fd -1, when there is room; or another errno.
 */
int reply_send(struct reply *r, int sock, int fd);

/* One of zeroes has nothing to free. */
void reply_free(struct reply *r);

#endif /* STARLSM_REPLY_H */
