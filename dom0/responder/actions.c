// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the table of actions: what each needs, how it is done and checked
 */
#include "responder/actions.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "lib/log.h"
#include "lib/playbook.h"
#include "responder/domain.h"
#include "responder/evacuate.h"
#include "responder/move.h"
#include "responder/network.h"
#include "responder/tighten.h"
#include "responder/toolstack.h"
#include "responder/watched.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct action_row {
	uint32_t needs;		/* enum domain_state bits */
	uint32_t already;	/* in these it is so; 0: its domain's state does not tell */
	int (*act)(uint32_t domid);	/* at once; NULL: by a program */
	void (*program)(const struct msg_run *r, struct command *c);
	int (*is_so)(const struct msg_run *r, uint32_t step);	/* 1, 0, negative errno */
	const char *would;
	/* those of its own, instead of all that */
	enum step_event (*test)(struct msg_run *r, uint32_t step);
	enum step_event (*begin)(struct msg_run *r, uint32_t step);
	enum step_event (*stop)(struct msg_run *r, uint32_t step);
	enum step_event (*check)(struct msg_run *r, uint32_t step);
	enum step_event (*undo)(struct msg_run *r, uint32_t step);
	enum step_event (*job_ended)(struct msg_run *r, uint32_t step, const struct job *job,
				     int status);
	void (*say_would)(struct msg_run *r, uint32_t step);
};

static struct jobs *jobs;
static struct msg_site site;

int64_t action_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

/*
 * Programs
 */

/* The domid, never the name: that one is for people. */
static void destroy_command(const struct msg_run *r, struct command *c)
{
	toolstack_xl.destroy(c, r->domid);
}

/* Without a program there is nothing to run: the log has it. */
static void notify_command(const struct msg_run *r, struct command *c)
{
	if (!*site.notify)
		return;
	command_word(c, "%s", site.notify);
	command_word(c, "%s", r->guest);
	command_word(c, "%u", r->domid);
	command_word(c, "%s", r->rule);
	command_word(c, "%s", r->playbook.name);
	command_word(c, "%u", r->incident);
}

static void capture_command(const struct msg_run *r, struct command *c)
{
	command_word(c, "%s/capture", site.libexec);
	command_word(c, "%s", site.evidence);
	command_word(c, "%s", site.evidence_key);
	command_word(c, "%u", r->domid);
	command_word(c, "%s", r->guest);
	command_word(c, "%u", r->id);
	command_word(c, "%s", r->rule);
}

/*
 * What is so
 */

static int program_worked(const struct msg_run *r, uint32_t step)
{
	return r->step[step].err == 0;
}

/* Its last words are the bundle's path; a folder gets that name when it is whole. */
static int is_captured(const struct msg_run *r, uint32_t step)
{
	const struct run_step *s = &r->step[step];
	struct stat st;

	if (s->err)
		return 0;
	if (stat(s->text, &st))
		return errno == ENOENT ? 0 : -errno;
	return S_ISDIR(st.st_mode);
}

static int is_isolated(const struct msg_run *r, uint32_t step)
{
	(void)step;
	return network_is(r->domid, false);
}

static int is_connected(const struct msg_run *r, uint32_t step)
{
	(void)step;
	return network_is(r->domid, true);
}

static int isolate(uint32_t domid)
{
	return network_set(domid, false);
}

static int connect_again(uint32_t domid)
{
	return network_set(domid, true);
}

/* When xl did not do it, the hypercall does, and leaves devices and nodes behind. */
static int is_halted(const struct msg_run *r, uint32_t step)
{
	enum domain_state state;
	int err = domain_state(r->domid, &state);

	(void)step;
	if (err)
		return -err;
	if (state == DOMAIN_GONE)
		return 1;
	err = domain_destroy(r->domid);
	if (err)
		return -err;
	err = domain_state(r->domid, &state);
	return err ? -err : state == DOMAIN_GONE;
}

#define THERE (DOMAIN_RUNS | DOMAIN_PAUSED | DOMAIN_DOWN)

