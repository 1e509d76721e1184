// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a program that is connected to us as if we were xenstored
 */
#include "blanket/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool client_init(struct client *c, int fd, uint32_t id)
{
	*c = (struct client){ .fd = fd, .id = id, .out = malloc(CLIENT_OUT_MAX) };
	return c->out;
}

void client_free(struct client *c)
{
	close(c->fd);
	free(c->out);
	*c = (struct client){ .fd = -1 };
}

/* How many bytes the message is to have, as far as that is known */
static size_t wanted(const struct client *c)
{
	size_t head = sizeof(c->in.head);

	return c->in_len < head ? head : head + c->in.head.len;
}

int client_read(struct client *c)
{
	while (c->in_len < wanted(c)) {
		ssize_t n = recv(c->fd, (char *)&c->in + c->in_len, wanted(c) - c->in_len,
				 MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n <= 0)
			return -1;
		c->in_len += n;
		if (c->in_len >= sizeof(c->in.head) && c->in.head.len > sizeof(c->in.body))
			return -1;
	}
	c->in_len = 0;
	return 1;
}

bool client_send(struct client *c, const struct mux_message *msg)
{
	size_t len = sizeof(msg->head) + msg->head.len;

	if (c->out_len + len > CLIENT_OUT_MAX)
		return false;
	memcpy(c->out + c->out_len, msg, len);
	c->out_len += len;
	return client_flush(c);
}

bool client_flush(struct client *c)
{
	ssize_t n;

	if (!c->out_len)
		return true;
	n = send(c->fd, c->out, c->out_len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN;
	c->out_len -= n;
	memmove(c->out, c->out + n, c->out_len);
	return true;
}
