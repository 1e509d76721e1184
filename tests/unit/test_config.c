// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of starlsm.yaml: what is taken, and what is said of the rest
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/config.h"

static struct config c;
static char errors[4096];

static int parse(const char *text)
{
	return config_parse(text, strlen(text), "f.yaml", &c, errors, sizeof(errors));
}

static void least_there_can_be(void **state)
{
	(void)state;
	assert_int_equal(parse("guests: []\n"), 0);
	assert_string_equal(errors, "");
	assert_string_equal(c.user, "starlsm");
	assert_string_equal(c.socket, "/run/starlsm/ctl.sock");
	assert_string_equal(c.socket_group, "");
	assert_string_equal(c.libexec, "/usr/libexec/starlsm");
	assert_true(c.dry_run);
	assert_int_equal(c.n_guests, 0);
}

static void everything(void **state)
{
	(void)state;
	assert_int_equal(parse("user: me\n"
			       "socket: /run/x\n"
			       "socket-group: adm\n"
			       "libexec: /opt/y\n"
			       "dry-run: false\n"
			       "guests:\n"
			       "  - name: \"web*\"\n"
			       "    respond: halt\n"
			       "    attach-within: 86400\n"
			       "    quiet-after: 0\n"
			       "    build-id: 0123456789abcdef0123456789abcdef01234567\n"
			       "  - { name: mail, observe: false, respond: pause }\n"), 0);
	assert_string_equal(c.user, "me");
	assert_string_equal(c.socket, "/run/x");
	assert_string_equal(c.socket_group, "adm");
	assert_string_equal(c.libexec, "/opt/y");
	assert_false(c.dry_run);
	assert_int_equal(c.n_guests, 2);
	assert_string_equal(c.guest[0].name, "web*");
	assert_true(c.guest[0].observe);
	assert_int_equal(c.guest[0].respond, RESPOND_HALT);
	assert_int_equal(c.guest[0].attach_s, 86400);
	assert_int_equal(c.guest[0].quiet_s, 0);
	assert_string_equal(c.guest[0].build_id, "0123456789abcdef0123456789abcdef01234567");
	assert_false(c.guest[1].observe);
	assert_int_equal(c.guest[1].attach_s, CONFIG_ATTACH_S);
	assert_int_equal(c.guest[1].quiet_s, CONFIG_QUIET_S);
	assert_string_equal(c.guest[1].build_id, "");
	assert_int_equal(c.guest[1].respond, RESPOND_PAUSE);
}

static void first_match_counts(void **state)
{
	(void)state;
	assert_int_equal(parse("guests:\n"
			       "  - { name: \"web-[0-9]\" }\n"
			       "  - { name: \"web*\", observe: false }\n"), 0);
	assert_ptr_equal(config_find(&c, "web-1"), &c.guest[0]);
	assert_ptr_equal(config_find(&c, "web-12"), &c.guest[1]);
	assert_null(config_find(&c, "mail"));
	assert_null(config_find(&c, ""));
}

struct bad {
	const char *text;
	const char *errors;
};

static const struct bad bads[] = {
	{ "", "f.yaml:1: there is nothing in this file\n" },
	{ "# only this\n", "f.yaml:1: there is nothing in this file\n" },
	{ "just text\n", "f.yaml:1: here \"key: value\" lines are expected\n" },
	{ "- a\n", "f.yaml:1: here \"key: value\" lines are expected\n" },
	{ "user: x\n", "f.yaml:1: \"guests\" is missing\n" },
	{ "guests: []\nusr: x\n", "f.yaml:2: there is no key \"usr\"\n" },
	{ "guests: []\ndry-run: true\ndry-run: false\n",
	  "f.yaml:3: \"dry-run\" is here twice\n" },
	{ "guests: []\ndry-run: yes\n",
	  "f.yaml:2: \"yes\" is neither true nor false\n" },
	{ "guests: []\ndry-run: \"true\"\n",
	  "f.yaml:2: \"true\" is neither true nor false\n" },
	{ "guests: []\ndry-run:\n", "f.yaml:2: \"\" is neither true nor false\n" },
	{ "guests: []\ndry-run: [true]\n",
	  "f.yaml:2: here one value is expected, not a list or a mapping\n" },
	{ "guests: []\n? [a]\n: b\n",
	  "f.yaml:2: here one value is expected, not a list or a mapping\n" },
	{ "guests: []\nsocket: run/x\n",
	  "f.yaml:2: \"run/x\" does not begin with /\n" },
	{ "guests: []\nuser: \"\"\n", "f.yaml:2: this value is empty\n" },
	{ "guests: []\nuser: \"a\\0b\"\n",
	  "f.yaml:2: a NUL character is in this value\n" },
	{ "guests: web\n", "f.yaml:1: here a list is expected, \"- name: ...\"\n" },
	{ "guests:\n  - web\n", "f.yaml:2: here \"key: value\" lines are expected\n" },
	{ "guests:\n  - observe: true\n", "f.yaml:2: \"name\" is missing\n" },
	{ "guests:\n  - name: a\n    respond: shout\n",
	  "f.yaml:3: \"shout\" is none of alert, pause, halt\n" },
	{ "guests:\n  - name: a\n    attach-within: 1m\n",
	  "f.yaml:3: \"1m\" is no number of seconds from 0 to 86400\n" },
	{ "guests:\n  - name: a\n    quiet-after: 86401\n",
	  "f.yaml:3: \"86401\" is no number of seconds from 0 to 86400\n" },
	{ "guests:\n  - name: a\n    quiet-after: \"\"\n",
	  "f.yaml:3: \"\" is no number of seconds from 0 to 86400\n" },
	{ "guests:\n  - name: a\n    build-id: 12ab\n",
	  "f.yaml:3: \"12ab\" is not 40 digits from 0 to 9 and a to f\n" },
	{ "guests:\n  - name: a\n  - name: a\n",
	  "f.yaml:3: there is an entry \"a\" already\n" },
	{ "guests: []\n---\nuser: x\n", "f.yaml:2: a second document begins here\n" },
	{ "guests: [\n", "f.yaml:2: did not find expected node content\n" },
	{ "guests: []\nuser: *x\n", "f.yaml:2: found undefined alias\n" },
	{ "x: 1\ny: 2\nguests: []\n",
	  "f.yaml:1: there is no key \"x\"\nf.yaml:2: there is no key \"y\"\n" },
};

