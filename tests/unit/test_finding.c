// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of findings in words
 */
#include "cmocka_all.h"

#include <string.h>

#include "lib/finding.h"

static struct facts_finding facts;
static struct finding_room room;

static void assert_is(const struct fact_text *text, const char *want)
{
	if (!want) {
		assert_null(text->bytes);
		return;
	}
	assert_non_null(text->bytes);
	assert_int_equal(text->len, strlen(want));
	assert_memory_equal(text->bytes, want, text->len);
}

static void words(void **state)
{
	unsigned int n = 0;

	(void)state;
	assert_string_equal(finding_severity(FINDING_NOTE), "note");
	assert_string_equal(finding_severity(FINDING_TAMPERED), "tampered");
	assert_null(finding_severity(FINDING_TAMPERED + 1));
	assert_true(finding_is_severity("Suspect"));
	assert_false(finding_is_severity("critical"));
	while (finding_check(n))
		assert_true(finding_is_check(finding_check(n++)));
	assert_true(n > 30);
	assert_true(finding_is_check("LSM-calls"));
	assert_false(finding_is_check("lsm"));
	assert_false(finding_is_check(""));
}

static void all_that_there_is(void **state)
{
	const struct msg_finding m = {
		.severity = FINDING_SUSPECT, .expected_bytes = { 0x0f, 0x1f }, .found = 0xbeef,
		.n_expected_bytes = 2, .name = "text", .attack = "T1014",
		.object = "do_exit+0x10", .text = "2 bytes differ",
	};

	(void)state;
	finding_facts(&m, &facts, &room);
	assert_is(&facts.check, "text");
	assert_is(&facts.severity, "suspect");
	assert_is(&facts.object, "do_exit+0x10");
	assert_is(&facts.owner, "kernel");
	assert_is(&facts.text, "2 bytes differ");
	assert_is(&facts.expected, "0f1f");
	assert_is(&facts.found, "0xbeef");
	assert_is(&facts.attack, "T1014");
}

static void nothing_is_not_there(void **state)
{
	const struct msg_finding m = { .severity = 99, .object = "-" };

	(void)state;
	finding_facts(&m, &facts, &room);
	assert_is(&facts.check, NULL);
	assert_is(&facts.severity, NULL);
	assert_is(&facts.owner, NULL);
	assert_is(&facts.object, "-");
	assert_is(&facts.expected, NULL);
	assert_is(&facts.found, NULL);
}

static void owners(void **state)
{
	struct msg_finding m = { .object = "module rootkit, 0xffffffffc0000000" };

	(void)state;
	finding_facts(&m, &facts, &room);
	assert_is(&facts.owner, "rootkit");
	strcpy(m.object, "module without an end");
	finding_facts(&m, &facts, &room);
	assert_is(&facts.owner, "without an end");
	strcpy(m.object, "nobody's, 0xffffc90000000000");
	finding_facts(&m, &facts, &room);
	assert_is(&facts.owner, "nobody");
	strcpy(m.object, "");
	finding_facts(&m, &facts, &room);
	assert_is(&facts.owner, NULL);
}

/* As long as they can be, and no longer whatever is said */
static void digits(void **state)
{
	uint8_t bytes[FINDING_BYTES_MAX];
	char text[FINDING_DIGITS_MAX];

	(void)state;
	memset(bytes, 0xa5, sizeof(bytes));
	finding_digits(bytes, FINDING_BYTES_MAX, 7, text);
	assert_int_equal(strlen(text), 2 * FINDING_BYTES_MAX);
	finding_digits(bytes, UINT32_MAX, 7, text);
	assert_int_equal(strlen(text), 2 * FINDING_BYTES_MAX);
	finding_digits(bytes, 0, UINT64_MAX, text);
	assert_string_equal(text, "0xffffffffffffffff");
	finding_digits(bytes, 0, 0, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(all_that_there_is),
		cmocka_unit_test(nothing_is_not_there),
		cmocka_unit_test(owners),
		cmocka_unit_test(digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
