// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the automaton: it finds what looking for each text finds
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sigma/automaton.h"

#define PATTERNS	200
#define TEXT_LEN	300

static char pattern[PATTERNS][8];
static unsigned int n_found[PATTERNS], n_expected[PATTERNS];
static char text[TEXT_LEN];

static void found(void *arg, uint32_t number, size_t end)
{
	size_t len = strlen(pattern[number]);

	(void)arg;
	assert_true(end >= len && !strncasecmp(text + end - len, pattern[number], len));
	n_found[number]++;
}

static void expect(void)
{
	for (unsigned int p = 0; p < PATTERNS; p++) {
		size_t len = strlen(pattern[p]);

		n_expected[p] = n_found[p] = 0;
		for (size_t i = 0; i + len <= TEXT_LEN; i++)
			n_expected[p] += !strncasecmp(text + i, pattern[p], len);
	}
}

/* Few letters, so that texts overlap and contain each other. */
static void fill(char *to, size_t len, const char *letters)
{
	for (size_t i = 0; i < len; i++)
		to[i] = letters[rand() % strlen(letters)];
}

static void finds_what_looking_for_each_finds(void **state)
{
	struct automaton a = { 0 };

	(void)state;
	srand(1);
	for (unsigned int i = 0; i < PATTERNS; i++) {
		memset(pattern[i], 0, sizeof(pattern[i]));
		fill(pattern[i], 1 + rand() % 6, "abC");
		assert_true(automaton_add(&a, i, (const uint8_t *)pattern[i],
					  strlen(pattern[i])));
	}
	assert_true(automaton_build(&a, PATTERNS));
	for (unsigned int round = 0; round < 50; round++) {
		fill(text, sizeof(text), "aAbBcCx");
		expect();
		automaton_run(&a, text, sizeof(text), found, NULL);
		assert_memory_equal(n_found, n_expected, sizeof(n_found));
	}
	automaton_free(&a);
}

static void without_patterns_nothing(void **state)
{
	struct automaton a = { 0 };

	(void)state;
	assert_true(automaton_build(&a, 0));
	automaton_run(&a, text, sizeof(text), found, NULL);
	automaton_free(&a);
}

static void any_byte(void **state)
{
	struct automaton a = { 0 };

	(void)state;
	memset(pattern, 0, sizeof(pattern));
	strcpy(pattern[0], "\xff\x01");
	assert_true(automaton_add(&a, 0, (const uint8_t *)pattern[0], 2));
	assert_true(automaton_build(&a, 1));
	memset(text, 0, sizeof(text));
	memcpy(text + 7, "\xff\xff\x01", 3);
	n_found[0] = 0;
	automaton_run(&a, text, sizeof(text), found, NULL);
	assert_int_equal(n_found[0], 1);
	automaton_free(&a);
}

/* More than there may be is refused, and what there is can be freed. */
static void more_than_fits_is_refused(void **state)
{
	struct automaton a = { 0 };
	uint8_t long_text[4096];
	uint32_t i;

	(void)state;
	memset(long_text, 'x', sizeof(long_text));
	for (i = 0; i < 100; i++) {
		memcpy(long_text, &i, sizeof(i));
		if (!automaton_add(&a, i, long_text, sizeof(long_text)))
			break;
	}
	assert_in_range(i, 60, 70);
	automaton_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_looking_for_each_finds),
		cmocka_unit_test(without_patterns_nothing),
		cmocka_unit_test(any_byte),
		cmocka_unit_test(more_than_fits_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
