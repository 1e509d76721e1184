/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - system calls that must kill a process behind a filter, each in a child
 */
#ifndef STARLSM_FORBIDDEN_H
#define STARLSM_FORBIDDEN_H

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/msg.h"

/* Stands for a device of Xen's */
#define DEVICE	8

struct call {
	const char *name;
	long nr;
	long arg[4];
};

/* Has what a process of ours has: sockets on 3 and 4, a device */
static inline void set_up(void)
{
	int pair[2], null = open("/dev/null", O_RDWR);

	dup2(null, STDERR_FILENO);
	dup2(null, DEVICE);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair))
		_exit(90);
	dup2(pair[0], MSG_FD_PARENT);
	dup2(pair[1], MSG_FD_PEER);
}

static inline int run(const struct call *c, void (*sandbox)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		set_up();
		sandbox();
		syscall(c->nr, c->arg[0], c->arg[1], c->arg[2], c->arg[3]);
		syscall(SYS_exit_group, 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static inline void expect_killed(const struct call *calls, size_t n, void (*sandbox)(void))
{
	int status;
	size_t i;

	for (i = 0; i < n; i++) {
		status = run(&calls[i], sandbox);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("%s was not killed", calls[i].name);
	}
}

#define ADDR(x) (long)(x)

#define N(a) (sizeof(a) / sizeof((a)[0]))

#endif /* STARLSM_FORBIDDEN_H */
