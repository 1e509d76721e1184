// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of netfront's system calls: each forbidden one in a child
 */
#include "cmocka_all.h"

#include <linux/futex.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <xen/event_channel.h>
#include <xen/sys/evtchn.h>

#include "forbidden.h"
#include "lib/msg_engine.h"
#include "netfront/sandbox.h"

static char page[4096];

static const struct call calls[] = {
	{ "accept", SYS_accept, { 3, 0, 0 } },
	{ "another interface", SYS_ioctl, { DEVICE, 0x400454ca, 0 } },	/* TUNSETIFF */
};

static void is_bounded(void **state)
{
	(void)state;
	expect_keeps_channel(sandbox_enter);
	expect_killed(calls, ARRAY_SIZE(calls), sandbox_enter);
}

/* A frame there and one back; a message to xenstore, under libxenstore's lock; it goes */
static int whole_day(void)
{
	struct pollfd p = { DEVICE, POLLIN, 0 };
	struct msg_gone m = { .msg = { MSG_GONE, sizeof(m) } };
	struct timespec ts;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	poll(&p, 1, 0);
	syscall(SYS_read, DEVICE, page, 4);
	if (syscall(SYS_write, DEVICE, page, 4) != 4)
		return 1;
	syscall(SYS_ioctl, DEVICE, IOCTL_EVTCHN_NOTIFY, 0);
	syscall(SYS_futex, page, FUTEX_WAKE, 1, 0, 0, 0);
	if (msg_send(MSG_FD_PEER, &m.msg, -1))
		return 2;
	return syscall(SYS_close, MSG_FD_PARENT) ? 3 : 0;
}

static void can_do_its_work(void **state)
{
	(void)state;
	expect_works(whole_day, sandbox_enter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(can_do_its_work),
	};

	return cmocka_run_group_tests_name("netfront sandbox", tests, NULL, NULL);
}
