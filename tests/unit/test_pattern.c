// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of Sigma's values: wildcards, escapes, and encodings
 */
#include "cmocka_all.h"

#include <string.h>

#include "lib/sigma/pattern.h"

static struct arena arena;

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static struct pattern parse(const char *text)
{
	struct pattern p;

	assert_true(pattern_parse(&arena, text, strlen(text), &p));
	return p;
}

struct match_case {
	const char *pattern, *text;
	bool in_any_case, as_it_is;
};

static void what_matches(void **state)
{
	static const struct match_case cases[] = {
		{ "abc", "abc", true, true }, { "abc", "ABC", true, false },
		{ "abc", "abcd", false, false }, { "abc", "ab", false, false },
		{ "", "", true, true }, { "", "x", false, false },
		{ "*", "", true, true }, { "?", "", false, false },
		{ "a*c", "ac", true, true }, { "a*c", "abbc", true, true },
		{ "a*c", "abcb", false, false }, { "a?c", "abc", true, true },
		{ "a?c", "ac", false, false }, { "*b*", "abc", true, true },
		{ "*a*b*c", "xaxbxaxbxc", true, true }, { "*ab", "aab", true, true },
		{ "a\\*c", "a*c", true, true }, { "a\\*c", "abc", false, false },
		{ "a\\?c", "a?c", true, true }, { "a\\\\*", "a\\bc", true, true },
		{ "a\\bc", "a\\bc", true, true }, { "a\\", "a\\", true, true },
		{ "\xc3\xa4*", "\xc3\xa4x", true, true }, { "\xc3\x84", "\xc3\xa4", false, false },
		{ "**", "x", true, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct match_case *c = &cases[i];
		struct pattern p = parse(c->pattern);
		size_t len = strlen(c->text);

		if (pattern_match(&p, c->text, len, false) != c->in_any_case ||
		    pattern_match(&p, c->text, len, true) != c->as_it_is)
			fail_msg("\"%s\" and \"%s\"", c->pattern, c->text);
	}
}

/* Does not take long, whatever the text is. */
static void matching_a_long_text_is_quick(void **state)
{
	struct pattern p = parse("*a*a*a*a*a*a*a*a*a*a*b");
	char text[4096];

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_false(pattern_match(&p, text, sizeof(text), false));
}

static void too_long_values(void **state)
{
	static char text[PATTERN_UNITS_MAX + 2];
	struct pattern p;

	(void)state;
	memset(text, 'a', PATTERN_UNITS_MAX + 1);
	assert_false(pattern_parse(&arena, text, PATTERN_UNITS_MAX + 1, &p));
	assert_true(pattern_parse(&arena, text, PATTERN_UNITS_MAX, &p));
}

static void opening_puts_one_wildcard(void **state)
{
	struct pattern p = parse("a"), q = parse("*a*");

	(void)state;
	assert_true(pattern_open(&arena, &p, true, true));
	assert_true(pattern_open(&arena, &q, true, true));
	assert_int_equal(p.n, 3);
	assert_int_equal(q.n, 3);
	p = parse("");
	assert_true(pattern_open(&arena, &p, true, true));
	assert_int_equal(p.n, 1);
}

static void assert_units(const struct pattern *p, const char *bytes, size_t len)
{
	assert_int_equal(p->n, len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(p->unit[i], (uint8_t)bytes[i]);
}

static struct patterns one(const char *text)
{
	struct pattern *p = arena_alloc(&arena, sizeof(*p));

	*p = parse(text);
	return (struct patterns){ p, 1 };
}

/* RFC 4648, section 10 */
static void base64_of_rfc_4648(void **state)
{
	static const char * const cases[][2] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct patterns list = one(cases[i][0]);

		assert_null(patterns_base64(&arena, &list));
		assert_int_equal(list.n, 1);
		assert_units(&list.p[0], cases[i][1], strlen(cases[i][1]));
	}
}

/* What is common to the encodings of "foobar" with any 0, 1, 2 bytes before and any after */
static void base64_at_any_offset(void **state)
{
	static const char * const common[] = { "Zm9vYmFy", "Zvb2Jhc", "mb29iYX" };
	struct patterns list = one("foobar");

	(void)state;
	assert_null(patterns_base64offset(&arena, &list));
	assert_int_equal(list.n, 3);
	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		assert_units(&list.p[i], common[i], strlen(common[i]));
	list = one("");
	assert_non_null(patterns_base64offset(&arena, &list));
	list = one("a*b");
	assert_non_null(patterns_base64offset(&arena, &list));
	assert_non_null(patterns_base64(&arena, &list));
}

static void utf16(void **state)
{
	struct patterns list = one("a\xc3\xa4");

	(void)state;
	assert_null(patterns_utf16(&arena, &list, UTF16_LITTLE));
	assert_units(&list.p[0], "a\0\xe4", 4);
	list = one("a");
	assert_null(patterns_utf16(&arena, &list, UTF16_BIG));
	assert_units(&list.p[0], "\0a", 2);
	list = one("a");
	assert_null(patterns_utf16(&arena, &list, UTF16_MARKED));
	assert_units(&list.p[0], "\xff\xfe" "a", 4);
	/* U+1F600 */
	list = one("\xf0\x9f\x98\x80");
	assert_null(patterns_utf16(&arena, &list, UTF16_BIG));
	assert_units(&list.p[0], "\xd8\x3d\xde\x00", 4);
}

static bool has(const struct patterns *list, const char *text)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (pattern_match(&list->p[i], text, strlen(text), true))
			return true;
	return false;
}

static void windash(void **state)
{
	struct patterns list = one(" -a -b");

	(void)state;
	assert_null(patterns_windash(&arena, &list));
	assert_int_equal(list.n, 25);
	assert_true(has(&list, " -a -b"));
	assert_true(has(&list, " /a -b"));
	assert_true(has(&list, " \xe2\x80\x93" "a \xe2\x80\x95" "b"));
	/* no option: within a word, or before none */
	list = one("a-b - c");
	assert_null(patterns_windash(&arena, &list));
	assert_int_equal(list.n, 1);
	list = one("-a -b -c -d");
	assert_non_null(patterns_windash(&arena, &list));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(what_matches, tear_down),
		cmocka_unit_test_teardown(matching_a_long_text_is_quick, tear_down),
		cmocka_unit_test_teardown(too_long_values, tear_down),
		cmocka_unit_test_teardown(opening_puts_one_wildcard, tear_down),
		cmocka_unit_test_teardown(base64_of_rfc_4648, tear_down),
		cmocka_unit_test_teardown(base64_at_any_offset, tear_down),
		cmocka_unit_test_teardown(utf16, tear_down),
		cmocka_unit_test_teardown(windash, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
