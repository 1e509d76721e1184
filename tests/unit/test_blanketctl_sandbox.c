// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of blanketctl's system calls: each forbidden one in a child
 */
#include "cmocka_all.h"

#include <linux/futex.h>
#include <sys/ioctl.h>
#include <xen/event_channel.h>
#include <xen/sys/evtchn.h>

#include "blanketctl/sandbox.h"
#include "forbidden.h"
#include "lib/msg_engine.h"

static char page[4096];

static const struct call calls[] = {
	{ "accept", SYS_accept, { 3, 0, 0 } },
	{ "evtchn notify", SYS_ioctl, { DEVICE, IOCTL_EVTCHN_NOTIFY, 0 } },
	{ "poll", SYS_poll, { 0, 0, 0 } },
};

static void is_bounded(void **state)
{
	(void)state;
	expect_keeps_channel(sandbox_enter);
	expect_killed(calls, ARRAY_SIZE(calls), sandbox_enter);
}

/* It asks xenstore, under libxenstore's lock, is answered, and says so */
static int whole_day(void)
{
	struct msg_gone m = { .msg = { MSG_GONE, sizeof(m) } };

	syscall(SYS_futex, page, FUTEX_WAKE, 1, 0, 0, 0);
	if (msg_send(MSG_FD_PEER, &m.msg, -1))
		return 1;
	if (syscall(SYS_read, MSG_FD_PARENT, page, sizeof(page)) != sizeof(m))
		return 2;
	if (syscall(SYS_write, DEVICE, page, 4) != 4)
		return 3;
	return syscall(SYS_close, MSG_FD_PARENT) ? 4 : 0;
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

	return cmocka_run_group_tests_name("blanketctl sandbox", tests, NULL, NULL);
}
