/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the command lines of a site's toolstack; a row of the table is one
 *
 * Words for exec, never for a shell of ours to read. A guest is its domid; an address and
 * the words of the way there are the configuration's, and have been checked to
 * hold letters, digits and . _ - / = , : @ + only.
 */
#ifndef STARLSM_TOOLSTACK_H
#define STARLSM_TOOLSTACK_H

#include <stdint.h>

#define COMMAND_WORDS	24
#define COMMAND_TEXT	1024

/* argv points into text */
struct command {
	const char *argv[COMMAND_WORDS + 1];
	unsigned int n;
	unsigned int len;
	char text[COMMAND_TEXT];
};

/* A word more. One too many ends the process: the tables here are too long. */
void __attribute__((format(printf, 2, 3))) command_word(struct command *c, const char *fmt, ...);
/* Words with blanks between. */
void command_words(struct command *c, const char *words);

struct toolstack {
	const char *name;
	/* Devices and nodes as well. */
	void (*destroy)(struct command *c, uint32_t domid);
	/* Live, to the host at that address, reached by ssh; it runs on one side at the end. */
	void (*migrate)(struct command *c, const char *ssh, const char *address, uint32_t domid);
	/*
	 * The same for one that cannot be moved live: it stands here from then on, paused
	 * when it has been sent, and runs there when it is there.
	 */
	void (*copy)(struct command *c, const char *ssh, const char *address, uint32_t domid);
	/* What migrate says when it has begun to run there */
	const char *runs_there;
};

extern const struct toolstack toolstack_xl;

/* What a host has: ours, here with address "" or through ssh */
void command_capacity(struct command *c, const char *ssh, const char *address);

#endif /* STARLSM_TOOLSTACK_H */
