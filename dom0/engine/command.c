// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a task's arguments, shared by those it forked
 */
#include "engine/command.h"

#include <stdlib.h>
#include <string.h>

struct command *command_new(const char *args, size_t len)
{
	struct command *c;

	if (len > COMMAND_MAX)
		len = COMMAND_MAX;
	c = malloc(sizeof(*c) + len);
	if (!c)
		return NULL;
	c->refs = 1;
	c->len = len;
	memcpy(c->text, args, len);
	return c;
}

struct command *command_hold(struct command *c)
{
	if (c)
		c->refs++;
	return c;
}

void command_release(struct command *c)
{
	if (c && --c->refs == 0)
		free(c);
}
