// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of blanketd's system calls: each forbidden one in a child
 */
#include "cmocka_all.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <xen/event_channel.h>
#include <xen/sys/evtchn.h>

#include "blanket/sandbox.h"
#include "forbidden.h"

static char page[4096];

static const struct call calls[] = {
	{ "sendmsg", SYS_sendmsg, { 3, 0, 0 } },
	{ "recvmsg", SYS_recvmsg, { 3, 0, 0 } },
};

static void is_bounded(void **state)
{
	(void)state;
	expect_keeps_channel(sandbox_enter);
	expect_killed(calls, ARRAY_SIZE(calls), sandbox_enter);
}

/* A client comes, asks, is answered and goes; MSG_FD_PARENT stands for it */
static int whole_day(void)
{
	struct pollfd p = { DEVICE, POLLIN, 0 };

	poll(&p, 1, 0);
	syscall(SYS_accept, MSG_FD_PARENT, 0, 0);
	syscall(SYS_recvfrom, MSG_FD_PARENT, page, 4, MSG_DONTWAIT, 0, 0);
	if (syscall(SYS_sendto, MSG_FD_PARENT, page, 4, MSG_NOSIGNAL, 0, 0) != 4)
		return 1;
	syscall(SYS_read, DEVICE, page, 4);
	if (syscall(SYS_write, DEVICE, page, 4) != 4)
		return 2;
	syscall(SYS_ioctl, DEVICE, IOCTL_EVTCHN_NOTIFY, 0);
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

	return cmocka_run_group_tests_name("blanket sandbox", tests, NULL, NULL);
}
