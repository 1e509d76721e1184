// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the command lines of a site's toolstack; a row of the table is one
 */
#include "responder/toolstack.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"

void command_word(struct command *c, const char *fmt, ...)
{
	size_t room = sizeof(c->text) - c->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(c->text + c->len, room, fmt, ap);
	va_end(ap);
	if (c->n == COMMAND_WORDS || n < 0 || (size_t)n >= room)
		fatal("a command line that is too long");
	c->argv[c->n] = c->text + c->len;
	c->argv[++c->n] = NULL;
	c->len += n + 1;
}

void command_words(struct command *c, const char *words)
{
	while (*words) {
		size_t len = strcspn(words, " ");

		command_word(c, "%.*s", (int)len, words);
		words += len + strspn(words + len, " ");
	}
}

static void xl_destroy(struct command *c, uint32_t domid)
{
	command_word(c, "xl");
	command_word(c, "destroy");
	command_word(c, "%u", domid);
}

/* xl hands the words of -s and the address to a shell: hence what they may hold. */
static void xl_migrate(struct command *c, const char *ssh, const char *address, uint32_t domid)
{
	command_word(c, "xl");
	command_word(c, "migrate");
	command_word(c, "-s");
	command_word(c, "%s", ssh);
	command_word(c, "%u", domid);
	command_word(c, "%s", address);
}

/*
 * A shell of ours for the pipe: the words are its arguments, not its program. Far
 * away another: there standard input may be a socket, which xl cannot open by name.
 */
static void xl_copy(struct command *c, const char *ssh, const char *address, uint32_t domid)
{
	command_word(c, "sh");
	command_word(c, "-c");
	command_word(c, "xl save -p \"$1\" /proc/self/fd/1 | "
		     "$2 \"$3\" 'cat | xl restore /proc/self/fd/0'");
	command_word(c, "copy");
	command_word(c, "%u", domid);
	command_word(c, "%s", ssh);
	command_word(c, "%s", address);
}

const struct toolstack toolstack_xl = {
	.name = "xl", .destroy = xl_destroy, .migrate = xl_migrate, .copy = xl_copy,
	.runs_there = "Target reports successful startup",
};

void command_capacity(struct command *c, const char *ssh, const char *address)
{
	if (*address) {
		command_words(c, ssh);
		command_word(c, "%s", address);
	}
	command_word(c, "starlsmctl");
	command_word(c, "capacity");
	command_word(c, "--json");
}
