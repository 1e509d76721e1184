// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of vmi's system calls: each forbidden one in a child
 */
#include "cmocka_all.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>
#include <xenctrl.h>
#include <xen/sys/privcmd.h>

#include "forbidden.h"
#include "lib/msg_engine.h"
#include "vmi/sandbox.h"

static char page[4096];

static const struct call never[] = {
	{ "openat to read", SYS_openat, { AT_FDCWD, ADDR("/dev/null"), O_RDONLY } },
	{ "a guest's page to write", SYS_mmap, { 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED } },
	{ "memory for code", SYS_mmap, { 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
					 MAP_PRIVATE | MAP_ANONYMOUS } },
	{ "a guest's page as code", SYS_mmap, { 0, 4096, PROT_READ | PROT_EXEC, MAP_SHARED } },
	{ "mprotect", SYS_mprotect, { 0, 4096, PROT_WRITE } },
	{ "mremap", SYS_mremap, { 0, 4096, 8192, 0 } },
	{ "a hypercall", SYS_ioctl, { DEVICE, IOCTL_PRIVCMD_HYPERCALL, 0 } },
	{ "another domain", SYS_ioctl, { DEVICE, IOCTL_PRIVCMD_RESTRICT, 0 } },
	{ "a device model's call", SYS_ioctl, { DEVICE, IOCTL_PRIVCMD_DM_OP, 0 } },
	{ "a resource", SYS_ioctl, { DEVICE, IOCTL_PRIVCMD_MMAP_RESOURCE, 0 } },
	{ "socket", SYS_socket, { AF_UNIX, SOCK_STREAM, 0 } },
	{ "close", SYS_close, { 0 } },
	{ "dup2", SYS_dup2, { 0, 1 } },
	{ "prctl", SYS_prctl, { 3 } },
	{ "seccomp", SYS_seccomp, { 1, 0, 0 } },
	{ "read", SYS_read, { MSG_FD_PARENT, ADDR(page), 1 } },
	{ "write elsewhere", SYS_write, { 1, ADDR(page), 0 } },
	{ "recvmsg from the engine", SYS_recvmsg, { MSG_FD_PEER, 0, 0 } },
};

static void is_bounded(void **state)
{
	(void)state;
	expect_killed(never, ARRAY_SIZE(never), sandbox_looking);
}

/* All that vmi does; qsort, of a long list, asks for the memory there is, and for some */
static int whole_day(void)
{
	struct pollfd p = { MSG_FD_PARENT, POLLIN, 0 };
	struct msg_gone m = { .msg = { MSG_GONE, sizeof(m) } };
	struct msghdr hdr = { 0 };
	struct timespec ts;

	syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &ts);
	poll(&p, 1, 0);
	syscall(SYS_mmap, 0, 4096, PROT_READ, MAP_SHARED, DEVICE, 0);
	syscall(SYS_ioctl, DEVICE, IOCTL_PRIVCMD_MMAPBATCH_V2, 0);
	syscall(SYS_munmap, page, 0);
	syscall(SYS_write, 2, page, 1);
	syscall(SYS_sysinfo, page);
	syscall(SYS_mmap, 0, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (msg_send(MSG_FD_PEER, &m.msg, -1) || msg_send(MSG_FD_PARENT, &m.msg, -1))
		return 1;
	syscall(SYS_recvmsg, MSG_FD_PARENT, &hdr, 0);
	return 0;
}

static void can_do_its_work(void **state)
{
	(void)state;
	expect_works(whole_day, sandbox_looking);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(can_do_its_work),
	};

	return cmocka_run_group_tests_name("vmi sandbox", tests, NULL, NULL);
}
