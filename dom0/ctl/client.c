// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - asking starlsmd
 */
#include "ctl/client.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static char inbox[MSG_MAX] __attribute__((aligned(8)));
static char *text;	/* of the last answer */
static volatile sig_atomic_t is_interrupted;

static int __attribute__((format(printf, 3, 4)))
fail(struct client_answer *answer, int rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(answer->error, sizeof(answer->error), fmt, ap);
	va_end(ap);
	return rc;
}

static const char *why(int err)
{
	return err == EAGAIN ? "starlsmd does not answer" : strerror(err);
}

static int client_connect(const char *path, int *sock, struct client_answer *answer)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const struct timeval patience = {
		.tv_sec = answer->patience_ms / 1000,
		.tv_usec = answer->patience_ms % 1000 * 1000,
	};

	if (strlen(path) >= sizeof(addr.sun_path))
		return fail(answer, CTL_USAGE, "%s: the path is too long", path);
	strcpy(addr.sun_path, path);
	*sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (*sock >= 0 && !setsockopt(*sock, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) &&
	    !setsockopt(*sock, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) &&
	    !connect(*sock, (struct sockaddr *)&addr, sizeof(addr)))
		return CTL_OK;
	if (errno == ENOENT || errno == ECONNREFUSED)
		return fail(answer, CTL_NO_DAEMON,
			    "starlsmd is not running (nobody listens at %s)", path);
	return fail(answer, CTL_FAILED, "%s: %s", path, why(errno));
}

/* One message of an answer, of which *len bytes are there and *more are to come. */
static int take_piece(ssize_t n, size_t *len, size_t *more, struct client_answer *answer)
{
	const struct msg_reply *m = (const void *)inbox;
	bool is_first = !*more;

	if (n < 0)
		return fail(answer, CTL_FAILED, "%s", why(errno));
	if (n == 0)
		return fail(answer, CTL_FAILED, "starlsmd ended without an answer");
	if (n < (ssize_t)sizeof(*m) || m->msg.type != MSG_REPLY ||
	    m->text_len != n - sizeof(*m) || m->more > REPLY_TEXT_MAX ||
	    (m->more && !m->text_len) || (!is_first && *more != m->text_len + m->more))
		return fail(answer, CTL_FAILED, "starlsmd is of another version");
	if (is_first) {
		free(text);
		text = malloc(m->text_len + m->more + 1);
	}
	if (!text)
		return fail(answer, CTL_FAILED, "no memory");
	memcpy(text + *len, m + 1, m->text_len);
	*len += m->text_len;
	*more = m->more;
	text[*len] = 0;
	answer->text = text;
	if (*more || !m->err)
		return CTL_OK;
	return fail(answer, CTL_FAILED, "%s", *text ? text : strerror(m->err));
}

static int ask(const char *path, const struct msg_request *m, struct client_answer *answer)
{
	int sock = -1, rc = client_connect(path, &sock, answer);
	size_t len = 0, more = 0;
	ssize_t n = -1;

	answer->fd = -1;
	if (!rc && !msg_send(sock, &m->msg, -1))
		n = msg_recv(sock, inbox, MSG_MAX, &answer->fd);
	if (!rc)
		rc = take_piece(n, &len, &more, answer);
	while (!rc && more)
		rc = take_piece(msg_recv(sock, inbox, MSG_MAX, NULL), &len, &more, answer);
	if (sock >= 0)
		close(sock);
	return rc;
}

int client_try(const char *path, enum request request, struct client_answer *answer)
{
	const struct msg_request m = {
		.msg = { .type = MSG_REQUEST, .len = sizeof(m) }, .request = request,
	};

	return ask(path, &m, answer);
}

/* However long it takes; what went wrong is said. */
static int ask_patiently(const char *path, const struct msg_request *m,
			 struct client_answer *answer)
{
	int rc;

	answer->patience_ms = 0;
	rc = ask(path, m, answer);
	if (rc)
		fprintf(stderr, "starlsmctl: %s\n", answer->error);
	return rc;
}

int client_ask_host(const char *path, enum request request, const char *guest, const char *host,
		    struct client_answer *answer)
{
	struct msg_request m = {
		.msg = { .type = MSG_REQUEST, .len = sizeof(m) }, .request = request,
	};

	if (strlen(guest) >= sizeof(m.guest)) {
		fprintf(stderr, "starlsmctl: %s: no guest has a name that long\n", guest);
		return CTL_USAGE;
	}
	if (strlen(host) >= sizeof(m.host)) {
		fprintf(stderr, "starlsmctl: %s: no host has a name that long\n", host);
		return CTL_USAGE;
	}
	strcpy(m.guest, guest);
	strcpy(m.host, host);
	return ask_patiently(path, &m, answer);
}

int client_ask(const char *path, enum request request, const char *guest,
	       struct client_answer *answer)
{
	return client_ask_host(path, request, guest, "", answer);
}

int client_ask_close(const char *path, uint32_t incident, struct client_answer *answer)
{
	const struct msg_request m = {
		.msg = { .type = MSG_REQUEST, .len = sizeof(m) }, .request = REQUEST_CLOSE,
		.incident = incident,
	};

	return ask_patiently(path, &m, answer);
}

static void on_signal(int number)
{
	(void)number;
	is_interrupted = 1;
}

/* Signals come in only while ppoll() waits. */
static void hold_signals(sigset_t *while_waiting)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, while_waiting);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* Output is flushed when there is nothing more to read; false if nobody takes it. */
static bool wait_readable(int fd, const sigset_t *while_waiting)
{
	struct pollfd p[2] = { { .fd = fd, .events = POLLIN }, { .fd = STDOUT_FILENO } };
	const struct timespec at_once = { 0 };

	for (;;) {
		int n = ppoll(p, 1, &at_once, while_waiting);

		if (n == 0) {
			if (fflush(stdout))
				return false;
			n = ppoll(p, 2, NULL, while_waiting);
		}
		if (is_interrupted || (p[1].revents & POLLERR))
			return false;
		if (n > 0 && p[0].revents)
			return true;
	}
}

bool client_stream(int fd, client_take take, void *arg, bool *was_interrupted)
{
	sigset_t while_waiting;
	ssize_t n = 0;

	hold_signals(&while_waiting);
	*was_interrupted = true;
	while (wait_readable(fd, &while_waiting)) {
		n = msg_recv(fd, inbox, MSG_MAX, NULL);
		if (n <= 0) {
			*was_interrupted = false;
			break;
		}
		if (!take(arg, (const struct msg *)inbox) || ferror(stdout))
			break;
	}
	fflush(stdout);
	return n >= 0;
}
