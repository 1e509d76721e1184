// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what events have in common
 */
#include "cmocka_all.h"

#include <arpa/inet.h>
#include <string.h>

#include "engine/links.h"
#include "script.h"

static struct ledger ledger;
static const struct hash_seed seed = { { 1, 2 } };

static void feed(const struct line *line, struct links *links)
{
	const struct starlsm_rec *rec = script_rec(line);

	for (int i = 0; script_path_rec(line, i); i++)
		ledger_define(&ledger, script_path_rec(line, i));
	ledger_define(&ledger, rec);
	if (links)
		links_of(links, &ledger, rec);
	ledger_change(&ledger, rec);
}

#define FEED(...) feed(&(const struct line){ __VA_ARGS__ }, NULL)

/* A service of root's (10), two sessions of users (20, 30) and one of root's own (40) */
static int set_up(void **state)
{
	(void)state;
	script_reset();
	if (ledger_init(&ledger, &seed))
		return -1;
	FEED(STARLSM_EV_TASK, .other = 1, .pid = 1);
	FEED(STARLSM_EV_FORK, .task = 1, .other = 10);
	FEED(STARLSM_EV_FORK, .task = 1, .other = 40);
	FEED(STARLSM_EV_FORK, .task = 10, .other = 20);
	FEED(STARLSM_EV_FORK, .task = 10, .other = 30);
	FEED(STARLSM_EV_CRED, .task = 20, .op = STARLSM_CRED_SETUID, .uid = 33, .euid = 33);
	FEED(STARLSM_EV_CRED, .task = 30, .op = STARLSM_CRED_SETUID, .uid = 34, .euid = 34);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ledger_free(&ledger);
	return 0;
}

/* By which kinds two events have something in common: bits */
static uint32_t shared(const struct line *one, const struct line *other)
{
	struct links a, b;
	uint32_t kinds = 0;

	feed(one, &a);
	feed(other, &b);
	for (uint32_t i = 0; i < a.n; i++)
		for (uint32_t k = 0; k < b.n; k++)
			if (a.key[i] == b.key[k])
				kinds |= 1U << links_kind(a.key[i]);
	return kinds;
}

#define LINE(...) &(const struct line){ __VA_ARGS__ }
#define LINEAGE	(1U << LINK_LINEAGE)
#define USER	(1U << LINK_USER)
#define FILE_	(1U << LINK_FILE)
#define PEER	(1U << LINK_PEER)

static void who(void **state)
{
	(void)state;
	assert_int_equal(shared(LINE(STARLSM_EV_UNLINK, 20, .path = "/a"),
				LINE(STARLSM_EV_UNLINK, 20, .path = "/b")), LINEAGE | USER);
	assert_int_equal(shared(LINE(STARLSM_EV_UNLINK, 20, .path = "/a"),
				LINE(STARLSM_EV_UNLINK, 30, .path = "/b")), 0);
	/* root is everybody */
	assert_int_equal(shared(LINE(STARLSM_EV_UNLINK, 10, .path = "/a"),
				LINE(STARLSM_EV_UNLINK, 40, .path = "/b")), 0);
	/* the same user's other session; also where he has become root */
	FEED(STARLSM_EV_FORK, .task = 10, .other = 50);
	FEED(STARLSM_EV_CRED, .task = 50, .op = STARLSM_CRED_SETUID, .uid = 33, .euid = 33);
	FEED(STARLSM_EV_CRED, .task = 50, .op = STARLSM_CRED_EXEC, .uid = 33, .euid = 0);
	assert_int_equal(shared(LINE(STARLSM_EV_UNLINK, 20, .path = "/a"),
				LINE(STARLSM_EV_UNLINK, 50, .path = "/b")), USER);
	/* a task that nobody knows */
	assert_int_equal(shared(LINE(STARLSM_EV_UNLINK, 99, .path = "/a"),
				LINE(STARLSM_EV_UNLINK, 99, .path = "/b")), 0);
	assert_int_equal(shared(LINE(STARLSM_EV_UNLINK, 0, .path = "/a"),
				LINE(STARLSM_EV_UNLINK, 0, .path = "/b")), 0);
}

