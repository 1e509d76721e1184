// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of answers from starlsmd to starlsmctl, also of very long ones
 */
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

#include "ctl/client.h"
#include "starlsmd/reply.h"

#define PIECE	(MSG_MAX - sizeof(struct msg_reply))

static struct client_answer answer;

/*
 * starlsmd, for one question
 */

typedef void (*serve_fn)(int conn, const void *arg);

static pid_t start(const char *path, serve_fn serve, const void *arg)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_SEQPACKET, 0), conn;
	struct msg_request m;
	pid_t pid;

	strcpy(addr.sun_path, path);
	assert_int_equal(bind(sock, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(sock, 1), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		conn = accept(sock, NULL, NULL);
		if (conn < 0 || msg_recv(conn, &m, sizeof(m), NULL) != sizeof(m))
			_exit(1);
		serve(conn, arg);
		_exit(0);
	}
	close(sock);
	return pid;
}

/* What starlsmctl makes of it; 0 or what it ends with */
static int ask(serve_fn serve, const void *arg)
{
	char dir[] = "/tmp/starlsm-reply-XXXXXX", path[64];
	int rc, status;
	pid_t pid;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/s", dir);
	pid = start(path, serve, arg);
	answer = (struct client_answer){ .patience_ms = 20000 };
	rc = client_try(path, REQUEST_STATUS, &answer);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	unlink(path);
	rmdir(dir);
	return rc;
}

struct said {
	int err;
	const char *text;
	bool has_fd;
};

static void send_all(int conn, const void *arg)
{
	const struct said *said = arg;
	struct pollfd p = { .fd = conn, .events = POLLOUT };
	struct reply r;
	int rc, n_waits = 0;

	fcntl(conn, F_SETFL, O_NONBLOCK);
	if (reply_begin(&r, said->err, said->text))
		_exit(2);
	rc = reply_send(&r, conn, said->has_fd ? STDIN_FILENO : -1);
	for (; rc == -EAGAIN; n_waits++) {
		poll(&p, 1, -1);
		rc = reply_send(&r, conn, -1);
	}
	reply_free(&r);
	/* more than a socket holds has to wait */
	if (rc || (strlen(said->text) > 1 << 20 && !n_waits))
		_exit(3);
}

static char *text_of(size_t len)
{
	char *text = malloc(len + 1);

	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = 'a' + i % 23;
	text[len] = 0;
	return text;
}

/* Whatever the length: one message, more, and at what fills one exactly */
static void any_length(void **state)
{
	static const size_t lens[] = { 0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 << 20 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lens); i++) {
		struct said said = { .text = text_of(lens[i]), .has_fd = i % 2 };

		assert_int_equal(ask(send_all, &said), CTL_OK);
		assert_int_equal(strlen(answer.text), lens[i]);
		assert_memory_equal(answer.text, said.text, lens[i]);
		assert_int_equal(answer.fd >= 0, said.has_fd);
		if (answer.fd >= 0)
			close(answer.fd);
		free((char *)said.text);
	}
}

static void errors(void **state)
{
	struct said said = { EINVAL, "starlsm.yaml:1: wrong", false };

	(void)state;
	assert_int_equal(ask(send_all, &said), CTL_FAILED);
	assert_string_equal(answer.error, said.text);
	said.text = text_of(PIECE + 1);
	assert_int_equal(ask(send_all, &said), CTL_FAILED);
	assert_memory_equal(answer.error, said.text, sizeof(answer.error) - 1);
	free((char *)said.text);
	said = (struct said){ ENOENT, "", false };
	assert_int_equal(ask(send_all, &said), CTL_FAILED);
	assert_string_equal(answer.error, strerror(ENOENT));
}

static void too_long(void **state)
{
	struct reply r;
	char *text = text_of(REPLY_TEXT_MAX + 1);

	(void)state;
	assert_int_equal(reply_begin(&r, 0, text), -1);
	reply_free(&r);
	text[REPLY_TEXT_MAX] = 0;
	assert_int_equal(reply_begin(&r, 0, text), 0);
	reply_free(&r);
	free(text);
}

/*
 * One that does not hold to it
 */

static void send_one(int conn, uint32_t len, uint32_t more)
{
	static char buf[MSG_MAX] __attribute__((aligned(8)));
	struct msg_reply *m = (void *)buf;

	*m = (struct msg_reply){
		.msg = { MSG_REPLY, sizeof(*m) + len }, .text_len = len, .more = more,
	};
	memset(m + 1, 'x', len);
	msg_send(conn, &m->msg, -1);
}

static void ends_early(int conn, const void *arg)
{
	(void)arg;
	send_one(conn, 10, 20);
	send_one(conn, 10, 10);
}

static void says_more(int conn, const void *arg)
{
	(void)arg;
	send_one(conn, 10, 20);
	send_one(conn, 15, 10);
}

static void says_less(int conn, const void *arg)
{
	(void)arg;
	send_one(conn, 10, 20);
	send_one(conn, 10, 0);
}

static void says_nothing(int conn, const void *arg)
{
	(void)arg;
	send_one(conn, 0, 20);
}

static void says_too_much(int conn, const void *arg)
{
	(void)arg;
	send_one(conn, 10, UINT32_MAX - 5);
}

static void other_versions(void **state)
{
	static const serve_fn liars[] = { says_more, says_less, says_nothing, says_too_much };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(liars); i++) {
		assert_int_equal(ask(liars[i], NULL), CTL_FAILED);
		assert_string_equal(answer.error, "starlsmd is of another version");
	}
	assert_int_equal(ask(ends_early, NULL), CTL_FAILED);
	assert_string_equal(answer.error, "starlsmd ended without an answer");
}

/* Who does not read gets no more, and is told of as what it is. */
static void nobody_reads(void **state)
{
	char *text = text_of(3 << 20);
	struct reply r;
	int pair[2], rc;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	assert_int_equal(reply_begin(&r, 0, text), 0);
	assert_int_equal(reply_send(&r, pair[0], -1), -EAGAIN);
	assert_true(r.sent >= PIECE && r.sent < r.len);
	close(pair[1]);
	rc = reply_send(&r, pair[0], -1);
	assert_true(rc == -EPIPE || rc == -ECONNRESET);
	close(pair[0]);
	reply_free(&r);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_length),
		cmocka_unit_test(errors),
		cmocka_unit_test(too_long),
		cmocka_unit_test(other_versions),
		cmocka_unit_test(nobody_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
