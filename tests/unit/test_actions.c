// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the actions: on whom, in which state, what is called, and
 * when it is believed to be done
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/playbook.h"
#include "responder/actions.h"
#include "responder/domain.h"
#include "responder/evacuate.h"
#include "responder/network.h"
#include "responder/runs.h"
#include "responder/watched.h"

#define WEB	5

/*
 * A Xen of one domain, which may do nothing although it says it did
 */

static enum domain_state the_state;
static int state_err, call_err;
static bool is_idle;
static int n_pauses, n_unpauses, n_destroys;

int domain_state(uint32_t domid, enum domain_state *state)
{
	assert_int_equal(domid, WEB);
	*state = the_state;
	return state_err;
}

static int change(uint32_t domid, enum domain_state to)
{
	assert_int_equal(domid, WEB);
	if (!call_err && !is_idle)
		the_state = to;
	return call_err;
}

int domain_pause(uint32_t domid)
{
	n_pauses++;
	return change(domid, DOMAIN_PAUSED);
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

/* The other runs are no matter of these tests. */
bool runs_has_verdict_since(uint32_t domid, uint32_t run)
{
	(void)domid;
	(void)run;
	return false;
}

int domain_resume(uint32_t domid)
{
	fail_msg("domain %u goes on", domid);
	return 0;
}

int domain_unpause(uint32_t domid)
{
	n_unpauses++;
	return change(domid, DOMAIN_RUNS);
}

int domain_destroy(uint32_t domid)
{
	n_destroys++;
	return change(domid, DOMAIN_GONE);
}

/* Its network: -ENODEV, or whether it is up */
static int link_state;

int network_set(uint32_t domid, bool is_up)
{
	assert_int_equal(domid, WEB);
	if (link_state < 0)
		return -link_state;
	if (!is_idle)
		link_state = is_up;
	return 0;
}

int network_is(uint32_t domid, bool is_up)
{
	assert_int_equal(domid, WEB);
	return link_state < 0 ? link_state : link_state == is_up;
}

void network_names(uint32_t domid, char *text, size_t size)
{
	assert_int_equal(domid, WEB);
	snprintf(text, size, "vif5.0");
}

/* Another test's, with the runs that it needs */
enum step_event evacuate_test(struct msg_run *r, uint32_t step)
{
	(void)r;
	(void)step;
	return STEP_ALREADY;
}

enum step_event evacuate_begin(struct msg_run *r, uint32_t step)
{
	return evacuate_test(r, step);
}

enum step_event evacuate_stop(struct msg_run *r, uint32_t step)
{
	return evacuate_test(r, step);
}

enum step_event evacuate_check(struct msg_run *r, uint32_t step)
{
	return evacuate_test(r, step);
}

void evacuate_would(struct msg_run *r, uint32_t step)
{
	(void)r;
	(void)step;
}

/* Programs: what was asked for */
static char started[256];
static int start_err, n_stops;

int jobs_start(struct jobs *jobs, uint32_t run, uint32_t step, const char *const argv[])
{
	(void)jobs;
	(void)run;
	(void)step;
	started[0] = '\0';
	for (int i = 0; argv[i]; i++) {
		strcat(started, i ? " " : "");
		strcat(started, argv[i]);
	}
	return start_err;
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
	return n_stops++ == 0;
}

static const char *last_words = "its last words";

void job_last_line(const struct job *job, char *text, size_t size)
{
	(void)job;
	snprintf(text, size, "%s", last_words);
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

static struct msg_run run;
static struct run_step *const s = run.step;

static void take(uint32_t action)
{
	memset(&run, 0, sizeof(run));
	run.domid = WEB;
	run.id = 3;
	strcpy(run.guest, "web");
	strcpy(run.rule, "some-rule");
	run.playbook.n_steps = 1;
	playbook_step_init(&run.playbook.step[0], action, 0);
}

static int set_up(void **state)
{
	const struct msg_guest m = { .domid = WEB, .name = "web" };
	const struct msg_site site = { .notify = "", .n_hosts = 0 };

	(void)state;
	the_state = DOMAIN_RUNS;
	state_err = call_err = n_pauses = n_unpauses = n_destroys = 0;
	start_err = n_stops = 0;
	is_idle = false;
	link_state = 1;
	started[0] = '\0';
	actions_site(&site);
	return watched_add(&m, 0);
}

struct row {
	uint32_t action;
	enum domain_state state;
	enum step_event test;
};

static void what_is_needed(void **state)
{
	static const struct row rows[] = {
		{ ACTION_PAUSE, DOMAIN_RUNS, STEP_FIT },
		{ ACTION_PAUSE, DOMAIN_PAUSED, STEP_ALREADY },	/* Xen would count two */
		{ ACTION_PAUSE, DOMAIN_GONE, STEP_UNFIT },
		{ ACTION_KEEP_PAUSED, DOMAIN_PAUSED, STEP_ALREADY },
		{ ACTION_KEEP_PAUSED, DOMAIN_RUNS, STEP_FIT },
		{ ACTION_UNPAUSE, DOMAIN_PAUSED, STEP_FIT },
		{ ACTION_UNPAUSE, DOMAIN_RUNS, STEP_ALREADY },
		{ ACTION_UNPAUSE, DOMAIN_GONE, STEP_UNFIT },
		{ ACTION_DESTROY, DOMAIN_PAUSED, STEP_FIT },
		{ ACTION_DESTROY, DOMAIN_RUNS, STEP_FIT },
		{ ACTION_DESTROY, DOMAIN_GONE, STEP_ALREADY },
		{ ACTION_ISOLATE, DOMAIN_PAUSED, STEP_FIT },
		{ ACTION_ISOLATE, DOMAIN_GONE, STEP_UNFIT },
		{ ACTION_CONNECT, DOMAIN_RUNS, STEP_ALREADY },
		{ ACTION_NOTIFY, DOMAIN_GONE, STEP_FIT },
		{ ACTION_CAPTURE, DOMAIN_PAUSED, STEP_FIT },
		{ ACTION_CAPTURE, DOMAIN_RUNS, STEP_UNFIT },
		{ ACTION_CAPTURE, DOMAIN_GONE, STEP_UNFIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		take(rows[i].action);
		the_state = rows[i].state;
		assert_int_equal(action_test(&run, 0), rows[i].test);
		if (rows[i].test == STEP_UNFIT)
			assert_int_equal(s->err, the_state == DOMAIN_GONE ? ESRCH : EBUSY);
		else
			assert_int_equal(s->err, 0);
	}
	state_err = EACCES;
	assert_int_equal(action_test(&run, 0), STEP_UNCLEAR);
	assert_int_equal(s->err, EACCES);
}

static void hypercalls(void **state)
{
	(void)state;
	take(ACTION_PAUSE);
	assert_int_equal(action_begin(&run, 0), STEP_ENDED);
	assert_int_equal(n_pauses, 1);
	assert_true(s->start_ns > 0 && s->end_ns >= s->start_ns);
	assert_int_equal(action_check(&run, 0), STEP_YES);
	take(ACTION_UNPAUSE);
	assert_int_equal(action_begin(&run, 0), STEP_ENDED);
	assert_int_equal(n_unpauses, 1);
	assert_int_equal(action_check(&run, 0), STEP_YES);
	/* Xen says no, or says yes and does nothing */
	take(ACTION_PAUSE);
	call_err = EPERM;
	action_begin(&run, 0);
	assert_int_equal(action_check(&run, 0), STEP_NO);
	assert_int_equal(s->err, EPERM);
	call_err = 0;
	is_idle = true;
	action_begin(&run, 0);
	assert_int_equal(action_check(&run, 0), STEP_NO);
	assert_int_equal(s->err, EIO);
}

static void network(void **state)
{
	(void)state;
	take(ACTION_ISOLATE);
	assert_int_equal(action_begin(&run, 0), STEP_ENDED);
	assert_int_equal(link_state, 0);
	assert_int_equal(action_check(&run, 0), STEP_YES);
	take(ACTION_CONNECT);
	assert_int_equal(action_test(&run, 0), STEP_FIT);
	action_begin(&run, 0);
	assert_int_equal(link_state, 1);
	take(ACTION_ISOLATE);
	is_idle = true;
	action_begin(&run, 0);
	assert_int_equal(action_check(&run, 0), STEP_NO);
	/* without an interface nothing is isolated */
	link_state = -ENODEV;
	action_begin(&run, 0);
	assert_int_equal(action_check(&run, 0), STEP_UNCLEAR);
	assert_int_equal(s->err, ENODEV);
}

static void halt(void **state)
{
	const struct job job = { 0 };

	(void)state;
	take(ACTION_DESTROY);
	assert_int_equal(action_begin(&run, 0), PENDING);
	/* by its number, and it does not run meanwhile */
	assert_string_equal(started, "xl destroy 5");
	assert_int_equal(the_state, DOMAIN_PAUSED);
	the_state = DOMAIN_GONE;
	action_job_ended(&run, 0, &job, 0);
	assert_int_equal(action_check(&run, 0), STEP_YES);
	assert_int_equal(n_destroys, 0);
	/* xl fails, the hypercall works */
	the_state = DOMAIN_PAUSED;
	action_job_ended(&run, 0, &job, 256);
	assert_string_equal(s->text, "its last words");
	assert_int_equal(action_check(&run, 0), STEP_YES);
	assert_int_equal(n_destroys, 1);
	/* nothing does */
	the_state = DOMAIN_PAUSED;
	is_idle = true;
	assert_int_equal(action_check(&run, 0), STEP_NO);
	call_err = EPERM;
	assert_int_equal(action_check(&run, 0), STEP_UNCLEAR);
	/* there is no xl */
	start_err = ENOENT;
	assert_int_equal(action_begin(&run, 0), STEP_ENDED);
	assert_int_equal(s->err, ENOENT);
}

static void notify(void **state)
{
	const struct msg_site site = { .notify = "/bin/tell" };
	struct msg_site endless;
	const struct job job = { 0 };

	(void)state;
	take(ACTION_NOTIFY);
	assert_int_equal(action_begin(&run, 0), STEP_ENDED);
	assert_int_equal(action_check(&run, 0), STEP_YES);
	assert_true(actions_site(&site));
	run.incident = 8;
	strcpy(run.playbook.name, "watch");
	assert_int_equal(action_begin(&run, 0), PENDING);
	assert_string_equal(started, "/bin/tell web 5 some-rule watch 8");
	action_job_ended(&run, 0, &job, 256);
	assert_int_equal(action_check(&run, 0), STEP_NO);
	action_job_ended(&run, 0, &job, 0);
	assert_int_equal(action_check(&run, 0), STEP_YES);
	memset(&endless, 'x', sizeof(endless));
	assert_false(actions_site(&endless));
}

/* What it says is there has to be there. */
static void capture(void **state)
{
	const struct msg_site site = {
		.libexec = "/lib", .evidence = "/evidence", .evidence_key = "/key",
	};
	const struct job job = { 0 };

	(void)state;
	assert_true(actions_site(&site));
	take(ACTION_CAPTURE);
	the_state = DOMAIN_PAUSED;
	assert_int_equal(action_begin(&run, 0), PENDING);
	assert_string_equal(started, "/lib/capture /evidence /key 5 web 3 some-rule");
	last_words = "/tmp";
	action_job_ended(&run, 0, &job, 0);
	assert_int_equal(action_check(&run, 0), STEP_YES);
	action_job_ended(&run, 0, &job, 256);
	assert_int_equal(action_check(&run, 0), STEP_NO);
	last_words = "/nonexistent";
	action_job_ended(&run, 0, &job, 0);
	assert_int_equal(action_check(&run, 0), STEP_NO);
	last_words = "its last words";
}

static void stopping(void **state)
{
	(void)state;
	take(ACTION_NOTIFY);
	assert_int_equal(action_stop(&run, 0), PENDING);
	/* there is none: that of a predecessor, which is dead */
	assert_int_equal(action_stop(&run, 0), STEP_ENDED);
	assert_int_equal(action_check(&run, 0), STEP_NO);
}

static void what_would_be(void **state)
{
	static const struct {
		uint32_t action;
		const char *text;
	} rows[] = {
		{ ACTION_PAUSE, "a hypercall: pause the domain" },
		{ ACTION_ISOLATE, "take vif5.0 down" },
		{ ACTION_CONNECT, "take vif5.0 up" },
		{ ACTION_DESTROY, "run xl destroy 5" },
		{ ACTION_NOTIFY, "the log" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		take(rows[i].action);
		action_would(&run, 0);
		assert_string_equal(s->text, rows[i].text);
	}
	assert_int_equal(n_pauses, 0);
	assert_int_equal(link_state, 1);
	assert_string_equal(started, "");
}

/* Never dom0, nor who is not observed, nor another guest of that number */
static void on_whom(void **state)
{
	struct msg_guest m = { .domid = 0, .name = "x" };

	(void)state;
	take(ACTION_PAUSE);
	assert_true(action_is_allowed(&run));
	strcpy(run.guest, "other");
	assert_false(action_is_allowed(&run));
	assert_int_equal(action_test(&run, 0), STEP_UNFIT);
	assert_int_equal(s->err, EPERM);
	assert_int_equal(action_look(&run), SEEN_UNCLEAR);
	action_secure(&run);
	assert_int_equal(n_pauses, 0);
	strcpy(run.guest, "web");
	assert_int_equal(action_look(&run), SEEN_RUNS);
	action_secure(&run);
	assert_int_equal(action_look(&run), SEEN_PAUSED);
	assert_int_equal(watched_remove(WEB), 0);
	assert_int_equal(action_look(&run), SEEN_UNCLEAR);
	the_state = DOMAIN_GONE;
	assert_int_equal(action_look(&run), SEEN_GONE);
	state_err = EACCES;
	assert_int_equal(action_look(&run), SEEN_UNCLEAR);
	assert_int_equal(watched_add(&m, 0), -1);
	m.domid = WATCHED_DOMIDS;
	assert_int_equal(watched_add(&m, 0), -1);
	assert_int_equal(watched_remove(0), -1);
	assert_int_equal(watched_remove(WATCHED_DOMIDS), -1);
	m.domid = 1;
	memset(m.name, 'x', sizeof(m.name));
	assert_int_equal(watched_add(&m, 0), -1);
}

static void by_an_operator(void **state)
{
	struct msg_done done;

	(void)state;
	action_direct(ACTION_PAUSE, WEB, true, &done);
	assert_int_equal(done.dry_run, 1);
	assert_int_equal(n_pauses, 0);
	action_direct(ACTION_PAUSE, WEB, false, &done);
	assert_int_equal(done.err, 0);
	assert_int_equal(n_pauses, 1);
	action_direct(ACTION_PAUSE, WEB, false, &done);
	assert_int_equal(done.err, 0);
	assert_int_equal(n_pauses, 1);
	the_state = DOMAIN_GONE;
	action_direct(ACTION_UNPAUSE, WEB, false, &done);
	assert_int_equal(done.err, ESRCH);
	action_direct(ACTION_DESTROY, WEB, false, &done);
	assert_int_equal(done.err, EINVAL);
	action_direct(UINT32_MAX, WEB, false, &done);
	assert_int_equal(done.err, EINVAL);
	action_direct(ACTION_PAUSE, 0, false, &done);
	assert_int_equal(done.err, EPERM);
	action_direct(ACTION_PAUSE, WEB + 1, false, &done);
	assert_int_equal(done.err, EPERM);
	action_direct(ACTION_PAUSE, UINT32_MAX, false, &done);
	assert_int_equal(done.err, EPERM);
}

static void which_playbooks(void **state)
{
	struct msg_playbooks m = { .domid = WEB };

	(void)state;
	assert_int_equal(watched_find(WEB)->on[RESPOND_HALT].n_steps, 2);
	for (int v = 0; v < VERDICTS; v++)
		playbook_builtin(RESPOND_PAUSE, &m.on[v]);
	assert_int_equal(watched_playbooks(&m), 0);
	assert_int_equal(watched_find(WEB)->on[RESPOND_HALT].n_steps, 1);
	m.on[RESPOND_ALERT].step[0].action = 77;
	assert_int_equal(watched_playbooks(&m), -1);
	m.domid = WEB + 1;
	assert_int_equal(watched_playbooks(&m), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_needed, set_up),
		cmocka_unit_test_setup(hypercalls, set_up),
		cmocka_unit_test_setup(network, set_up),
		cmocka_unit_test_setup(halt, set_up),
		cmocka_unit_test_setup(notify, set_up),
		cmocka_unit_test_setup(capture, set_up),
		cmocka_unit_test_setup(stopping, set_up),
		cmocka_unit_test_setup(what_would_be, set_up),
		cmocka_unit_test_setup(on_whom, set_up),
		cmocka_unit_test_setup(by_an_operator, set_up),
		cmocka_unit_test_setup(which_playbooks, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
