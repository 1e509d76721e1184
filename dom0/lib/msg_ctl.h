/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what starlsmctl asks, and the answer
 */
#ifndef STARLSM_MSG_CTL_H
#define STARLSM_MSG_CTL_H

#include <stdint.h>

#include "lib/msg.h"

enum request { REQUEST_STATUS = 1, REQUEST_EVENTS, REQUEST_FOLLOW, REQUEST_INCIDENTS,
	       REQUEST_PAUSE, REQUEST_UNPAUSE, REQUEST_RELOAD, REQUEST_RUNS,
	       REQUEST_CAPACITY, REQUEST_MIGRATE, REQUEST_MOVES,
	       REQUEST_UNDO, REQUEST_CLOSE, REQUEST_TASKS, REQUEST_MODULES };

struct msg_request {
	struct msg msg;
	uint32_t request;
	uint32_t incident;	/* CLOSE */
	char guest[MSG_NAME_MAX];	/* name or domid; "" for all */
	char host[MSG_GROUP_MAX];	/* MIGRATE: where to, "" for any */
};

/*
 * Then JSON text, or as much of it as there is room for: the rest follows in further
 * ones, the last has `more` 0. With EVENTS, FOLLOW, INCIDENTS, CLOSE and TASKS comes
 * the fd to read, with the first.
 */
#define REPLY_TEXT_MAX	(16 << 20)	/* of all together */

struct msg_reply {
	struct msg msg;
	int32_t err;		/* 0 or an errno; then the text says why */
	uint32_t text_len;	/* here */
	uint32_t more;		/* bytes that follow */
	uint32_t reserved;
};

#endif /* STARLSM_MSG_CTL_H */
