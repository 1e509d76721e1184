/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the engine's incidents, for the next engine
 *
 * A file in memory, gone with the host as the guests are: the latest that was said of
 * each, at its place in the engine's list, and in which of its runs. It is opened before
 * rights are given away, and read and passed on before anything is received.
 */
#ifndef STARLSM_JOURNAL_KEPT_H
#define STARLSM_JOURNAL_KEPT_H

#include "lib/msg.h"

/* All of them must have found their way to the engine by then. */
#define KEPT_TELL_MS	2000

/* -1 with errno. */
int kept_open(const char *path);

/*
 * All that is whole of the latest run, then KEPT; to a non-blocking socket. 0 or an
 * errno; EPIPE: that engine has its own.
 */
int kept_tell(int fd, int socket);

/* What the engine was told or has said in that run, if it is an incident. 0 or an errno. */
int kept_take(int fd, uint64_t run, const struct msg *m);

#endif /* STARLSM_JOURNAL_KEPT_H */
