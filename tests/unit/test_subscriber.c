// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of serving those who watch, slow ones above all
 */
#include "cmocka_all.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/subscriber.h"

static struct recent recent;
static struct subscriber sub;
static int reader;
static char in[MSG_MAX] __attribute__((aligned(8)));

/* An engine with so many incidents */
static uint32_t n_incidents;

static uint64_t n_tasks;

bool engine_task_next(const struct engine *e, uint32_t domid, uint64_t *at,
		      struct msg_out_task *out)
{
	(void)e;
	assert_int_equal(domid, 7);
	if (*at == n_tasks)
		return false;
	out->msg = (struct msg){ MSG_OUT_TASK, sizeof(*out) };
	out->pid = ++*at;
	return true;
}

const struct msg_out_incident *engine_incident_after(const struct engine *e, uint32_t id)
{
	static struct msg_out_incident out = {
		.msg = { .type = MSG_OUT_INCIDENT, .len = sizeof(out) },
	};

	(void)e;
	out.id = id + 1;
	return id < n_incidents ? &out : NULL;
}

static void add(uint32_t number, uint32_t len)
{
	memset(in, 0, len);
	((struct msg *)in)->type = number;
	((struct msg *)in)->len = len;
	recent_add(&recent, (struct msg *)in);
}

static int set_up(void **state)
{
	(void)state;
	n_incidents = 0;
	return recent_init(&recent);
}

static int tear_down(void **state)
{
	(void)state;
	if (sub.fd >= 0)
		subscriber_close(&sub);
	close(reader);
	recent_free(&recent);
	return 0;
}

static void subscribe(uint32_t what)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	reader = pair[0];
	assert_int_equal(subscriber_init(&sub, pair[1], what, 7, &recent), 0);
}

static bool push(void)
{
	return subscriber_push(&sub, &recent, NULL);
}

/* The next message's type, 0 at the end, -1 if there is none yet */
static int next(void)
{
	ssize_t n = recv(reader, in, sizeof(in), MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN ? -1 : -2;
	return n ? (int)((struct msg *)in)->type : 0;
}

static void recent_then_end(void **state)
{
	(void)state;
	add(1, 100);
	add(2, 100);
	subscribe(SUBSCRIBE_RECENT);
	add(3, 100);
	assert_false(push());
	assert_int_equal(sub.fd, -1);
	assert_int_equal(next(), 1);
	assert_int_equal(next(), 2);
	assert_int_equal(next(), 0);
}

static void follow_goes_on(void **state)
{
	(void)state;
	add(1, 100);
	subscribe(SUBSCRIBE_FOLLOW);
	assert_true(subscriber_waits(&sub, &recent));
	assert_true(push());
	assert_false(subscriber_waits(&sub, &recent));
	assert_int_equal(next(), 1);
	assert_int_equal(next(), -1);
	add(2, 100);
	assert_true(subscriber_waits(&sub, &recent));
	assert_true(push());
	assert_int_equal(next(), 2);
}

/* Reads nothing, then all: what it gets and what it is told it missed add up. */
static void slow_ones_are_told(void **state)
{
	const uint32_t n = 3 * RECENT_BYTES / 1000;
	uint64_t n_seen = 0, n_missed = 0;
	uint32_t last = 0;
	int type;

	(void)state;
	subscribe(SUBSCRIBE_FOLLOW);
	for (uint32_t i = 1; i <= n; i++) {
		add(1000 + i, 1000);
		assert_true(push());
	}
	do {
		while ((type = next()) > 0) {
			if (type == MSG_OUT_MISSED) {
				n_missed += ((struct msg_out_missed *)in)->count;
				continue;
			}
			assert_true((uint32_t)type > last);
			last = type;
			n_seen++;
		}
		assert_int_equal(type, -1);
		assert_true(push());
	} while (subscriber_waits(&sub, &recent) || n_seen + n_missed < n);
	assert_true(n_missed > 0);
	assert_int_equal(n_seen + n_missed, n);
	assert_int_equal(last, 1000 + n);
}

static void all_incidents(void **state)
{
	int n = 0, type;

	(void)state;
	n_incidents = 256;
	subscribe(SUBSCRIBE_INCIDENTS);
	while (push())
		while ((type = next()) > 0)
			n++;
	while ((type = next()) > 0)
		n++;
	assert_int_equal(type, 0);
	assert_int_equal(n, 256);
}

static void all_tasks(void **state)
{
	int n = 0, type;

	(void)state;
	n_tasks = 300;
	subscribe(SUBSCRIBE_TASKS);
	while (push())
		while ((type = next()) > 0)
			n++;
	while ((type = next()) > 0)
		n++;
	assert_int_equal(type, 0);
	assert_int_equal(n, 300);
}

static void one_that_left(void **state)
{
	(void)state;
	subscribe(SUBSCRIBE_FOLLOW);
	close(reader);
	add(1, 100);
	assert_false(push());
	assert_int_equal(sub.fd, -1);
}

static void nonsense(void **state)
{
	(void)state;
	assert_int_equal(subscriber_init(&sub, STDERR_FILENO, SUBSCRIBE_TASKS + 1, 0, &recent), -1);
	sub.fd = reader = -1;
}

#define SUBSCRIBER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SUBSCRIBER_TEST(recent_then_end),
		SUBSCRIBER_TEST(follow_goes_on),
		SUBSCRIBER_TEST(slow_ones_are_told),
		SUBSCRIBER_TEST(all_incidents),
		SUBSCRIBER_TEST(all_tasks),
		SUBSCRIBER_TEST(one_that_left),
		SUBSCRIBER_TEST(nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
