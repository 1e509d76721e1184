// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of writing HTML: no text becomes markup, or confuses who reads it
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/page.h"

static char *written;
static size_t written_len;

/* What is written by the statement, as `written` */
#define WRITE(statement) \
	do { \
		FILE *to = open_memstream(&written, &written_len); \
		statement; \
		fclose(to); \
	} while (0)

static void assert_text(const char *text, const char *expected)
{
	WRITE(page_add(to, "<p>%s</p>", text));
	written[written_len - 4] = 0;
	assert_string_equal(written + 3, expected);
	free(written);
}

static void texts(void **state)
{
	(void)state;
	assert_text("", "");
	assert_text(NULL, "");
	assert_text("/bin/sh", "/bin/sh");
	assert_text("<script>&\"'", "&lt;script&gt;&amp;&quot;&#39;");
	assert_text("&lt;", "&amp;lt;");
	assert_text("\x1b[31m\x07\n\r\t\x7f", "\\x1b[31m\\x07\\x0a\\x0d\\x09\\x7f");
	assert_text("\xc3\xa9 \xe4\xb8\xad", "\xc3\xa9 \xe4\xb8\xad");
	/* the end of a line in C1, U+202E, U+2066, U+FEFF */
	assert_text("\xc2\x85", "\\xc2\\x85");
	assert_text("a\xe2\x80\xae" "b\xe2\x81\xa6\xef\xbb\xbf",
		    "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6\\xef\\xbb\\xbf");
	/* no UTF-8: alone, cut, too long, a surrogate */
	assert_text("\xff<\xe4\xb8", "\\xff&lt;\\xe4\\xb8");
	assert_text("\xc0\xbc\xed\xa0\x80", "\\xc0\\xbc\\xed\\xa0\\x80");
	/* what was escaped before stays as it is */
	assert_text("\\x1b\\", "\\x1b\\");
	assert_text("%s%n", "%s%n");
}

static void numbers(void **state)
{
	(void)state;
	WRITE(page_add(to, "%d %zu %.1f %% %s", -5, (size_t)7, 1.25, ">"));
	assert_string_equal(written, "-5 7 1.2 % &gt;");
	free(written);
}

/* Whatever the length, no character is cut where a piece ends. */
static void long_texts_are_whole(void **state)
{
	char text[9001], *expected = malloc(sizeof(text));

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		size_t len = shift;

		memset(text, 'x', shift);
		for (; len + 3 < sizeof(text); len += 3)
			memcpy(text + len, "\xe4\xb8\xad", 3);
		text[len] = 0;
		strcpy(expected, text);
		assert_text(text, expected);
	}
	memset(text, 0x80, 5000);
	text[5000] = 0;
	WRITE(page_add(to, "%s", text));
	assert_int_equal(written_len, 4 * 5000);
	free(written);
	free(expected);
}

static void folded(void **state)
{
	char text[4097];

	(void)state;
	memset(text, 'x', 4096);
	text[4096] = 0;
	memcpy(text + 4096 - 9, "<i>\xe4\xb8\xad" "end", 9);
	WRITE(page_long(to, text));
	assert_non_null(strstr(written, "<details"));
	assert_non_null(strstr(written, "4096 bytes in all"));
	assert_null(strstr(written, "<i>"));
	assert_non_null(strstr(written, "\xe4\xb8\xad" "end</summary>"));
	free(written);
	/* characters at both ends of what is shown stay whole */
	for (size_t shift = 0; shift < 3; shift++) {
		memset(text, 'x', shift);
		for (size_t at = shift; at + 3 <= 4096; at += 3)
			memcpy(text + at, "\xe4\xb8\xad", 3);
		text[4095 - (4095 - shift) % 3] = 0;
		WRITE(page_long(to, text));
		assert_null(strstr(written, "\\x"));
		free(written);
	}
	text[PAGE_LONG] = 0;
	WRITE(page_long(to, text));
	assert_null(strstr(written, "<details"));
	free(written);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(numbers),
		cmocka_unit_test(long_texts_are_whole),
		cmocka_unit_test(folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
