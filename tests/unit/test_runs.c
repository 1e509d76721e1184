// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of verdicts and what the responder makes of them: who is told
 * what, in which order, and what is left after it was killed
 */
#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/playbook.h"
#include "responder/actions.h"
#include "responder/domain.h"
#include "responder/network.h"
#include "responder/progress.h"
#include "responder/runs.h"
#include "responder/watched.h"

#define WEB	5
#define MAIL	6

/*
 * A Xen of two domains, and programs that end when told
 */

static enum domain_state states[8];
static int pause_err;
static char calls[256];

static void called(const char *what, uint32_t domid)
{
	if (strlen(calls) + 32 > sizeof(calls))
		return;
	snprintf(calls + strlen(calls), sizeof(calls) - strlen(calls), "%s %u\n", what, domid);
}

int domain_state(uint32_t domid, enum domain_state *state)
{
	*state = domid < 8 ? states[domid] : DOMAIN_RUNS;
	return 0;
}

int domain_pause(uint32_t domid)
{
	called("pause", domid);
	if (!pause_err)
		states[domid] = DOMAIN_PAUSED;
	return pause_err;
}

int domain_written(uint32_t domid, uint32_t *pages, uint32_t *written)
{
	(void)domid;
	*pages = *written = 0;
	return ESRCH;
}

int domain_moves_live(uint32_t domid, bool *live)
{
	(void)domid;
	*live = true;
	return 0;
}

int domain_resume(uint32_t domid)
{
	fail_msg("domain %u goes on", domid);
	return 0;
}

int domain_unpause(uint32_t domid)
{
	called("unpause", domid);
	states[domid] = DOMAIN_RUNS;
	return 0;
}

int domain_destroy(uint32_t domid)
{
	called("destroy", domid);
	states[domid] = DOMAIN_GONE;
	return 0;
}

int network_set(uint32_t domid, bool is_up)
{
	called(is_up ? "up" : "down", domid);
	return 0;
}

int network_is(uint32_t domid, bool is_up)
{
	(void)domid;
	return strstr(calls, "down") ? !is_up : is_up;
}

void network_names(uint32_t domid, char *text, size_t size)
{
	(void)domid;
	snprintf(text, size, "vif");
}

#define PROGRAMS_MAX	16

static struct job job, programs[PROGRAMS_MAX];
static uint32_t n_programs;
static bool is_started;

static char path[] = "/tmp/test_runs.XXXXXX";

/* Whoever is killed from now on leaves word of what was begun. */
static void expect_noted(uint32_t run, uint32_t step)
{
	static struct msg_run list[RUNS_MAX];
	size_t n = progress_read(path, list, RUNS_MAX), i = 0;

	while (i < n && list[i].id != run)
		i++;
	assert_true(i < n);
	assert_int_equal(list[i].step[step].state, STEP_DOING);
}

int jobs_start(struct jobs *jobs, uint32_t run, uint32_t step, const char *const argv[])
{
	(void)jobs;
	called(argv[0], argv[2] ? atoi(argv[2]) : 0);
	if (!strcmp(argv[0], "xl"))
		expect_noted(run, JOB_OF_STEP(step));
	job = (struct job){ .run = run, .step = step };
	assert_true(n_programs < PROGRAMS_MAX);
	programs[n_programs++] = job;
	is_started = true;
	return 0;
}

const struct job *jobs_find(struct jobs *jobs, uint32_t run, uint32_t step)
{
	(void)jobs;
	(void)run;
	(void)step;
	return NULL;
}

bool jobs_stop(struct jobs *jobs, uint32_t run, uint32_t step)
{
	(void)jobs;
	(void)run;
	(void)step;
	return is_started;
}

void job_last_line(const struct job *ended, char *text, size_t size)
{
	(void)ended;
	snprintf(text, size, "%s", "");
}

void job_log(const struct job *job)
{
	(void)job;
}

void log_msg(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

void log_msg(int priority, const char *fmt, ...)
{
	(void)priority;
	(void)fmt;
}

void fatal(const char *fmt, ...)
{
	print_error("%s\n", fmt);
	abort();
}

/* A clock that can be put forward */
static int64_t ahead_ns;
int64_t __real_action_now_ns(void);
int64_t __wrap_action_now_ns(void);

int64_t __wrap_action_now_ns(void)
{
	return __real_action_now_ns() + ahead_ns;
}

static void wait_for_timer(void)
{
	ahead_ns += (runs_wait_ms() + 1) * 1000000LL;
	runs_late();
}

/*
 * Its channels, on the numbers that it has them on
 */

static int parent, engine;

static int channel(int number)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair))
		return -1;
	/* not where the other one will be */
	if (pair[0] < 10)
		pair[0] = fcntl(pair[0], F_DUPFD, 10);
	dup2(pair[1], number);
	return pair[0];
}

