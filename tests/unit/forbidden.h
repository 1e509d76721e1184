/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a process behind its filter, in a child: what kills it, what it can do
 *
 * A child first gets what a process of ours has, then sandbox() is called.
 */
#ifndef STARLSM_FORBIDDEN_H
#define STARLSM_FORBIDDEN_H

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "cmocka_all.h"
#include "lib/msg.h"

#define DEVICE	8	/* stands for a device of Xen's */
#define FOLDER	9	/* a directory, if there is one: make_folder() */

struct call {
	const char *name;
	long nr;
	long arg[5];
};

#define ADDR(x) (long)(x)

/* Each of the calls, and of those that none of our processes has, has to kill. */
void expect_killed(const struct call *calls, size_t n, void (*sandbox)(void));

/* The same for who has opened all it needs: for what each of these has not. */
void expect_opens_nothing(void (*sandbox)(void));

/* And for those of them that keep nothing of Xen's but an event channel. */
void expect_keeps_channel(void (*sandbox)(void));

/* day() has to return 0; it may not use malloc(), nor what else the filter has not. */
void expect_works(int (*day)(void), void (*sandbox)(void));

/* For a sandbox(): no file but below FOLDER, as main() does it */
void keep_to_folder(void);

/* And that it is so, where the kernel has Landlock; it skips the test elsewhere. */
void expect_only_folder(void (*sandbox)(void));

/* Of a group of tests: FOLDER is there in each child. */
int make_folder(void **state);
int remove_folder(void **state);

#endif /* STARLSM_FORBIDDEN_H */
