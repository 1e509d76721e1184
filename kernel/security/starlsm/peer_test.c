// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of sockets and their peers
 */
#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/in.h>
#include <linux/net.h>
#include <linux/security.h>
#include <linux/socket.h>
#include <net/inet_sock.h>
#include <net/sock.h>
#include <net/tcp_states.h>

#include "hooks_test.h"
#include "sock.h"

static void release(void *sock)
{
	sock_release(sock);
}

/* As a task makes it, and read past its SOCKET record */
static struct socket *new_socket(struct kunit *test, int family, int type)
{
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, 0, sock_create(family, type, 0, &sock));
	KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, release, sock));
	EXPECT_REC(test, SOCKET, socket);
	return sock;
}

static u64 id_of(struct socket *sock)
{
	return starlsm_sock_id(starlsm_sock(sock));
}

static void socket_is_recorded(struct kunit *test)
{
	const struct starlsm_rec_socket *rec;
	struct socket *sock;

	hooks_test_settle(test);
	KUNIT_ASSERT_EQ(test, 0, sock_create(AF_INET, SOCK_DGRAM, 0, &sock));
	rec = EXPECT_REC(test, SOCKET, socket);
	KUNIT_EXPECT_EQ(test, rec->sock, id_of(sock));
	KUNIT_EXPECT_EQ(test, rec->family, AF_INET);
	KUNIT_EXPECT_EQ(test, rec->type, SOCK_DGRAM);
	KUNIT_EXPECT_EQ(test, rec->protocol, 0);
	hooks_test_sock(test, rec->sock, AF_INET, SOCK_DGRAM);
	sock_release(sock);
	/* The kernel's own are its own business. */
	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_INET,
						  SOCK_DGRAM, 0, &sock));
	EXPECT_NOTHING(test);
	sock_release(sock);
}

static void pair_is_recorded(struct kunit *test)
{
	const struct starlsm_rec_socketpair *rec;
	struct socket *a, *b;

	hooks_test_settle(test);
	a = new_socket(test, AF_UNIX, SOCK_STREAM);
	b = new_socket(test, AF_UNIX, SOCK_STREAM);
	security_socket_socketpair(a, b);
	rec = EXPECT_REC(test, SOCKETPAIR, socketpair);
	KUNIT_EXPECT_EQ(test, rec->a, id_of(a));
	KUNIT_EXPECT_EQ(test, rec->b, id_of(b));
	KUNIT_EXPECT_NE(test, rec->a, rec->b);
	EXPECT_NOTHING(test);
}

static struct sockaddr_in loopback(u16 port)
{
	return (struct sockaddr_in) {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static void send_as_user(struct socket *sock, struct sockaddr_in *addr)
{
	struct msghdr msg = {
		.msg_name = addr,
		.msg_namelen = addr ? sizeof(*addr) : 0,
	};
	const unsigned int flags = hooks_test_as_user();

	security_socket_sendmsg(sock, &msg, 0);
	hooks_test_as_before(flags);
}

static void another_peer_is_recorded(struct kunit *test)
{
	struct sockaddr_in one = loopback(1), two = loopback(2);
	const struct starlsm_rec_sendto *rec;
	struct socket *sock;

	hooks_test_settle(test);
	sock = new_socket(test, AF_INET, SOCK_DGRAM);
	send_as_user(sock, NULL);
	EXPECT_NOTHING(test);
	send_as_user(sock, &one);
	rec = EXPECT_REC(test, SENDTO, sendto);
	KUNIT_EXPECT_EQ(test, rec->sock, id_of(sock));
	KUNIT_ASSERT_EQ(test, rec->addr_len, sizeof(one));
	KUNIT_EXPECT_MEMEQ(test, rec + 1, &one, sizeof(one));
	send_as_user(sock, &one);
	EXPECT_NOTHING(test);
	send_as_user(sock, &two);
	rec = EXPECT_REC(test, SENDTO, sendto);
	KUNIT_EXPECT_MEMEQ(test, rec + 1, &two, sizeof(two));
	EXPECT_NOTHING(test);
}

static void shutdown_is_recorded(struct kunit *test)
{
	const struct starlsm_rec_shutdown *rec;
	struct socket *sock;

	hooks_test_settle(test);
	sock = new_socket(test, AF_INET, SOCK_STREAM);
	/* Its class is off. */
	security_socket_shutdown(sock, SHUT_WR);
	EXPECT_NOTHING(test);
	hooks_test_want(test, STARLSM_EV_SHUTDOWN);
	security_socket_shutdown(sock, SHUT_WR);
	rec = EXPECT_REC(test, SHUTDOWN, shutdown);
	KUNIT_EXPECT_EQ(test, rec->sock, id_of(sock));
	KUNIT_EXPECT_EQ(test, rec->how, SHUT_WR);
	EXPECT_NOTHING(test);
}

static void local_peers_are_recorded(struct kunit *test)
{
	const struct starlsm_rec_unix *rec;
	struct socket *sock, *other;

	hooks_test_settle(test);
	sock = new_socket(test, AF_UNIX, SOCK_DGRAM);
	other = new_socket(test, AF_UNIX, SOCK_DGRAM);
	security_unix_may_send(sock, other);
	rec = EXPECT_REC(test, UNIX, unix);
	KUNIT_EXPECT_EQ(test, rec->sock, id_of(sock));
	KUNIT_EXPECT_EQ(test, rec->uid, 0);
	KUNIT_EXPECT_EQ(test, rec->pid, 0);
	KUNIT_EXPECT_EQ(test, rec->addr_len, 0);
	security_unix_may_send(sock, other);
	EXPECT_NOTHING(test);
	security_unix_may_send(sock, sock);
	EXPECT_REC(test, UNIX, unix);
	security_unix_stream_connect(sock->sk, other->sk, other->sk);
	EXPECT_REC(test, UNIX, unix);
	EXPECT_NOTHING(test);
}

static void accepted_has_its_peer(struct kunit *test)
{
	const struct sockaddr_in peer = loopback(4711);
	const struct starlsm_rec_accepted *rec;
	struct socket *sock;
	struct sock *sk;

	hooks_test_settle(test);
	sock = new_socket(test, AF_INET, SOCK_STREAM);
	sk = sock->sk;
	/* Some families graft a socket when it is made. */
	security_sock_graft(sk, sock);
	EXPECT_NOTHING(test);
	inet_sk(sk)->inet_daddr = peer.sin_addr.s_addr;
	inet_sk(sk)->inet_dport = peer.sin_port;
	sk->sk_state = TCP_ESTABLISHED;
	security_sock_graft(sk, sock);
	sk->sk_state = TCP_CLOSE;
	rec = EXPECT_REC(test, ACCEPTED, accepted);
	KUNIT_EXPECT_EQ(test, rec->sock, id_of(sock));
	KUNIT_ASSERT_EQ(test, rec->addr_len, sizeof(peer));
	KUNIT_EXPECT_MEMEQ(test, rec + 1, &peer, sizeof(peer));
	EXPECT_NOTHING(test);
}

static struct kunit_case peer_cases[] = {
	KUNIT_CASE(socket_is_recorded),
	KUNIT_CASE(pair_is_recorded),
	KUNIT_CASE(another_peer_is_recorded),
	KUNIT_CASE(shutdown_is_recorded),
	KUNIT_CASE(local_peers_are_recorded),
	KUNIT_CASE(accepted_has_its_peer),
	{}
};

static struct kunit_suite peer_suite = {
	.name = "starlsm_peer",
	.init = hooks_test_init,
	.test_cases = peer_cases,
};

kunit_test_suite(peer_suite);