static const struct action_row rows[] = {
	[ACTION_NOTIFY] = {
		.needs = THERE | DOMAIN_GONE, .program = notify_command,
		.is_so = program_worked, .would = "the log",
	},
	[ACTION_PAUSE] = {
		.needs = DOMAIN_RUNS | DOMAIN_DOWN, .already = DOMAIN_PAUSED, .act = domain_pause,
		.would = "a hypercall: pause the domain",
	},
	[ACTION_KEEP_PAUSED] = {
		.needs = DOMAIN_RUNS | DOMAIN_DOWN, .already = DOMAIN_PAUSED, .act = domain_pause,
		.would = "a hypercall, if it is not paused: pause the domain",
	},
	[ACTION_UNPAUSE] = {
		.needs = DOMAIN_PAUSED, .already = DOMAIN_RUNS, .act = domain_unpause,
		.would = "a hypercall: unpause the domain",
	},
	[ACTION_ISOLATE] = {
		.needs = THERE, .act = isolate, .is_so = is_isolated, .would = "down",
	},
	[ACTION_CONNECT] = {
		.needs = THERE, .act = connect_again, .is_so = is_connected, .would = "up",
	},
	[ACTION_CAPTURE] = {
		.needs = DOMAIN_PAUSED, .program = capture_command, .is_so = is_captured,
	},
	[ACTION_MIGRATE] = {
		.test = move_test, .begin = move_begin, .check = move_check, .undo = move_undo,
		.job_ended = move_job_ended, .say_would = move_would,
	},
	[ACTION_EVACUATE] = {
		.test = evacuate_test, .begin = evacuate_begin, .stop = evacuate_stop,
		.check = evacuate_check, .say_would = evacuate_would,
	},
	[ACTION_TIGHTEN] = {
		.needs = THERE, .begin = tighten_begin, .stop = tighten_stop,
		.check = tighten_check, .would = "a stricter policy to its sensor",
	},
	[ACTION_LOOSEN] = {
		.needs = THERE, .begin = tighten_begin, .stop = tighten_stop,
		.check = tighten_check, .would = "the configured policy to its sensor",
	},
	[ACTION_DESTROY] = {
		.needs = THERE, .already = DOMAIN_GONE, .program = destroy_command,
		.is_so = is_halted,
	},
};

static const struct action_row *row_of(const struct msg_run *r, uint32_t step)
{
	return &rows[r->playbook.step[step].action];
}

void actions_init(struct jobs *where)
{
	jobs = where;
	moves_init(where);
}

bool actions_site(const struct msg_site *m)
{
	if (!memchr(m->notify, 0, sizeof(m->notify)) ||
	    !memchr(m->libexec, 0, sizeof(m->libexec)) ||
	    !memchr(m->evidence, 0, sizeof(m->evidence)) ||
	    !memchr(m->evidence_key, 0, sizeof(m->evidence_key)) ||
	    !memchr(m->ssh, 0, sizeof(m->ssh)) || m->n_hosts > HOSTS_MAX)
		return false;
	for (uint32_t i = 0; i < m->n_hosts; i++)
		if (!memchr(m->host[i].name, 0, sizeof(m->host[i].name)) ||
		    !memchr(m->host[i].address, 0, sizeof(m->host[i].address)))
			return false;
	site = *m;
	moves_site(m);
	return true;
}

bool action_is_allowed(const struct msg_run *r)
{
	const struct watched *w = watched_find(r->domid);

	return w && !strcmp(w->name, r->guest);
}

/*
 * Orders
 */

enum step_event action_test(struct msg_run *r, uint32_t step)
{
	const struct action_row *row = row_of(r, step);
	struct run_step *s = &r->step[step];
	enum domain_state state;

	if (row->test)
		return row->test(r, step);
	s->start_ns = s->end_ns = action_now_ns();
	s->err = action_is_allowed(r) ? 0 : EPERM;
	if (s->err)
		return STEP_UNFIT;
	s->err = domain_state(r->domid, &state);
	if (s->err)
		return STEP_UNCLEAR;
	if (state & row->already)
		return STEP_ALREADY;
	if (!(state & row->needs)) {
		s->err = state == DOMAIN_GONE ? ESRCH : EBUSY;
		return STEP_UNFIT;
	}
	if (!row->already && row->act && row->is_so(r, step) == 1)
		return STEP_ALREADY;
	return STEP_FIT;
}

static void log_for_people(const struct msg_run *r)
{
	log_msg(LOG_ALERT, "guest %s (domain %u): %s; playbook %s", r->guest, r->domid,
		*r->rule ? r->rule : "an operator's wish", r->playbook.name);
}

/* A guest must not run while it is taken apart. */
static void before_program(const struct msg_run *r, uint32_t action)
{
	enum domain_state state;

	if (action == ACTION_NOTIFY)
		log_for_people(r);
	if (action == ACTION_DESTROY && !domain_state(r->domid, &state) && state == DOMAIN_RUNS)
		domain_pause(r->domid);
}

enum step_event action_begin(struct msg_run *r, uint32_t step)
{
	const struct action_row *row = row_of(r, step);
	struct run_step *s = &r->step[step];
	struct command c = { .n = 0 };

	s->text[0] = '\0';
	if (row->begin)
		return row->begin(r, step);
	s->start_ns = action_now_ns();
	if (row->act) {
		s->err = row->act(r->domid);
	} else {
		before_program(r, r->playbook.step[step].action);
		row->program(r, &c);
		s->err = c.n ? jobs_start(jobs, r->id, step, c.argv) : 0;
		if (c.n && !s->err)
			return PENDING;
	}
	s->end_ns = action_now_ns();
	return STEP_ENDED;
}

