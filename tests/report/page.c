// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a report out of a model in a file, for tests that look at it
 *
 * page [--poison] MODEL.json >PAGE.html
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "ctl/report_html.h"
#include "poison.h"

int main(int argc, char **argv)
{
	json_error_t error = { .text = "which model?" };
	json_t *model = argc > 1 ? json_load_file(argv[argc - 1], 0, &error) : NULL;

	if (!model) {
		fprintf(stderr, "page: %s\n", error.text);
		return 1;
	}
	if (!strcmp(argv[1], "--poison"))
		poison(model);
	report_html(stdout, model);
	json_decref(model);
	return fflush(stdout) != 0;
}
