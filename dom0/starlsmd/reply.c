// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an answer to starlsmctl, in as many messages as its text takes
 */
#include "starlsmd/reply.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/msg_ctl.h"

#define PIECE_MAX	(MSG_MAX - sizeof(struct msg_reply))

int reply_begin(struct reply *r, int err, const char *text)
{
	*r = (struct reply){ .len = strlen(text), .err = err };
	if (r->len <= REPLY_TEXT_MAX)
		r->text = strdup(text);
	return r->text ? 0 : -1;
}

static int send_piece(struct reply *r, int sock, int fd)
{
	static char buf[MSG_MAX] __attribute__((aligned(8)));
	struct msg_reply *m = (void *)buf;
	size_t left = r->len - r->sent, len = left < PIECE_MAX ? left : PIECE_MAX;

	*m = (struct msg_reply){
		.msg = { MSG_REPLY, sizeof(*m) + len }, .err = r->err, .text_len = len,
		.more = left - len,
	};
	memcpy(m + 1, r->text + r->sent, len);
	if (msg_send(sock, &m->msg, fd))
		return -errno;
	r->sent += len;
	return 0;
}

int reply_send(struct reply *r, int sock, int fd)
{
	int rc;

	do {
		rc = send_piece(r, sock, fd);
		fd = -1;
	} while (!rc && r->sent < r->len);
	return rc;
}

void reply_free(struct reply *r)
{
	free(r->text);
	*r = (struct reply){ 0 };
}
