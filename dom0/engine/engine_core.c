// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the engine: facts and the time in, verdicts out
 */
#include "engine/engine_core.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/guest.h"
#include "engine/incidents.h"
#include "engine/tree.h"
#include "lib/decode.h"
#include "lib/incident_check.h"

/* Defining everything costs a guest; no more often than this. */
#define DEFINE_INTERVAL_NS	10000000000LL

struct engine {
	struct hash_seed seed;
	engine_out out;
	void *arg;
	struct incidents incidents;
	struct detect *detect;
	struct guests guests;
	struct alert alert;	/* the one being raised */
	union {
		struct msg_out_event event;
		char bytes[sizeof(struct msg_out_event) +
			   (3 + OUT_PATHS_MAX) * STARLSM_REC_MAX + DECODE_HASH_LEN];
	} buf;
};

struct engine *engine_new(const struct hash_seed *seed, engine_out out, void *arg)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->seed = *seed;
	e->out = out;
	e->arg = arg;
	e->detect = detect_new(seed);
	if (e->detect && !incidents_init(&e->incidents))
		return e;
	detect_free(e->detect);
	free(e);
	return NULL;
}

void engine_free(struct engine *e)
{
	struct guest *g;
	uint32_t at = 0;

	while ((g = guest_next(&e->guests, &at)))
		guest_free(&e->guests, g);
	incidents_free(&e->incidents);
	detect_free(e->detect);
	free(e);
}

int engine_load(struct engine *e, const char *files, size_t len, report_fn report, void *arg)
{
	int n = detect_load(e->detect, files, len, report, arg);
	struct guest *g;
	uint32_t at = 0;

	while (n >= 0 && (g = guest_next(&e->guests, &at))) {
		groups_free(g->groups);
		g->groups = NULL;
	}
	return n;
}

/*
 * Guests
 */

/* A reader that was started again finds its guest's ledger as it was. */
static int on_guest(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_guest *m = (const void *)fact;
	struct guest *g = guest_find(&e->guests, m->domid);
	int rc;

	(void)from;
	(void)now_ns;
	if (m->respond > RESPOND_HALT || !memchr(m->name, 0, sizeof(m->name)) ||
	    !memchr(m->build_id, 0, sizeof(m->build_id)))
		return -EBADMSG;
	rc = g ? 0 : guest_new(&e->guests, &e->seed, m->domid, &g);
	if (rc)
		return rc;
	g->policy = m->respond;
	g->incidents = m->incidents;
	g->expect.attach_s = m->attach_s;
	g->expect.quiet_s = m->quiet_s;
	memcpy(g->expect.build_id, m->build_id, sizeof(m->build_id));
	memcpy(g->name, m->name, sizeof(m->name));
	incidents_name(&e->incidents, g->domid, g->name);
	return 0;
}

/* One that is not here has no room here, and was refused. */
static int on_rules(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_rules *m = (const void *)fact;
	struct guest *g = guest_find(&e->guests, m->domid);

	(void)from;
	(void)now_ns;
	if (m->respond > RESPOND_HALT)
		return -EBADMSG;
	if (!g)
		return 0;
	if (!verdicts_set(&g->verdicts, m))
		return -EBADMSG;
	g->policy = m->respond;
	seen_policy(&g->seen, &g->ledger, m->untold);
	return 0;
}

/* Those in which nothing is new, or all that are open */
static void close_incidents(struct engine *e, const struct guest *g, bool is_gone, int64_t now_ns)
{
	struct incident *inc;

	while ((inc = incidents_expire(&e->incidents, g->domid, is_gone, g->incidents.close_s,
				       now_ns)))
		e->out(e->arg, &inc->out.msg);
}

static int on_gone(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	struct guest *g = guest_find(&e->guests, ((const struct msg_gone *)fact)->domid);

	(void)from;
	if (!g)
		return 0;
	close_incidents(e, g, true, now_ns);
	guest_free(&e->guests, g);
	return 0;
}

/*
 * Alerts
 */

