/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a command of starlsmctl prints about a daemon's answer, for tests
 */
#ifndef STARLSM_TEST_PRINTING_H
#define STARLSM_TEST_PRINTING_H

#include "answering.h"

#include <stdarg.h>
#include <sys/mman.h>

#include "ctl/client.h"
#include "ctl/ctl.h"

/* Of that guest, when starlsmd says that text; returns the command's own status. */
static inline int print_answer(int (*command)(const struct ctl_options *opt), const char *guest,
			       const char *text, char *printed, size_t size)
{
	const struct said said = { .text = text };
	int out = dup(STDOUT_FILENO), fd = memfd_create("printed", 0), rc;
	struct answering a;
	ssize_t n;

	assert_true(out >= 0 && fd >= 0);
	answering_start(&a, answering_say, &said);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	rc = command(&(struct ctl_options){ .socket = a.path, .guest = guest });
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	answering_end(&a);
	n = pread(fd, printed, size - 1, 0);
	assert_true(n >= 0);
	printed[n] = 0;
	close(out);
	close(fd);
	return rc;
}

#endif /* STARLSM_TEST_PRINTING_H */