static void watch(uint32_t domid)
{
	const struct msg_guest web = { .domid = WEB, .name = "web" };
	const struct msg_guest mail = { .domid = MAIL, .name = "mail" };

	assert_int_equal(watched_add(domid == WEB ? &web : &mail, action_now_ns()), 0);
}

static void watch_both(void)
{
	watch(WEB);
	watch(MAIL);
}

static int set_up(void **state)
{
	(void)state;
	parent = channel(MSG_FD_PARENT);
	engine = channel(MSG_FD_PEER);
	states[WEB] = states[MAIL] = DOMAIN_RUNS;
	pause_err = 0;
	calls[0] = '\0';
	is_started = false;
	n_programs = 0;
	unlink(path);
	runs_init(path, false);
	watch_both();
	return parent < 0 || engine < 0;
}

static int tear_down(void **state)
{
	(void)state;
	close(parent);
	close(engine);
	close(MSG_FD_PARENT);
	close(MSG_FD_PEER);
	unlink(path);
	return 0;
}

static void decide(uint32_t domid, enum respond_policy verdict, uint32_t incident)
{
	static const uint32_t n_actions[VERDICTS] = {
		[RESPOND_PAUSE] = 1, [RESPOND_EVACUATE] = 1, [RESPOND_HALT] = 2,
	};
	struct msg_verdict m = {
		.domid = domid, .verdict = verdict, .incident = incident,
		.n_actions = n_actions[verdict], .action = { ACTION_PAUSE, ACTION_DESTROY },
		.rule = "some-rule",
	};

	runs_verdict(&m);
}

/* The next message to the engine is this one. */
static void expect_run(uint32_t incident, enum run_end end)
{
	struct msg_run m;

	assert_int_equal(recv(engine, &m, sizeof(m), 0), sizeof(m));
	assert_int_equal(m.msg.type, MSG_RUN);
	assert_int_equal(m.incident, incident);
	assert_int_equal(m.end, end);
}

static void expect_done(uint32_t incident, uint32_t action, int err)
{
	struct msg_done m;

	assert_int_equal(recv(engine, &m, sizeof(m), 0), sizeof(m));
	assert_int_equal(m.msg.type, MSG_DONE);
	assert_int_equal(m.incident, incident);
	assert_int_equal(m.action, action);
	assert_int_equal(m.err, err);
}

static void expect_silence(void)
{
	char byte;

	assert_int_equal(recv(engine, &byte, 1, 0), -1);
	assert_int_equal(errno, EAGAIN);
}

/* What starlsmd was last told */
static struct msg_run last_told(void)
{
	static struct msg_run m;

	while (recv(parent, &m, sizeof(m), 0) == sizeof(m))
		;
	return m;
}

/* The same of one run; what it is told later of others is lost. */
static struct msg_run told_of(uint32_t id)
{
	static struct msg_run of_it, m;

	while (recv(parent, &m, sizeof(m), 0) > 0)
		if (m.msg.type == MSG_RUN && m.id == id)
			of_it = m;
	assert_int_equal(of_it.id, id);
	return of_it;
}

static void end_job(int status)
{
	is_started = false;
	runs_job_ended(&job, status);
}

/*
 * Tests
 */

static void halt(void **state)
{
	struct msg_run m;

	(void)state;
	decide(WEB, RESPOND_HALT, 7);
	assert_string_equal(calls, "pause 5\nxl 5\n");
	expect_run(7, RUN_NOT_YET);
	expect_done(7, ACTION_PAUSE, 0);
	expect_silence();
	m = last_told();
	assert_string_equal(m.guest, "web");
	assert_string_equal(m.rule, "some-rule");
	assert_int_equal(m.step[1].state, STEP_DOING);
	states[WEB] = DOMAIN_GONE;
	end_job(0);
	expect_done(7, ACTION_DESTROY, 0);
	expect_run(7, RUN_GONE);
	expect_silence();
	m = last_told();
	assert_int_equal(m.end, RUN_GONE);
	assert_int_equal(runs_wait_ms(), -1);
}

static void nothing_to_be_done(void **state)
{
	(void)state;
	decide(WEB, RESPOND_ALERT, 1);
	assert_string_equal(calls, "");
	expect_silence();
	assert_int_equal(runs_wait_ms(), -1);
}

static void not_that_one(void **state)
{
	(void)state;
	decide(7, RESPOND_HALT, 1);
	expect_done(1, ACTION_PAUSE, EPERM);
	expect_done(1, ACTION_DESTROY, EPERM);
	assert_string_equal(calls, "");
}