enum step_event action_job_ended(struct msg_run *r, uint32_t step, const struct job *job,
				 int status)
{
	const struct action_row *row = row_of(r, step);
	struct run_step *s = &r->step[step];

	if (row->job_ended)
		return row->job_ended(r, step, job, status);
	s->end_ns = action_now_ns();
	s->err = status ? EIO : 0;
	job_last_line(job, s->text, sizeof(s->text));
	job_log(job);
	if (status)
		log_warning("run %u, %s of domain %u: status %#x%s%s", r->id,
			    playbook_kind(r->playbook.step[step].action)->name, r->domid,
			    status, *s->text ? ": " : "", s->text);
	return STEP_ENDED;
}

/* Its end comes as any other, unless a predecessor had started it. */
enum step_event action_stop(struct msg_run *r, uint32_t step)
{
	const struct action_row *row = row_of(r, step);
	struct run_step *s = &r->step[step];

	if (row->stop)
		return row->stop(r, step);
	if (jobs_stop(jobs, r->id, step))
		return PENDING;
	s->err = EINTR;
	s->end_ns = action_now_ns();
	return STEP_ENDED;
}

enum step_event action_check(struct msg_run *r, uint32_t step)
{
	const struct action_row *row = row_of(r, step);
	struct run_step *s = &r->step[step];
	enum domain_state state;
	int so;

	if (row->check)
		return row->check(r, step);
	if (row->is_so) {
		so = row->is_so(r, step);
	} else {
		so = -domain_state(r->domid, &state);
		if (!so)
			so = !!(state & row->already);
	}
	if (so < 0) {
		s->err = -so;
		return STEP_UNCLEAR;
	}
	if (so)
		s->err = 0;
	else if (!s->err)
		s->err = EIO;
	return so ? STEP_YES : STEP_NO;
}

/* Without one of its own: it leaves nothing half done. */
enum step_event action_undo(struct msg_run *r, uint32_t step)
{
	const struct action_row *row = row_of(r, step);

	return row->undo ? row->undo(r, step) : STEP_ENDED;
}

void action_over(const struct msg_run *r, uint32_t step)
{
	if (r->playbook.step[step].action == ACTION_MIGRATE)
		move_over(r);
}

enum run_seen action_look(const struct msg_run *r)
{
	enum domain_state state;

	if (domain_state(r->domid, &state))
		return SEEN_UNCLEAR;
	if (state == DOMAIN_GONE)
		return SEEN_GONE;
	/* of that number, but is it that guest? */
	if (!action_is_allowed(r))
		return SEEN_UNCLEAR;
	return state == DOMAIN_RUNS ? SEEN_RUNS : SEEN_PAUSED;
}

void action_secure(const struct msg_run *r)
{
	if (action_is_allowed(r) && domain_pause(r->domid))
		log_error("domain %u runs, it should not, and cannot be paused", r->domid);
}

/*
 * Words
 */

void action_would(struct msg_run *r, uint32_t step)
{
	const struct action_row *row = row_of(r, step);
	struct run_step *s = &r->step[step];
	struct command c = { .n = 0 };
	char names[80];
	size_t len;

	if (row->say_would) {
		row->say_would(r, step);
		return;
	}
	if (row->program)
		row->program(r, &c);
	if (row->is_so == is_isolated || row->is_so == is_connected) {
		network_names(r->domid, names, sizeof(names));
		snprintf(s->text, sizeof(s->text), "take %s %s",
			 *names ? names : "its interfaces (there is none)", row->would);
		return;
	}
	if (!c.n) {
		snprintf(s->text, sizeof(s->text), "%s", row->would);
		return;
	}
	len = snprintf(s->text, sizeof(s->text), "run");
	for (unsigned int i = 0; i < c.n && len < sizeof(s->text); i++)
		len += snprintf(s->text + len, sizeof(s->text) - len, " %s", c.argv[i]);
}

/*
 * Without a playbook
 */

static int direct_err(uint32_t action, uint32_t domid)
{
	if (action != ACTION_PAUSE && action != ACTION_UNPAUSE)
		return EINVAL;
	return watched_find(domid) ? 0 : EPERM;
}

void action_direct(uint32_t action, uint32_t domid, bool dry_run, struct msg_done *done)
{
	const struct action_row *row = &rows[action % ARRAY_SIZE(rows)];
	enum domain_state state;

	done->dry_run = dry_run;
	done->err = direct_err(action, domid);
	done->start_ns = done->end_ns = action_now_ns();
	if (done->err || dry_run)
		return;
	done->err = domain_state(domid, &state);
	if (!done->err && !(state & (row->needs | row->already)))
		done->err = ESRCH;
	done->start_ns = action_now_ns();
	if (!done->err && (state & row->needs))
		done->err = row->act(domid);
	done->end_ns = action_now_ns();
}
