/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what has to end the process with fatal(), in a child
 */
#ifndef STARLSM_TEST_FATAL_H
#define STARLSM_TEST_FATAL_H

#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"

static inline void expect_fatal(void (*fn)(const void *arg), const void *arg)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		fn(arg);
		_exit(77);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

#endif /* STARLSM_TEST_FATAL_H */
