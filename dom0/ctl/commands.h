/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what starlsmctl can be told: its commands, and their options
 *
 * What is accepted, what --help says and what a shell completes all come from here.
 */
#ifndef STARLSM_COMMANDS_H
#define STARLSM_COMMANDS_H

#include <stdio.h>

#include "ctl/ctl.h"

enum { TAKES_JSON = 1, TAKES_FOLLOW = 2, TAKES_GUEST_OPTION = 4, TAKES_GUEST = 8,
	TAKES_RULES = 16, TAKES_KEY = 32, TAKES_ARGS = 64, TAKES_HOST = 128,
	TAKES_QUERY = 256, TAKES_JOURNAL = 512, TAKES_ONCE = 1024,
	TAKES_OTHER_RULES = 2048, TAKES_REPORT = 4096 };

struct command {
	const char *name;
	const char *usage;
	const char *help;
	int takes;
	const char *verbs;	/* what its first argument has to be, spaces between; NULL: anything */
	int (*run)(const struct ctl_options *opt);
};

/* What the text of an option is */
enum option_text { TEXT_NONE, TEXT_ANY, TEXT_FILE, TEXT_GUEST, TEXT_TYPES };

struct command_option {
	const char *name;
	int takes;		/* commands that take one of these; 0: all */
	enum option_text text;	/* NONE: it is a flag */
	size_t offset;		/* in struct ctl_options: a text, or a bool */
	const char *arg;	/* what its text is called; NULL: a flag */
	const char *help;
};

/* From number 0 on; NULL at the end */
const struct command *command_at(unsigned int number);
const struct command_option *command_option_at(unsigned int number);

/* The command, or the option, of that name; NULL if there is none. */
const struct command *command_find(const char *name);
const struct command_option *command_option_find(const char *name);

bool command_takes(const struct command *c, const struct command_option *o);

/* All commands; c with its options. */
void commands_help(FILE *to);
void command_help(FILE *to, const struct command *c);

#endif /* STARLSM_COMMANDS_H */