/* What an alert is about; it is e->alert. */
struct subject {
	struct guest *g;
	const struct starlsm_rec *rec;	/* NULL: the guest as such */
	const struct links *links;	/* of that record; NULL without one */
	int64_t commit_ns, read_ns, now_ns;
};

static void send_verdict(struct engine *e, struct incident *inc, int64_t now_ns)
{
	struct msg_verdict verdict;
	int err;

	/* also one that asks for nothing: there may be a playbook for that */
	incident_verdict(inc, &verdict);
	err = e->out(e->arg, &verdict.msg);
	if (err && inc->out.n_actions)
		incident_undelivered(inc, err, now_ns);
}

static void raise_alert(struct engine *e, const struct subject *s)
{
	const struct incident_where where = {
		.domid = s->g->domid, .guest = s->g->name, .policy = s->g->policy,
		.incidents = &s->g->incidents, .links = s->links,
		.commit_ns = s->commit_ns, .read_ns = s->read_ns, .now_ns = s->now_ns,
		.rtt_ns = s->g->rtt_ns,
	};
	struct incident_news news;
	struct incident *inc = incidents_raise(&e->incidents, &e->alert, &where, &news);

	if (news.is_decided)
		send_verdict(e, inc, s->now_ns);
	if (news.is_listed && s->rec)
		tree_add(&inc->out, &s->g->ledger, s->rec, inc->out.news);
	if (news.is_decided || news.is_listed)
		e->out(e->arg, &inc->out.msg);
}

/* About the guest as such, and not about what one of its tasks has done */
static void raise_of_guest(struct engine *e, struct guest *g, int64_t commit_ns, int64_t read_ns,
			   int64_t now_ns)
{
	const struct subject s = {
		.g = g, .commit_ns = commit_ns, .read_ns = read_ns, .now_ns = now_ns,
	};

	raise_alert(e, &s);
}

static int on_broken(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_broken *m = (const void *)fact;
	struct guest *g = guest_find(&e->guests, from);

	if (!g || m->domid != from)
		return -EBADMSG;
	rules_broken(m, now_ns, &e->alert);
	raise_of_guest(e, g, now_ns, now_ns, now_ns);
	return 0;
}

static int on_kernel(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_kernel *m = (const void *)fact;
	struct guest *g = guest_find(&e->guests, from);
	bool is_wrong;

	if (!g || m->domid != from ||
	    !findings_seen(&g->kernel, m, now_ns, &e->alert, &is_wrong))
		return -EBADMSG;
	if (is_wrong)
		raise_of_guest(e, g, now_ns, now_ns, now_ns);
	return 0;
}

/* The engine before said that; what has no place here now has been replaced there. */
static int on_incident(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	(void)from;
	if (!incident_check(fact))
		return -EBADMSG;
	incidents_keep(&e->incidents, (const void *)fact, now_ns);
	return 0;
}

/* By now the responder knows the guest as well. */
static void resume_incidents(struct engine *e, const struct guest *g, int64_t now_ns)
{
	struct incident *inc;

	while ((inc = incidents_resume(&e->incidents, g->domid, g->policy))) {
		send_verdict(e, inc, now_ns);
		e->out(e->arg, &inc->out.msg);
	}
}

/* A finding, and what is raised for it */
struct finding {
	struct engine *e;
	struct guest *g;
	const struct msg_finding *m;
	int64_t now_ns;
};

static void raise_found(void *arg, const struct sigma_rule *rule)
{
	const struct finding *f = arg;

	findings_loaded(f->m, f->now_ns, rule, &f->e->alert);
	raise_of_guest(f->e, f->g, f->now_ns, f->now_ns, f->now_ns);
}

/* False if vmi cannot have meant that */
static bool feed_finding(struct finding *f)
{
	const struct detect_guest guest = { .name = f->g->name, .groups = &f->g->groups };

	if (!findings_alert(f->m, f->now_ns, &f->e->alert))
		return false;
	raise_of_guest(f->e, f->g, f->now_ns, f->now_ns, f->now_ns);
	detect_finding(f->e->detect, &guest, f->m, f->now_ns, raise_found, f);
	return true;
}

