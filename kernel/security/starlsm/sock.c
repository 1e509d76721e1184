// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - sockets as objects with an id
 */
#include <linux/sched/clock.h>

#include "define.h"
#include "sock.h"

/**
 * starlsm_sock_of - Our part of a socket, with what it is
 *
 * @sk: The socket's inner half, or NULL.
 *
 * Return: NULL if there is none.
 */
struct starlsm_sock *starlsm_sock_of(const struct sock *sk)
{
	struct starlsm_sock *sock;

	if (!sk || !sk->sk_security)
		return NULL;
	sock = sk->sk_security + starlsm_blob_sizes.lbs_sock;
	sock->family = sk->sk_family;
	sock->type = sk->sk_type;
	sock->protocol = sk->sk_protocol;
	return sock;
}

/**
 * starlsm_sock_id - The id of a socket
 *
 * @sock: The socket, or NULL.
 *
 * Return: Its id; 0 if there is no socket.
 */
u64 starlsm_sock_id(struct starlsm_sock *sock)
{
	return sock ? starlsm_id_of(&sock->id) : 0;
}

/**
 * starlsm_sock_describe - Describe a socket
 *
 * @stream: Where to.
 * @sock: The socket.
 * @epoch: The epoch.
 *
 * Return: Whether there was room.
 */
bool starlsm_sock_describe(struct starlsm_stream *stream,
			   struct starlsm_sock *sock, u32 epoch)
{
	const struct starlsm_rec_sock rec = {
		.id = starlsm_sock_id(sock),
		.family = sock->family,
		.type = sock->type,
		.protocol = sock->protocol,
	};

	if (!starlsm_record_write(stream, &STARLSM_MSG(SOCK, &rec),
				  sched_clock(), 0))
		return false;
	starlsm_set_defined(&sock->defined, epoch);
	return true;
}
