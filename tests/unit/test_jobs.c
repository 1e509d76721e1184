// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of programs that work, fail, hang, talk, or are too many
 */
#include "cmocka_all.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "responder/jobs.h"

/* lib/log.h's, quietly */
void log_msg(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

static char logged[4096];

void log_msg(int priority, const char *fmt, ...)
{
	size_t len = strlen(logged);
	va_list ap;

	(void)priority;
	va_start(ap, fmt);
	vsnprintf(logged + len, sizeof(logged) - len, fmt, ap);
	va_end(ap);
}

void fatal(const char *fmt, ...)
{
	print_error("%s\n", fmt);
	abort();
}

static struct jobs jobs;
static int n_ended, last_status;
static uint32_t last_run, last_step;
static char last_line[64];
static size_t n_output;

static int set_up(void **state)
{
	(void)state;
	/* starlsmd starts its programs without a PATH */
	unsetenv("PATH");
	jobs_init(&jobs);
	n_ended = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < JOBS_MAX; i++)
		free(jobs.job[i].text);
	return 0;
}

static void ended(const struct job *job, int status)
{
	n_ended++;
	last_status = status;
	last_run = job->run;
	last_step = job->step;
	n_output = job->n_output;
	logged[0] = '\0';
	job_log(job);
	job_last_line(job, last_line, sizeof(last_line));
}

static int start(uint32_t run, uint32_t step, const char *script)
{
	const char *argv[] = { "sh", "-c", script, NULL };

	return jobs_start(&jobs, run, step, argv);
}

static bool is_one(void)
{
	for (int i = 0; i < JOBS_MAX; i++)
		if (jobs.job[i].pidfd >= 0)
			return true;
	return false;
}

/* As the responder's loop, until there is nothing to wait for */
static void run(void)
{
	struct pollfd p[JOBS_POLLED];

	while (is_one()) {
		jobs_watch(&jobs, p);
		assert_true(poll(p, JOBS_POLLED, 20000) > 0);
		jobs_serve(&jobs, ended);
	}
}

static void works(void **state)
{
	(void)state;
	assert_int_equal(start(7, 2, "echo one; echo; echo 'last line'; echo"), 0);
	run();
	assert_int_equal(n_ended, 1);
	assert_int_equal(last_status, 0);
	assert_int_equal(last_run, 7);
	assert_int_equal(last_step, 2);
	assert_string_equal(last_line, "last line");
	assert_string_equal(logged, "run 7: onerun 7: last line");
}

static void fails(void **state)
{
	(void)state;
	assert_int_equal(start(1, 0, "printf 'no \\033[1m' >&2; exit 3"), 0);
	run();
	assert_int_equal(WEXITSTATUS(last_status), 3);
	assert_string_equal(last_line, "no \\x1b[1m");
}

/* It hangs, with a child that does too: both end. */
static void hangs(void **state)
{
	struct pollfd alive;
	int held[2];

	(void)state;
	assert_int_equal(pipe(held), 0);
	assert_int_equal(start(3, 1, "sleep 1000 & sleep 1000"), 0);
	close(held[1]);
	assert_false(jobs_stop(&jobs, 3, 0));
	assert_false(jobs_stop(&jobs, 4, 1));
	assert_true(jobs_stop(&jobs, 3, 1));
	run();
	assert_int_equal(WTERMSIG(last_status), SIGKILL);
	alive = (struct pollfd){ .fd = held[0], .events = POLLIN };
	assert_int_equal(poll(&alive, 1, 5000), 1);
	assert_int_equal(alive.revents, POLLHUP);
	close(held[0]);
}

/* More than is kept: it is read all the same, and the program ends. */
static void talks_too_much(void **state)
{
	(void)state;
	assert_int_equal(start(1, 0, "head -c 1000000 /dev/zero | tr '\\0' x; echo; echo end"), 0);
	run();
	assert_int_equal(last_status, 0);
	assert_int_equal(n_output, JOB_OUTPUT_MAX);
}

/* One that it has left behind holds the pipe: nobody waits for that. */
static void leaves_a_child(void **state)
{
	(void)state;
	assert_int_equal(start(1, 0, "sleep 5 & echo done"), 0);
	run();
	assert_int_equal(last_status, 0);
	assert_string_equal(last_line, "done");
}

static void too_many(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < JOBS_MAX; i++)
		assert_int_equal(start(i, 0, "sleep 0.2"), 0);
	assert_int_equal(start(JOBS_MAX, 0, "sleep 0.2"), EAGAIN);
	run();
	assert_int_equal(n_ended, JOBS_MAX);
	assert_int_equal(start(1, 0, "exit 0"), 0);
	run();
}

static void does_not_start(void **state)
{
	const char *argv[] = { "starlsm-there-is-no-such-program", NULL };

	(void)state;
	assert_int_equal(jobs_start(&jobs, 1, 0, argv), ENOENT);
	assert_false(is_one());
}

static void sees_where_tools_are(void **state)
{
	(void)state;
	assert_int_equal(start(1, 0, "echo $PATH"), 0);
	run();
	assert_non_null(strstr(last_line, ":/usr/sbin:"));
}

/* It sleeps, and is marked as started by that one. */
static pid_t sleeper(pid_t parent)
{
	pid_t pid = fork();

	if (pid == 0) {
		char *argv[] = { "sleep", "1000", NULL }, mark[64];
		char *env[] = { "OTHER=1", mark, NULL };

		snprintf(mark, sizeof(mark), "STARLSM_RUN=%d/5.1", parent);
		execve("/bin/sleep", argv, env);
		_exit(1);
	}
	return pid;
}

/* Of a responder that was killed: found by the mark. Those of one that lives stay. */
static void orphans(void **state)
{
	pid_t dead = fork(), other = fork(), orphan, child;
	int status;

	(void)state;
	if (dead == 0)
		_exit(0);
	if (other == 0) {
		for (;;)
			pause();
	}
	waitpid(dead, NULL, 0);
	child = sleeper(other);
	orphan = sleeper(dead);
	/* until it is sleep */
	for (int i = 0; i < 500 && waitpid(orphan, &status, WNOHANG) == 0; i++) {
		jobs_kill_orphans();
		usleep(10000);
	}
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	kill(child, SIGTERM);
	kill(other, SIGKILL);
	waitpid(child, NULL, 0);
	waitpid(other, NULL, 0);
}

#define JOBS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOBS_TEST(works),
		JOBS_TEST(fails),
		JOBS_TEST(hangs),
		JOBS_TEST(talks_too_much),
		JOBS_TEST(leaves_a_child),
		JOBS_TEST(too_many),
		JOBS_TEST(does_not_start),
		JOBS_TEST(sees_where_tools_are),
		JOBS_TEST(orphans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
