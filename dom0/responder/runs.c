// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the playbooks that are carried out, and those that were
 */
#include "responder/runs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "lib/playbook.h"
#include "responder/actions.h"
#include "responder/drive.h"
#include "responder/evacuate.h"
#include "responder/move.h"
#include "responder/progress.h"
#include "responder/stream.h"
#include "responder/tighten.h"
#include "responder/watched.h"

/* Further incidents that one run may answer for, and those of runs it replaced */
#define JOINED_MAX	4
#define INHERITED_MAX	8

struct slot {
	struct msg_run run;		/* id 0: empty */
	int64_t look_ms;		/* while its guest moves: when that is looked at next */
	int64_t waits_ms;		/* of a predecessor: until its guest is named, or then */
	uint32_t incident[1 + JOINED_MAX];	/* of this engine, 0: none */
	uint32_t inherited[INHERITED_MAX];	/* their steps are another's, their end is its */
	bool is_listed;			/* the engine has been told the steps */
	bool is_driven;			/* somebody up the stack does, and sees what has changed */
};

static void child_ended(uint32_t parent);

static struct slot slots[RUNS_MAX];
static uint32_t last_id;
static int64_t since_ns;
static const char *file;
static bool is_dry_run;
static bool has_engine = true;

static int64_t now_ms(void)
{
	return action_now_ns() / 1000000;
}

static struct slot *slot_of(const struct msg_run *r)
{
	return (struct slot *)((char *)r - offsetof(struct slot, run));
}

/*
 * Telling
 */

static void send_to(int fd, const struct msg *m, const char *what)
{
	if (msg_send(fd, m, -1))
		log_error("%s was not reported: %s", what, strerror(errno));
}

static void tell_engine(const struct slot *s, uint32_t incident)
{
	struct msg_run copy = s->run;

	copy.incident = incident;
	if (has_engine && incident)
		send_to(MSG_FD_PEER, &copy.msg, "a run");
}

static int err_of(const struct run_step *s)
{
	switch (s->state) {
	case STEP_DONE:
	case STEP_WOULD:
		return 0;
	case STEP_UNKNOWN:
		return s->err ? s->err : ETIMEDOUT;
	default:
		return s->err ? s->err : ECANCELED;
	}
}

static void tell_done(const struct slot *s, uint32_t step, uint32_t incident)
{
	const struct run_step *from = &s->run.step[step];
	const struct msg_done done = {
		.msg = { .type = MSG_DONE, .len = sizeof(done) },
		.domid = s->run.domid, .action = s->run.playbook.step[step].action,
		.incident = incident, .dry_run = s->run.dry_run, .err = err_of(from),
		.start_ns = from->start_ns, .end_ns = from->end_ns,
	};

	if (has_engine && incident)
		send_to(MSG_FD_PEER, &done.msg, "a step");
}

static void log_step(const struct msg_run *r, uint32_t step)
{
	const struct run_step *s = &r->step[step];
	const char *name = playbook_kind(r->playbook.step[step].action)->name;

	log_msg(s->state == STEP_DONE || s->state == STEP_WOULD ? LOG_NOTICE : LOG_WARNING,
		"run %u, guest %s (domain %u): %s: %s%s%s%s%s", r->id, r->guest, r->domid, name,
		s->state == STEP_WOULD ? "dry run, not done, would: " : step_state_name(s->state),
		s->state == STEP_WOULD || !*s->text ? "" : ", ", s->text,
		err_of(s) ? ": " : "", err_of(s) ? strerror(err_of(s)) : "");
}

