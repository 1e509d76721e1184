/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a starlsmd that answers one question, in a child, for tests
 */
#ifndef STARLSM_TEST_ANSWERING_H
#define STARLSM_TEST_ANSWERING_H

#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/msg_ctl.h"
#include "starlsmd/reply.h"

typedef void (*serve_fn)(int conn, const void *arg);

struct answering {
	char folder[32];
	char path[64];	/* where it listens */
	pid_t pid;
};

static inline void answering_start(struct answering *a, serve_fn serve, const void *arg)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_SEQPACKET, 0), conn;
	struct msg_request m;

	strcpy(a->folder, "/tmp/starlsm-reply-XXXXXX");
	assert_non_null(mkdtemp(a->folder));
	snprintf(a->path, sizeof(a->path), "%s/s", a->folder);
	strcpy(addr.sun_path, a->path);
	assert_int_equal(bind(sock, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(sock, 1), 0);
	a->pid = fork();
	assert_true(a->pid >= 0);
	if (!a->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		conn = accept(sock, NULL, NULL);
		if (conn < 0 || msg_recv(conn, &m, sizeof(m), NULL) != sizeof(m))
			_exit(1);
		serve(conn, arg);
		_exit(0);
	}
	close(sock);
}

/* It was asked, and could say all. */
static inline void answering_end(const struct answering *a)
{
	int status;

	assert_int_equal(waitpid(a->pid, &status, 0), a->pid);
	assert_int_equal(status, 0);
	unlink(a->path);
	rmdir(a->folder);
}

struct said {
	int err;
	const char *text;
	bool has_fd;
};

/* A serve_fn: all of a struct said, however long */
static inline void answering_say(int conn, const void *arg)
{
	const struct said *said = arg;
	struct pollfd p = { .fd = conn, .events = POLLOUT };
	struct reply r;
	int rc;

	fcntl(conn, F_SETFL, O_NONBLOCK);
	if (reply_begin(&r, said->err, said->text))
		_exit(2);
	rc = reply_send(&r, conn, said->has_fd ? STDIN_FILENO : -1);
	while (rc == -EAGAIN) {
		poll(&p, 1, -1);
		rc = reply_send(&r, conn, -1);
	}
	reply_free(&r);
	if (rc)
		_exit(3);
}

#endif /* STARLSM_TEST_ANSWERING_H */