/* Another alert of a guest that is being dealt with */
static void joined(void **state)
{
	(void)state;
	decide(WEB, RESPOND_HALT, 1);
	decide(WEB, RESPOND_PAUSE, 2);
	assert_string_equal(calls, "pause 5\nxl 5\n");
	expect_run(1, RUN_NOT_YET);
	expect_done(1, ACTION_PAUSE, 0);
	expect_run(2, RUN_NOT_YET);
	expect_done(2, ACTION_PAUSE, 0);
	for (uint32_t i = 3; i <= 5; i++) {
		decide(WEB, RESPOND_PAUSE, i);
		expect_run(i, RUN_NOT_YET);
		expect_done(i, ACTION_PAUSE, 0);
	}
	decide(WEB, RESPOND_PAUSE, 6);
	expect_done(6, ACTION_PAUSE, EBUSY);
	states[WEB] = DOMAIN_GONE;
	end_job(0);
	for (uint32_t i = 1; i <= 5; i++)
		expect_done(i, ACTION_DESTROY, 0);
	for (uint32_t i = 1; i <= 5; i++)
		expect_run(i, RUN_GONE);
	expect_silence();
}

static void give(uint32_t domid, enum respond_policy verdict, uint32_t a, uint32_t b)
{
	struct msg_playbooks m = { .domid = domid };

	for (int v = 0; v < VERDICTS; v++)
		playbook_builtin(v, &m.on[v]);
	memset(&m.on[verdict], 0, sizeof(m.on[verdict]));
	strcpy(m.on[verdict].name, "mine");
	playbook_step_init(&m.on[verdict].step[m.on[verdict].n_steps++], a, 0);
	if (b)
		playbook_step_init(&m.on[verdict].step[m.on[verdict].n_steps++], b, 1);
	assert_int_equal(watched_playbooks(&m), 0);
}

/* A stronger verdict does not wait for what a weaker one began. */
static void replaced(void **state)
{
	const struct msg_site site = { .notify = "/bin/tell" };

	(void)state;
	actions_site(&site);
	give(WEB, RESPOND_ALERT, ACTION_NOTIFY, ACTION_ISOLATE);
	decide(WEB, RESPOND_ALERT, 1);
	assert_string_equal(calls, "/bin/tell 5\n");
	expect_silence();
	decide(WEB, RESPOND_HALT, 2);
	assert_string_equal(calls, "/bin/tell 5\npause 5\nxl 5\n");
	expect_run(2, RUN_NOT_YET);
	expect_done(2, ACTION_PAUSE, 0);
	/* the steps to come are not wanted any more; it goes on until the first one ends */
	expect_run(1, RUN_REPLACED);
	expect_done(1, ACTION_ISOLATE, ECANCELED);
	states[WEB] = DOMAIN_GONE;
	end_job(0);
	expect_done(2, ACTION_DESTROY, 0);
	expect_run(2, RUN_GONE);
	/* what became of the guest is the end of both */
	expect_run(1, RUN_GONE);
	memset(&job, 0, sizeof(job));
	job.run = 1;
	end_job(9);
	expect_done(1, ACTION_NOTIFY, EIO);
	expect_silence();
}

/* The verdict on one incident rises: its steps are the new run's, and are told once. */
static void risen(void **state)
{
	const struct msg_site site = { .notify = "/bin/tell" };

	(void)state;
	actions_site(&site);
	give(WEB, RESPOND_ALERT, ACTION_NOTIFY, ACTION_ISOLATE);
	decide(WEB, RESPOND_ALERT, 1);
	decide(WEB, RESPOND_ALERT, 2);
	expect_run(2, RUN_NOT_YET);
	decide(WEB, RESPOND_HALT, 1);
	expect_run(1, RUN_NOT_YET);
	expect_done(1, ACTION_PAUSE, 0);
	/* of the run before, only for the other incident */
	expect_run(2, RUN_REPLACED);
	expect_done(2, ACTION_ISOLATE, ECANCELED);
	/* it asks once more for the same: it has that already */
	decide(WEB, RESPOND_HALT, 1);
	expect_run(1, RUN_NOT_YET);
	expect_done(1, ACTION_PAUSE, 0);
	states[WEB] = DOMAIN_GONE;
	end_job(0);
	expect_done(1, ACTION_DESTROY, 0);
	expect_run(1, RUN_GONE);
	expect_run(2, RUN_GONE);
	expect_silence();
}

