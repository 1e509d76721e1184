/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a task's arguments, shared by those it forked
 */
#ifndef STARLSM_COMMAND_H
#define STARLSM_COMMAND_H

#include <stddef.h>
#include <stdint.h>

/* What is kept of them: 16 MiB for a guest whose every task has as many as that */
#define COMMAND_MAX	512

struct command {
	uint32_t refs;
	uint32_t len;
	char text[];		/* each argument ended by NUL; the last may be cut */
};

/* With one reference; NULL without memory, and then nobody knows. */
struct command *command_new(const char *args, size_t len);

/* Both take NULL. */
struct command *command_hold(struct command *c);
void command_release(struct command *c);

#endif /* STARLSM_COMMAND_H */
