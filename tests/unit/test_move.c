// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of a move: who is asked, what is run, and what is believed of
 * it; there are never two of a guest that run, nor none
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/playbook.h"
#include "responder/actions.h"
#include "responder/domain.h"
#include "responder/move.h"

#define WEB	5

/*
 * A Xen of one domain; programs, which end when told
 */

static enum domain_state the_state;
static int n_destroys, n_resumes, n_unpauses, resume_err, destroy_err;
static bool is_allowed, is_live, has_verdict;

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
	return destroy_err;
}

int domain_resume(uint32_t domid)
{
	assert_int_equal(domid, WEB);
	n_resumes++;
	return resume_err;
}

int domain_unpause(uint32_t domid)
{
	assert_int_equal(domid, WEB);
	n_unpauses++;
	return 0;
}

static uint32_t the_pages, the_written;

int domain_written(uint32_t domid, uint32_t *pages, uint32_t *written)
{
	assert_int_equal(domid, WEB);
	*pages = the_pages;
	*written = the_written;
	return the_pages ? 0 : ESRCH;
}

int domain_moves_live(uint32_t domid, bool *live)
{
	assert_int_equal(domid, WEB);
	*live = is_live;
	return 0;
}

bool runs_has_verdict_since(uint32_t domid, uint32_t run)
{
	assert_int_equal(domid, WEB);
	assert_int_equal(run, 3);
	return has_verdict;
}

bool action_is_allowed(const struct msg_run *r)
{
	(void)r;
	return is_allowed;
}

static int64_t the_time_ns = 1;

int64_t action_now_ns(void)
{
	return the_time_ns;
}

#define PROGRAMS_MAX	16

static struct program {
	char line[256];
	uint32_t step;
} programs[PROGRAMS_MAX];
static uint32_t n_programs, n_stops;
static int start_err;

int jobs_start(struct jobs *jobs, uint32_t run, uint32_t step, const char *const argv[])
{
	struct program *p = &programs[n_programs];

	(void)jobs;
	assert_true(run == 3 || run >= 10);
	if (start_err)
		return start_err;
	assert_true(n_programs++ < PROGRAMS_MAX);
	p->step = step;
	p->line[0] = '\0';
	for (int i = 0; argv[i]; i++)
		snprintf(p->line + strlen(p->line), sizeof(p->line) - strlen(p->line), "%s%s",
			 i ? " " : "", argv[i]);
	return 0;
}

static char xl_says[128];

const struct job *jobs_find(struct jobs *jobs, uint32_t run, uint32_t step)
{
	static struct job job = { .text = xl_says };

	(void)jobs;
	return run == 3 && step == 0 && n_programs ? &job : NULL;
}

bool jobs_stop(struct jobs *jobs, uint32_t run, uint32_t step)
{
	(void)jobs;
	(void)run;
	(void)step;
	n_stops++;
	return false;
}

