// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the command line of a program of the blanket that has no options of its own
 */
#include "lib/options.h"

#include <getopt.h>
#include <stdlib.h>

void options_parse(struct options *o, const char *program, void (*usage)(FILE *f), int argc,
		   char **argv)
{
	static const struct option options[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "user", required_argument, NULL, 'u' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "s:u:hV", options, NULL)) >= 0) {
		switch (c) {
		case 's':
			o->socket = optarg;
			break;
		case 'u':
			o->user = optarg;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		case 'V':
			printf("%s " STARLSM_VERSION "\n", program);
			exit(0);
		default:
			usage(stderr);
			exit(2);
		}
	}
	if (optind < argc) {
		usage(stderr);
		exit(2);
	}
}
