// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of sockets
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/net.h>
#include <linux/security.h>
#include <linux/un.h>
#include <net/inet_sock.h>
#include <net/net_namespace.h>

#include "hooks_test.h"

static void sockets_are_recorded(struct kunit *test)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(4711),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const struct starlsm_rec_connect *connect;
	const struct starlsm_rec_listen *listen;
	const struct starlsm_rec_bind *bind;
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_INET,
						  SOCK_STREAM, 0, &sock));
	hooks_test_settle(test);
	security_socket_bind(sock, (struct sockaddr *)&addr, sizeof(addr));
	bind = EXPECT_REC(test, BIND, bind);
	KUNIT_EXPECT_EQ(test, bind->type, SOCK_STREAM);
	KUNIT_ASSERT_EQ(test, bind->addr_len, sizeof(addr));
	KUNIT_EXPECT_MEMEQ(test, bind + 1, &addr, sizeof(addr));

	security_socket_connect(sock, (struct sockaddr *)&addr, sizeof(addr));
	connect = EXPECT_REC(test, CONNECT, connect);
	KUNIT_ASSERT_EQ(test, connect->addr_len, sizeof(addr));
	KUNIT_EXPECT_MEMEQ(test, connect + 1, &addr, sizeof(addr));

	security_socket_listen(sock, 5);
	listen = EXPECT_REC(test, LISTEN, listen);
	KUNIT_EXPECT_EQ(test, listen->backlog, 5);
	KUNIT_EXPECT_EQ(test, listen->addr_len, sizeof(addr));

	security_socket_accept(sock, sock);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, ACCEPT, accept)->type,
			SOCK_STREAM);
	EXPECT_NOTHING(test);
	sock_release(sock);
}

static void expect_own_address(struct kunit *test, struct socket *sock)
{
	struct sockaddr_storage own;
	const struct starlsm_rec_accept *rec;
	const int len = kernel_getsockname(sock, (struct sockaddr *)&own);

	security_socket_accept(sock, sock);
	rec = EXPECT_REC(test, ACCEPT, accept);
	KUNIT_ASSERT_EQ(test, rec->addr_len, len);
	KUNIT_EXPECT_MEMEQ(test, rec + 1, &own, len);
}

/* The address is told with the socket's lock, and without it. */
static void bound_accepts(struct kunit *test, struct sockaddr *addr, int len)
{
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, addr->sa_family,
						  SOCK_STREAM, 0, &sock));
	/* The interface may be down. */
	if (addr->sa_family != AF_UNIX)
		inet_set_bit(FREEBIND, sock->sk);
	hooks_test_settle(test);
	KUNIT_EXPECT_EQ(test, 0, kernel_bind(sock, addr, len));
	expect_own_address(test, sock);
	KUNIT_EXPECT_EQ(test, 0, kernel_listen(sock, 1));
	expect_own_address(test, sock);
	EXPECT_NOTHING(test);
	sock_release(sock);
}

static void accept_tells_own_address(struct kunit *test)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT,
	};
	struct sockaddr_un local = {
		.sun_family = AF_UNIX,
		.sun_path = "\0starlsm-test",
	};

	bound_accepts(test, (struct sockaddr *)&in, sizeof(in));
	bound_accepts(test, (struct sockaddr *)&in6, sizeof(in6));
	bound_accepts(test, (struct sockaddr *)&local, sizeof(local));
}

static struct kunit_case socket_cases[] = {
	KUNIT_CASE(sockets_are_recorded),
	KUNIT_CASE(accept_tells_own_address),
	{}
};

static struct kunit_suite socket_suite = {
	.name = "starlsm_socket",
	.init = hooks_test_init,
	.test_cases = socket_cases,
};

kunit_test_suite(socket_suite);