/* All places are taken: it is stopped at least, and that is said. */
static void no_room(void **state)
{
	const struct msg_site site = { .notify = "/bin/tell" };
	struct msg_guest g = { .name = "other" };

	(void)state;
	actions_site(&site);
	for (uint32_t i = 0; i < RUNS_MAX; i++) {
		g.domid = 100 + i;
		assert_int_equal(watched_add(&g, 0), 0);
		give(g.domid, RESPOND_ALERT, ACTION_NOTIFY, 0);
		n_programs = 0;
		decide(g.domid, RESPOND_ALERT, 1000 + i);
		last_told();
	}
	calls[0] = '\0';
	decide(WEB, RESPOND_HALT, 2);
	assert_string_equal(calls, "pause 5\n");
	expect_done(2, ACTION_PAUSE, EAGAIN);
	expect_done(2, ACTION_DESTROY, EAGAIN);
	for (uint32_t i = 0; i < RUNS_MAX; i++)
		watched_remove(100 + i);
}

static void two_at_once(void **state)
{
	(void)state;
	decide(WEB, RESPOND_PAUSE, 1);
	decide(MAIL, RESPOND_PAUSE, 2);
	assert_string_equal(calls, "pause 5\npause 6\n");
	expect_run(1, RUN_NOT_YET);
	expect_done(1, ACTION_PAUSE, 0);
	expect_run(1, RUN_PAUSED);
	expect_run(2, RUN_NOT_YET);
	expect_done(2, ACTION_PAUSE, 0);
	expect_run(2, RUN_PAUSED);
}

/* Nothing stops it: that is said, and takes a bounded time. */
static void nothing_works(void **state)
{
	struct msg_run m;

	(void)state;
	pause_err = EPERM;
	decide(WEB, RESPOND_PAUSE, 1);
	while (runs_wait_ms() >= 0) {
		assert_true(runs_wait_ms() < 2000);
		wait_for_timer();
	}
	expect_run(1, RUN_NOT_YET);
	expect_done(1, ACTION_PAUSE, EPERM);
	expect_run(1, RUN_LOOSE);
	m = last_told();
	assert_int_equal(m.end, RUN_LOOSE);
	assert_int_equal(m.step[0].n_tries, 3);
}

/* What starlsmd was asked about a policy, the last time */
static struct msg_tighten asked(void)
{
	union {
		struct msg msg;
		struct msg_run run;
		struct msg_tighten tighten;
	} m;
	static struct msg_tighten last;

	while (recv(parent, &m, sizeof(m), 0) > 0)
		if (m.msg.type == MSG_TIGHTEN)
			last = m.tighten;
	return last;
}

/* starlsmd changes the policy, its sensor takes its time to read it. */
static void tighten(void **state)
{
	struct msg_tighten m;

	(void)state;
	give(WEB, RESPOND_ALERT, ACTION_TIGHTEN, ACTION_PAUSE);
	decide(WEB, RESPOND_ALERT, 1);
	m = asked();
	assert_int_equal(m.domid, WEB);
	assert_int_equal(m.is_tight, 1);
	assert_int_equal(m.only_asks, 0);
	m.err = EAGAIN;
	assert_true(runs_tightened(&m));
	m = asked();
	assert_int_equal(m.only_asks, 1);
	m.err = EAGAIN;
	assert_true(runs_tightened(&m));
	wait_for_timer();
	m = asked();
	m.err = 0;
	assert_true(runs_tightened(&m));
	expect_run(1, RUN_NOT_YET);
	expect_done(1, ACTION_TIGHTEN, 0);
	expect_done(1, ACTION_PAUSE, 0);
	expect_run(1, RUN_PAUSED);
	/* an answer to what nobody asks any more */
	assert_true(runs_tightened(&m));
}

/* It does not read its policy: so the pause does not wait for that for long. */
static void tighten_what_does_not_read(void **state)
{
	int64_t since = ahead_ns;
	struct msg_tighten m;

	(void)state;
	give(WEB, RESPOND_ALERT, ACTION_TIGHTEN, ACTION_PAUSE);
	decide(WEB, RESPOND_ALERT, 1);
	/* it is changed, then asked about, again and again */
	m = asked();
	while (states[WEB] != DOMAIN_PAUSED) {
		m.err = EAGAIN;
		assert_true(runs_tightened(&m));
		if (told_of(1).step[0].state == STEP_DOUBTING)
			wait_for_timer();
		m.only_asks = 1;
	}
	assert_true(ahead_ns - since < 15 * 1000000000LL);
}

/* Its sensor is not read: that is said, and the rest is done. */
static void tighten_what_is_not_there(void **state)
{
	struct msg_tighten m;

	(void)state;
	give(WEB, RESPOND_ALERT, ACTION_TIGHTEN, ACTION_PAUSE);
	decide(WEB, RESPOND_ALERT, 1);
	while (states[WEB] != DOMAIN_PAUSED) {
		m = asked();
		m.err = ENOTCONN;
		assert_true(runs_tightened(&m));
		if (runs_wait_ms() >= 0)
			wait_for_timer();
	}
	expect_run(1, RUN_NOT_YET);
	expect_done(1, ACTION_TIGHTEN, ENOTCONN);
	decide(MAIL, RESPOND_HALT, 3);
	/* a step that is no such thing, and one that is not there */
	m.run = 2;
	m.step = 1;
	assert_false(runs_tightened(&m));
	m.step = 2;
	assert_false(runs_tightened(&m));
}