static int on_finding(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_finding *m = (const void *)fact;
	struct guest *g = guest_find(&e->guests, from);

	if (!g || m->domid != from || !feed_finding(&(struct finding){ e, g, m, now_ns }))
		return -EBADMSG;
	return 0;
}

static void raise_seen(void *arg, const struct msg_finding *m)
{
	struct finding *f = arg;

	f->m = m;
	feed_finding(f);
}

static int on_seen(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_seen *m = (const void *)fact;
	struct guest *g = guest_find(&e->guests, from);
	struct finding f = { e, g, NULL, now_ns };
	int rc;

	if (!g || m->domid != from)
		return -EBADMSG;
	rc = seen_take(&g->seen, m);
	if (!rc && (m->flags & SEEN_END))
		seen_end(&g->seen, &g->ledger, raise_seen, &f);
	/* without memory nothing is compared, and what comes is forgotten */
	return rc == -ENOMEM ? 0 : rc;
}

/* Of a guest that found no place here, nothing is known. They come once a second. */
static int on_vitals(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_vitals *m = (const void *)fact;
	struct guest *g = guest_find(&e->guests, m->domid);

	(void)from;
	if (!g)
		return 0;
	if (rules_vitals(&g->expect, m, now_ns, &e->alert))
		raise_of_guest(e, g, now_ns, now_ns, now_ns);
	resume_incidents(e, g, now_ns);
	close_incidents(e, g, false, now_ns);
	return 0;
}

static int on_done(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_done *m = (const void *)fact;
	struct incident *inc = incidents_find(&e->incidents, m->incident, m->domid);

	(void)from;
	if (inc && incident_done(inc, m, now_ns))
		e->out(e->arg, &inc->out.msg);
	return 0;
}

static int on_run(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_run *m = (const void *)fact;
	struct incident *inc = incidents_find(&e->incidents, m->incident, m->domid);

	(void)from;
	if (inc && incident_run(inc, m, now_ns))
		e->out(e->arg, &inc->out.msg);
	return 0;
}

static int on_close(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_close *m = (const void *)fact;
	struct incident *inc = incidents_find(&e->incidents, m->incident, m->domid);

	(void)from;
	(void)now_ns;
	if (!inc || inc->out.state == INCIDENT_CLOSED)
		return 0;
	incident_close(inc);
	e->out(e->arg, &inc->out.msg);
	return 0;
}

/*
 * Events
 */

static int on_clock(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_clock *m = (const void *)fact;
	struct guest *g = guest_find(&e->guests, from);

	(void)now_ns;
	if (!g || m->domid != from)
		return -EBADMSG;
	g->clock_known = true;
	g->offset_ns = m->offset_ns;
	g->rtt_ns = m->rtt_ns;
	return 0;
}

/* Any two numbers may come from the guest: let them wrap. */
static int64_t commit_time(const struct guest *g, uint64_t time_ns, int64_t read_ns)
{
	int64_t commit_ns = time_ns + (uint64_t)g->offset_ns;

	/* Whatever the clocks say: it was committed before it was read. */
	return g->clock_known && commit_ns < read_ns ? commit_ns : read_ns;
}

static void fill_actor(struct msg_out_event *out, const struct task *t)
{
	out->uid = out->euid = UNKNOWN_ID;
	if (!t)
		return;
	out->parent = t->parent;
	out->pid = t->pid;
	out->tgid = t->tgid;
	out->ppid = t->ppid;
	out->uid = t->uid;
	out->euid = t->euid;
	out->known = t->known;
	out->lineage = t->stage;
}

static char *add_path(char *at, const struct path *path, uint16_t *len)
{
	*len = path ? path->len : 0;
	if (path)
		memcpy(at, path->text, path->len);
	return at + *len;
}

/* What the record's ids of paths stand for */
static char *add_named_paths(char *at, struct guest *g, const struct starlsm_rec *rec,
			     struct msg_out_event *out)
{
	const struct event *ev = decode_event(rec->type);
	unsigned int n = 0;

