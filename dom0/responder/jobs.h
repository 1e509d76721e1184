/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - other programs that are running: the toolstack's, the site's, ours
 *
 * A few at a time, each in a process group of its own and told by its
 * environment (STARLSM_RUN=) whose it is, so that those of a responder that was
 * killed are found. How long they may take is not decided here. Of what they
 * write a bounded part is kept.
 */
#ifndef STARLSM_JOBS_H
#define STARLSM_JOBS_H

#include <poll.h>
#include <stdbool.h>

#include "lib/msg.h"

#define JOBS_MAX	24
/* To wait for: its end, and what it writes */
#define JOBS_POLLED	(2 * JOBS_MAX)
/* Several of one step, side by side or one after the other, have a number each. */
#define JOB_STEP(step, part)	((step) | (part) << 8)
#define JOB_OF_STEP(number)	((number) & 0xff)
#define JOB_PART(number)	((number) >> 8)
#define JOB_PARTS_ROUNDS	100000

/* Of one program's output; the rest is read and not kept */
#define JOB_OUTPUT_MAX	(64 * 1024)

struct job {
	int pidfd;		/* -1: none */
	int output;		/* -1: closed */
	pid_t pid;
	uint32_t run, step;	/* for whom, JOB_STEP() */
	size_t n_output;
	char *text;		/* JOB_OUTPUT_MAX and a NUL */
};

struct jobs {
	struct job job[JOBS_MAX];
};

/* It has ended; status as wait(2) gives it, with all it has written. */
typedef void (*job_ended)(const struct job *job, int status);

/* Ends the process with a reason if there is no memory. */
void jobs_init(struct jobs *jobs);

/*
 * Starts argv, found on the toolstack's path. 0 or an errno: EAGAIN, there are
 * too many.
 */
int jobs_start(struct jobs *jobs, uint32_t run, uint32_t step, const char *const argv[]);

/* SIGKILL to all of that step and their groups; false if there is none. */
bool jobs_stop(struct jobs *jobs, uint32_t run, uint32_t step);

/* One that goes on, with what it has written so far; NULL: there is none. */
const struct job *jobs_find(struct jobs *jobs, uint32_t run, uint32_t step);

/* Fills JOBS_POLLED entries to poll. */
void jobs_watch(const struct jobs *jobs, struct pollfd *p);

/* Reads what is there, tells of those that have ended. */
void jobs_serve(struct jobs *jobs, job_ended ended);

/* Its first JOB_LINES_MAX lines to the log, escaped. */
#define JOB_LINES_MAX	64
void job_log(const struct job *job);

/* The last line that is not empty into text, escaped; "" if none. */
void job_last_line(const struct job *job, char *text, size_t size);

/* Those of a responder that was killed: SIGKILL. Before anything is started. */
void jobs_kill_orphans(void);

#endif /* STARLSM_JOBS_H */
