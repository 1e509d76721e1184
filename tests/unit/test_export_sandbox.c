// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the export's rights: each forbidden call in a child
 */
#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "export/sandbox.h"
#include "lib/landlock.h"
#include "lib/msg.h"

#define FOLDER	8	/* the file's directory */

struct call {
	const char *name;
	long nr;
	long arg[5];
};

static char directory[] = "/tmp/starlsm-sandbox-XXXXXX";
static char page[4096];
static bool has_landlock;

/* As the export's main() does it; true where there is Landlock */
static bool enter(void)
{
	int pair[2], null = open("/dev/null", O_RDWR);

	dup2(null, STDERR_FILENO);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair))
		_exit(90);
	dup2(pair[0], MSG_FD_PARENT);
	dup2(pair[1], MSG_FD_PEER);
	dup2(open(directory, O_RDONLY | O_DIRECTORY), FOLDER);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	has_landlock = landlock_directories((const int[]){ FOLDER }, 1);
	sandbox_enter();
	return has_landlock;
}

#define ADDR(x) (long)(x)

static const struct call calls[] = {
	{ "open", SYS_open, { ADDR("/dev/null"), O_RDONLY } },
	{ "socket of the network", SYS_socket, { AF_INET, SOCK_STREAM, 0 } },
	{ "socket of the kernel", SYS_socket, { AF_NETLINK, SOCK_RAW, 0 } },
	{ "bind", SYS_bind, { 3, 0, 0 } },
	{ "listen", SYS_listen, { 3, 0, 0 } },
	{ "accept", SYS_accept4, { 3, 0, 0, 0 } },
	{ "execve", SYS_execve, { ADDR("/bin/true"), 0, 0 } },
	{ "fork", SYS_fork, { 0 } },
	{ "clone", SYS_clone, { SIGCHLD, 0 } },
	{ "kill", SYS_kill, { 1, 0 } },
	{ "ptrace", SYS_ptrace, { 0 } },
	{ "process_vm_readv", SYS_process_vm_readv, { 1, 0, 0, 0 } },
	{ "setuid", SYS_setuid, { 0 } },
	{ "ioctl", SYS_ioctl, { 0, 0x5412, 0 } },
	{ "mkdirat", SYS_mkdirat, { FOLDER, ADDR("a"), 0700 } },
	{ "linkat", SYS_linkat, { FOLDER, ADDR("a"), FOLDER, ADDR("b"), 0 } },
	{ "symlinkat", SYS_symlinkat, { ADDR("/etc"), FOLDER, ADDR("b") } },
	{ "fchmod", SYS_fchmod, { FOLDER, 0777 } },
	{ "fchownat", SYS_fchownat, { FOLDER, ADDR("a"), 0, 0, 0 } },
	{ "mount", SYS_mount, { 0, 0, 0, 0 } },
	{ "mmap exec", SYS_mmap, { 0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1 } },
	{ "mprotect", SYS_mprotect, { 0, 4096, PROT_EXEC } },
	{ "sendmsg to the engine", SYS_sendmsg, { MSG_FD_PEER, 0, 0 } },
	{ "sendmsg to starlsmd", SYS_sendmsg, { MSG_FD_PARENT, 0, 0 } },
	{ "recvfrom", SYS_recvfrom, { MSG_FD_LOCK, 0, 0, 0, 0 } },
	{ "recvmsg from elsewhere", SYS_recvmsg, { MSG_FD_LOCK, 0, 0 } },
};

static void calls_that_kill(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		const struct call *c = &calls[i];

		pid = fork();
		if (!pid) {
			enter();
			syscall(c->nr, c->arg[0], c->arg[1], c->arg[2], c->arg[3], c->arg[4]);
			syscall(SYS_exit_group, 0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("%s did not kill", c->name);
	}
}

/* 0: as it should be; 77: this kernel has no Landlock; else the line's number */
static int files_elsewhere(void)
{
	char inside[96];

	snprintf(inside, sizeof(inside), "%s/in", directory);
	if (!enter())
		return 77;
	if (syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		return 1;
	if (syscall(SYS_openat, FOLDER, "../starlsm-elsewhere", O_WRONLY | O_CREAT, 0600) >= 0)
		return 2;
	if (syscall(SYS_openat, AT_FDCWD, "/tmp", O_RDONLY | O_DIRECTORY) >= 0)
		return 3;
	if (syscall(SYS_unlinkat, AT_FDCWD, "/tmp/starlsm-other", 0) != -1 || errno == ENOENT)
		return 4;
	if (syscall(SYS_openat, AT_FDCWD, inside, O_WRONLY | O_CREAT, 0600) < 0)
		return 5;
	return 0;
}

static void only_its_directory(void **state)
{
	int status, other = open("/tmp/starlsm-other", O_WRONLY | O_CREAT, 0600);
	pid_t pid = fork();

	(void)state;
	if (!pid)
		syscall(SYS_exit_group, files_elsewhere());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(other);
	unlink("/tmp/starlsm-other");
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("# skipped: this kernel has no Landlock\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
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

	enter();
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

static void it_can_do_its_work(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid)
		syscall(SYS_exit_group, whole_day());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int make_directory(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	char inside[96];

	(void)state;
	snprintf(inside, sizeof(inside), "%s/in", directory);
	unlink(inside);
	return rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_that_kill),
		cmocka_unit_test(only_its_directory),
		cmocka_unit_test(it_can_do_its_work),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
