// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - writing HTML: every text that goes in is escaped
 */
#include "ctl/page.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode.h"

/* Of a long text: what is shown of its beginning and its end */
#define HEAD	200
#define TAIL	80
/* A text goes out in pieces of so many bytes, each at most four times as long then. */
#define PIECE	1024

static void put_plain(FILE *to, const char *text)
{
	static const char * const names[256] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;",
		['\''] = "&#39;",
	};

	for (; *text; text++) {
		const char *name = names[(unsigned char)*text];

		if (name)
			fputs(name, to);
		else
			fputc(*text, to);
	}
}

/* So long that no character is cut in two; one that never ends is none anyway. */
static size_t piece_len(const char *text, size_t len)
{
	size_t n = len < PIECE ? len : PIECE;

	if (n == len)
		return n;
	for (size_t back = 0; back < 4; back++)
		if (((unsigned char)text[n - back] & 0xc0) != 0x80)
			return n - back;
	return n;
}

/* A backslash is a sign like any other here: it may be from an escape before. */
static void put_text(FILE *to, const char *text, size_t len)
{
	char escaped[4 * PIECE + 1];

	while (len) {
		const char *slash = memchr(text, '\\', len);
		size_t n = piece_len(text, slash ? (size_t)(slash - text) : len);

		decode_escape(text, n, escaped, sizeof(escaped));
		put_plain(to, escaped);
		if (text + n == slash) {
			fputc('\\', to);
			n++;
		}
		text += n;
		len -= n;
	}
}

/* One conversion, the format being past its %; returns what is behind it. */
static const char *convert(FILE *to, const char *format, va_list *ap)
{
	const char *text;
	int digits = 0;

	if (*format == '.') {
		digits = format[1] - '0';
		format += 2;
	}
	switch (*format) {
	case 's':
		text = va_arg(*ap, const char *);
		if (text)
			put_text(to, text, strlen(text));
		return format + 1;
	case 'd':
		fprintf(to, "%d", va_arg(*ap, int));
		return format + 1;
	case 'z':
		fprintf(to, "%zu", va_arg(*ap, size_t));
		return format + 2;
	case 'f':
		fprintf(to, "%.*f", digits, va_arg(*ap, double));
		return format + 1;
	case '%':
		fputc('%', to);
		return format + 1;
	default:
		abort();	/* a format of ours */
	}
}

void page_add(FILE *to, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	while (*format) {
		size_t n = strcspn(format, "%");

		fwrite(format, 1, n, to);
		format += n;
		if (*format == '%')
			format = convert(to, format + 1, &ap);
	}
	va_end(ap);
}

/* From there on, a character is whole. */
static const char *tail_of(const char *text, size_t len)
{
	const char *at = text + len - TAIL;

	for (int i = 0; i < 3 && ((unsigned char)*at & 0xc0) == 0x80; i++)
		at++;
	return at;
}

void page_long(FILE *to, const char *text)
{
	size_t len = text ? strlen(text) : 0, head = HEAD;

	if (len <= PAGE_LONG) {
		page_add(to, "<div class=t>%s</div>", text);
		return;
	}
	while (head && ((unsigned char)text[head] & 0xc0) == 0x80)
		head--;
	page_add(to, "<details class=t><summary>");
	put_text(to, text, head);
	page_add(to, " <b>&hellip; %zu bytes in all &hellip;</b> %s</summary>%s</details>",
		 len, tail_of(text, len), text);
}