/* The steps once, so that the incident has them; then each as it ends. */
static void on_ended(const struct msg_run *r, uint32_t step)
{
	struct slot *s = slot_of(r);

	if (step == RUN_ITSELF)
		log_msg(r->end == RUN_LOOSE || r->end == RUN_UNKNOWN ? LOG_ALERT : LOG_NOTICE,
			"run %u, guest %s (domain %u), playbook %s: %s", r->id, r->guest,
			r->domid, r->playbook.name, run_end_text(r->end));
	else
		log_step(r, step);
	if (step != RUN_ITSELF)
		action_over(r, step);
	for (int i = 0; i <= JOINED_MAX; i++) {
		if (step == RUN_ITSELF ? r->end != RUN_REPLACED : !s->is_listed)
			tell_engine(s, s->incident[i]);
		if (step != RUN_ITSELF)
			tell_done(s, step, s->incident[i]);
	}
	for (int i = 0; i < INHERITED_MAX && step == RUN_ITSELF && r->end != RUN_REPLACED; i++)
		tell_engine(s, s->inherited[i]);
	s->is_listed = true;
	if (step == RUN_ITSELF && r->parent)
		child_ended(r->parent);
}

static void begin_file(void)
{
	static struct msg_run list[RUNS_MAX];
	size_t n = 0;
	int err;

	for (int i = 0; i < RUNS_MAX; i++)
		if (slots[i].run.id)
			list[n++] = slots[i].run;
	err = progress_begin(file, list, n);
	if (err)
		log_error("%s: %s; after a restart nobody will know of what is under way",
			  file, strerror(err));
}

static void on_note(const struct msg_run *r)
{
	if (progress_note(r))
		begin_file();
	send_to(MSG_FD_PARENT, &r->msg, "a run");
}

static const struct drive_ops ops = {
	.test = action_test, .begin = action_begin, .stop = action_stop,
	.check = action_check, .undo = action_undo, .look = action_look,
	.secure = action_secure, .note = on_note, .ended = on_ended, .now_ms = now_ms,
};

static void feed(struct slot *s, uint32_t step, enum step_event event)
{
	if (event != PENDING)
		run_feed(&s->run, step, event, now_ms());
}

static void go_on(struct slot *s)
{
	if (s->is_driven)
		return;
	s->is_driven = true;
	drive(&s->run, &ops);
	s->is_driven = false;
}

/*
 * Places
 */

static struct slot *active(uint32_t domid)
{
	for (struct slot *s = slots; s < slots + RUNS_MAX; s++)
		if (s->run.id && s->run.domid == domid && !run_is_over(&s->run) &&
		    s->run.end != RUN_REPLACED)
			return s;
	return NULL;
}

static struct slot *under_way(uint32_t id)
{
	for (struct slot *s = slots; s < slots + RUNS_MAX; s++)
		if (s->run.id == id && !run_is_over(&s->run))
			return s;
	return NULL;
}

/* An empty one, or that of the oldest run that is over; NULL: all are under way. */
static struct slot *place(void)
{
	struct slot *oldest = NULL;

	for (struct slot *s = slots; s < slots + RUNS_MAX; s++) {
		if (!s->run.id)
			return s;
		if (run_is_over(&s->run) && (!oldest || s->run.id < oldest->run.id))
			oldest = s;
	}
	return oldest;
}

/*
 * Verdicts
 */

static void refuse(const struct msg_verdict *m, int err)
{
	struct msg_done done = {
		.msg = { .type = MSG_DONE, .len = sizeof(done) },
		.domid = m->domid, .incident = m->incident, .dry_run = is_dry_run,
		.err = err, .start_ns = action_now_ns(), .end_ns = action_now_ns(),
	};

	log_error("a verdict on domain %u is not carried out: %s", m->domid, strerror(err));
	for (uint32_t i = 0; i < m->n_actions; i++) {
		done.action = m->action[i];
		send_to(MSG_FD_PEER, &done.msg, "a refusal");
	}
}

static void fill(struct slot *s, const struct watched *w)
{
	struct msg_run *r = &s->run;

	memset(s, 0, sizeof(*s));
	r->msg.type = MSG_RUN;
	r->msg.len = sizeof(*r);
	r->id = ++last_id;
	r->domid = w->domid;
	r->began_ns = action_now_ns();
	memcpy(r->guest, w->name, sizeof(r->guest));
}