static void mistakes_are_told_with_their_line(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
		assert_int_equal(parse(bads[i].text), -1);
		assert_string_equal(errors, bads[i].errors);
	}
}

static void too_long_values(void **state)
{
	char text[512];

	(void)state;
	snprintf(text, sizeof(text), "guests: []\nsocket: /%0107d\n", 0);
	assert_int_equal(parse(text), -1);
	assert_string_equal(errors, "f.yaml:2: \"/0000000000000000000...\" is longer than 107 characters\n");
	snprintf(text, sizeof(text), "guests: []\nsocket: /%0106d\n", 0);
	assert_int_equal(parse(text), 0);
	snprintf(text, sizeof(text), "guests:\n  - name: %064d\n", 0);
	assert_int_equal(parse(text), -1);
}

static void too_many_guests(void **state)
{
	static char text[CONFIG_GUESTS_MAX * 20 + 64];
	size_t n = snprintf(text, sizeof(text), "guests:\n");
	int i;

	(void)state;
	for (i = 0; i <= CONFIG_GUESTS_MAX; i++)
		n += snprintf(text + n, sizeof(text) - n, "  - name: g%d\n", i);
	assert_int_equal(parse(text), -1);
	assert_string_equal(errors, "f.yaml:258: more than 256 entries\n");
}

static void errors_are_cut_to_size(void **state)
{
	static const char text[] = "a: 1\nb: 2\nc: 3\nd: 4\n";
	size_t size;

	(void)state;
	for (size = 1; size < 200; size++) {
		memset(errors, 'x', sizeof(errors));
		assert_int_equal(config_parse(text, strlen(text), "f.yaml", &c,
					      errors, size), -1);
		assert_true(strlen(errors) < size);
	}
}

static void noise_is_no_configuration(void **state)
{
	char text[200];
	size_t i;
	int round;

	(void)state;
	srand(1);
	for (round = 0; round < 5000; round++) {
		for (i = 0; i < sizeof(text); i++)
			text[i] = round % 2 ? rand() : " \n-:[]{}\"'#&*!|>%@a\t"[rand() % 20];
		assert_int_equal(config_parse(text, sizeof(text), "f.yaml", &c,
					      errors, sizeof(errors)), -1);
		assert_true(strncmp(errors, "f.yaml:", 7) == 0);
	}
}

static void file_that_is_not_there(void **state)
{
	(void)state;
	assert_int_equal(config_read("/nonexistent/f.yaml", &c, errors, sizeof(errors)), -1);
	assert_string_equal(errors, "/nonexistent/f.yaml: No such file or directory\n");
	assert_int_equal(config_read("/", &c, errors, sizeof(errors)), -1);
	assert_string_equal(errors, "/: Is a directory\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(least_there_can_be),
		cmocka_unit_test(everything),
		cmocka_unit_test(first_match_counts),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(too_long_values),
		cmocka_unit_test(too_many_guests),
		cmocka_unit_test(errors_are_cut_to_size),
		cmocka_unit_test(noise_is_no_configuration),
		cmocka_unit_test(file_that_is_not_there),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