static void files(void **state)
{
	(void)state;
	assert_int_equal(shared(LINE(STARLSM_EV_UNLINK, 10, .path = "/etc/shadow"),
				LINE(STARLSM_EV_UNLINK, 40, .path = "/etc/shadow")), FILE_);
	/* either name */
	assert_int_equal(shared(LINE(STARLSM_EV_RENAME, 10, .path = "/x", .to = "/y"),
				LINE(STARLSM_EV_UNLINK, 40, .path = "/y")), FILE_);
	/* written by one, run by the other; and then what that one does */
	assert_int_equal(shared(LINE(STARLSM_EV_CREATE, 10, .path = "/tmp/x"),
				LINE(STARLSM_EV_EXEC, 40, .pid = 4, .path = "/tmp/x")), FILE_);
	assert_int_equal(shared(LINE(STARLSM_EV_CREATE, 10, .path = "/tmp/x"),
				LINE(STARLSM_EV_UNLINK, 40, .path = "/z")), FILE_);
	/* everybody runs these, and few write them */
	assert_int_equal(shared(LINE(STARLSM_EV_EXEC, 10, .pid = 3, .path = "/bin/sh"),
				LINE(STARLSM_EV_EXEC, 40, .pid = 4, .path = "/bin/sh")), 0);
	assert_int_equal(shared(LINE(STARLSM_EV_UNLINK, 10, .path = "/a"),
				LINE(STARLSM_EV_UNLINK, 40, .path = "/b")), 0);
	assert_int_equal(shared(LINE(STARLSM_EV_CREATE, 10, .path = "/usr/bin/su"),
				LINE(STARLSM_EV_CREATE, 40, .path = "/usr/bin/su")), FILE_);
	assert_int_equal(shared(LINE(STARLSM_EV_EXEC, 10, .pid = 3, .path = "/usr/local/x"),
				LINE(STARLSM_EV_EXEC, 40, .pid = 4, .path = "/usr/local/x")), FILE_);
	FEED(STARLSM_EV_EXEC, .task = 10, .pid = 3, .path = "/bin/sh");
	assert_int_equal(shared(LINE(STARLSM_EV_EXEC, 10, .pid = 3, .path = "/usr/lib/x"),
				LINE(STARLSM_EV_EXEC, 40, .pid = 4, .path = "/usr/lib/x")), 0);
}

/* A connection to that sockaddr */
static struct links connect_to(uint64_t task, const void *addr, uint16_t len)
{
	static union {
		struct starlsm_rec_connect rec;
		char bytes[256];
	} buf;
	struct links links;

	memset(&buf, 0, sizeof(buf));
	buf.rec.rec.type = STARLSM_EV_CONNECT;
	buf.rec.rec.len = (sizeof(buf.rec) + len + 7) & -8;
	buf.rec.rec.task = task;
	buf.rec.addr_len = len;
	memcpy(&buf.rec + 1, addr, len);
	assert_int_equal(decode_check(&buf, buf.rec.rec.len), STARLSM_ERR_OK);
	links_of(&links, &ledger, &buf.rec.rec);
	return links;
}

/* The key of that peer, 0: none */
static uint64_t peer_in(const struct links *links)
{
	for (uint32_t i = 0; i < links->n; i++)
		if (links_kind(links->key[i]) == LINK_PEER)
			return links->key[i];
	return 0;
}

static uint64_t peer4(const char *address, uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct links links;

	assert_int_equal(inet_pton(AF_INET, address, &in.sin_addr), 1);
	links = connect_to(10, &in, sizeof(in));
	return peer_in(&links);
}

static uint64_t peer6(const char *address, uint16_t port)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct links links;

	assert_int_equal(inet_pton(AF_INET6, address, &in6.sin6_addr), 1);
	links = connect_to(10, &in6, sizeof(in6));
	return peer_in(&links);
}

static void peers(void **state)
{
	struct links links;

	(void)state;
	assert_int_equal(shared(LINE(STARLSM_EV_CONNECT, 10, .op = 7),
				LINE(STARLSM_EV_CONNECT, 40, .op = 7)), PEER);
	assert_int_equal(shared(LINE(STARLSM_EV_CONNECT, 10, .op = 7),
				LINE(STARLSM_EV_CONNECT, 40, .op = 8)), 0);
	assert_int_not_equal(peer4("192.0.2.1", 80), 0);
	assert_true(peer4("192.0.2.1", 80) == peer4("192.0.2.1", 81));
	assert_true(peer4("192.0.2.1", 80) == peer6("::ffff:192.0.2.1", 81));
	assert_true(peer6("2001:db8::1", 80) == peer6("2001:db8::1", 81));
	assert_true(peer6("2001:db8::1", 80) != peer6("2001:db8::2", 80));
	assert_int_equal(peer4("127.0.0.1", 80), 0);
	assert_int_equal(peer4("0.0.0.0", 80), 0);
	assert_int_equal(peer6("::1", 80), 0);
	assert_int_equal(peer6("::", 80), 0);
	assert_int_equal(peer6("::ffff:127.0.0.1", 80), 0);
	/* no address of the Internet, or half of one */
	links = connect_to(10, "\1\0/run/x", 8);
	assert_int_equal(peer_in(&links), 0);
	links = connect_to(10, "\2", 1);
	assert_int_equal(peer_in(&links), 0);
	links = connect_to(10, "", 0);
	assert_int_equal(peer_in(&links), 0);
}

#define LINKS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINKS_TEST(who),
		LINKS_TEST(files),
		LINKS_TEST(peers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
