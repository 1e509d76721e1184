// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the command line of the blanket's programs: what all of them have
 */
#include "lib/options.h"

#include <stdlib.h>

void options_refuse(const struct options *o)
{
	o->usage(stderr);
	exit(2);
}

void options_take(struct options *o, int c)
{
	switch (c) {
	case 's':
		o->socket = optarg;
		break;
	case 'u':
		o->user = optarg;
		break;
	case 'h':
		o->usage(stdout);
		exit(0);
	case 'V':
		printf("%s " STARLSM_VERSION "\n", o->program);
		exit(0);
	default:
		options_refuse(o);
	}
}

void options_parse(struct options *o, int argc, char **argv)
{
	static const struct option options[] = { OPTIONS_COMMON };
	int c;

	while ((c = getopt_long(argc, argv, OPTIONS_LETTERS, options, NULL)) >= 0)
		options_take(o, c);
	if (optind < argc)
		options_refuse(o);
}