/* By hand; and the guest turns out to be a victim while it is on its way. */
static void a_move(void **state)
{
	struct msg_site site = { .ssh = "ssh", .n_hosts = 1, .host = { { "b", "10.0.0.2" } } };
	struct msg_run m;

	(void)state;
	assert_true(actions_site(&site));
	assert_int_equal(runs_migrate(7, ""), EPERM);
	assert_int_equal(runs_migrate(WEB, ""), 0);
	assert_int_equal(runs_migrate(WEB, "b"), EBUSY);
	/* both are asked */
	assert_non_null(strstr(calls, "starlsmctl"));
	assert_non_null(strstr(calls, "ssh"));
	expect_silence();
	is_started = false;
	decide(WEB, RESPOND_HALT, 9);
	m = last_told();
	assert_int_equal(m.id, 1);
	assert_int_equal(m.end, RUN_REPLACED);
	assert_int_equal(m.step[0].state, STEP_SKIPPED);
	expect_run(9, RUN_NOT_YET);
	expect_done(9, ACTION_PAUSE, 0);
	assert_int_equal(states[WEB], DOMAIN_PAUSED);
	assert_true(runs_has_verdict_since(WEB, 1));
	assert_false(runs_has_verdict_since(WEB, 2));
	assert_false(runs_has_verdict_since(MAIL, 1));
}

/* Also if nothing is to be done about what was noticed */
static void a_move_and_an_alert(void **state)
{
	(void)state;
	assert_int_equal(runs_migrate(WEB, ""), 0);
	decide(WEB, RESPOND_ALERT, 9);
	assert_int_equal(last_told().end, RUN_REPLACED);
	assert_int_equal(states[WEB], DOMAIN_RUNS);
	assert_false(runs_has_verdict_since(WEB, 1));
	expect_silence();
}

/* A false alarm: by hand, all of it. */
static void undone(void **state)
{
	struct msg_run m;

	(void)state;
	assert_int_equal(runs_undo(WEB), ENOENT);
	assert_int_equal(runs_undo(7), EPERM);
	give(WEB, RESPOND_PAUSE, ACTION_ISOLATE, ACTION_PAUSE);
	decide(WEB, RESPOND_PAUSE, 1);
	assert_string_equal(calls, "down 5\npause 5\n");
	calls[0] = '\0';
	assert_int_equal(runs_undo(WEB), 0);
	assert_int_equal(states[WEB], DOMAIN_RUNS);
	m = last_told();
	assert_string_equal(m.playbook.name, "undo");
	assert_int_equal(m.end, RUN_RUNS);
}

static void allow_to_move(uint32_t domid)
{
	struct msg_playbooks m = { .domid = domid, .may_move = 1 };

	for (int v = 0; v < VERDICTS; v++)
		playbook_builtin(v, &m.on[v]);
	assert_int_equal(watched_playbooks(&m), 0);
}

static void end_program(uint32_t n, int status, const char *text)
{
	assert_true(n < n_programs);
	programs[n].text = (char *)text;
	runs_job_ended(&programs[n], status);
}

/* The toolstack is done; the far side is asked a little later. */
static void sent(uint32_t n)
{
	end_program(n, 0, "");
	assert_int_equal(n_programs, n + 1);
	wait_for_timer();
}

#define HERE	"{\"free_mib\":0,\"incidents\":1,\"features\":[],\"guests\":[{\"name\":\"mail\"," \
		"\"apart\":\"\",\"mib\":96,\"epoch\":1,\"streaming\":true,\"incident\":false}]}"
#define THERE	"{\"free_mib\":999,\"incidents\":0,\"features\":[],\"guests\":[]}"
#define ARRIVED	"{\"free_mib\":9,\"incidents\":0,\"features\":[],\"guests\":[{\"name\":\"mail\"," \
		"\"apart\":\"\",\"mib\":96,\"epoch\":2,\"streaming\":true,\"incident\":false}]}"

static const struct msg_site one_host = {
	.ssh = "ssh", .n_hosts = 1, .host = { { "b", "10.0.0.2" } },
};

