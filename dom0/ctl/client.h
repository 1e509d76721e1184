/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - asking starlsmd
 */
#ifndef STARLSM_CLIENT_H
#define STARLSM_CLIENT_H

#include <stdbool.h>

#include "lib/msg.h"

#define CLIENT_SOCKET	"/run/starlsm/ctl.sock"

/* Exit statuses of starlsmctl */
enum { CTL_OK, CTL_FAILED, CTL_USAGE, CTL_NO_DAEMON };

struct client_answer {
	const char *text;	/* JSON, ended by NUL; valid until the next question */
	int fd;			/* to read from, or -1 */
};

/*
 * One question, one answer. guest is "" for all. Returns CTL_OK, or another
 * exit status after saying why on stderr.
 */
int client_ask(const char *path, enum request request, const char *guest,
	       struct client_answer *answer);

/* The same with a host, "" for any. */
int client_ask_host(const char *path, enum request request, const char *guest, const char *host,
		    struct client_answer *answer);

/* Has an operator done with that incident? The stream is all of them, as they are then. */
int client_ask_close(const char *path, uint32_t incident, struct client_answer *answer);

/*
 * Messages of a stream, until its end, Ctrl-C or the reader of stdout leaving.
 * take() returns false to end it. Returns false if it was starlsmd who ended it
 * in a way that is not an end.
 */
typedef bool (*client_take)(void *arg, const struct msg *m);
bool client_stream(int fd, client_take take, void *arg, bool *was_interrupted);

#endif /* STARLSM_CLIENT_H */
