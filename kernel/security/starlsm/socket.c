// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - sockets: bind, listen, connect, accept
 */
#include <linux/lsm_hooks.h>
#include <linux/net.h>
#include <linux/socket.h>

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

static int hook_socket_bind(struct socket *sock, struct sockaddr *address,
			    int addrlen)
{
	struct starlsm_sock *const blob = starlsm_sock(sock);
	struct starlsm_rec_bind rec = { .type = sock->type };
	struct starlsm_var vars[1];

	if (!starlsm_wants(BIND))
		return 0;
	vars[0] = addr_var(address, addrlen);
	rec.sock = starlsm_sock_id(blob);
	rec.addr_len = vars[0].len;
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { blob },
	}, &STARLSM_MSG_VARS(BIND, &rec, vars));
}

static int hook_socket_connect(struct socket *sock, struct sockaddr *address,
			       int addrlen)
{
	struct starlsm_sock *const blob = starlsm_sock(sock);
	struct starlsm_rec_connect rec = { .type = sock->type };
	struct starlsm_var vars[1];

	if (!starlsm_wants(CONNECT))
		return 0;
	vars[0] = addr_var(address, addrlen);
	rec.sock = starlsm_sock_id(blob);
	rec.addr_len = vars[0].len;
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { blob },
	}, &STARLSM_MSG_VARS(CONNECT, &rec, vars));
}

static int hook_socket_listen(struct socket *sock, int backlog)
{
	struct starlsm_sock *const blob = starlsm_sock(sock);
	struct starlsm_rec_listen rec = { .type = sock->type, .backlog = backlog };
	struct sockaddr_storage addr;
	struct starlsm_var vars[1];

	if (!starlsm_wants(LISTEN))
		return 0;
	vars[0] = own_addr(sock, &addr);
	rec.sock = starlsm_sock_id(blob);
	rec.addr_len = vars[0].len;
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { blob },
	}, &STARLSM_MSG_VARS(LISTEN, &rec, vars));
}

static int hook_socket_accept(struct socket *sock, struct socket *newsock)
{
	struct starlsm_sock *const blob = starlsm_sock(sock);
	struct starlsm_rec_accept rec = { .type = sock->type };
	struct sockaddr_storage addr;
	struct starlsm_var vars[1];

	if (!starlsm_wants(ACCEPT))
		return 0;
	vars[0] = own_addr(sock, &addr);
	rec.sock = starlsm_sock_id(blob);
	rec.addr_len = vars[0].len;
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { blob },
	}, &STARLSM_MSG_VARS(ACCEPT, &rec, vars));
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
