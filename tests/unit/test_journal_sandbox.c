// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the journal's rights: each forbidden call in a child
 */
#include "cmocka_all.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "forbidden.h"
#include "journal/sandbox.h"
#include "lib/msg_journal.h"

static char page[4096];

static void enter(void)
{
	keep_to_folder();
	sandbox_enter();
}

static const struct call calls[] = {
	{ "socket", SYS_socket, { AF_UNIX, SOCK_STREAM, 0 } },
	{ "connect", SYS_connect, { 3, 0, 0 } },
	{ "renameat", SYS_renameat, { FOLDER, ADDR("a"), FOLDER, ADDR("b") } },
	{ "linkat", SYS_linkat, { FOLDER, ADDR("a"), FOLDER, ADDR("b"), 0 } },
	{ "symlinkat", SYS_symlinkat, { ADDR("/etc"), FOLDER, ADDR("b") } },
	{ "fchmod", SYS_fchmod, { FOLDER, 0777 } },
	{ "fchownat", SYS_fchownat, { FOLDER, ADDR("a"), 0, 0, 0 } },
	{ "mmap exec", SYS_mmap, { 0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1 } },
	{ "mprotect", SYS_mprotect, { 0, 4096, PROT_EXEC } },
	{ "write elsewhere", SYS_write, { 1, ADDR(page), 0 } },
	{ "sendmsg to the engine", SYS_sendmsg, { MSG_FD_PEER, 0, 0 } },
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

/* All that store.c, stream.c and journal.c do */
static int whole_day(void)
{
	struct msg_journal m = { .msg = { MSG_JOURNAL, sizeof(m) } };
	struct pollfd p = { MSG_FD_PARENT, POLLIN, 0 };
	struct msghdr hdr = { 0 };
	struct timespec ts;
	long fd;

	if (syscall(SYS_mkdirat, FOLDER, "web", 0700))
		return 1;
	fd = syscall(SYS_openat, FOLDER, "web/1", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	if (fd < 0 || syscall(SYS_pwrite64, fd, page, 4096, 0) != 4096 ||
	    syscall(SYS_fdatasync, fd) || syscall(SYS_fsync, FOLDER) ||
	    syscall(SYS_ftruncate, fd, 100) || syscall(SYS_pread64, fd, page, 10, 0) != 10 ||
	    syscall(SYS_close, fd))
		return 2;
	fd = syscall(SYS_openat, FOLDER, "web", O_RDONLY | O_DIRECTORY);
	if (fd < 0 || syscall(SYS_getdents64, fd, page, sizeof(page)) <= 0)
		return 3;
	if (syscall(SYS_unlinkat, FOLDER, "web/1", 0) ||
	    syscall(SYS_unlinkat, FOLDER, "web", AT_REMOVEDIR))
		return 4;
	syscall(SYS_clock_gettime, CLOCK_REALTIME, &ts);
	poll(&p, 1, 0);
	syscall(SYS_write, 2, page, 1);
	syscall(SYS_recvmsg, MSG_FD_PARENT, &hdr, 0);
	syscall(SYS_recvmsg, MSG_FD_PEER, &hdr, 0);
	return msg_send(MSG_FD_PARENT, &m.msg, -1) ? 5 : 0;
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
