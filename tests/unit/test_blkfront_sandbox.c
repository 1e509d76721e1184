// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of blkfront's system calls: each forbidden one in a child
 */
#include "cmocka_all.h"

#include <asm/termbits.h>
#include <errno.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <xen/event_channel.h>
#include <xen/sys/evtchn.h>

#include "blkfront/sandbox.h"
#include "forbidden.h"

static char page[4096];

static const struct call calls[] = {
	{ "vfork", SYS_vfork, { 0 } },
	{ "clone of a namespace", SYS_clone, { CLONE_NEWUSER | SIGCHLD, 0 } },
	{ "setsockopt", SYS_setsockopt, { 3, SOL_SOCKET, SO_REUSEADDR, 0 } },
	{ "getsockopt", SYS_getsockopt, { 3, SOL_SOCKET, SO_PEERCRED, 0 } },
};

static void is_bounded(void **state)
{
	(void)state;
	expect_keeps_channel(sandbox_enter);
	expect_killed(calls, ARRAY_SIZE(calls), sandbox_enter);
}

/*
 * What nbdkit and our own thread do. That the C library finds its threads' clone()
 * among what is allowed, ASan's own calls forbid to be tried here.
 */
static int whole_day(void)
{
	struct pollfd p = { MSG_FD_PARENT, POLLIN, 0 };
	struct msghdr hdr = { 0 };
	struct timespec ts;
	int pipes[2];

	if (syscall(SYS_clone3, 0, 0) != -1 || errno != ENOSYS)
		return 1;
	if (syscall(SYS_pipe2, pipes, O_CLOEXEC) || syscall(SYS_close, pipes[0]))
		return 2;
	if (syscall(SYS_sendto, MSG_FD_PARENT, page, 1, 0, 0, 0) != 1 ||
	    syscall(SYS_recvfrom, MSG_FD_PEER, page, 1, 0, 0, 0) != 1)
		return 3;
	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	syscall(SYS_poll, &p, 1, 0);
	syscall(SYS_accept4, MSG_FD_PEER, 0, 0, SOCK_CLOEXEC);
	syscall(SYS_setsockopt, MSG_FD_PEER, IPPROTO_TCP, TCP_NODELAY, 0, 0);
	syscall(SYS_shutdown, MSG_FD_PEER, SHUT_WR);
	syscall(SYS_read, DEVICE, page, 4);
	syscall(SYS_write, DEVICE, page, 4);
	syscall(SYS_write, 2, page, 1);
	syscall(SYS_ioctl, DEVICE, IOCTL_EVTCHN_NOTIFY, 0);
	syscall(SYS_ioctl, 2, TCGETS, page);
	syscall(SYS_sendmsg, MSG_FD_PARENT, &hdr, 0);
	syscall(SYS_prctl, PR_SET_NAME, "nbdkit");
	return 0;
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

	return cmocka_run_group_tests_name("blkfront sandbox", tests, NULL, NULL);
}
