// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of the network's rules
 */
#include <kunit/test.h>
#include <linux/audit.h>
#include <linux/in.h>
#include <linux/net.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/security.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/xfrm.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "hooks_test.h"
#include "sock.h"

struct sockopt_case {
	const char *name;
	int level;
	int option;
	bool recorded;
};

static const struct sockopt_case sockopt_cases[] = {
	{ "reuse", SOL_SOCKET, SO_REUSEADDR, false },
	{ "filter", SOL_SOCKET, SO_ATTACH_FILTER, true },
	{ "device", SOL_SOCKET, SO_BINDTODEVICE, true },
	{ "ttl", SOL_IP, IP_TTL, false },
	{ "another's name", SOL_IP, IP_TRANSPARENT, true },
	{ "same number, other level", SOL_TCP, SO_ATTACH_FILTER, false },
};

KUNIT_ARRAY_PARAM_DESC(sockopt, sockopt_cases, name);

static void telling_options_are_recorded(struct kunit *test)
{
	const struct sockopt_case *const c = test->param_value;
	const struct starlsm_rec_sockopt *rec;
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_INET,
						  SOCK_DGRAM, 0, &sock));
	hooks_test_settle(test);
	security_socket_setsockopt(sock, c->level, c->option);
	if (c->recorded) {
		rec = EXPECT_REC(test, SOCKOPT, sockopt);
		KUNIT_EXPECT_EQ(test, rec->sock,
				starlsm_sock_id(starlsm_sock(sock)));
		KUNIT_EXPECT_EQ(test, rec->level, c->level);
		KUNIT_EXPECT_EQ(test, rec->option, c->option);
	}
	EXPECT_NOTHING(test);
	sock_release(sock);
}

static void tunnel_is_recorded(struct kunit *test)
{
	hooks_test_settle(test);
	security_tun_dev_create();
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, TUN, tun)->euid, 0);
	EXPECT_NOTHING(test);
}

#define NFT(message)	(NFNL_SUBSYS_NFTABLES << 8 | (message))

struct netlink_case {
	const char *name;
	int protocol;
	u16 types[3];		/* of the messages in one buffer; 0 for none */
	u16 recorded[2];	/* 0 for none */
};

static const struct netlink_case netlink_cases[] = {
	{ "list routes", NETLINK_ROUTE, { RTM_GETROUTE }, {} },
	{ "new route", NETLINK_ROUTE, { RTM_NEWROUTE }, { RTM_NEWROUTE } },
	{ "same twice", NETLINK_ROUTE, { RTM_DELADDR, RTM_DELADDR },
	  { RTM_DELADDR } },
	{ "two kinds", NETLINK_ROUTE, { RTM_NEWLINK, RTM_GETLINK, RTM_NEWADDR },
	  { RTM_NEWLINK, RTM_NEWADDR } },
	{ "list states", NETLINK_XFRM, { XFRM_MSG_GETSA }, {} },
	{ "new state", NETLINK_XFRM, { XFRM_MSG_NEWSA }, { XFRM_MSG_NEWSA } },
	{ "batch of rules", NETLINK_NETFILTER,
	  { NFNL_MSG_BATCH_BEGIN, NFT(NFT_MSG_NEWRULE), NFNL_MSG_BATCH_END },
	  { NFT(NFT_MSG_NEWRULE) } },
	{ "list rules", NETLINK_NETFILTER, { NFT(NFT_MSG_GETRULE) }, {} },
	{ "audit's rules", NETLINK_AUDIT, { AUDIT_ADD_RULE },
	  { AUDIT_ADD_RULE } },
	{ "told to audit", NETLINK_AUDIT, { AUDIT_FIRST_USER_MSG }, {} },
	{ "another family", NETLINK_GENERIC, { RTM_NEWROUTE }, {} },
};

KUNIT_ARRAY_PARAM_DESC(netlink, netlink_cases, name);

static struct sk_buff *buffer_of(struct kunit *test,
				 const struct netlink_case *c)
{
	struct sk_buff *const skb = nlmsg_new(256, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	for (i = 0; i < ARRAY_SIZE(c->types) && c->types[i]; i++)
		KUNIT_ASSERT_NOT_NULL(test, nlmsg_put(skb, 0, 0, c->types[i],
						      4, 0));
	return skb;
}

static void changes_of_the_network_are_recorded(struct kunit *test)
{
	const struct netlink_case *const c = test->param_value;
	struct sk_buff *const skb = buffer_of(test, c);
	const struct starlsm_rec_netlink *rec;
	struct socket *sock;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_NETLINK,
						  SOCK_RAW, NETLINK_ROUTE,
						  &sock));
	hooks_test_settle(test);
	/* Not every family is there; the hook looks at its number only. */
	sock->sk->sk_protocol = c->protocol;
	security_netlink_send(sock->sk, skb);
	sock->sk->sk_protocol = NETLINK_ROUTE;
	for (i = 0; i < ARRAY_SIZE(c->recorded) && c->recorded[i]; i++) {
		rec = EXPECT_REC(test, NETLINK, netlink);
		KUNIT_EXPECT_EQ(test, rec->protocol, c->protocol);
		KUNIT_EXPECT_EQ(test, rec->message, c->recorded[i]);
	}
	EXPECT_NOTHING(test);
	sock_release(sock);
	kfree_skb(skb);
}

static struct kunit_case netconf_cases[] = {
	KUNIT_CASE_PARAM(telling_options_are_recorded, sockopt_gen_params),
	KUNIT_CASE(tunnel_is_recorded),
	KUNIT_CASE_PARAM(changes_of_the_network_are_recorded,
			 netlink_gen_params),
	{}
};

static struct kunit_suite netconf_suite = {
	.name = "starlsm_netconf",
	.init = hooks_test_init,
	.test_cases = netconf_cases,
};

kunit_test_suite(netconf_suite);