static void say_what_would_be(struct msg_run *r)
{
	for (uint32_t i = 0; i < r->playbook.n_steps; i++)
		action_would(r, i);
}

static void begin(struct slot *s, const struct playbook *pb)
{
	run_begin(&s->run, pb, is_dry_run, now_ms());
	if (is_dry_run)
		say_what_would_be(&s->run);
	go_on(s);
}

/* NULL: there is no room for one more, and the guest was stopped at least. */
static struct slot *begin_for(const struct msg_verdict *m, const struct watched *w)
{
	struct slot *s = place();
	struct msg_done done;

	if (!s) {
		if (m->verdict >= RESPOND_PAUSE)
			action_direct(ACTION_PAUSE, m->domid, is_dry_run, &done);
		refuse(m, EAGAIN);
		return NULL;
	}
	fill(s, w);
	s->run.incident = s->incident[0] = m->incident;
	s->run.verdict = m->verdict;
	memcpy(s->run.rule, m->rule, sizeof(s->run.rule));
	begin(s, &w->on[m->verdict]);
	return s;
}

static bool answers_for(const struct slot *s, uint32_t incident)
{
	for (int i = 0; i <= JOINED_MAX; i++)
		if (s->incident[i] == incident)
			return true;
	return false;
}

static void inherit_one(struct slot *to, uint32_t incident)
{
	/* an incident whose verdict has risen has steps of its own here */
	if (answers_for(to, incident))
		return;
	for (int i = 0; incident && i < INHERITED_MAX; i++) {
		if (to->inherited[i])
			continue;
		to->inherited[i] = incident;
		/* it may have ended already */
		if (run_is_over(&to->run))
			tell_engine(to, incident);
		return;
	}
}

/* First came what stops the guest; now ends what is not wanted any more. */
static void replace(struct slot *s, struct slot *by)
{
	for (int i = 0; by && i <= JOINED_MAX; i++)
		inherit_one(by, s->incident[i]);
	for (int i = 0; by && i < INHERITED_MAX; i++)
		inherit_one(by, s->inherited[i]);
	for (int i = 0; by && i <= JOINED_MAX; i++)
		if (answers_for(by, s->incident[i]))
			s->incident[i] = 0;
	run_replace(&s->run, now_ms());
	go_on(s);
}

/* The incident gets what the run's steps have come to, and what will come. */
static void join(struct slot *s, const struct msg_verdict *m)
{
	int i = 0;

	while (i <= JOINED_MAX && s->incident[i] && s->incident[i] != m->incident)
		i++;
	if (i > JOINED_MAX) {
		refuse(m, EBUSY);
		return;
	}
	s->incident[i] = m->incident;
	if (!s->run.incident)
		s->run.incident = m->incident;
	tell_engine(s, m->incident);
	for (uint32_t step = 0; step < s->run.playbook.n_steps; step++)
		if (step_is_over(&s->run.step[step]))
			tell_done(s, step, m->incident);
}

void runs_verdict(const struct msg_verdict *m)
{
	const struct watched *w = watched_find(m->domid);
	struct slot *s, *by = NULL;
	bool has_steps;

	if (!w) {
		refuse(m, EPERM);
		return;
	}
	s = active(m->domid);
	has_steps = w->on[m->verdict].n_steps != 0;
	if (s && *s->run.rule && s->run.verdict >= m->verdict) {
		join(s, m);
		return;
	}
	if (has_steps)
		by = begin_for(m, w);
	/* a guest on which there is a verdict does not move, whatever that asks for */
	if (s && (by || !*s->run.rule))
		replace(s, by);
}

/* What no verdict asks for */
static int begin_without(uint32_t domid, const struct playbook *pb, const char *host,
			 uint32_t parent)
{
	const struct watched *w = watched_find(domid);
	struct slot *s;

	if (!w)
		return EPERM;
	if (active(domid))
		return EBUSY;
	s = place();
	if (!s)
		return EAGAIN;
	fill(s, w);
	s->run.parent = parent;
	snprintf(s->run.wish, sizeof(s->run.wish), "%s", host);
	begin(s, pb);
	return 0;
}