void job_last_line(const struct job *job, char *text, size_t size)
{
	snprintf(text, size, "%s", job->text);
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

static enum step_event end_program(uint32_t n, int status, const char *text)
{
	struct job job = { .run = 3, .step = programs[n].step, .text = (char *)text };

	assert_true(n < n_programs);
	return move_job_ended(&run, 0, &job, status);
}

#define HOST(free, incidents, guests) \
	"{\"free_mib\":" #free ",\"incidents\":" #incidents ",\"features\":[1],\"guests\":[" guests "]}"
#define GUEST(name, epoch, streaming, incident) \
	"{\"name\":\"" name "\",\"apart\":\"\",\"mib\":96,\"epoch\":" #epoch ",\"streaming\":" \
	#streaming ",\"incident\":" #incident "}"

#define HERE	HOST(0, 0, GUEST("web", 4, true, false))

static int set_up(void **state)
{
	struct msg_site site = { .ssh = "ssh -i /key", .n_hosts = 2 };

	(void)state;
	strcpy(site.host[0].name, "b");
	strcpy(site.host[0].address, "10.0.0.2");
	strcpy(site.host[1].name, "c");
	strcpy(site.host[1].address, "10.0.0.3");
	moves_site(&site);
	move_over(&run);
	memset(&run, 0, sizeof(run));
	run.id = 3;
	run.domid = WEB;
	strcpy(run.guest, "web");
	run.playbook.n_steps = 1;
	playbook_step_init(&run.playbook.step[0], ACTION_MIGRATE, 0);
	the_state = DOMAIN_RUNS;
	n_destroys = n_resumes = n_unpauses = resume_err = destroy_err = start_err = 0;
	n_programs = n_stops = 0;
	is_allowed = is_live = true;
	has_verdict = false;
	return 0;
}

/* As run.c would */
static enum step_event test_all(const char *here, const char *b, const char *c)
{
	s->state = STEP_TESTING;
	n_programs = 0;
	assert_int_equal(move_test(&run, 0), PENDING);
	assert_int_equal(n_programs, 3);
	assert_int_equal(end_program(1, b ? 0 : 256, b ? b : "no route"), PENDING);
	assert_int_equal(end_program(0, 0, here), PENDING);
	return end_program(2, c ? 0 : 256, c ? c : "no route");
}

static void who_is_asked(void **state)
{
	(void)state;
	assert_int_equal(test_all(HERE, HOST(900, 0, ""), NULL), STEP_FIT);
	assert_string_equal(programs[0].line, "starlsmctl capacity --json");
	assert_string_equal(programs[1].line, "ssh -i /key 10.0.0.2 starlsmctl capacity --json");
	assert_string_equal(programs[2].line, "ssh -i /key 10.0.0.3 starlsmctl capacity --json");
	assert_string_equal(s->host, "b");
	assert_int_equal(s->epoch, 4);
	n_programs = 0;
	s->state = STEP_DOING;
	assert_int_equal(move_begin(&run, 0), PENDING);
	assert_string_equal(programs[0].line, "xl migrate -s ssh -i /key 5 10.0.0.2");
}

static void nowhere_to_go(void **state)
{
	struct msg_site none = { .n_hosts = 0 };

	(void)state;
	assert_int_equal(test_all(HERE, HOST(100, 0, ""), NULL), STEP_UNFIT);
	assert_int_equal(s->err, EHOSTUNREACH);
	assert_string_equal(s->text, "b: no memory; c: no answer");
	assert_int_equal(test_all(HERE, HOST(900, 1, ""), "garbage"), STEP_UNFIT);
	assert_string_equal(s->text, "b: has an incident; c: no answer");
	/* what it would take with it */
	assert_int_equal(test_all(HOST(0, 1, GUEST("web", 4, true, true)), HOST(900, 0, ""), NULL),
			 STEP_UNFIT);
	assert_string_equal(s->text, "it has an incident");
	/* what is left there of an earlier attempt may go */
	assert_int_equal(test_all(HERE, HOST(900, 0, GUEST("web", 0, false, false)), NULL),
			 STEP_UNCLEAR);
	assert_int_equal(s->err, EHOSTUNREACH);
	assert_int_equal(test_all(HERE, HOST(900, 0, GUEST("web", 4, true, false)), NULL),
			 STEP_UNFIT);
	assert_string_equal(s->text, "b: has a guest of that name; c: no answer");
	/* nobody knows how it is here */
	assert_int_equal(test_all("", HOST(900, 0, ""), NULL), STEP_UNCLEAR);
	assert_int_equal(test_all(HOST(0, 0, ""), HOST(900, 0, ""), NULL), STEP_UNCLEAR);
	strcpy(run.wish, "c");
	assert_int_equal(test_all(HERE, HOST(900, 0, ""), NULL), STEP_UNFIT);
	assert_string_equal(s->text, "c: no answer");
	assert_int_equal(test_all(HERE, HOST(900, 0, ""), HOST(900, 0, "")), STEP_FIT);
	assert_string_equal(s->host, "c");
	strcpy(run.wish, "x");
	assert_int_equal(test_all(HERE, HOST(900, 0, ""), HOST(900, 0, "")), STEP_UNFIT);
	moves_site(&none);
	assert_int_equal(move_test(&run, 0), STEP_UNFIT);
	assert_int_equal(s->err, ENODEV);
}

static void who_cannot_move(void **state)
{
	(void)state;
	the_state = DOMAIN_PAUSED;
	assert_int_equal(move_test(&run, 0), STEP_UNFIT);
	assert_int_equal(s->err, EBUSY);
	the_state = DOMAIN_GONE;
	assert_int_equal(move_test(&run, 0), STEP_UNFIT);
	the_state = DOMAIN_RUNS;
	is_allowed = false;
	assert_int_equal(move_test(&run, 0), STEP_UNFIT);
	assert_int_equal(s->err, ENOENT);
	is_allowed = true;
	start_err = EAGAIN;
	assert_int_equal(move_test(&run, 0), STEP_UNCLEAR);
	assert_int_equal(n_programs, 0);
}

/* An answer to what was asked before, when it took too long, does not count. */
static void late_answers(void **state)
{
	(void)state;
	s->state = STEP_TESTING;
	assert_int_equal(move_test(&run, 0), PENDING);
	assert_int_equal(move_test(&run, 0), PENDING);
	assert_int_equal(n_programs, 6);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(end_program(i, 0, HERE), PENDING);
	assert_int_equal(end_program(3, 0, HERE), PENDING);
	assert_int_equal(end_program(3, 0, HERE), PENDING);
	assert_int_equal(end_program(4, 0, HOST(900, 0, "")), PENDING);
	assert_int_equal(end_program(5, 0, HOST(100, 0, "")), STEP_FIT);
}

static void too_many(void **state)
{
	struct msg_run others[MOVES_MAX];

	(void)state;
	for (uint32_t i = 0; i < MOVES_MAX; i++) {
		others[i] = run;
		others[i].id = 10 + i;
		assert_int_equal(move_test(&others[i], 0), PENDING);
	}
	assert_int_equal(move_test(&run, 0), STEP_UNCLEAR);
	move_over(&others[0]);
	assert_int_equal(move_test(&run, 0), PENDING);
	for (uint32_t i = 0; i < MOVES_MAX; i++)
		move_over(&others[i]);
}

/* It was moved, xl says; where is it? */
static enum step_event check(enum domain_state here, const char *far)
{
	the_state = here;
	s->state = STEP_CHECKING;
	strcpy(s->host, "b");
	s->epoch = 4;
	s->err = 0;
	s->end_ns = the_time_ns - MOVE_SETTLE_NS;
	n_programs = 0;
	if (move_check(&run, 0) != PENDING)
		return STEP_NO;
	assert_int_equal(n_programs, 1);
	assert_string_equal(programs[0].line, "ssh -i /key 10.0.0.2 starlsmctl capacity --json");
	return end_program(0, far ? 0 : 256, far ? far : "no route");
}

/* The toolstack is at it. */
static void begin_moving(uint32_t copies)
{
	assert_int_equal(move_test(&run, 0), PENDING);
	strcpy(s->host, "b");
	s->copies = copies;
	s->text[0] = 0;
	n_programs = 0;
	assert_int_equal(move_begin(&run, 0), PENDING);
	s->state = STEP_DOING;
}

/* What is told of a move that is under way, and what it was at the end */
static void how_far_it_is(void **state)
{
	(void)state;
	xl_says[0] = 0;
	the_pages = 0;
	the_written = 0;
	the_state = DOMAIN_RUNS;
	the_time_ns = 1000000000;
	assert_false(move_look(&run, 0));
	begin_moving(0);
	assert_false(move_look(&run, 0));
	the_pages = 1000;
	the_written = 10;
	assert_true(move_look(&run, 0));
	assert_string_equal(s->text, "round 1 of 1000 pages, 10 written since");
	assert_false(move_look(&run, 0));
	the_state = DOMAIN_DOWN;
	assert_true(move_look(&run, 0));
	assert_string_equal(s->text, "stands, after 1 round and 1010 pages");
	the_time_ns = 3500000000;
	strcpy(xl_says, "migration sender: Target reports successful startup.\n");
	move_look(&run, 0);
	/* xl takes its time to tidy up here */
	the_time_ns = 9000000000;
	assert_false(move_look(&run, 0));
	assert_int_equal(end_program(0, 0, ""), STEP_ENDED);
	/* nobody asks while it catches up there; of that it is told once */
	the_state = DOMAIN_GONE;
	s->state = STEP_CHECKING;
	n_programs = 0;
	assert_int_equal(move_check(&run, 0), STEP_UNCLEAR);
	assert_int_equal(n_programs, 0);
	assert_string_equal(s->text, "b: it has just been sent");
	assert_int_equal(move_check(&run, 0), PENDING);
	assert_int_equal(n_programs, 1);
	assert_int_equal(check(DOMAIN_GONE, HOST(9, 0, GUEST("web", 5, true, false))), STEP_YES);
	assert_string_equal(s->text, "to b, 1 round, 1010 pages, stood for 2.5 s");

	/* one that is copied has no rounds */
	xl_says[0] = 0;
	the_state = DOMAIN_RUNS;
	begin_moving(1);
	assert_false(move_look(&run, 0));
	the_state = DOMAIN_DOWN;
	assert_true(move_look(&run, 0));
	assert_string_equal(s->text, "stands, and is copied");
	the_time_ns = 19000000000;
	assert_int_equal(end_program(0, 0, ""), STEP_ENDED);
	assert_int_equal(check(DOMAIN_GONE, HOST(9, 0, GUEST("web", 5, true, false))), STEP_YES);
	assert_string_equal(s->text, "to b, stopped and copied, stood for 10.0 s");
	the_time_ns = 1;
}

static void where_is_it(void **state)
{
	(void)state;
	assert_int_equal(check(DOMAIN_GONE, HOST(9, 0, GUEST("web", 5, true, false))), STEP_YES);
	assert_string_equal(s->text, "to b");
	assert_int_equal(n_destroys, 0);
	/* its sensor is not read, or it is still what was read before */
	assert_int_equal(check(DOMAIN_GONE, HOST(9, 0, GUEST("web", 5, false, false))), STEP_UNCLEAR);
	assert_int_equal(check(DOMAIN_GONE, HOST(9, 0, GUEST("web", 4, true, false))), STEP_UNCLEAR);
	assert_int_equal(check(DOMAIN_GONE, HOST(9, 0, "")), STEP_UNCLEAR);
	assert_string_equal(s->text, "b: it is not there, and not here");
	assert_int_equal(check(DOMAIN_GONE, NULL), STEP_UNCLEAR);
	/* it runs here: the far side is not even asked */
	assert_int_equal(check(DOMAIN_RUNS, NULL), STEP_NO);
	assert_int_equal(n_programs, 0);
	assert_int_equal(check(DOMAIN_PAUSED, NULL), STEP_NO);
}

/* It stands here. Only who knows that it is not there lets it go on. */
static void it_stands(void **state)
{
	(void)state;
	assert_int_equal(check(DOMAIN_DOWN, NULL), STEP_UNCLEAR);
	assert_int_equal(check(DOMAIN_DOWN, HOST(9, 0, GUEST("web", 5, false, false))), STEP_UNCLEAR);
	assert_int_equal(n_resumes + n_destroys, 0);
	assert_int_equal(check(DOMAIN_DOWN, HOST(9, 0, "")), STEP_NO);
	assert_int_equal(move_undo(&run, 0), STEP_ENDED);
	assert_int_equal(n_resumes, 1);
	/* there it runs: this one is one too many */
	assert_int_equal(check(DOMAIN_DOWN, HOST(9, 0, GUEST("web", 5, true, false))), PENDING);
	assert_string_equal(programs[1].line, "xl destroy 5");
	the_state = DOMAIN_GONE;
	assert_int_equal(end_program(1, 0, ""), STEP_YES);
	assert_int_equal(n_destroys, 0);
	/* xl did not do it */
	assert_int_equal(check(DOMAIN_DOWN, HOST(9, 0, GUEST("web", 5, true, false))), PENDING);
	assert_int_equal(end_program(1, 256, ""), STEP_YES);
	assert_int_equal(n_destroys, 1);
	destroy_err = EPERM;
	assert_int_equal(check(DOMAIN_DOWN, HOST(9, 0, GUEST("web", 5, true, false))), PENDING);
	assert_int_equal(end_program(1, 256, ""), STEP_UNCLEAR);
	/* what runs, is paused or is gone is not let go on */
	for (int i = DOMAIN_GONE; i <= DOMAIN_PAUSED; i *= 2) {
		the_state = i;
		move_undo(&run, 0);
	}
	assert_int_equal(n_resumes, 1);
}

/* One that cannot be moved live: paused here, when it has been sent */
static void a_copy(void **state)
{
	(void)state;
	is_live = false;
	assert_int_equal(test_all(HERE, HOST(900, 0, ""), NULL), STEP_FIT);
	n_programs = 0;
	s->state = STEP_DOING;
	assert_int_equal(move_begin(&run, 0), PENDING);
	assert_string_equal(programs[0].line, "sh -c xl save -p \"$1\" /proc/self/fd/1 | "
			    "$2 \"$3\" 'cat | xl restore /proc/self/fd/0' copy 5 ssh -i /key 10.0.0.2");
	assert_int_equal(check(DOMAIN_PAUSED, HOST(9, 0, GUEST("web", 5, true, false))), PENDING);
	assert_string_equal(programs[1].line, "xl destroy 5");
	the_state = DOMAIN_GONE;
	assert_int_equal(end_program(1, 0, ""), STEP_YES);
	assert_string_equal(s->text, "to b, stopped and copied");
	/* it could not suspend; it is not there; nobody knows */
	assert_int_equal(check(DOMAIN_RUNS, NULL), STEP_NO);
	assert_int_equal(check(DOMAIN_PAUSED, NULL), STEP_UNCLEAR);
	assert_int_equal(n_unpauses, 0);
	assert_int_equal(check(DOMAIN_PAUSED, HOST(9, 0, "")), STEP_NO);
	assert_int_equal(move_undo(&run, 0), STEP_ENDED);
	assert_int_equal(n_unpauses, 1);
	/* by now it is paused because of a verdict */
	has_verdict = true;
	assert_int_equal(check(DOMAIN_PAUSED, HOST(9, 0, "")), STEP_NO);
	assert_int_equal(move_undo(&run, 0), STEP_ENDED);
	assert_int_equal(n_unpauses, 1);
	assert_int_equal(n_resumes + n_destroys, 0);
}

/* One without a sensor that was read has only to be there. */
static void without_a_sensor(void **state)
{
	(void)state;
	assert_int_equal(test_all(HOST(0, 0, GUEST("web", 9, false, false)), HOST(900, 0, ""), NULL),
			 STEP_FIT);
	assert_int_equal(s->epoch, 0);
	the_state = DOMAIN_GONE;
	s->state = STEP_CHECKING;
	s->end_ns = the_time_ns - MOVE_SETTLE_NS;
	n_programs = 0;
	assert_int_equal(move_check(&run, 0), PENDING);
	assert_int_equal(end_program(0, 0, HOST(9, 0, GUEST("web", 1, false, false))), STEP_YES);
}

static void xl_fails(void **state)
{
	(void)state;
	strcpy(s->host, "b");
	s->state = STEP_DOING;
	assert_int_equal(move_begin(&run, 0), PENDING);
	assert_int_equal(end_program(0, 256, "migration target refused"), STEP_ENDED);
	assert_int_equal(s->err, EIO);
	assert_string_equal(s->text, "migration target refused");
	/* the host is not configured any more */
	strcpy(s->host, "z");
	assert_int_equal(move_begin(&run, 0), STEP_ENDED);
	assert_int_equal(s->err, ENODEV);
	the_state = DOMAIN_GONE;
	assert_int_equal(move_check(&run, 0), STEP_UNCLEAR);
}

static void would(void **state)
{
	(void)state;
	move_would(&run, 0);
	assert_string_equal(s->text,
			    "ask which can take it, then run xl migrate 5 to one of b c");
	assert_int_equal(n_programs, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(who_is_asked, set_up),
		cmocka_unit_test_setup(nowhere_to_go, set_up),
		cmocka_unit_test_setup(who_cannot_move, set_up),
		cmocka_unit_test_setup(late_answers, set_up),
		cmocka_unit_test_setup(too_many, set_up),
		cmocka_unit_test_setup(how_far_it_is, set_up),
		cmocka_unit_test_setup(where_is_it, set_up),
		cmocka_unit_test_setup(it_stands, set_up),
		cmocka_unit_test_setup(a_copy, set_up),
		cmocka_unit_test_setup(without_a_sensor, set_up),
		cmocka_unit_test_setup(xl_fails, set_up),
		cmocka_unit_test_setup(would, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