/* The victim is stopped first; its neighbour is moved, and then it is the end. */
static void evacuation(void **state)
{
	(void)state;
	assert_true(actions_site(&one_host));
	give(WEB, RESPOND_HALT, ACTION_PAUSE, ACTION_EVACUATE);
	allow_to_move(MAIL);
	decide(WEB, RESPOND_HALT, 1);
	assert_int_equal(strncmp(calls, "pause 5\n", 8), 0);
	assert_int_equal(n_programs, 2);
	end_program(0, 0, HERE);
	end_program(1, 0, THERE);
	assert_int_equal(n_programs, 3);
	assert_non_null(strstr(calls, "xl"));
	expect_run(1, RUN_NOT_YET);
	expect_done(1, ACTION_PAUSE, 0);
	expect_silence();
	states[MAIL] = DOMAIN_GONE;
	sent(2);
	assert_int_equal(n_programs, 4);
	end_program(3, 0, ARRIVED);
	expect_done(1, ACTION_EVACUATE, 0);
	expect_run(1, RUN_PAUSED);
	expect_silence();
	assert_int_equal(runs_wait_ms(), -1);
}

/* One that comes while the others go is not waited for. */
static void a_newcomer(void **state)
{
	const struct msg_guest late = { .domid = 7, .name = "late" };

	(void)state;
	assert_true(actions_site(&one_host));
	give(WEB, RESPOND_HALT, ACTION_PAUSE, ACTION_EVACUATE);
	allow_to_move(MAIL);
	decide(WEB, RESPOND_HALT, 1);
	states[7] = DOMAIN_RUNS;
	assert_int_equal(watched_add(&late, INT64_MAX), 0);
	allow_to_move(7);
	end_program(0, 0, HERE);
	end_program(1, 0, THERE);
	states[MAIL] = DOMAIN_GONE;
	sent(2);
	end_program(3, 0, ARRIVED);
	assert_int_equal(n_programs, 4);
	assert_int_equal(told_of(1).step[1].state, STEP_DONE);
	watched_remove(7);
}

/* There is nowhere to go: it stays, that is said, and the rest goes on. */
static void nowhere(void **state)
{
	struct msg_run m;

	(void)state;
	assert_true(actions_site(&one_host));
	give(WEB, RESPOND_HALT, ACTION_EVACUATE, ACTION_DESTROY);
	allow_to_move(MAIL);
	decide(WEB, RESPOND_HALT, 1);
	end_program(0, 0, HERE);
	end_program(1, 256, "no route");
	m = told_of(1);
	assert_int_equal(m.step[0].state, STEP_FAILED);
	assert_string_equal(m.step[0].text, "stayed: mail");
	assert_int_equal(m.step[1].state, STEP_DOING);
	assert_int_equal(states[MAIL], DOMAIN_RUNS);
	states[WEB] = DOMAIN_GONE;
	end_job(0);
	assert_int_equal(told_of(1).end, RUN_GONE);
}

/* A neighbour turns out to be a victim too while it is on its way. */
static void victims_both(void **state)
{
	(void)state;
	assert_true(actions_site(&one_host));
	give(WEB, RESPOND_HALT, ACTION_PAUSE, ACTION_EVACUATE);
	allow_to_move(MAIL);
	decide(WEB, RESPOND_HALT, 1);
	end_program(0, 0, HERE);
	end_program(1, 0, THERE);
	is_started = true;
	decide(MAIL, RESPOND_PAUSE, 2);
	assert_int_equal(states[MAIL], DOMAIN_PAUSED);
	/* what moved it was killed, and it is here */
	end_program(2, 9, "killed");
	expect_run(1, RUN_NOT_YET);
	expect_done(1, ACTION_PAUSE, 0);
	expect_run(2, RUN_NOT_YET);
	expect_done(2, ACTION_PAUSE, 0);
	expect_run(2, RUN_PAUSED);
	expect_done(1, ACTION_EVACUATE, EHOSTUNREACH);
	expect_run(1, RUN_PAUSED);
	expect_silence();
	assert_null(strstr(calls, "unpause"));
}

/* Killed in the middle: what moved the neighbour is dead, it is here, and moves again. */
static void evacuation_killed(const uint32_t named[2])
{
	struct msg_run m;

	assert_true(actions_site(&one_host));
	give(WEB, RESPOND_HALT, ACTION_PAUSE, ACTION_EVACUATE);
	allow_to_move(MAIL);
	decide(WEB, RESPOND_HALT, 1);
	end_program(0, 0, HERE);
	end_program(1, 0, THERE);
	watched_remove(WEB);
	watched_remove(MAIL);
	is_started = false;
	ahead_ns += 1000000;
	runs_init(path, false);
	n_programs = 0;
	for (int i = 0; i < 2; i++) {
		ahead_ns += 1000000;
		watch(named[i]);
		if (named[i] == MAIL)
			allow_to_move(MAIL);
		runs_guest(named[i]);
	}
	while (n_programs == 0) {
		assert_true(runs_wait_ms() >= 0);
		wait_for_timer();
	}
	assert_int_equal(n_programs, 2);
	end_program(0, 0, HERE);
	end_program(1, 0, THERE);
	states[MAIL] = DOMAIN_GONE;
	sent(2);
	end_program(3, 0, ARRIVED);
	m = told_of(1);
	assert_int_equal(m.end, RUN_PAUSED);
	assert_int_equal(m.step[1].state, STEP_DONE);
	assert_string_equal(m.step[1].text, "all have moved");
}

