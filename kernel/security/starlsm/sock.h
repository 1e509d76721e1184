/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - sockets as objects with an id
 */
#ifndef _SECURITY_STARLSM_SOCK_H
#define _SECURITY_STARLSM_SOCK_H

#include <linux/atomic.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net.h>
#include <linux/types.h>
#include <net/sock.h>

#include "define.h"
#include "record.h"
#include "setup.h"

/**
 * struct starlsm_sock - Our part of a socket's security blob
 *
 * @id: Never used again; 0 until first needed.
 * @defined: Epoch in which the collector was told of it, plus 1; 0 for never.
 * @peer: Hash of the address it last sent to, 0 for none.
 * @family: AF_*
 * @type: SOCK_*
 * @protocol: Of the family.
 *
 * What it is, is written again, the same, whenever a hook asks for it.
 */
struct starlsm_sock {
	atomic64_t id;
	u32 defined;
	u32 peer;
	u16 family;
	u16 type;
	u16 protocol;
};

/* Room for what is said of an address of the Internet */
union starlsm_inet_addr {
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

struct starlsm_var starlsm_inet_own(const struct sock *sk,
				    union starlsm_inet_addr *addr);
struct starlsm_var starlsm_inet_peer(const struct sock *sk,
				     union starlsm_inet_addr *addr);
struct starlsm_sock *starlsm_sock_of(const struct sock *sk);
bool starlsm_sock_describe(struct starlsm_stream *stream,
			   struct starlsm_sock *sock, u32 epoch);

/**
 * starlsm_sock_id - The id of a socket
 *
 * @sock: The socket, or NULL.
 *
 * Return: Its id; 0 if there is no socket.
 */
static inline u64 starlsm_sock_id(struct starlsm_sock *sock)
{
	return sock ? starlsm_id_of(&sock->id) : 0;
}

/**
 * starlsm_sock_define - Describe a socket, once an epoch
 *
 * @stream: Where to.
 * @sock: The socket, or NULL.
 * @epoch: The epoch.
 *
 * Return: Whether the consumer knows it, or will when it reads on.
 */
static inline bool starlsm_sock_define(struct starlsm_stream *stream,
				       struct starlsm_sock *sock, u32 epoch)
{
	return !sock || starlsm_is_defined(&sock->defined, epoch) ||
	       starlsm_sock_describe(stream, sock, epoch);
}

static inline struct starlsm_sock *starlsm_sock(const struct socket *sock)
{
	return starlsm_sock_of(sock->sk);
}

#endif /* _SECURITY_STARLSM_SOCK_H */
