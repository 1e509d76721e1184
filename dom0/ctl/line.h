/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an object of JSON, as a line of output
 */
#ifndef STARLSM_LINE_H
#define STARLSM_LINE_H

#include <jansson.h>
#include <stdbool.h>

/*
 * Prints it and gives it back; false if there is none, for want of memory. What
 * stdout does not take is found by ferror().
 */
bool line_print(json_t *object);

#endif /* STARLSM_LINE_H */
