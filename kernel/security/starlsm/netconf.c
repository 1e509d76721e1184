// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - the network's rules: what listens in on it, or redirects it
 */
#include <linux/audit.h>
#include <linux/cred.h>
#include <linux/if_packet.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/lsm_hooks.h>
#include <linux/net.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_arp/arp_tables.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>
#include <linux/socket.h>
#include <linux/uidgid.h>
#include <linux/xfrm.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"
#include "sock.h"

static bool is_telling_of_socket(int option)
{
	switch (option) {
	case SO_ATTACH_FILTER:		/* waits for a magic packet */
	case SO_ATTACH_BPF:
	case SO_ATTACH_REUSEPORT_CBPF:	/* takes a share of another's port */
	case SO_ATTACH_REUSEPORT_EBPF:
	case SO_BINDTODEVICE:		/* past the routes */
	case SO_BINDTOIFINDEX:
	case SO_MARK:			/* past the rules */
		return true;
	default:
		return false;
	}
}

static bool is_telling_of_ip(int option)
{
	return option == IP_TRANSPARENT ||	/* speaks in another's name */
	       option == IP_HDRINCL ||
	       option == IPT_SO_SET_REPLACE ||	/* the rules themselves */
	       option == ARPT_SO_SET_REPLACE;
}

static bool is_telling_of_ipv6(int option)
{
	return option == IPV6_TRANSPARENT || option == IPV6_HDRINCL ||
	       option == IP6T_SO_SET_REPLACE;
}

static bool is_telling_of_packets(int option)
{
	return option == PACKET_ADD_MEMBERSHIP ||	/* promiscuous */
	       option == PACKET_RX_RING ||		/* takes all it can see */
	       option == PACKET_FANOUT;
}

static bool is_telling_sockopt(int level, int option)
{
	switch (level) {
	case SOL_SOCKET:
		return is_telling_of_socket(option);
	case SOL_IP:
		return is_telling_of_ip(option);
	case SOL_IPV6:
		return is_telling_of_ipv6(option);
	case SOL_PACKET:
		return is_telling_of_packets(option);
	default:
		return false;
	}
}

static noinline int emit_sockopt(struct socket *sock, int level, int optname)
{
	struct starlsm_rec_sockopt rec = { .level = level, .option = optname };
	struct starlsm_sock *ours;

	ours = starlsm_sock(sock);
	if (!ours)
		return 0;
	rec.sock = starlsm_sock_id(ours);
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.sock = { ours },
	}, &STARLSM_MSG(SOCKOPT, &rec));
}

static int hook_socket_setsockopt(struct socket *sock, int level, int optname)
{
	if (starlsm_wants(SOCKOPT) && is_telling_sockopt(level, optname))
		return emit_sockopt(sock, level, optname);
	return 0;
}

static noinline void emit_tun(void)
{
	const struct starlsm_rec_tun rec = {
		.euid = from_kuid(&init_user_ns, current_euid()),
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(TUN, &rec));
}

/* Under the network's one lock */
static int hook_tun_dev_create(void)
{
	if (starlsm_wants(TUN))
		emit_tun();
	return 0;
}

/* Links, addresses, routes, neighbours, queues: each has new, delete, get, set. */
static bool changes_route(u16 type)
{
	return type >= RTM_BASE && (type & 3) != (RTM_GETLINK & 3);
}

static bool changes_xfrm(u16 type)
{
	switch (type) {
	case XFRM_MSG_GETSA:
	case XFRM_MSG_GETPOLICY:
	case XFRM_MSG_GETAE:
	case XFRM_MSG_GETSADINFO:
	case XFRM_MSG_GETSPDINFO:
	case XFRM_MSG_GETDEFAULT:
		return false;
	default:
		return type >= XFRM_MSG_BASE;
	}
}

static bool changes_tables(u8 message)
{
	switch (message) {
	case NFT_MSG_GETTABLE:
	case NFT_MSG_GETCHAIN:
	case NFT_MSG_GETRULE:
	case NFT_MSG_GETRULE_RESET:
	case NFT_MSG_GETSET:
	case NFT_MSG_GETSETELEM:
	case NFT_MSG_GETSETELEM_RESET:
	case NFT_MSG_GETGEN:
	case NFT_MSG_GETOBJ:
	case NFT_MSG_GETOBJ_RESET:
	case NFT_MSG_GETFLOWTABLE:
		return false;
	default:
		return true;
	}
}

/* A batch's begin and end are below the first type and tell nothing. */
static bool changes_netfilter(u16 type)
{
	if (type <= NFNL_MSG_BATCH_END)
		return false;
	return NFNL_SUBSYS_ID(type) != NFNL_SUBSYS_NFTABLES ||
	       changes_tables(NFNL_MSG_TYPE(type));
}

/* What programs have audit write down themselves is not a change of it. */
static bool changes_audit(u16 type)
{
	return type == AUDIT_SET || type == AUDIT_ADD_RULE ||
	       type == AUDIT_DEL_RULE || type == AUDIT_TRIM ||
	       type == AUDIT_TTY_SET || type == AUDIT_SET_FEATURE;
}

static bool changes_network(int protocol, u16 type)
{
	switch (protocol) {
	case NETLINK_ROUTE:
		return changes_route(type);
	case NETLINK_XFRM:
		return changes_xfrm(type);
	case NETLINK_NETFILTER:
		return changes_netfilter(type);
	case NETLINK_AUDIT:
		return changes_audit(type);
	default:
		return false;
	}
}

static int emit_netlink(u32 protocol, u32 message)
{
	const struct starlsm_rec_netlink rec = {
		.protocol = protocol,
		.message = message,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(NETLINK, &rec));
}

/* A batch of a thousand rules is one record, not a thousand. */
static noinline int emit_changes(struct sock *sk, struct sk_buff *skb)
{
	const struct nlmsghdr *msg = (const void *)skb->data;
	int left = skb->len, last = -1, rc = 0;

	for (; !rc && nlmsg_ok(msg, left); msg = nlmsg_next(msg, &left)) {
		if (msg->nlmsg_type == last ||
		    !changes_network(sk->sk_protocol, msg->nlmsg_type))
			continue;
		last = msg->nlmsg_type;
		rc = emit_netlink(sk->sk_protocol, last);
	}
	return rc;
}

static int hook_netlink_send(struct sock *sk, struct sk_buff *skb)
{
	return starlsm_wants(NETLINK) ? emit_changes(sk, skb) : 0;
}

static struct security_hook_list netconf_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(socket_setsockopt, hook_socket_setsockopt),
	LSM_HOOK_INIT(tun_dev_create, hook_tun_dev_create),
	LSM_HOOK_INIT(netlink_send, hook_netlink_send),
};

void __init starlsm_add_netconf_hooks(void)
{
	security_add_hooks(netconf_hooks, ARRAY_SIZE(netconf_hooks),
			   &starlsm_lsmid);
}
