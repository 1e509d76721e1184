// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of how xl is started; the rest of domain.c needs a Xen
 */
#include "cmocka_all.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>

#include "responder/domain.h"

int __wrap_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *files,
			const posix_spawnattr_t *attr, char *const argv[], char *const env[]);
void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

static int spawn_err;
static int n_spawns;

/* Like the real one it would search the PATH of this process. */
int __wrap_posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *files,
			const posix_spawnattr_t *attr, char *const argv[], char *const env[])
{
	assert_non_null(files);
	assert_non_null(attr);
	assert_string_equal(file, "xl");
	assert_non_null(getenv("PATH"));
	assert_non_null(strstr(getenv("PATH"), ":/usr/sbin:"));
	assert_string_equal(argv[1], "destroy");
	assert_string_equal(argv[2], "32751");
	assert_null(argv[3]);
	assert_non_null(strstr(env[0], "PATH="));
	n_spawns++;
	*pid = 77;
	return spawn_err;
}

/* lib/log.h's; nothing here may get there */
void fatal(const char *fmt, ...)
{
	print_error("%s\n", fmt);
	abort();
}

/* starlsmd starts its programs without a PATH. */
static void without_a_path(void **state)
{
	pid_t pid = 0;

	(void)state;
	unsetenv("PATH");
	assert_int_equal(domain_spawn_destroy(32751, &pid), 0);
	assert_int_equal(pid, 77);
	assert_int_equal(n_spawns, 1);
}

static void no_xl(void **state)
{
	pid_t pid;

	(void)state;
	spawn_err = ENOENT;
	assert_int_equal(domain_spawn_destroy(32751, &pid), ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_path),
		cmocka_unit_test(no_xl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
