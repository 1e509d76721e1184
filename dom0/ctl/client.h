/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - asking starlsmd
 */
#ifndef STARLSM_CLIENT_H
#define STARLSM_CLIENT_H

#include <stdbool.h>

#include "lib/msg_ctl.h"

#define CLIENT_SOCKET	"/run/starlsm/ctl.sock"

/* Exit statuses of starlsmctl */
enum { CTL_OK, CTL_FAILED, CTL_USAGE, CTL_NO_DAEMON };

struct client_answer {
	const char *text;	/* JSON, ended by NUL; valid until the next question */
	int fd;			/* to read from, or -1 */
	unsigned int patience_ms;	/* client_try(): to wait for it; 0: however long */
	char error[8192];	/* why there is none; with a newline in it if starlsmd has more to say */
};

/*
 * One question, one answer. guest is "" for all. Returns CTL_OK, or another
 * exit status after saying why on stderr.
 */
int client_ask(const char *path, enum request request, const char *guest,
	       struct client_answer *answer);

/* The same of all guests, but says why in answer->error. */
int client_try(const char *path, enum request request, struct client_answer *answer);

/* As client_ask() with a host, "" for any. */
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
