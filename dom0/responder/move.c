// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a guest moves to another host, by the site's toolstack
 */
#include "responder/move.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "lib/log.h"
#include "responder/actions.h"
#include "responder/choose.h"
#include "responder/domain.h"
#include "responder/runs.h"
#include "responder/stream.h"
#include "responder/toolstack.h"

/* Who is asked: this host, then the configured ones from 1 */
#define ASKED_MAX	(1 + HOSTS_MAX)

struct move {
	uint32_t run;		/* 0: empty */
	uint32_t round;		/* answers to earlier questions do not count */
	uint32_t waits;		/* bits: who has not answered */
	struct host_facts facts[ASKED_MAX];
	struct stream stream;
	int64_t up_ns;		/* when the toolstack said that it runs there, or had ended */
};

static struct move moves[MOVES_MAX];
static struct jobs *jobs;
static struct msg_site site;
static uint32_t last_round;

void moves_init(struct jobs *where)
{
	jobs = where;
}

void moves_site(const struct msg_site *m)
{
	site = *m;
}

static struct move *find(uint32_t run)
{
	for (struct move *m = moves; m < moves + MOVES_MAX; m++)
		if (m->run == run)
			return m;
	return NULL;
}

static struct move *place(uint32_t run)
{
	struct move *m = find(run);

	return m ? m : find(0);
}

/* Over, or another try to come, which asks anew */
static void leave(uint32_t run)
{
	struct move *m = find(run);

	if (m)
		m->run = 0;
}

/* 1 and on; 0: there is none of that name (any more). */
static uint32_t number_of(const char *host)
{
	for (uint32_t i = 0; i < site.n_hosts; i++)
		if (!strcmp(site.host[i].name, host))
			return i + 1;
	return 0;
}

void move_over(const struct msg_run *r)
{
	leave(r->id);
}

/*
 * Asking
 */

/* One who cannot be asked has not answered. */
static void ask(struct move *m, const struct msg_run *r, uint32_t step, uint32_t who)
{
	struct command c = { .n = 0 };
	int err;

	memset(&m->facts[who], 0, sizeof(m->facts[who]));
	command_capacity(&c, site.ssh, who ? site.host[who - 1].address : "");
	err = jobs_start(jobs, r->id, JOB_STEP(step, m->round * ASKED_MAX + who), c.argv);
	if (err)
		log_warning("run %u: %s is not asked: %s", r->id, c.argv[0], strerror(err));
	else
		m->waits |= 1U << who;
}

static void begin_stream(struct move *m)
{
	memset(&m->stream, 0, sizeof(m->stream));
	m->up_ns = 0;
}

static struct move *begin_round(const struct msg_run *r, uint32_t step)
{
	struct move *m = place(r->id);

	/* those of an earlier round, which took too long */
	jobs_stop(jobs, r->id, step);
	if (!m)
		return NULL;
	if (m->run != r->id)
		begin_stream(m);
	m->run = r->id;
	m->round = ++last_round % JOB_PARTS_ROUNDS;
	m->waits = 0;
	return m;
}

/*
 * TEST
 */

static enum step_event unfit(struct msg_run *r, uint32_t step, int err, const char *text)
{
	leave(r->id);
	r->step[step].err = err;
	snprintf(r->step[step].text, sizeof(r->step[step].text), "%s", text);
	return STEP_UNFIT;
}

enum step_event move_test(struct msg_run *r, uint32_t step)
{
	struct run_step *s = &r->step[step];
	enum domain_state state;
	struct move *m;

	s->start_ns = s->end_ns = action_now_ns();
	if (!action_is_allowed(r))
		return unfit(r, step, ENOENT, "it is not observed");
	s->err = domain_state(r->domid, &state);
	if (s->err)
		return STEP_UNCLEAR;
	if (state == DOMAIN_GONE)
		return unfit(r, step, ESRCH, "it is gone");
	if (state != DOMAIN_RUNS)
		return unfit(r, step, EBUSY, "it does not run, and so cannot move");
	if (!site.n_hosts)
		return unfit(r, step, ENODEV, "no other host is configured");
	m = begin_round(r, step);
	if (!m)
		return STEP_UNCLEAR;
	for (uint32_t who = 0; who <= site.n_hosts; who++)
		ask(m, r, step, who);
	return m->waits ? PENDING : STEP_UNCLEAR;
}

/* "b: no memory; c: has an incident" */
static void say_why_not(struct run_step *s, const enum host_verdict *why)
{
	size_t len = 0;

	for (uint32_t i = 0; i < site.n_hosts && len < sizeof(s->text); i++)
		len += snprintf(s->text + len, sizeof(s->text) - len, "%s%s: %s",
				len ? "; " : "", site.host[i].name, choose_text(why[i]));
}

/* A host that somebody named is judged as the others are. */
static int choose(const struct msg_run *r, const struct move *m, const struct guest_facts *guest,
		  enum host_verdict *why)
{
	const struct choose_need need = {
		.guest = guest, .here = &m->facts[0],
	};
	uint32_t wish = number_of(r->wish);
	uint64_t random;