static void evacuation_killed_neighbour_first(void **state)
{
	(void)state;
	evacuation_killed((const uint32_t[]) { MAIL, WEB });
}

static void evacuation_killed_victim_first(void **state)
{
	(void)state;
	evacuation_killed((const uint32_t[]) { WEB, MAIL });
}

#define TWO_HERE(has) "{\"free_mib\":0,\"incidents\":1,\"features\":[],\"guests\":[" \
		"{\"name\":\"mail\",\"apart\":\"\",\"mib\":96,\"epoch\":1,\"streaming\":true," \
		"\"incident\":" has "},{\"name\":\"late\",\"apart\":\"\",\"mib\":96,\"epoch\":1," \
		"\"streaming\":true,\"incident\":false}]}"
#define LATE_ARRIVED "{\"free_mib\":9,\"incidents\":0,\"features\":[],\"guests\":[" \
		"{\"name\":\"late\",\"apart\":\"\",\"mib\":96,\"epoch\":2,\"streaming\":true," \
		"\"incident\":false}]}"

/*
 * Killed when one neighbour was on its way and the other had been found to have an
 * incident: who knew of that is gone, and it stays all the same.
 */
static void evacuation_killed_and_an_incident(void **state)
{
	const struct msg_guest late = { .domid = 7, .name = "late" };
	struct msg_run m;

	(void)state;
	assert_true(actions_site(&one_host));
	states[7] = DOMAIN_RUNS;
	assert_int_equal(watched_add(&late, action_now_ns()), 0);
	give(WEB, RESPOND_HALT, ACTION_PAUSE, ACTION_EVACUATE);
	allow_to_move(MAIL);
	allow_to_move(7);
	decide(WEB, RESPOND_HALT, 1);
	for (uint32_t i = 0; i < 4; i++)
		end_program(i, 0, i % 2 ? THERE : TWO_HERE("true"));
	assert_int_equal(n_programs, 5);
	is_started = false;
	ahead_ns += 1000000;
	runs_init(path, false);
	n_programs = 0;
	for (uint32_t domid = WEB; domid <= 7; domid++)
		runs_guest(domid);
	while (n_programs == 0) {
		assert_true(runs_wait_ms() >= 0);
		wait_for_timer();
	}
	assert_int_equal(n_programs, 2);
	end_program(0, 0, TWO_HERE("false"));
	end_program(1, 0, THERE);
	states[7] = DOMAIN_GONE;
	sent(2);
	end_program(3, 0, LATE_ARRIVED);
	m = told_of(1);
	assert_int_equal(m.step[1].state, STEP_FAILED);
	assert_string_equal(m.step[1].text, "stayed: mail");
	assert_int_equal(states[MAIL], DOMAIN_RUNS);
	watched_remove(7);
}

/* A configuration is read again, and every guest named again, while they go. */
static void evacuation_reload(void **state)
{
	(void)state;
	assert_true(actions_site(&one_host));
	give(WEB, RESPOND_HALT, ACTION_EVACUATE, ACTION_PAUSE);
	allow_to_move(MAIL);
	decide(WEB, RESPOND_HALT, 1);
	ahead_ns += 1000000;
	watch_both();
	allow_to_move(MAIL);
	end_program(0, 0, HERE);
	end_program(1, 256, "no route");
	assert_string_equal(told_of(1).step[0].text, "stayed: mail");
}

static void evacuation_too_slow(void **state)
{
	struct msg_run m;

	(void)state;
	assert_true(actions_site(&one_host));
	give(WEB, RESPOND_HALT, ACTION_PAUSE, ACTION_EVACUATE);
	allow_to_move(MAIL);
	decide(WEB, RESPOND_HALT, 1);
	end_program(0, 0, HERE);
	end_program(1, 0, THERE);
	/* xl hangs, until it is killed */
	wait_for_timer();
	end_program(2, 9, "killed");
	for (int i = 0; i < 100 && runs_wait_ms() >= 0; i++)
		wait_for_timer();
	m = told_of(1);
	assert_int_equal(m.end, RUN_PAUSED);
	assert_int_equal(m.step[1].state, STEP_FAILED);
	assert_int_equal(states[MAIL], DOMAIN_RUNS);
}