	for (unsigned int i = 0; i < ev->n_fields && n < OUT_PATHS_MAX; i++) {
		const struct path *path;
		uint64_t id;

		if (ev->fields[i].kind != FIELD_PATH)
			continue;
		id = decode_value(rec, ev, i).number;
		path = ledger_path(&g->ledger, id);
		at = add_path(at, path, &out->path_len[n]);
		if (id && !path)
			out->path_flags[n] |= OUT_PATH_UNKNOWN;
		if (path && path->is_cut)
			out->path_flags[n] |= OUT_PATH_CUT;
		n++;
	}
	return at;
}

static char *add_digest(char *at, struct guest *g, const struct starlsm_rec *rec, uint32_t *len)
{
	const char *sha256 = ledger_digest(&g->ledger, rec);

	*len = sha256 ? DECODE_HASH_LEN : 0;
	return sha256 ? mempcpy(at, sha256, DECODE_HASH_LEN) : at;
}

static void show(struct engine *e, struct guest *g, const struct rule_event *ev)
{
	struct msg_out_event *out = &e->buf.event;
	const struct task *t = ledger_task(&g->ledger, ev->rec->task);
	char *at = e->buf.bytes + sizeof(*out);

	memset(out, 0, sizeof(*out));
	out->msg.type = MSG_OUT_EVENT;
	out->domid = g->domid;
	out->ring = ev->ring;
	out->seq = ev->seq;
	out->mono_ns = ev->mono_ns;
	memcpy(out->guest, g->name, sizeof(out->guest));
	fill_actor(out, t);
	at = add_path(at, ledger_exe(&g->ledger, t ? t->exe : NO_SLOT), &out->exe_len);
	at = add_path(at, ledger_exe(&g->ledger, t ? t->parent_exe : NO_SLOT),
		      &out->parent_exe_len);
	at = add_named_paths(at, g, ev->rec, out);
	at = add_digest(at, g, ev->rec, &out->sha256_len);
	memcpy(at, ev->rec, ev->rec->len);
	out->rec_len = ev->rec->len;
	out->msg.len = at + ev->rec->len - e->buf.bytes;
	e->out(e->arg, &out->msg);
}

/*
 * Verdicts: a question comes right after its event, on the same ring. Others'
 * records may be in between here.
 */

static void judge(struct guest *g, const struct rule_event *ev)
{
	struct judged *last;

	if (ev->ring >= STARLSM_RINGS_MAX || !verdict_is_possible(ev->rec->type))
		return;
	last = &g->last[ev->ring];
	last->verdict = verdict_on(&g->verdicts, &g->ledger,
				   ledger_task(&g->ledger, ev->rec->task), ev->rec, ev->seq);
	if (last->verdict.answer != STARLSM_ANSWER_DENY)
		return;
	rules_describe(&g->ledger, ev, &last->step);
	links_of(&last->links, &g->ledger, ev->rec);
}

/* What the question is about, or NULL */
static const struct judged *judged(const struct guest *g, const struct rule_event *ev)
{
	const struct starlsm_rec_ask *ask = (const void *)ev->rec;
	const struct judged *last;

	if (ev->ring >= STARLSM_RINGS_MAX)
		return NULL;
	last = &g->last[ev->ring];
	if (last->verdict.event != ask->event || last->verdict.seq + 1 != ev->seq)
		return NULL;
	return last;
}

static void answer(struct engine *e, struct guest *g, const struct rule_event *ev,
		   int64_t read_ns, int64_t now_ns)
{
	const struct starlsm_rec_ask *ask = (const void *)ev->rec;
	const struct judged *about = judged(g, ev);
	const struct msg_answer m = {
		.msg = { MSG_ANSWER, sizeof(m) }, .domid = g->domid,
		.slot = ask->slot, .ticket = ask->ticket,
		.answer = about ? about->verdict.answer : g->verdicts.otherwise,
	};
	struct subject s = { .g = g, .rec = ev->rec, .read_ns = read_ns, .now_ns = now_ns };

	/* Somebody waits for it: before all else. */
	if (ask->slot < STARLSM_ANSWERS_MAX)
		e->out(e->arg, &m.msg);
	if (!about || about->verdict.answer != STARLSM_ANSWER_DENY)
		return;
	rules_denied(&about->step, about->verdict.rule, &e->alert);
	s.links = &about->links;
	s.commit_ns = about->step.mono_ns;
	raise_alert(e, &s);
}

