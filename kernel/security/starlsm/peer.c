// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - who a socket speaks with: its birth, its peers, its end
 */
#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/lsm_hooks.h>
#include <linux/net.h>
#include <linux/pid.h>
#include <linux/socket.h>
#include <linux/uidgid.h>
#include <net/af_unix.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"
#include "sock.h"

static noinline int emit_socket(struct socket *sock, int family, int type,
				int protocol)
{
	struct starlsm_rec_socket rec = {
		.family = family,
		.type = type,
		.protocol = protocol,
	};
	struct starlsm_sock *ours;

	ours = starlsm_sock(sock);
	if (!ours)
		return 0;
	rec.sock = starlsm_sock_id(ours);
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { ours },
	}, &STARLSM_MSG(SOCKET, &rec));
}

static int hook_socket_post_create(struct socket *sock, int family, int type,
				   int protocol, int kern)
{
	if (!kern && starlsm_wants(SOCKET))
		return emit_socket(sock, family, type, protocol);
	return 0;
}

static noinline int emit_socketpair(struct socket *socka, struct socket *sockb)
{
	struct starlsm_rec_socketpair rec = {};
	struct starlsm_sock *a, *b;

	a = starlsm_sock(socka);
	b = starlsm_sock(sockb);
	if (!a || !b)
		return 0;
	rec.a = starlsm_sock_id(a);
	rec.b = starlsm_sock_id(b);
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { a, b },
	}, &STARLSM_MSG(SOCKETPAIR, &rec));
}

static int hook_socket_socketpair(struct socket *socka, struct socket *sockb)
{
	return starlsm_wants(SOCKETPAIR) ? emit_socketpair(socka, sockb) : 0;
}

/* Two threads that send at once may both be told of, or swap their turns. */
static bool is_new_peer(struct starlsm_sock *sock, u32 peer)
{
	if (READ_ONCE(sock->peer) == peer)
		return false;
	WRITE_ONCE(sock->peer, peer);
	return true;
}

/* Local sockets have hook_unix_may_send, netlink has hook_netlink_send. */
static bool has_own_hook(const struct socket *sock)
{
	return sock->sk->sk_family == AF_UNIX ||
	       sock->sk->sk_family == AF_NETLINK;
}

static noinline int emit_sendto(struct socket *sock, const struct msghdr *msg)
{
	const int len = msg->msg_namelen;
	struct starlsm_rec_sendto rec = {};
	struct starlsm_var vars[1];
	struct starlsm_sock *ours;

	if (len <= 0 || current->flags & PF_KTHREAD || !sock->sk ||
	    has_own_hook(sock))
		return 0;
	ours = starlsm_sock_of(sock->sk);
	if (!ours || !is_new_peer(ours, jhash(msg->msg_name, len, 0) ?: 1))
		return 0;
	vars[0] = starlsm_var_head(msg->msg_name, len, STARLSM_ADDR_LEN_MAX);
	rec.sock = starlsm_sock_id(ours);
	rec.addr_len = vars[0].len;
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { ours },
	}, &STARLSM_MSG_VARS(SENDTO, &rec, vars));
}

/* A socket that is connected names nobody. */
static int hook_socket_sendmsg(struct socket *sock, struct msghdr *msg,
			       int size)
{
	if (msg->msg_name && starlsm_wants(SENDTO))
		return emit_sendto(sock, msg);
	return 0;
}

static noinline int emit_shutdown(struct socket *sock, int how)
{
	struct starlsm_rec_shutdown rec = { .how = how };
	struct starlsm_sock *ours;

	ours = starlsm_sock(sock);
	if (!ours)
		return 0;
	rec.sock = starlsm_sock_id(ours);
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { ours },
	}, &STARLSM_MSG(SHUTDOWN, &rec));
}

static int hook_socket_shutdown(struct socket *sock, int how)
{
	return starlsm_wants(SHUTDOWN) ? emit_shutdown(sock, how) : 0;
}

/* Set once, before others can find the socket; a pair's have none. */
static struct starlsm_var unix_addr_var(struct sock *sk)
{
	const struct unix_address *addr;

