// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a process behind its filter, in a child: what kills it, what it can do
 */
#include "forbidden.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xen/event_channel.h>
#include <xen/sys/evtchn.h>
#include <xen/sys/privcmd.h>

#include "lib/landlock.h"

#define NO_LANDLOCK 77

static char directory[] = "/tmp/starlsm-sandbox-XXXXXX";
static bool has_landlock;

/* Of no process of ours that parses what a guest has written */
static const struct call nobodys[] = {
	{ "open", SYS_open, { ADDR("/dev/null"), O_RDONLY } },
	{ "unlink", SYS_unlink, { ADDR("/nonexistent") } },
	{ "bind", SYS_bind, { 3, 0, 0 } },
	{ "listen", SYS_listen, { 3, 0 } },
	{ "socket of the network", SYS_socket, { AF_INET, SOCK_STREAM, 0 } },
	{ "socket of the kernel", SYS_socket, { AF_NETLINK, SOCK_RAW, 0 } },
	{ "execve", SYS_execve, { ADDR("/bin/true"), 0, 0 } },
	{ "fork", SYS_fork, { 0 } },
	{ "clone", SYS_clone, { SIGCHLD, 0 } },
	{ "kill", SYS_kill, { 1, 0 } },
	{ "ptrace", SYS_ptrace, { 0 } },
	{ "process_vm_readv", SYS_process_vm_readv, { 1, 0, 0, 0 } },
	{ "setuid", SYS_setuid, { 0 } },
	{ "mount", SYS_mount, { 0, 0, 0, 0 } },
	{ "terminal", SYS_ioctl, { 0, 0x5412, 0 } },
};

/* Of none that has opened all it needs */
static const struct call openings[] = {
	{ "openat", SYS_openat, { AT_FDCWD, ADDR("/dev/null"), O_RDONLY } },
	{ "socket", SYS_socket, { AF_UNIX, SOCK_STREAM, 0 } },
	{ "connect", SYS_connect, { 3, 0, 0 } },
	{ "evtchn virq", SYS_ioctl, { DEVICE, IOCTL_EVTCHN_BIND_VIRQ, 0 } },
	{ "evtchn bind", SYS_ioctl, { DEVICE, IOCTL_EVTCHN_BIND_INTERDOMAIN, 0 } },
	{ "evtchn unbound", SYS_ioctl, { DEVICE, IOCTL_EVTCHN_BIND_UNBOUND_PORT, 0 } },
	{ "evtchn unbind", SYS_ioctl, { DEVICE, IOCTL_EVTCHN_UNBIND, 0 } },
	{ "mmap exec", SYS_mmap, { 0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1 } },
	{ "mmap read exec", SYS_mmap, { 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1 } },
	{ "mprotect exec", SYS_mprotect, { 0, 4096, PROT_EXEC } },
	{ "prctl", SYS_prctl, { PR_GET_DUMPABLE } },
	{ "seccomp", SYS_seccomp, { 1, 0, 0 } },
};

static const struct call hypercall = {
	"a hypercall", SYS_ioctl, { DEVICE, IOCTL_PRIVCMD_HYPERCALL, 0 },
};

static void set_up(void)
{
	int pair[2], null = open("/dev/null", O_RDWR);

	dup2(null, STDERR_FILENO);
	dup2(null, DEVICE);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair))
		_exit(90);
	dup2(pair[0], MSG_FD_PARENT);
	dup2(pair[1], MSG_FD_PEER);
}

static void expect_kills(const struct call *c, void (*sandbox)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		set_up();
		sandbox();
		syscall(c->nr, c->arg[0], c->arg[1], c->arg[2], c->arg[3], c->arg[4]);
		syscall(SYS_exit_group, 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
		fail_msg("%s did not kill", c->name);
}

void expect_killed(const struct call *calls, size_t n, void (*sandbox)(void))
{
	for (size_t i = 0; i < ARRAY_SIZE(nobodys); i++)
		expect_kills(&nobodys[i], sandbox);
	for (size_t i = 0; i < n; i++)
		expect_kills(&calls[i], sandbox);
}

void expect_opens_nothing(void (*sandbox)(void))
{
	for (size_t i = 0; i < ARRAY_SIZE(openings); i++)
		expect_kills(&openings[i], sandbox);
}

void expect_keeps_channel(void (*sandbox)(void))
{
	expect_opens_nothing(sandbox);
	expect_kills(&hypercall, sandbox);
}

static int result_of(int (*day)(void), void (*sandbox)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		set_up();
		sandbox();
		syscall(SYS_exit_group, day());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

void expect_works(int (*day)(void), void (*sandbox)(void))
{
	assert_int_equal(result_of(day, sandbox), 0);
}

/*
 * With a directory
 */

void keep_to_folder(void)
{
	dup2(open(directory, O_RDONLY | O_DIRECTORY), FOLDER);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	has_landlock = landlock_directories((const int[]){ FOLDER }, 1);
}

/* 0: as it should be; else a number of its own for what is not */
static int files_elsewhere(void)
{
	if (!has_landlock)
		return NO_LANDLOCK;
	if (syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY) >= 0 || errno != EACCES)
		return 1;
	if (syscall(SYS_openat, FOLDER, "../starlsm-elsewhere", O_WRONLY | O_CREAT, 0600) >= 0)
		return 2;
	if (syscall(SYS_openat, AT_FDCWD, "/tmp", O_RDONLY | O_DIRECTORY) >= 0)
		return 3;
	if (syscall(SYS_unlinkat, AT_FDCWD, "/tmp/starlsm-other", 0) != -1 || errno == ENOENT)
		return 4;
	if (syscall(SYS_openat, FOLDER, "in", O_WRONLY | O_CREAT, 0600) < 0)
		return 5;
	return 0;
}

void expect_only_folder(void (*sandbox)(void))
{
	int rc, other = open("/tmp/starlsm-other", O_WRONLY | O_CREAT, 0600);

	rc = result_of(files_elsewhere, sandbox);
	close(other);
	unlink("/tmp/starlsm-other");
	if (rc == NO_LANDLOCK) {
		print_message("# skipped: this kernel has no Landlock\n");
		skip();
	}
	assert_int_equal(rc, 0);
}

int make_folder(void **state)
{
	(void)state;
	return mkdtemp(directory) ? 0 : -1;
}

int remove_folder(void **state)
{
	char inside[96];

	(void)state;
	snprintf(inside, sizeof(inside), "%s/in", directory);
	unlink(inside);
	return rmdir(directory);
}
