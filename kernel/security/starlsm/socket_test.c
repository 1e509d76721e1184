// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of sockets
 */
#include <kunit/test.h>
#include <linux/in.h>
#include <linux/net.h>
#include <linux/security.h>
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

static struct kunit_case socket_cases[] = {
	KUNIT_CASE(sockets_are_recorded),
	{}
};

static struct kunit_suite socket_suite = {
	.name = "starlsm_socket",
	.init = hooks_test_init,
	.test_cases = socket_cases,
};

kunit_test_suite(socket_suite);
