/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an expression over an event's fields, as in events --where
 *
 *   uid = 0 and (path ~ "/tmp/" or task.exe ~ "*bash*") and not event = mmap
 *
 * Pure. A field has the name that events --json gives it, task.parent.exe for what
 * is inside others; a value is what a line shows. = != < <= > >= compare numbers
 * if both are (0x and 0 begin other bases), else texts; ~ and !~ match a pattern
 * as in fnmatch(3), whose * stands for slashes too. An event without the field is
 * never matched by a comparison of it.
 */
#ifndef STARLSM_WHERE_H
#define STARLSM_WHERE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/format.h"

struct where;

/* NULL if that is no expression, and why in error; freed by where_free(). */
struct where *where_parse(const char *text, char *error, size_t size);
void where_free(struct where *w);

bool where_matches(const struct where *w, const struct format_event *fe);

#endif /* STARLSM_WHERE_H */
