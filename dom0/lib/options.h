/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the command line of a program of the blanket that has no options of its own
 */
#ifndef STARLSM_OPTIONS_H
#define STARLSM_OPTIONS_H

#include <stdio.h>

struct options {
	const char *socket;	/* of the outer xenstore; as they are without an option */
	const char *user;
};

/* --socket, --user; --help and --version, and what is wrong, end the process. */
void options_parse(struct options *o, const char *program, void (*usage)(FILE *f), int argc,
		   char **argv);

#endif /* STARLSM_OPTIONS_H */