static void dry_run(void **state)
{
	struct msg_run m;

	(void)state;
	runs_init(path, true);
	give(WEB, RESPOND_HALT, ACTION_ISOLATE, ACTION_DESTROY);
	decide(WEB, RESPOND_HALT, 1);
	assert_string_equal(calls, "");
	m = last_told();
	assert_int_equal(m.end, RUN_DRY);
	assert_string_equal(m.step[0].text, "take vif down");
	assert_string_equal(m.step[1].text, "run xl destroy 5");
	expect_run(1, RUN_DRY);
	expect_done(1, ACTION_ISOLATE, 0);
	expect_done(1, ACTION_DESTROY, 0);
	expect_run(1, RUN_DRY);
}

/* Killed while xl works; it did, or it did not; or the guest is another's now. */
static void killed_and_restarted(void **state)
{
	struct msg_run m;

	(void)state;
	decide(WEB, RESPOND_HALT, 1);
	calls[0] = '\0';
	is_started = false;
	watched_remove(WEB);
	runs_init(path, false);
	assert_true(runs_wait_ms() > RUNS_WAIT_MS - 1000);
	runs_guest(WEB);
	assert_string_equal(calls, "");
	watch_both();
	runs_guest(WEB);
	/* it is still there: what xl left undone the hypercall does */
	assert_string_equal(calls, "destroy 5\n");
	m = last_told();
	assert_int_equal(m.end, RUN_GONE);
	assert_int_equal(m.incident, 0);
	assert_int_equal(m.step[1].state, STEP_DONE);
	/* a later one has a number of its own */
	decide(MAIL, RESPOND_PAUSE, 1);
	m = last_told();
	assert_int_equal(m.id, 2);
}

static void killed_and_its_guest_gone(void **state)
{
	struct msg_run m;

	(void)state;
	decide(WEB, RESPOND_HALT, 1);
	calls[0] = '\0';
	is_started = false;
	watched_remove(WEB);
	states[WEB] = DOMAIN_GONE;
	runs_init(path, false);
	wait_for_timer();
	m = last_told();
	assert_int_equal(m.end, RUN_GONE);
	assert_string_equal(calls, "");
}

static void dry_after_a_restart(void **state)
{
	struct msg_run m;

	(void)state;
	decide(WEB, RESPOND_HALT, 1);
	calls[0] = '\0';
	runs_init(path, true);
	m = last_told();
	assert_int_equal(m.end, RUN_UNKNOWN);
	assert_int_equal(runs_wait_ms(), -1);
	assert_string_equal(calls, "");
}

static void many(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 3 * RUNS_MAX; i++) {
		states[WEB] = DOMAIN_RUNS;
		decide(WEB, RESPOND_PAUSE, i);
		expect_run(i, RUN_NOT_YET);
		expect_done(i, ACTION_PAUSE, 0);
		expect_run(i, RUN_PAUSED);
		last_told();
	}
}

static void without_engine(void **state)
{
	(void)state;
	decide(WEB, RESPOND_HALT, 1);
	expect_run(1, RUN_NOT_YET);
	expect_done(1, ACTION_PAUSE, 0);
	runs_without_engine();
	states[WEB] = DOMAIN_GONE;
	end_job(0);
	expect_silence();
	assert_int_equal(last_told().end, RUN_GONE);
}

#define RUNS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RUNS_TEST(halt),
		RUNS_TEST(nothing_to_be_done),
		RUNS_TEST(not_that_one),
		RUNS_TEST(joined),
		RUNS_TEST(replaced),
		RUNS_TEST(risen),
		RUNS_TEST(no_room),
		RUNS_TEST(two_at_once),
		RUNS_TEST(nothing_works),
		RUNS_TEST(tighten),
		RUNS_TEST(tighten_what_does_not_read),
		RUNS_TEST(tighten_what_is_not_there),
		RUNS_TEST(undone),
		RUNS_TEST(a_move),
		RUNS_TEST(a_move_and_an_alert),
		RUNS_TEST(evacuation),
		RUNS_TEST(a_newcomer),
		RUNS_TEST(nowhere),
		RUNS_TEST(victims_both),
		RUNS_TEST(evacuation_killed_neighbour_first),
		RUNS_TEST(evacuation_killed_victim_first),
		RUNS_TEST(evacuation_killed_and_an_incident),
		RUNS_TEST(evacuation_reload),
		RUNS_TEST(evacuation_too_slow),
		RUNS_TEST(dry_run),
		RUNS_TEST(killed_and_restarted),
		RUNS_TEST(killed_and_its_guest_gone),
		RUNS_TEST(dry_after_a_restart),
		RUNS_TEST(many),
		RUNS_TEST(without_engine),
	};

	close(mkstemp(path));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
