// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of toolstack commands that work, fail, hang, or are too many
 */
#include "cmocka_all.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "responder/actions.h"
#include "responder/domain.h"
#include "responder/jobs.h"

#define WEB	5

/*
 * A toolstack: a shell that runs this, for xl
 */

static char *xl = "";
static int spawn_err, n_destroys;
static enum domain_state the_state;

int domain_spawn_destroy(uint32_t domid, pid_t *pid)
{
	char *argv[] = { "sh", "-c", xl, NULL };
	posix_spawnattr_t attr;
	int err;

	assert_int_equal(domid, WEB);
	if (spawn_err)
		return spawn_err;
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setpgroup(&attr, 0);
	err = posix_spawn(pid, "/bin/sh", NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return err;
}

int domain_state(uint32_t domid, enum domain_state *state)
{
	assert_int_equal(domid, WEB);
	*state = the_state;
	return 0;
}

int domain_destroy(uint32_t domid)
{
	assert_int_equal(domid, WEB);
	n_destroys++;
	return 0;
}

int domain_pause(uint32_t domid)
{
	fail_msg("domain %u is paused by a job", domid);
	return 0;
}

int domain_unpause(uint32_t domid)
{
	fail_msg("domain %u is unpaused by a job", domid);
	return 0;
}

/* lib/log.h's, quietly */
void log_msg(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void log_msg(int priority, const char *fmt, ...)
{
	(void)priority;
	(void)fmt;
}

static struct jobs jobs;
static int asked[2];	/* ours, and what the jobs answer to */

static int set_up(void **state)
{
	(void)state;
	jobs_init(&jobs);
	spawn_err = n_destroys = 0;
	the_state = DOMAIN_PAUSED;
	return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, asked);
}

static int tear_down(void **state)
{
	(void)state;
	close(asked[0]);
	close(asked[1]);
	return 0;
}

static int start(uint32_t number)
{
	const struct msg_done done = {
		.msg = { .type = MSG_DONE, .len = sizeof(done) }, .domid = WEB,
		.action = ACTION_DESTROY, .incident = number, .start_ns = action_now_ns(),
	};

	return jobs_start(&jobs, &done, asked[1]);
}

/* As the responder's loop, until there is nothing to wait for */
static void run(void)
{
	struct pollfd p[JOBS_MAX];
	int wait_ms;

	while ((wait_ms = jobs_watch(&jobs, p)) >= 0) {
		poll(p, JOBS_MAX, wait_ms);
		jobs_serve(&jobs);
	}
}

static void expect_done(uint32_t number, int err)
{
	struct msg_done done;

	assert_int_equal(recv(asked[0], &done, sizeof(done), MSG_DONTWAIT), sizeof(done));
	assert_int_equal(done.incident, number);
	assert_int_equal(done.err, err);
	assert_true(done.end_ns > done.start_ns);
}

static void works(void **state)
{
	(void)state;
	xl = "exit 0";
	assert_int_equal(start(1), 0);
	run();
	expect_done(1, 0);
	assert_int_equal(n_destroys, 0);
}

static void fails(void **state)
{
	(void)state;
	xl = "exit 1";
	assert_int_equal(start(2), 0);
	run();
	expect_done(2, 0);
	assert_int_equal(n_destroys, 1);
}

/*
 * It hangs, with a child that does too: both end, which is when nobody holds
 * their end of a pipe any more, and the hypercall is made.
 */
static void hangs(void **state)
{
	struct pollfd ended;
	int held[2];

	(void)state;
	xl = "sleep 1000 & sleep 1000";
	assert_int_equal(pipe(held), 0);
	assert_int_equal(start(3), 0);
	close(held[1]);
	jobs.job[0].deadline_ns = action_now_ns() + 50000000;
	run();
	expect_done(3, 0);
	assert_int_equal(n_destroys, 1);
	ended = (struct pollfd){ .fd = held[0], .events = POLLIN };
	assert_int_equal(poll(&ended, 1, 5000), 1);
	assert_int_equal(ended.revents, POLLHUP);
	close(held[0]);
}

static void too_many(void **state)
{
	(void)state;
	xl = "sleep 0.2";
	for (uint32_t i = 0; i < JOBS_MAX; i++)
		assert_int_equal(start(i), 0);
	assert_int_equal(start(JOBS_MAX), EAGAIN);
	run();
	for (uint32_t i = 0; i < JOBS_MAX; i++) {
		struct msg_done done;

		assert_int_equal(recv(asked[0], &done, sizeof(done), MSG_DONTWAIT), sizeof(done));
	}
	assert_int_equal(start(1), 0);
	run();
}

static void does_not_start(void **state)
{
	struct pollfd p[JOBS_MAX];

	(void)state;
	spawn_err = ENOENT;
	assert_int_equal(start(1), ENOENT);
	assert_int_equal(jobs_watch(&jobs, p), -1);
}

#define JOBS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		JOBS_TEST(works),
		JOBS_TEST(fails),
		JOBS_TEST(hangs),
		JOBS_TEST(too_many),
		JOBS_TEST(does_not_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
