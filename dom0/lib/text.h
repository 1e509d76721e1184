/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - building one line of text in a buffer of fixed size
 */
#ifndef STARLSM_TEXT_H
#define STARLSM_TEXT_H

#include <stddef.h>

struct text {
	char *buf;		/* always ended by NUL */
	size_t size;
	size_t len;
};

/* size is at least 1. */
void text_init(struct text *t, char *buf, size_t size);

/* Add, as printf does; what does not fit is cut at a whole UTF-8 character. */
void text_add(struct text *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Add a guest's bytes, escaped. */
void text_add_guest(struct text *t, const char *untrusted_bytes, size_t len);

#endif /* STARLSM_TEXT_H */