	/* pairs with the release in unix_bind and unix_stream_connect */
	addr = smp_load_acquire(&unix_sk(sk)->addr);
	if (!addr)
		return (struct starlsm_var) {};
	return starlsm_var_head(addr->name, addr->len, STARLSM_ADDR_LEN_MAX);
}

/* Known of those who listen, or were made as a pair */
static u32 peer_pid(struct sock *sk)
{
	u32 pid;

	spin_lock(&sk->sk_peer_lock);
	pid = sk->sk_peer_pid ? pid_nr(sk->sk_peer_pid) : 0;
	spin_unlock(&sk->sk_peer_lock);
	return pid;
}

/* Under spin locks of both sockets, or of @other. */
static void emit_unix(struct starlsm_sock *ours, struct sock *other)
{
	const struct starlsm_var vars[] = { unix_addr_var(other) };
	const struct starlsm_rec_unix rec = {
		.sock = starlsm_sock_id(ours),
		.pid = peer_pid(other),
		.uid = from_kuid(&init_user_ns, other->sk_uid),
		.addr_len = vars[0].len,
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.sock = { ours },
	}, &STARLSM_MSG_VARS(UNIX, &rec, vars));
}

static int hook_unix_stream_connect(struct sock *sock, struct sock *other,
				    struct sock *newsk)
{
	struct starlsm_sock *ours;

	if (!starlsm_wants(UNIX))
		return 0;
	ours = starlsm_sock_of(sock);
	if (ours)
		emit_unix(ours, other);
	return 0;
}

static int hook_unix_may_send(struct socket *sock, struct socket *other)
{
	struct starlsm_sock *ours, *theirs;

	if (!starlsm_wants(UNIX))
		return 0;
	ours = starlsm_sock(sock);
	theirs = starlsm_sock(other);
	if (ours && theirs &&
	    is_new_peer(ours, hash_64(starlsm_sock_id(theirs), 32) ?: 1))
		emit_unix(ours, other->sk);
	return 0;
}

/* As getpeername(2) says it, which would sleep. */
static struct starlsm_var peer_addr_var(struct sock *sk,
					union starlsm_inet_addr *addr)
{
	if (sk->sk_family != AF_UNIX)
		return starlsm_inet_peer(sk, addr);
	/* Who accepts holds the new socket's lock: its peer stays. */
	return unix_peer(sk) ? unix_addr_var(unix_peer(sk)) :
		(struct starlsm_var) {};
}

static bool is_connected(const struct sock *sk)
{
	return (1 << READ_ONCE(sk->sk_state)) &
	       (TCPF_ESTABLISHED | TCPF_SYN_RECV | TCPF_CLOSE_WAIT);
}

static noinline void emit_accepted(struct sock *sk)
{
	struct starlsm_rec_accepted rec = {};
	union starlsm_inet_addr addr __uninitialized;
	struct starlsm_var vars[1];
	struct starlsm_sock *ours;

	ours = starlsm_sock_of(sk);
	if (!ours)
		return;
	vars[0] = peer_addr_var(sk, &addr);
	rec.sock = starlsm_sock_id(ours);
	rec.addr_len = vars[0].len;
	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.sock = { ours },
	}, &STARLSM_MSG_VARS(ACCEPTED, &rec, vars));
}

/* Some families graft a socket when it is made. */
static void hook_sock_graft(struct sock *sk, struct socket *parent)
{
	if (starlsm_wants(ACCEPTED) && is_connected(sk))
		emit_accepted(sk);
}

static struct security_hook_list peer_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(socket_post_create, hook_socket_post_create),
	LSM_HOOK_INIT(socket_socketpair, hook_socket_socketpair),
	LSM_HOOK_INIT(socket_sendmsg, hook_socket_sendmsg),
	LSM_HOOK_INIT(socket_shutdown, hook_socket_shutdown),
	LSM_HOOK_INIT(unix_stream_connect, hook_unix_stream_connect),
	LSM_HOOK_INIT(unix_may_send, hook_unix_may_send),
	LSM_HOOK_INIT(sock_graft, hook_sock_graft),
};

void __init starlsm_add_peer_hooks(void)
{
	security_add_hooks(peer_hooks, ARRAY_SIZE(peer_hooks), &starlsm_lsmid);
}
