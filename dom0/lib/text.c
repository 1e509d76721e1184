// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - building one line of text in a buffer of fixed size
 */
#include "lib/text.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/decode.h"

void text_init(struct text *t, char *buf, size_t size)
{
	t->buf = buf;
	t->size = size;
	t->len = 0;
	buf[0] = 0;
}

/* Bytes of the character at the end that vsnprintf cut in two. */
static size_t cut_tail(const char *s, size_t len)
{
	size_t n = 0;

	while (n < 3 && n < len && ((unsigned char)s[len - 1 - n] & 0xc0) == 0x80)
		n++;
	if (n < len && (unsigned char)s[len - 1 - n] >= 0xc0)
		return n + 1;
	return 0;
}

void text_add(struct text *t, const char *format, ...)
{
	size_t room = t->size - t->len;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(t->buf + t->len, room, format, args);
	va_end(args);
	if (n < 0)
		n = 0;
	if ((size_t)n < room) {
		t->len += n;
		return;
	}
	t->len = t->size - 1;
	t->len -= cut_tail(t->buf, t->len);
	t->buf[t->len] = 0;
}

void text_add_guest(struct text *t, const char *untrusted_bytes, size_t len)
{
	t->len += decode_escape(untrusted_bytes, len, t->buf + t->len, t->size - t->len);
}
