// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - runs for the tests, as root, what dom0 sends on TCP port 7
 *
 * One connection is one script: everything up to the end of input is given to
 * sh -c; its output comes back, then a line "status N". A hole the size of a
 * barn door, for lab guests only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT 7
#define SCRIPT_MAX 65536

static int listen_any(void)
{
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT),
	};
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&any, sizeof(any)) ||
	    listen(fd, 8)) {
		perror("agent");
		exit(1);
	}
	return fd;
}

static void read_all(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while (len < size - 1) {
		got = read(fd, text + len, size - 1 - len);
		if (got <= 0)
			break;
		len += got;
	}
	text[len] = '\0';
}

static int run(int fd, const char *script)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGCHLD, SIG_DFL);
		dup2(open("/dev/null", O_RDONLY), 0);
		dup2(fd, 1);
		dup2(fd, 2);
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return 126;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void serve(int fd)
{
	static char script[SCRIPT_MAX];

	read_all(fd, script, sizeof(script));
	dprintf(fd, "\nstatus %d\n", run(fd, script));
}

int main(void)
{
	int fd, listener = listen_any();

	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		/* A script's background processes must not keep it open. */
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			continue;
		if (fork() == 0) {
			signal(SIGCHLD, SIG_DFL);
			serve(fd);
			_exit(0);
		}
		close(fd);
	}
}