static int migrate(uint32_t domid, const char *host, uint32_t parent)
{
	struct playbook pb = { .name = "migrate", .n_steps = 1 };

	playbook_step_init(&pb.step[0], ACTION_MIGRATE, 0);
	return begin_without(domid, &pb, host, parent);
}

int runs_migrate(uint32_t domid, const char *host)
{
	return migrate(domid, host, 0);
}

/* The last one that a verdict has asked for */
static const struct msg_run *last_playbook(uint32_t domid)
{
	const struct msg_run *last = NULL;

	for (const struct slot *s = slots; s < slots + RUNS_MAX; s++)
		if (s->run.id && s->run.domid == domid && *s->run.rule &&
		    (!last || s->run.id > last->id))
			last = &s->run;
	return last;
}

int runs_undo(uint32_t domid)
{
	const struct msg_run *last = last_playbook(domid);
	struct playbook pb;

	if (!last)
		return watched_find(domid) ? ENOENT : EPERM;
	playbook_undo(last, &pb);
	return pb.n_steps ? begin_without(domid, &pb, "", 0) : ENOENT;
}

bool runs_has_verdict_since(uint32_t domid, uint32_t run)
{
	const struct msg_run *last = last_playbook(domid);

	return last && last->id > run;
}

/*
 * Moves for another run's sake
 */

int runs_move_child(uint32_t parent, uint32_t domid)
{
	return migrate(domid, "", parent);
}

static bool is_child(const struct slot *s, uint32_t parent, int64_t since_ns)
{
	return s->run.id && s->run.parent == parent && s->run.began_ns >= since_ns;
}

const struct msg_run *runs_child(uint32_t parent, uint32_t domid, int64_t since_ns)
{
	const struct msg_run *last = NULL;

	for (struct slot *s = slots; s < slots + RUNS_MAX; s++)
		if (is_child(s, parent, since_ns) && s->run.domid == domid &&
		    (!last || s->run.id > last->id))
			last = &s->run;
	return last;
}

uint32_t runs_n_children(uint32_t parent, int64_t since_ns)
{
	uint32_t n = 0;

	for (struct slot *s = slots; s < slots + RUNS_MAX; s++)
		n += is_child(s, parent, since_ns) && !run_is_over(&s->run);
	return n;
}

void runs_replace_children(uint32_t parent)
{
	for (struct slot *s = slots; s < slots + RUNS_MAX; s++) {
		if (!is_child(s, parent, 0) || run_is_over(&s->run))
			continue;
		run_replace(&s->run, now_ms());
		go_on(s);
	}
}

/* After one has ended: the step that waits for it goes on. */
static void child_ended(uint32_t parent)
{
	struct slot *s = under_way(parent);

	if (!s || s->is_driven)
		return;
	for (uint32_t i = 0; i < s->run.playbook.n_steps; i++)
		if (s->run.playbook.step[i].action == ACTION_EVACUATE)
			feed(s, i, evacuate_goes_on(&s->run, i));
	go_on(s);
}

void runs_without_engine(void)
{
	has_engine = false;
}

/*
 * What goes on
 */

void runs_job_ended(const struct job *job, int status)
{
	const uint32_t step = JOB_OF_STEP(job->step);
	struct slot *s = under_way(job->run);

	if (!s)
		return;
	feed(s, step, action_job_ended(&s->run, step, job, status));
	go_on(s);
}

bool runs_tightened(const struct msg_tighten *m)
{
	struct slot *s = under_way(m->run);
	uint32_t action;

	if (!s)
		return true;
	if (m->step >= s->run.playbook.n_steps)
		return false;
	action = s->run.playbook.step[m->step].action;
	if (action != ACTION_TIGHTEN && action != ACTION_LOOSEN)
		return false;
	feed(s, m->step, tighten_answered(&s->run, m->step, m));
	go_on(s);
	return true;
}

