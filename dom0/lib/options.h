/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the command line of the blanket's programs: what all of them have
 */
#ifndef STARLSM_OPTIONS_H
#define STARLSM_OPTIONS_H

#include <getopt.h>
#include <stdio.h>

/* Where a program's own table and letters for getopt_long() end */
#define OPTIONS_COMMON \
	{ "socket", required_argument, NULL, 's' }, \
	{ "user", required_argument, NULL, 'u' }, \
	{ "help", no_argument, NULL, 'h' }, \
	{ "version", no_argument, NULL, 'V' }, \
	{ 0 }
#define OPTIONS_LETTERS	"s:u:hV"

struct options {
	const char *program;
	void (*usage)(FILE *f);
	const char *socket;	/* of the outer xenstore; as they are without an option */
	const char *user;
};

/*
 * What getopt_long() gave that is not the program's own. --help, --version, and what
 * is wrong, end the process.
 */
void options_take(struct options *o, int c);

/* What is wrong, for the rest */
void __attribute__((noreturn)) options_refuse(const struct options *o);

/* All of a command line, of a program that has no options of its own */
void options_parse(struct options *o, int argc, char **argv);

#endif /* STARLSM_OPTIONS_H */
