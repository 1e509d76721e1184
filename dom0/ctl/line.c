// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an object of JSON, as a line of output
 */
#include "ctl/line.h"

#include <stdio.h>

bool line_print(json_t *object)
{
	if (!object)
		return false;
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
	return true;
}
