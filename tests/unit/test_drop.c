// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of giving rights away: each in a child, which shows what is left
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/drop.h"

#define NOBODY	65534

/* In a child, with standard error thrown away: its status as wait(2) tells it */
static int in_child(int (*f)(void))
{
	int status, null;
	pid_t pid = fork();

	if (!pid) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		_exit(f());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void expect_exit(int (*f)(void), int code)
{
	int status = in_child(f);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), code);
}

static void expect_killed(int (*f)(void))
{
	int status = in_child(f);

	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}

static const struct drop_rule few[] = {
	DROP_ALLOW(exit_group),
	DROP_ALLOW_IF(write, 0, 2),
	DROP_ALLOW_IF(write, 0, 3),
};

static int allowed_calls(void)
{
	drop_filter(few, 3);
	syscall(SYS_write, 2, "x", 1);
	syscall(SYS_write, 3, "x", 1);
	syscall(SYS_exit_group, 7);
	return 1;
}

static int other_call(void)
{
	drop_filter(few, 3);
	syscall(SYS_getpid);
	return 1;
}

static int other_argument(void)
{
	drop_filter(few, 3);
	syscall(SYS_write, 1, "x", 1);
	return 1;
}

/* The calls of 32-bit programs have other numbers; none is allowed. */
static int other_architecture(void)
{
	drop_filter(few, 3);
	__asm__ volatile("int $0x80" : : "a"(1), "b"(0) : "memory");
	return 1;
}

static int second_list_adds_up(void)
{
	static const struct drop_rule first[] = {
		DROP_ALLOW(exit_group), DROP_ALLOW(getpid), DROP_ALLOW(seccomp),
		DROP_ALLOW(prctl), DROP_ALLOW(brk), DROP_ALLOW(mmap),
		DROP_ALLOW(munmap), DROP_ALLOW(madvise), DROP_ALLOW(futex),
	};

	drop_filter(first, sizeof(first) / sizeof(first[0]));
	syscall(SYS_getpid);
	drop_filter(few, 3);
	syscall(SYS_getpid);
	return 1;
}

static int absent_call(void)
{
	static const struct drop_rule rules[] = {
		DROP_ALLOW(exit_group), DROP_ABSENT(getpid),
	};

	drop_filter(rules, 2);
	syscall(SYS_exit_group, syscall(SYS_getpid) == -1 && errno == ENOSYS ? 7 : 1);
	return 1;
}

static const struct drop_rule both[] = {
	DROP_ALLOW(exit_group),
	DROP_ALLOW_IF_BOTH(mmap, 2, PROT_READ, 3, MAP_PRIVATE | MAP_ANONYMOUS),
};

static int both_arguments(void)
{
	drop_filter(both, 2);
	syscall(SYS_mmap, 0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	syscall(SYS_exit_group, 7);
	return 1;
}

static int only_the_first(void)
{
	drop_filter(both, 2);
	syscall(SYS_mmap, 0, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return 1;
}

static int only_the_second(void)
{
	drop_filter(both, 2);
	syscall(SYS_mmap, 0, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return 1;
}

static void filter_allows_what_it_names(void **state)
{
	(void)state;
	expect_exit(allowed_calls, 7);
	expect_exit(absent_call, 7);
	expect_exit(both_arguments, 7);
}

static void filter_kills_on_the_rest(void **state)
{
	(void)state;
	expect_killed(other_call);
	expect_killed(other_argument);
	expect_killed(other_architecture);
	expect_killed(second_list_adds_up);
	expect_killed(only_the_first);
	expect_killed(only_the_second);
}

static bool no_capability_left(void)
{
	static const char * const sets[] = { "CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:" };
	char text[4096];
	char *line;
	ssize_t n;
	size_t i;
	int fd = open("/proc/self/status", O_RDONLY);

	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		line = strstr(text, sets[i]);
		if (!line || strncmp(line + 8, "0000000000000000\n", 17))
			return false;
	}
	return true;
}

static int become_nobody(void)
{
	struct drop_ids ids = { NOBODY, NOBODY };

	drop_to(&ids);
	if (getuid() != NOBODY || geteuid() != NOBODY || getgid() != NOBODY ||
	    getegid() != NOBODY || getgroups(0, NULL) != 0)
		return 1;
	if (!setuid(0) || !setgid(0) || !seteuid(0))
		return 2;
	if (!no_capability_left())
		return 3;
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 4;
	return prctl(PR_GET_DUMPABLE) == 0 ? 0 : 5;
}

/* Skips the test for who has no rights to give up. */
static void needs_root(const char *test)
{
	if (geteuid() == 0)
		return;
	print_message("# skipped: %s: only root can see it\n", test);
	skip();
}

static void nobody_has_nothing(void **state)
{
	(void)state;
	needs_root(__func__);
	expect_exit(become_nobody, 0);
}

static int keep_one(void)
{
	int fd = memfd_create("mine", 0);

	drop_caps_but(1ULL << 5);	/* CAP_KILL */
	/* CAP_CHOWN is gone though we are root, CAP_KILL is there. */
	if (!fchown(fd, 1, 1) || errno != EPERM)
		return 1;
	return kill(1, 0) ? 2 : 0;
}

static void root_without_capabilities(void **state)
{
	(void)state;
	needs_root(__func__);
	expect_exit(keep_one, 0);
}

static int limits(void)
{
	drop_limits(3, 0);
	if (open("/dev/null", O_RDONLY) >= 0 || errno != EMFILE)
		return 1;
	return 0;
}

static void no_more_files(void **state)
{
	(void)state;
	expect_exit(limits, 0);
}

static int unknown_user(void)
{
	struct drop_ids ids;

	drop_lookup("no-such-user-here", &ids);
	return 0;
}

static int root_user(void)
{
	struct drop_ids ids;

	drop_lookup("root", &ids);
	return 0;
}

static void users_are_looked_up(void **state)
{
	struct drop_ids ids = { 0, 0 };

	(void)state;
	expect_exit(unknown_user, 1);
	expect_exit(root_user, 1);
	drop_lookup("nobody", &ids);
	assert_int_equal(ids.uid, NOBODY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filter_allows_what_it_names),
		cmocka_unit_test(filter_kills_on_the_rest),
		cmocka_unit_test(nobody_has_nothing),
		cmocka_unit_test(root_without_capabilities),
		cmocka_unit_test(no_more_files),
		cmocka_unit_test(users_are_looked_up),
	};

	return cmocka_run_group_tests_name("drop", tests, NULL, NULL);
}