	if (*r->wish) {
		why[0] = wish ? choose_judge(&need, &m->facts[wish]) : HOST_SILENT;
		return why[0] == HOST_GOOD ? (int)wish - 1 : -1;
	}
	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -1;
	return choose_host(&need, &m->facts[1], site.n_hosts, random, why);
}

/* What an attempt has left there that was cut short is taken away soon. */
static bool may_change(const enum host_verdict *why)
{
	for (uint32_t i = 0; i < site.n_hosts; i++)
		if (why[i] == HOST_ARRIVING)
			return true;
	return false;
}

static enum step_event decide(struct msg_run *r, uint32_t step, const struct move *m)
{
	const struct guest_facts *guest = facts_guest(&m->facts[0], r->guest);
	enum host_verdict why[HOSTS_MAX] = { 0 };
	struct run_step *s = &r->step[step];
	char text[STEP_TEXT_MAX];
	bool is_live;
	int to;

	if (!m->facts[0].is_known || !guest || domain_moves_live(r->domid, &is_live))
		return STEP_UNCLEAR;
	/* it would take what it has with it */
	if (guest->has_incident)
		return unfit(r, step, MOVE_HAS_INCIDENT, "it has an incident");
	to = choose(r, m, guest, why);
	if (to < 0) {
		say_why_not(s, why);
		if (*r->wish)
			snprintf(s->text, sizeof(s->text), "%s: %s", r->wish, choose_text(why[0]));
		s->err = EHOSTUNREACH;
		if (may_change(why))
			return STEP_UNCLEAR;
		memcpy(text, s->text, sizeof(text));
		return unfit(r, step, EHOSTUNREACH, text);
	}
	snprintf(s->host, sizeof(s->host), "%s", site.host[to].name);
	s->epoch = guest->is_streaming ? guest->epoch : 0;
	s->copies = !is_live;
	return STEP_FIT;
}

/*
 * BEGIN
 */

enum step_event move_begin(struct msg_run *r, uint32_t step)
{
	struct run_step *s = &r->step[step];
	uint32_t to = number_of(s->host);
	struct move *m = find(r->id);
	struct command c = { .n = 0 };

	s->start_ns = s->end_ns = action_now_ns();
	s->err = ENODEV;
	if (m)
		begin_stream(m);
	if (to) {
		(s->copies ? toolstack_xl.copy : toolstack_xl.migrate)
			(&c, site.ssh, site.host[to - 1].address, r->domid);
		s->err = jobs_start(jobs, r->id, JOB_STEP(step, 0), c.argv);
	}
	return s->err ? STEP_ENDED : PENDING;
}

bool move_look(struct msg_run *r, uint32_t step)
{
	const struct job *job = jobs_find(jobs, r->id, JOB_STEP(step, 0));
	uint32_t pages = 0, written = 0;
	struct run_step *s = &r->step[step];
	struct move *m = find(r->id);
	char text[STEP_TEXT_MAX] = "";
	enum domain_state state;

	if (!m || !job || m->up_ns || domain_state(r->domid, &state))
		return false;
	if (strstr(job->text, toolstack_xl.runs_there))
		m->up_ns = action_now_ns();
	if (state == DOMAIN_RUNS && (s->copies || domain_written(r->domid, &pages, &written)))
		return false;
	stream_look(&m->stream, state, pages, written, action_now_ns());
	stream_tell(&m->stream, text, sizeof(text));
	if (!*text || !strcmp(text, s->text))
		return false;
	memcpy(s->text, text, sizeof(text));
	return true;
}

static void migrated(struct msg_run *r, uint32_t step, const struct job *job, int status)
{
	struct run_step *s = &r->step[step];
	struct move *m = find(r->id);

	s->end_ns = action_now_ns();
	if (m && !m->up_ns)
		m->up_ns = s->end_ns;
	s->err = status ? EIO : 0;
	job_log(job);
	if (status)
		job_last_line(job, s->text, sizeof(s->text));
}

/*
 * CHECK
 */

static enum step_event unclear(struct run_step *s, const char *text)
{
	char host[sizeof(s->host)];

	s->err = EREMOTEIO;
	memcpy(host, s->host, sizeof(host));
	snprintf(s->text, sizeof(s->text), "%s: %s", host, text);
	return STEP_UNCLEAR;
}

enum step_event move_check(struct msg_run *r, uint32_t step)
{
	struct run_step *s = &r->step[step];
	uint32_t to = number_of(s->host);
	enum domain_state state;
	struct move *m;

	if (domain_state(r->domid, &state))
		return STEP_UNCLEAR;
	/* the toolstack lets it go on here only when it is nowhere else */
	if (state == DOMAIN_RUNS || (state == DOMAIN_PAUSED && !s->copies)) {
		leave(r->id);
		s->err = s->err ? s->err : EIO;
		return STEP_NO;
	}
	if (!s->err && action_now_ns() - s->end_ns < MOVE_SETTLE_NS)
		return unclear(s, "it has just been sent");
	m = to ? begin_round(r, step) : NULL;
	if (!m)
		return STEP_UNCLEAR;
	ask(m, r, step, to);
	return m->waits ? PENDING : STEP_UNCLEAR;
}

