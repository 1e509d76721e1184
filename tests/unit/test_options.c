// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: the command line of a program that has no options of its own
 */
#include <getopt.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmocka_all.h"

#include "lib/options.h"

#define WORDS_MAX	6

static void usage(FILE *f)
{
	fputs("usage\n", f);
}

static void parse(struct options *o, char *const words[])
{
	char *argv[WORDS_MAX + 2] = { "program" };
	int argc = 1;

	*o = (struct options){ "program", usage, "a", "b" };
	while (words[argc - 1]) {
		argv[argc] = words[argc - 1];
		argc++;
	}
	optind = 0;
	options_parse(o, argc, argv);
}

static void test_what_is_said(void **state)
{
	struct options o;

	(void)state;
	parse(&o, (char *[]){ NULL });
	assert_string_equal(o.socket, "a");
	assert_string_equal(o.user, "b");
	parse(&o, (char *[]){ "-s", "c", "--user", "d", NULL });
	assert_string_equal(o.socket, "c");
	assert_string_equal(o.user, "d");
}

static void expect_exit(int wanted, char *word)
{
	struct options o;
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
			_exit(78);
		parse(&o, (char *[]){ word, NULL });
		_exit(77);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), wanted);
}

static void test_ends(void **state)
{
	(void)state;
	expect_exit(0, "--help");
	expect_exit(0, "-V");
	expect_exit(2, "--none");
	expect_exit(2, "-s");
	expect_exit(2, "word");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_said),
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
