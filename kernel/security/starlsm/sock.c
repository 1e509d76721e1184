// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - sockets as objects with an id
 */
#include <linux/sched/clock.h>
#include <linux/socket.h>
#include <net/inet_sock.h>
#include <net/ipv6.h>

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

/*
 * Addresses of the Internet
 */

#if IS_ENABLED(CONFIG_IPV6)
static const struct in6_addr *in6_peer(const struct sock *sk)
{
	return &sk->sk_v6_daddr;
}
#else
static const struct in6_addr *in6_peer(const struct sock *sk)
{
	return &in6addr_any;
}
#endif

static struct starlsm_var in_var(__be32 ip, __be16 port,
				 union starlsm_inet_addr *addr)
{
	addr->in = (struct sockaddr_in) {
		.sin_family = AF_INET,
		.sin_port = port,
		.sin_addr.s_addr = ip,
	};
	return (struct starlsm_var) {
		.data = &addr->in,
		.len = sizeof(addr->in),
	};
}

static struct starlsm_var in6_var(const struct in6_addr *ip, __be16 port,
				  u32 device, union starlsm_inet_addr *addr)
{
	addr->in6 = (struct sockaddr_in6) {
		.sin6_family = AF_INET6,
		.sin6_port = port,
		.sin6_addr = *ip,
		.sin6_scope_id = ipv6_iface_scope_id(ip, device),
	};
	return (struct starlsm_var) {
		.data = &addr->in6,
		.len = sizeof(addr->in6),
	};
}

/**
 * starlsm_inet_own - A socket's own address, as getsockname(2) says it
 *
 * @sk: The socket, which is bound and stays so: its lock is not taken.
 * @addr: Where to.
 *
 * Return: The address; empty if it is of another family.
 */
struct starlsm_var starlsm_inet_own(const struct sock *sk,
				    union starlsm_inet_addr *addr)
{
	const struct inet_sock *const inet = inet_sk(sk);

	switch (sk->sk_family) {
	case AF_INET:
		return in_var(inet->inet_rcv_saddr, inet->inet_sport, addr);
	case AF_INET6:
		return in6_var(inet6_rcv_saddr(sk), inet->inet_sport,
			       sk->sk_bound_dev_if, addr);
	default:
		return (struct starlsm_var) {};
	}
}

/**
 * starlsm_inet_peer - Whom a socket is connected with, as getpeername(2) says it
 *
 * @sk: The socket, which is connected and stays so: its lock is not taken.
 * @addr: Where to.
 *
 * Return: The address; empty if it is of another family.
 */
struct starlsm_var starlsm_inet_peer(const struct sock *sk,
				     union starlsm_inet_addr *addr)
{
	const struct inet_sock *const inet = inet_sk(sk);

	switch (sk->sk_family) {
	case AF_INET:
		return in_var(inet->inet_daddr, inet->inet_dport, addr);
	case AF_INET6:
		return in6_var(in6_peer(sk), inet->inet_dport,
			       sk->sk_bound_dev_if, addr);
	default:
		return (struct starlsm_var) {};
	}
}