/* An event in which a rule has found something */
struct matched {
	struct engine *e;
	struct guest *g;
	const struct rule_event *ev;
	int64_t read_ns, now_ns;
};

static void raise_matched(const struct matched *m)
{
	struct links links;
	const struct subject s = {
		.g = m->g, .rec = m->ev->rec, .links = &links, .commit_ns = m->ev->mono_ns,
		.read_ns = m->read_ns, .now_ns = m->now_ns,
	};

	links_of(&links, &m->g->ledger, m->ev->rec);
	raise_alert(m->e, &s);
}

static void raise_loaded(void *arg, const struct sigma_rule *rule)
{
	const struct matched *m = arg;

	rules_loaded(&m->g->ledger, m->ev, rule, &m->e->alert);
	raise_matched(m);
}

static enum stage stage_of(struct guest *g, const struct rule_event *ev)
{
	const struct task *t = ledger_task(&g->ledger, ev->rec->task);

	return t ? t->stage : STAGE_NONE;
}

/* What it says of the kernel that it comes from */
static void feed_build(struct engine *e, struct guest *g, const struct rule_event *ev,
		       int64_t read_ns, int64_t now_ns)
{
	if (findings_said(&g->kernel, ev, &e->alert))
		raise_of_guest(e, g, ev->mono_ns, read_ns, now_ns);
	if (rules_build(&g->expect, ev, &e->alert))
		raise_of_guest(e, g, ev->mono_ns, read_ns, now_ns);
}

/* What is built in may act, and comes first; it may also put the task into a stage. */
static void feed_rules(struct engine *e, struct guest *g, const struct rule_event *ev,
		       int64_t read_ns, int64_t now_ns)
{
	const struct detect_guest guest = { g->name, &g->groups, &g->ledger, stage_of(g, ev) };
	struct matched matched = { e, g, ev, read_ns, now_ns };

	if (rules_feed(&g->ledger, &g->drops, ev, &e->alert))
		raise_matched(&matched);
	detect_feed(e->detect, &guest, ev->rec, now_ns, raise_loaded, &matched);
}

static void feed_event(struct engine *e, struct guest *g, const struct rule_event *ev,
		       int64_t read_ns, int64_t now_ns)
{
	seen_record(&g->seen, &g->ledger, ev->rec, ev->mono_ns, read_ns);
	ledger_define(&g->ledger, ev->rec);
	judge(g, ev);
	if (ev->rec->type == STARLSM_EV_ASK)
		answer(e, g, ev, read_ns, now_ns);
	show(e, g, ev);
	feed_build(e, g, ev, read_ns, now_ns);
	feed_rules(e, g, ev, read_ns, now_ns);
	ledger_change(&g->ledger, ev->rec);
}

static void ask_to_define(struct engine *e, struct guest *g, int64_t now_ns)
{
	const struct msg_define m = {
		.msg = { MSG_DEFINE, sizeof(m) }, .domid = g->domid,
	};

	if (!g->ledger.lacks_paths)
		return;
	if (g->define_ns && now_ns - g->define_ns < DEFINE_INTERVAL_NS)
		return;
	g->define_ns = now_ns;
	g->ledger.lacks_paths = false;
	e->out(e->arg, &m.msg);
}

/* Takes one event off a batch; false if what is left is not one. */
static bool next_event(const char **at, size_t *left, struct msg_event *hdr,
		       const struct starlsm_rec **rec)
{
	if (*left < sizeof(*hdr))
		return false;
	memcpy(hdr, *at, sizeof(*hdr));
	*at += sizeof(*hdr);
	*left -= sizeof(*hdr);
	if (hdr->rec_len > *left || hdr->rec_len % STARLSM_REC_ALIGN)
		return false;
	if (decode_check(*at, hdr->rec_len) != STARLSM_ERR_OK)
		return false;
	*rec = (const void *)*at;
	*at += hdr->rec_len;
	*left -= hdr->rec_len;
	return true;
}

