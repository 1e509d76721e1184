// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a unix socket that somebody reads lines from
 */
#include "export/peer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void hang_up(struct peer *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

static int call(struct peer *p)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int err;

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", p->outlet.where);
	p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->fd < 0)
		return errno;
	if (!connect(p->fd, (struct sockaddr *)&addr, sizeof(addr)))
		return 0;
	/* EAGAIN here: it does not accept. That is no room in a connection. */
	err = errno == EAGAIN ? EBUSY : errno;
	hang_up(p);
	return err;
}

static ssize_t peer_write(struct outlet *o, const char *buf, size_t len, bool is_line,
			  bool *anew)
{
	struct peer *p = (struct peer *)o;
	ssize_t n;
	int err = p->fd < 0 ? call(p) : 0;

	(void)is_line;
	if (err)
		return -err;
	n = send(p->fd, buf, len, MSG_NOSIGNAL);
	if (n >= 0)
		return n;
	err = errno;
	if (err == EAGAIN)
		return -EAGAIN;
	hang_up(p);
	*anew = true;
	return -err;
}

int peer_init(struct peer *p, const char *path)
{
	p->fd = -1;
	return outlet_init(&p->outlet, "socket", path, peer_write);
}

void peer_free(struct peer *p)
{
	hang_up(p);
	outlet_free(&p->outlet);
}