static enum step_event is_there(struct msg_run *r, uint32_t step)
{
	struct run_step *s = &r->step[step];
	const struct move *m = find(r->id);
	char host[sizeof(s->host)];

	s->err = 0;
	memcpy(host, s->host, sizeof(host));
	snprintf(s->text, sizeof(s->text), "to %s%s", host,
		 s->copies ? ", stopped and copied" : "");
	if (m)
		stream_tell_all(&m->stream, m->up_ns, s->text, sizeof(s->text));
	leave(r->id);
	return STEP_YES;
}

/* What the toolstack leaves of it, or all if it cannot be started, the hypercall removes. */
static enum step_event is_removed(struct msg_run *r, uint32_t step)
{
	enum domain_state state;

	if (domain_state(r->domid, &state) ||
	    (state != DOMAIN_GONE && domain_destroy(r->domid)))
		return unclear(&r->step[step],
			       "it is there, and a copy that stands cannot be removed here");
	return is_there(r, step);
}

/* Two of it, of which this one does not run */
static enum step_event remove_copy(struct msg_run *r, uint32_t step, struct move *m)
{
	struct command c = { .n = 0 };

	toolstack_xl.destroy(&c, r->domid);
	if (jobs_start(jobs, r->id, JOB_STEP(step, m->round * ASKED_MAX), c.argv))
		return is_removed(r, step);
	m->waits |= 1;
	return PENDING;
}

static enum step_event arrived(struct msg_run *r, uint32_t step, struct move *m,
			       const struct host_facts *far)
{
	const struct guest_facts *guest = facts_guest(far, r->guest);
	struct run_step *s = &r->step[step];
	enum domain_state state;

	if (domain_state(r->domid, &state))
		return STEP_UNCLEAR;
	if (!far->is_known)
		return unclear(s, "no answer; whether it is there nobody knows");
	if (!guest && state != DOMAIN_GONE)
		return STEP_NO;
	if (!guest)
		return unclear(s, "it is not there, and not here");
	if (s->epoch && (!guest->is_streaming || guest->epoch <= s->epoch))
		return unclear(s, "it is there, its sensor is not read yet");
	if (state == DOMAIN_RUNS)
		return unclear(s, "it is there, and runs here");
	return state == DOMAIN_GONE ? is_there(r, step) : remove_copy(r, step, m);
}

/*
 * UNDO
 */

enum step_event move_undo(struct msg_run *r, uint32_t step)
{
	enum domain_state state;
	int err = 0;

	leave(r->id);
	if (domain_state(r->domid, &state))
		return STEP_ENDED;
	if (state == DOMAIN_DOWN)
		err = domain_resume(r->domid);
	/* unless there is a verdict on it by now, which may have it paused */
	if (state == DOMAIN_PAUSED && r->step[step].copies &&
	    !runs_has_verdict_since(r->domid, r->id))
		err = domain_unpause(r->domid);
	if (err)
		log_error("run %u, guest %s (domain %u): it stands, and does not go on: %s",
			  r->id, r->guest, r->domid, strerror(err));
	return STEP_ENDED;
}

/*
 * Programs
 */

enum step_event move_job_ended(struct msg_run *r, uint32_t step, const struct job *job,
			       int status)
{
	struct move *m = find(r->id);
	uint32_t part = JOB_PART(job->step), who = part % ASKED_MAX;
	struct run_step *s = &r->step[step];

	if (s->state == STEP_DOING || s->state == STEP_STOPPING) {
		migrated(r, step, job, status);
		return STEP_ENDED;
	}
	if (!m || part / ASKED_MAX != m->round || !(m->waits & 1U << who))
		return PENDING;
	m->waits &= ~(1U << who);
	/* nobody asks this host then: it was to remove what is too much here */
	if (s->state == STEP_CHECKING && !who)
		return is_removed(r, step);
	if (status || !facts_parse(job->text, &m->facts[who]))
		log_warning("run %u: %s did not say what it has", r->id,
			    who ? site.host[who - 1].name : "this host");
	if (m->waits)
		return PENDING;
	return s->state == STEP_TESTING ? decide(r, step, m) :
	       s->state == STEP_CHECKING ? arrived(r, step, m, &m->facts[who]) : PENDING;
}

void move_would(struct msg_run *r, uint32_t step)
{
	struct run_step *s = &r->step[step];
	size_t len = snprintf(s->text, sizeof(s->text), "ask which can take it, then run xl migrate "
			      "%u to one of", r->domid);

	for (uint32_t i = 0; i < site.n_hosts && len < sizeof(s->text); i++)
		len += snprintf(s->text + len, sizeof(s->text) - len, " %s", site.host[i].name);
	if (!site.n_hosts)
		snprintf(s->text, sizeof(s->text), "nothing: no other host is configured");
}
