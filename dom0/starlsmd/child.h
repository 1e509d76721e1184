/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a process that starlsmd has started
 *
 * It has /dev/null for input, our stderr, its channel to us on fd 3, another
 * descriptor on fd 4, the lock on fd 5, an environment of one variable, and no
 * signal blocked or ignored.
 */
#ifndef STARLSM_CHILD_H
#define STARLSM_CHILD_H

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "lib/msg.h"

struct child;

/* A message has come, len bytes, whole. Return -1 if it may not come from here: the child is killed. */
typedef int (*child_message_fn)(struct child *c, const struct msg *m);
/* It has ended; status as wait(2) gives it. The structure may be used again. */
typedef void (*child_exit_fn)(struct child *c, int status);

struct child {
	const char *name;	/* for messages; set by the caller, as are: */
	child_message_fn message;
	child_exit_fn exited;
	void *owner;

	pid_t pid;		/* 0: not running */
	int channel;		/* our end; -1 closed */
	sd_event_source *io;
	sd_event_source *wait;
};

/* The lock that children keep open, on a number above 9. */
void child_set_lock(int fd);

/*
 * Start program with argv. peer becomes its fd 4, and is closed here in any
 * case. Returns 0, or -1 with a line logged.
 */
int child_start(struct child *c, sd_event *event, const char *program,
		const char *const argv[], int peer);

/* Tell it to end by closing its channel. */
void child_stop(struct child *c);

/* SIGKILL; exited() follows. */
void child_kill(struct child *c);

/*
 * A pair of sockets on numbers above 9, where no fd of a child is. Ours waits
 * at most 2 s for room. Returns 0, or -1 with errno.
 */
int child_socketpair(int *ours, int *theirs);

/* "exited with status 1", "was killed by signal 31 (Bad system call)" */
void child_status_text(int status, char *text, size_t size);

#endif /* STARLSM_CHILD_H */
