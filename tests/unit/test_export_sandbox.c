// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the export's rights: each forbidden call in a child
 */
#include "cmocka_all.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "export/sandbox.h"
#include "forbidden.h"

static char page[4096];

static void enter(void)
{
	keep_to_folder();
	sandbox_enter();
}

static const struct call calls[] = {
	{ "accept", SYS_accept4, { 3, 0, 0, 0 } },
	{ "mkdirat", SYS_mkdirat, { FOLDER, ADDR("a"), 0700 } },
	{ "linkat", SYS_linkat, { FOLDER, ADDR("a"), FOLDER, ADDR("b"), 0 } },
	{ "symlinkat", SYS_symlinkat, { ADDR("/etc"), FOLDER, ADDR("b") } },
	{ "fchmod", SYS_fchmod, { FOLDER, 0777 } },
	{ "fchownat", SYS_fchownat, { FOLDER, ADDR("a"), 0, 0, 0 } },
	{ "mmap exec", SYS_mmap, { 0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1 } },
	{ "mprotect", SYS_mprotect, { 0, 4096, PROT_EXEC } },
	{ "sendmsg to the engine", SYS_sendmsg, { MSG_FD_PEER, 0, 0 } },
	{ "sendmsg to starlsmd", SYS_sendmsg, { MSG_FD_PARENT, 0, 0 } },
	{ "recvfrom", SYS_recvfrom, { MSG_FD_LOCK, 0, 0, 0, 0 } },
	{ "recvmsg from elsewhere", SYS_recvmsg, { MSG_FD_LOCK, 0, 0 } },
};

static void is_bounded(void **state)
{
	(void)state;
	expect_killed(calls, ARRAY_SIZE(calls), enter);
}

static void only_its_directory(void **state)
{
	(void)state;
	expect_only_folder(enter);
}

/* All that rotated.c, textfile.c, peer.c, journald.c and export.c do */
static int whole_day(void)
{
	struct pollfd p = { MSG_FD_PARENT, POLLIN, 0 };
	struct sockaddr_un nobody = { .sun_family = AF_UNIX, .sun_path = "/tmp/starlsm-nobody" };
	struct msghdr hdr = { 0 };
	struct timespec ts;
	struct stat st;
	long fd;

	fd = syscall(SYS_openat, FOLDER, "web", O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0640);
	if (fd < 0 || fstat(fd, &st) || syscall(SYS_write, fd, page, 4096) != 4096 ||
	    syscall(SYS_pread64, fd, page, 1, 0) != 1 || syscall(SYS_close, fd))
		return 1;
	if (renameat(FOLDER, "web", FOLDER, "web.1") || unlinkat(FOLDER, "web.1", 0))
		return 2;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (fd < 0 || !connect(fd, (void *)&nobody, sizeof(nobody)) || errno != ENOENT)
		return 3;
	if (!send(fd, page, 1, MSG_NOSIGNAL) || errno != ENOTCONN)
		return 4;
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &ts);
	poll(&p, 1, 0);
	syscall(SYS_write, 2, page, 1);
	syscall(SYS_recvmsg, MSG_FD_PARENT, &hdr, 0);
	syscall(SYS_recvmsg, MSG_FD_PEER, &hdr, 0);
	return 0;
}

static void can_do_its_work(void **state)
{
	(void)state;
	expect_works(whole_day, enter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(only_its_directory),
		cmocka_unit_test(can_do_its_work),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
