// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what is kept of the runs: what was last noted, whatever the
 * end of the file looks like
 */
#include "cmocka_all.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "responder/progress.h"
#include "responder/run.h"

void log_msg(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void log_msg(int priority, const char *fmt, ...)
{
	(void)priority;
	(void)fmt;
}

static char path[64];
static struct msg_run list[4];

static int set_up(void **state)
{
	(void)state;
	strcpy(path, "/tmp/test_progress.XXXXXX");
	close(mkstemp(path));
	return progress_begin(path, NULL, 0);
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static struct msg_run run_of(uint32_t id)
{
	struct msg_run r = { .msg = { MSG_RUN, sizeof(r) }, .id = id, .domid = id + 10 };
	struct playbook pb;

	strcpy(r.guest, "web");
	playbook_builtin(RESPOND_HALT, &pb);
	run_begin(&r, &pb, false, 1000);
	return r;
}

static void last_note_counts(void **state)
{
	struct msg_run a = run_of(1), b = run_of(2);

	(void)state;
	assert_false(progress_note(&a));
	assert_false(progress_note(&b));
	a.step[0].state = STEP_DOING;
	assert_false(progress_note(&a));
	assert_int_equal(progress_read(path, list, 4), 2);
	assert_memory_equal(&list[0], &a, sizeof(a));
	assert_memory_equal(&list[1], &b, sizeof(b));
}

static void the_latest_are_kept(void **state)
{
	(void)state;
	for (uint32_t id = 1; id <= 9; id++) {
		struct msg_run r = run_of(id);

		progress_note(&r);
	}
	assert_int_equal(progress_read(path, list, 4), 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(list[i].id, 6 + i);
}

/* At every length that a writer that was killed can have left */
static void cut_anywhere(void **state)
{
	struct msg_run a = run_of(1), b = run_of(2);

	(void)state;
	for (size_t len = 0; len <= 2 * sizeof(a); len++) {
		progress_begin(path, NULL, 0);
		progress_note(&a);
		progress_note(&b);
		assert_int_equal(truncate(path, len), 0);
		assert_int_equal(progress_read(path, list, 4), len / sizeof(a));
	}
}

static void not_ours(void **state)
{
	struct msg_run a = run_of(1), bad = run_of(2);

	(void)state;
	bad.playbook.n_steps = 77;
	progress_note(&a);
	progress_note(&bad);
	assert_int_equal(progress_read(path, list, 4), 1);
	assert_int_equal(progress_read("/nonexistent/file", list, 4), 0);
	assert_int_equal(progress_begin("/nonexistent/file", list, 0), ENOENT);
}

static void begun_anew(void **state)
{
	struct msg_run a = run_of(1);
	struct stat st;
	int n = 0;

	(void)state;
	while (!progress_note(&a))
		n++;
	assert_true(n > 100);
	assert_int_equal(progress_begin(path, &a, 1), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, sizeof(a));
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(progress_read(path, list, 4), 1);
}

/* A piece of a note is taken away again: the next one is whole. */
static void no_room(void **state)
{
	struct rlimit old, less = { .rlim_cur = 2 * sizeof(list[0]) + 100 };
	struct msg_run a = run_of(1), b = run_of(2), c = run_of(3);

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	less.rlim_max = old.rlim_max;
	progress_note(&a);
	progress_note(&b);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &less), 0);
	assert_false(progress_note(&c));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(progress_read(path, list, 4), 2);
	assert_false(progress_note(&c));
	assert_int_equal(progress_read(path, list, 4), 3);
	assert_memory_equal(&list[2], &c, sizeof(c));
}

#define PROGRESS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROGRESS_TEST(last_note_counts),
		PROGRESS_TEST(the_latest_are_kept),
		PROGRESS_TEST(cut_anywhere),
		PROGRESS_TEST(not_ours),
		PROGRESS_TEST(begun_anew),
		PROGRESS_TEST(no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