static int on_events(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns)
{
	const struct msg_events *m = (const void *)fact;
	const char *at = (const char *)(m + 1);
	size_t left = fact->len - sizeof(*m);
	struct guest *g = guest_find(&e->guests, from);

	if (!g || m->domid != from)
		return -EBADMSG;
	for (uint32_t i = 0; i < m->n_events; i++) {
		struct rule_event ev;
		struct msg_event hdr;

		if (!next_event(&at, &left, &hdr, &ev.rec))
			return -EBADMSG;
		ev.seq = hdr.seq;
		ev.ring = hdr.ring;
		ev.mono_ns = commit_time(g, ev.rec->time_ns, m->read_ns);
		feed_event(e, g, &ev, m->read_ns, now_ns);
	}
	ask_to_define(e, g, now_ns);
	return left ? -EBADMSG : 0;
}

/*
 * Who may say what
 */
struct fact_row {
	enum engine_sender sender;
	size_t min_len, max_len;
	int (*handle)(struct engine *e, uint32_t from, const struct msg *fact, int64_t now_ns);
};

#define EXACTLY(type) sizeof(struct type), sizeof(struct type)

static const struct fact_row facts[] = {
	[MSG_GUEST] = { FROM_PARENT, EXACTLY(msg_guest), on_guest },
	[MSG_RULES] = { FROM_PARENT, EXACTLY(msg_rules), on_rules },
	[MSG_GONE] = { FROM_PARENT, EXACTLY(msg_gone), on_gone },
	[MSG_VITALS] = { FROM_PARENT, EXACTLY(msg_vitals), on_vitals },
	[MSG_CLOSE] = { FROM_PARENT, EXACTLY(msg_close), on_close },
	[MSG_DONE] = { FROM_RESPONDER, EXACTLY(msg_done), on_done },
	[MSG_KERNEL] = { FROM_VMI, EXACTLY(msg_kernel), on_kernel },
	[MSG_SEEN] = { FROM_VMI, EXACTLY(msg_seen), on_seen },
	[MSG_FINDING] = { FROM_VMI, EXACTLY(msg_finding), on_finding },
	[MSG_RUN] = { FROM_RESPONDER, EXACTLY(msg_run), on_run },
	[MSG_BROKEN] = { FROM_READER, EXACTLY(msg_broken), on_broken },
	[MSG_CLOCK] = { FROM_READER, EXACTLY(msg_clock), on_clock },
	[MSG_OUT_INCIDENT] = { FROM_JOURNAL, EXACTLY(msg_out_incident), on_incident },
	[MSG_EVENTS] = { FROM_READER, sizeof(struct msg_events), MSG_MAX, on_events },
};

int engine_feed(struct engine *e, enum engine_sender sender, uint32_t domid,
		const struct msg *fact, int64_t now_ns)
{
	const struct fact_row *row;

	assert((uintptr_t)fact % STARLSM_REC_ALIGN == 0);
	if (fact->type >= sizeof(facts) / sizeof(facts[0]))
		return -EBADMSG;
	row = &facts[fact->type];
	if (!row->handle || row->sender != sender)
		return -EBADMSG;
	if (fact->len < row->min_len || fact->len > row->max_len)
		return -EBADMSG;
	return row->handle(e, domid, fact, now_ns);
}

bool engine_task_next(const struct engine *e, uint32_t domid, uint64_t *at,
		      struct msg_out_task *out)
{
	struct guest *g = guest_find(&e->guests, domid);

	if (!g || !seen_next(&g->seen, &g->ledger, at, out))
		return false;
	out->msg = (struct msg){ MSG_OUT_TASK, sizeof(*out) };
	out->domid = domid;
	return true;
}

const struct msg_out_incident *engine_incident_after(const struct engine *e, uint32_t id)
{
	const struct incident *inc = incidents_after(&e->incidents, id);

	return inc ? &inc->out : NULL;
}
