// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the reader's system calls: each forbidden one in a child
 */
#include "cmocka_all.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/sys/evtchn.h>
#include <xen/sys/gntdev.h>

#include "forbidden.h"
#include "lib/msg_engine.h"
#include "reader/sandbox.h"

static char page[4096];

static void reading(void)
{
	sandbox_mapping();
	sandbox_reading(DEVICE);
}

static const struct call never[] = {
	{ "openat to write", SYS_openat, { AT_FDCWD, ADDR("/dev/null"), O_RDWR } },
	{ "socket", SYS_socket, { AF_UNIX, SOCK_STREAM, 0 } },
	{ "connect", SYS_connect, { 3, 0, 0 } },
	{ "evtchn virq", SYS_ioctl, { DEVICE, IOCTL_EVTCHN_BIND_VIRQ, 0 } },
	{ "evtchn unbound", SYS_ioctl, { DEVICE, IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0 } },
};

static const struct call not_while_reading[] = {
	{ "openat to read", SYS_openat, { AT_FDCWD, ADDR("/dev/null"), O_RDONLY } },
	{ "mmap", SYS_mmap, { 0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS } },
	{ "mprotect", SYS_mprotect, { 0, 4096, PROT_EXEC } },
	{ "brk", SYS_brk, { 0 } },
	{ "close", SYS_close, { 0 } },
	{ "dup2", SYS_dup2, { 0, 1 } },
	{ "prctl", SYS_prctl, { 3 } },
	{ "seccomp", SYS_seccomp, { 1, 0, 0 } },
	{ "read elsewhere", SYS_read, { MSG_FD_PEER, ADDR(page), 1 } },
	{ "write elsewhere", SYS_write, { 1, ADDR(page), 0 } },
	{ "recvmsg from elsewhere", SYS_recvmsg, { MSG_FD_LOCK, 0, 0 } },
	{ "grant map", SYS_ioctl, { DEVICE, IOCTL_GNTDEV_MAP_GRANT_REF, 0 } },
	{ "evtchn bind", SYS_ioctl, { DEVICE, IOCTL_EVTCHN_BIND_INTERDOMAIN, 0 } },
	{ "evtchn unbind", SYS_ioctl, { DEVICE, IOCTL_EVTCHN_UNBIND, 0 } },
};

static void mapping_reader_is_bounded(void **state)
{
	(void)state;
	expect_killed(never, ARRAY_SIZE(never), sandbox_mapping);
}

static void reading_reader_is_bounded_more(void **state)
{
	(void)state;
	expect_killed(never, ARRAY_SIZE(never), reading);
	expect_killed(not_while_reading, ARRAY_SIZE(not_while_reading), reading);
}

/* All that pump.c does */
static int whole_day(void)
{
	struct pollfd p = { MSG_FD_PARENT, POLLIN, 0 };
	struct msg_gone m = { .msg = { MSG_GONE, sizeof(m) } };
	struct msghdr hdr = { 0 };
	struct timespec ts;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	poll(&p, 1, 0);
	syscall(SYS_read, DEVICE, page, 4);
	syscall(SYS_write, DEVICE, page, 4);
	syscall(SYS_write, 2, page, 1);
	syscall(SYS_ioctl, DEVICE, IOCTL_EVTCHN_NOTIFY, 0);
	if (msg_send(MSG_FD_PEER, &m.msg, -1) || msg_send(MSG_FD_PARENT, &m.msg, -1))
		return 1;
	syscall(SYS_recvmsg, MSG_FD_PARENT, &hdr, 0);
	syscall(SYS_recvmsg, MSG_FD_PEER, &hdr, 0);
	return 0;
}

static void reader_can_do_its_work(void **state)
{
	(void)state;
	expect_works(whole_day, reading);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mapping_reader_is_bounded),
		cmocka_unit_test(reading_reader_is_bounded_more),
		cmocka_unit_test(reader_can_do_its_work),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
