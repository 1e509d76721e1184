/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - toolstack commands that are running
 *
 * A few at a time, each with a deadline, so that one guest's destruction does
 * not delay another one's pause.
 */
#ifndef STARLSM_JOBS_H
#define STARLSM_JOBS_H

#include <poll.h>

#include "lib/msg.h"

#define JOBS_MAX	8

struct job {
	int pidfd;		/* -1: none */
	pid_t pid;
	int64_t deadline_ns;
	int reply_fd;		/* who asked */
	struct msg_done done;	/* what it will be told */
};

struct jobs {
	struct job job[JOBS_MAX];
};

void jobs_init(struct jobs *jobs);

/* Starts the destruction of done->domid; 0 or an errno: EAGAIN, too many. */
int jobs_start(struct jobs *jobs, const struct msg_done *done, int reply_fd);

/* Fills JOBS_MAX entries to poll; returns the time-out in ms, -1 for none. */
int jobs_watch(const struct jobs *jobs, struct pollfd *p);

/* Ends what has ended or is overdue, and tells who asked. */
void jobs_serve(struct jobs *jobs);

#endif /* STARLSM_JOBS_H */
