// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - sockets: bind, listen, connect, accept
 */
#include <linux/lsm_hooks.h>
#include <linux/net.h>
#include <linux/socket.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"
#include "sock.h"

static_assert(sizeof(struct sockaddr_storage) == STARLSM_ADDR_LEN_MAX);

/* An address a task handed over; the socket code has copied and bounded it. */
static struct starlsm_var addr_var(const struct sockaddr *addr, int len)
{
	return starlsm_var_head(addr, len > 0 ? len : 0, STARLSM_ADDR_LEN_MAX);
}

/* A socket without an address has an empty one. */
static struct starlsm_var own_addr(struct socket *sock,
				   struct sockaddr_storage *addr)
{
	const int len = kernel_getsockname(sock, (struct sockaddr *)addr);

	return addr_var((struct sockaddr *)addr, len);
}

/* Bind, connect and accept tell the same of different addresses. */
static_assert(sizeof(struct starlsm_rec_bind) ==
	      sizeof(struct starlsm_rec_connect));
static_assert(sizeof(struct starlsm_rec_bind) ==
	      sizeof(struct starlsm_rec_accept));

static int emit_addr(u16 type, struct socket *sock, struct starlsm_var addr)
{
	struct starlsm_sock *const blob = starlsm_sock(sock);
	const struct starlsm_rec_bind rec = {
		.sock = starlsm_sock_id(blob),
		.type = sock->type,
		.addr_len = addr.len,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { blob },
	}, &(struct starlsm_msg) {
		.rec = &rec.rec,
		.vars = &addr,
		.type = type,
		.n_vars = 1,
	});
}

static int hook_socket_bind(struct socket *sock, struct sockaddr *address,
			    int addrlen)
{
	if (!starlsm_wants(BIND))
		return 0;
	return emit_addr(STARLSM_EV_BIND, sock, addr_var(address, addrlen));
}

static int hook_socket_connect(struct socket *sock, struct sockaddr *address,
			       int addrlen)
{
	if (!starlsm_wants(CONNECT))
		return 0;
	return emit_addr(STARLSM_EV_CONNECT, sock, addr_var(address, addrlen));
}

static noinline int emit_listen(struct socket *sock, int backlog)
{
	struct starlsm_rec_listen rec = { .backlog = backlog };
	struct sockaddr_storage addr;
	struct starlsm_sock *blob;
	struct starlsm_var vars[1];

	blob = starlsm_sock(sock);
	vars[0] = own_addr(sock, &addr);
	rec.sock = starlsm_sock_id(blob);
	rec.type = sock->type;
	rec.addr_len = vars[0].len;
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { blob },
	}, &STARLSM_MSG_VARS(LISTEN, &rec, vars));
}

static int hook_socket_listen(struct socket *sock, int backlog)
{
	return starlsm_wants(LISTEN) ? emit_listen(sock, backlog) : 0;
}

static noinline int emit_accept_slowly(struct socket *sock)
{
	struct sockaddr_storage addr;

	return emit_addr(STARLSM_EV_ACCEPT, sock, own_addr(sock, &addr));
}

/* Who listens stays where he is; for the others the socket has to be locked. */
static noinline int emit_accept(struct socket *sock)
{
	union starlsm_inet_addr addr __uninitialized;
	const struct sock *const sk = sock->sk;
	struct starlsm_var own;

	if (!sk || READ_ONCE(sk->sk_state) != TCP_LISTEN)
		return emit_accept_slowly(sock);
	own = starlsm_inet_own(sk, &addr);
	if (!own.len)
		return emit_accept_slowly(sock);
	return emit_addr(STARLSM_EV_ACCEPT, sock, own);
}

static int hook_socket_accept(struct socket *sock, struct socket *newsock)
{
	return starlsm_wants(ACCEPT) ? emit_accept(sock) : 0;
}

static struct security_hook_list socket_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(socket_bind, hook_socket_bind),
	LSM_HOOK_INIT(socket_connect, hook_socket_connect),
	LSM_HOOK_INIT(socket_listen, hook_socket_listen),
	LSM_HOOK_INIT(socket_accept, hook_socket_accept),
};

void __init starlsm_add_socket_hooks(void)
{
	security_add_hooks(socket_hooks, ARRAY_SIZE(socket_hooks),
			   &starlsm_lsmid);
}