/* The step in which its guest is on its way; -1: it is not */
static int moving(const struct slot *s)
{
	for (uint32_t i = 0; s->run.id && i < s->run.playbook.n_steps; i++)
		if (s->run.playbook.step[i].action == ACTION_MIGRATE &&
		    s->run.step[i].state == STEP_DOING && !s->waits_ms)
			return i;
	return -1;
}

/* For those who ask: the engine is told what came of it. */
static void look(struct slot *s, int64_t now)
{
	int step = moving(s);

	if (step < 0 || now < s->look_ms)
		return;
	s->look_ms = now + STREAM_LOOK_MS;
	if (move_look(&s->run, step))
		send_to(MSG_FD_PARENT, &s->run.msg, "a run");
}

static int64_t due_ms(const struct slot *s)
{
	if (!s->run.id || run_is_over(&s->run))
		return 0;
	return s->waits_ms ? s->waits_ms : run_due_ms(&s->run);
}

/* Its timer's, or when to look */
static int64_t wake_ms(const struct slot *s)
{
	int64_t due = due_ms(s);

	return moving(s) >= 0 && (!due || s->look_ms < due) ? s->look_ms : due;
}

int runs_wait_ms(void)
{
	int64_t now = now_ms(), least = 0;

	for (const struct slot *s = slots; s < slots + RUNS_MAX; s++)
		if (wake_ms(s) && (!least || wake_ms(s) < least))
			least = wake_ms(s);
	if (!least)
		return -1;
	return least > now ? least - now : 0;
}

/* It waited for its guest, or long enough for it. */
static void resume(struct slot *s)
{
	s->waits_ms = 0;
	log_notice("run %u, guest %s (domain %u), playbook %s: goes on after a restart",
		   s->run.id, s->run.guest, s->run.domid, s->run.playbook.name);
	run_restart(&s->run, now_ms());
	go_on(s);
}

void runs_late(void)
{
	int64_t now = now_ms();

	for (struct slot *s = slots; s < slots + RUNS_MAX; s++) {
		look(s, now);
		if (!due_ms(s) || due_ms(s) > now)
			continue;
		if (s->waits_ms) {
			resume(s);
			continue;
		}
		run_late(&s->run, now);
		go_on(s);
	}
}

void runs_guest(uint32_t domid)
{
	for (struct slot *s = slots; s < slots + RUNS_MAX; s++)
		if (s->run.id && s->run.domid == domid && s->waits_ms &&
		    !run_is_over(&s->run) && action_is_allowed(&s->run))
			resume(s);
}

/*
 * Start
 */

/* The engine that asked for it is gone; the next one gives the verdict again, if it knows of it. */
static void adopt(struct slot *s)
{
	s->run.incident = 0;
	if (is_dry_run && !run_is_over(&s->run)) {
		log_warning("run %u, guest %s (domain %u): left as it is, dry-run is on",
			    s->run.id, s->run.guest, s->run.domid);
		run_abandon(&s->run);
	}
	if (!run_is_over(&s->run))
		s->waits_ms = now_ms() + RUNS_WAIT_MS;
	if (s->run.id > last_id)
		last_id = s->run.id;
	send_to(MSG_FD_PARENT, &s->run.msg, "a run");
}

int64_t runs_since_ns(void)
{
	return since_ns;
}

void runs_init(const char *path, bool dry_run)
{
	static struct msg_run list[RUNS_MAX];
	size_t n = progress_read(path, list, RUNS_MAX);

	file = path;
	is_dry_run = dry_run;
	has_engine = true;
	last_id = 0;
	since_ns = action_now_ns();
	memset(slots, 0, sizeof(slots));
	for (size_t i = 0; i < n; i++) {
		slots[i].run = list[i];
		adopt(&slots[i]);
	}
	begin_file();
}
