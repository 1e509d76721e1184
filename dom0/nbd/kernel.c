// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the kernel's NBD devices, by its generic netlink family; needs root
 */
#include "nbd/kernel.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/nbd-netlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define SECTOR		512
#define MESSAGE_MAX	8192
/* A server that was killed may take a moment to be gone. */
#define GONE_TRIES	50
#define GONE_US		100000

struct family {
	struct mnl_socket *socket;
	uint16_t id;
	char buffer[MESSAGE_MAX];
};

static struct nlmsghdr *message(struct family *f, uint16_t type, uint8_t command)
{
	struct nlmsghdr *m = mnl_nlmsg_put_header(f->buffer);
	struct genlmsghdr *g;

	m->nlmsg_type = type;
	m->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	g = mnl_nlmsg_put_extra_header(m, sizeof(*g));
	g->cmd = command;
	g->version = 1;
	return m;
}

/* 0, or what is wrong with it */
static int ask(struct family *f, struct nlmsghdr *m, mnl_cb_t heard, void *arg)
{
	ssize_t len;
	int rc = 1;

	if (mnl_socket_sendto(f->socket, m, m->nlmsg_len) < 0)
		return errno;
	while (rc > 0) {
		len = mnl_socket_recvfrom(f->socket, f->buffer, sizeof(f->buffer));
		if (len < 0)
			return errno;
		rc = mnl_cb_run(f->buffer, len, 0, mnl_socket_get_portid(f->socket), heard, arg);
	}
	return rc < 0 ? errno : 0;
}

static int find_id(const struct nlmsghdr *m, void *arg)
{
	const struct nlattr *a;

	mnl_attr_for_each(a, m, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(a) == CTRL_ATTR_FAMILY_ID)
			*(uint16_t *)arg = mnl_attr_get_u16(a);
	return MNL_CB_OK;
}

static bool open_family(struct family *f)
{
	struct nlmsghdr *m;

	f->id = 0;
	f->socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!f->socket || mnl_socket_bind(f->socket, 0, MNL_SOCKET_AUTOPID) < 0)
		return false;
	m = message(f, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(m, CTRL_ATTR_FAMILY_NAME, NBD_GENL_FAMILY_NAME);
	return !ask(f, m, find_id, &f->id) && f->id;
}

static int configure(struct family *f, uint8_t command, const struct nbd_device *d, int fd)
{
	struct nlmsghdr *m = message(f, f->id, command);
	struct nlattr *sockets, *item;

	mnl_attr_put_u32(m, NBD_ATTR_INDEX, d->index);
	mnl_attr_put_strz(m, NBD_ATTR_BACKEND_IDENTIFIER, d->owner);
	mnl_attr_put_u64(m, NBD_ATTR_SIZE_BYTES, d->bytes);
	mnl_attr_put_u64(m, NBD_ATTR_BLOCK_SIZE_BYTES, SECTOR);
	mnl_attr_put_u64(m, NBD_ATTR_SERVER_FLAGS, d->flags);
	mnl_attr_put_u64(m, NBD_ATTR_TIMEOUT, d->request_s);
	mnl_attr_put_u64(m, NBD_ATTR_DEAD_CONN_TIMEOUT, d->gone_s);
	sockets = mnl_attr_nest_start(m, NBD_ATTR_SOCKETS);
	item = mnl_attr_nest_start(m, NBD_SOCK_ITEM);
	mnl_attr_put_u32(m, NBD_SOCK_FD, fd);
	mnl_attr_nest_end(m, item);
	mnl_attr_nest_end(m, sockets);
	return ask(f, m, NULL, NULL);
}

static const char *reason(int err)
{
	switch (err) {
	case 0:
		return NULL;
	case EBUSY:
		return "it has a server, which answers";
	case EINVAL:
		return "it is somebody else's";
	default:
		return strerror(err);
	}
}

#define NO_FAMILY	"the kernel has no NBD devices (Is its module nbd loaded?)"

/*
 * Of a device that has no room for a server the kernel says that all is well, and
 * takes none. What it takes has its timeout.
 */
static bool is_taken(int fd)
{
	struct timeval timeout = { 0 };
	socklen_t len = sizeof(timeout);

	return !getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, &len) && timeout.tv_sec;
}

const char *kernel_attach(const struct nbd_device *d, int fd)
{
	struct family f;
	int err;

	if (!open_family(&f))
		return NO_FAMILY;
	err = configure(&f, NBD_CMD_CONNECT, d, fd);
	for (int i = 0; i < GONE_TRIES && err == EBUSY; i++) {
		if (i)
			usleep(GONE_US);
		err = configure(&f, NBD_CMD_RECONFIGURE, d, fd);
		if (!err && !is_taken(fd))
			err = EBUSY;
	}
	mnl_socket_close(f.socket);
	return reason(err);
}

const char *kernel_detach(unsigned int index)
{
	struct nlmsghdr *m;
	struct family f;
	int err;

	if (!open_family(&f))
		return NO_FAMILY;
	m = message(&f, f.id, NBD_CMD_DISCONNECT);
	mnl_attr_put_u32(m, NBD_ATTR_INDEX, index);
	err = ask(&f, m, NULL, NULL);
	mnl_socket_close(f.socket);
	return err ? strerror(err) : NULL;
}
