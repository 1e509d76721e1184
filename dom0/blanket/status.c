// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what blanketd says of itself
 */
#include "blanket/status.h"

#include <stdio.h>
#include <string.h>

#define QUESTION	"status"

bool status_is_asked(const struct mux_message *msg)
{
	return msg->head.type == XS_CONTROL && msg->head.len == sizeof(QUESTION) &&
		!memcmp(msg->body, QUESTION, sizeof(QUESTION));
}

void status_answer(struct mux_message *msg, const struct status *s, const struct mux *m)
{
	struct mux_use use = mux_use(m);

	msg->head.len = 1 + snprintf(msg->body, sizeof(msg->body),
		"{\"moves\":%u,\"programs\":%u,\"programs_max\":%u,\"requests\":%u,"
		"\"requests_max\":%d,\"watches\":%u,\"watches_max\":%d,"
		"\"transactions\":%u,\"transactions_max\":%d}",
		s->moves, s->programs, s->programs_max, use.requests, MUX_REQUESTS,
		use.watches, MUX_WATCHES, use.transactions, MUX_TRANSACTIONS);
}
