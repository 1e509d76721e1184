// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl replay: the journal's facts to an engine once more
 *
 * A fact is fed when all that was said about it is known: what comes before the
 * next fact. Each message that this engine says is held against the one that was
 * written down, byte for byte; what became of a verdict is taken from there.
 *
 * With other rules than those that were recorded only incidents are compared. What
 * guests did, and what was done to them, stays as it was: a report of what became of an
 * incident goes to the one that is the same now, or to none.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/changes.h"
#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/line.h"
#include "ctl/walk.h"
#include "engine/engine_core.h"
#include "lib/format.h"
#include "lib/msg_reader.h"
#include "lib/rulefiles.h"

/* Differences that are shown */
#define SHOWN_MAX	10

struct replay {
	const struct ctl_options *opt;
	struct engine *engine;	/* of the run that is being replayed, NULL if none */
	uint64_t run;
	int64_t wall_ns;
	bool is_whole;		/* it began with the run, and nothing is missing so far */
	bool is_ended;		/* in order */
	uint64_t number;	/* of the entry before */
	/* the fact to be fed, and what was said about it */
	union {
		struct entry e;
		char bytes[sizeof(struct entry) + MSG_MAX];
	} fact;
	bool has_fact;
	char *said;
	size_t said_len, said_room, said_at;
	char *rules;		/* so far; of rules_total bytes */
	size_t rules_len, rules_total;
	uint64_t n_facts, n_events, n_said, n_differ;
	struct rulefiles *others;	/* rules instead of the recorded ones; NULL: those */
	struct changes changes;	/* by them */
	bool has_complained;	/* of what is wrong with them; n_errors rules or files */
	unsigned int n_errors;
	unsigned int n_unequal;	/* runs that differ, or were not compared to their end */
	bool is_bad;		/* no memory */
};

/*
 * What the engine says
 */

static bool is_incident(const struct msg *m)
{
	return m->type == MSG_OUT_INCIDENT;
}

static void show(const struct replay *r, const struct msg *m)
{
	if (!is_incident(m))
		return;
	if (r->opt->is_json)
		incident_print(m, r->wall_ns, true);
	else
		incident_print_change(m, r->wall_ns, false);
}

static void differ(struct replay *r, const char *what, const struct msg *m)
{
	static const char * const names[] = {
		[MSG_VERDICT] = "verdict", [MSG_OUT_EVENT] = "event", [MSG_DEFINE] = "define",
		[MSG_OUT_INCIDENT] = "incident", [MSG_ANSWER] = "answer",
	};

	if (!r->is_whole || r->n_differ++ >= SHOWN_MAX)
		return;
	fprintf(stderr, "starlsmctl: at entry %" PRIu64 ": %s of type %s\n", r->fact.e.number, what,
		m->type < sizeof(names) / sizeof(names[0]) && names[m->type] ? names[m->type] : "?");
}

static const struct entry *next_said(struct replay *r)
{
	const char *at = r->said + r->said_at;
	size_t left = r->said_len - r->said_at;
	const struct entry *e = left ? entry_next(&at, &left) : NULL;

	r->said_at = r->said_len - left;
	return e;
}

/*
 * By other rules
 */

static void note_incident(struct replay *r, bool is_now, const struct msg *m)
{
	if (is_incident(m) && changes_add(&r->changes, is_now, (const void *)m, r->wall_ns))
		r->is_bad = true;
}

static void note_recorded(struct replay *r)
{
	const struct entry *e;

	r->said_at = 0;
	while ((e = next_said(r)))
		note_incident(r, false, entry_body(e));
}

/* What became then of sending the verdict on that rule */
static int recorded_err(struct replay *r, const struct msg_verdict *m)
{
	const struct entry *e;

	r->said_at = 0;
	while ((e = next_said(r))) {
		const struct msg_verdict *then = entry_body(e);

		if (then->msg.type == MSG_VERDICT && then->domid == m->domid &&
		    !strncmp(then->rule, m->rule, sizeof(then->rule)))
			return e->err;
	}
	return 0;
}

static int hear_other(struct replay *r, const struct msg *m)
{
	note_incident(r, true, m);
	return m->type == MSG_VERDICT ? recorded_err(r, (const void *)m) : 0;
}

/* The incident that a report is about has another number now; false: it is none now. */
static bool translate(struct replay *r)
{
	struct msg *m = (void *)(r->fact.bytes + sizeof(struct entry));
	uint32_t *incident;

	if (m->type == MSG_DONE)
		incident = &((struct msg_done *)m)->incident;
	else if (m->type == MSG_RUN)
		incident = &((struct msg_run *)m)->incident;
	else
		return true;
	*incident = changes_now(&r->changes, r->fact.e.domid, *incident);
	return *incident;
}

static int hear(void *arg, const struct msg *m)
{
	struct replay *r = arg;
	const struct msg *then;
	const struct entry *e;

	r->n_said++;
	show(r, m);
	if (r->others)
		return hear_other(r, m);
	e = next_said(r);
	then = e ? entry_body(e) : NULL;
	if (!then)
		differ(r, "nothing was said then, now a message", m);
	else if (then->len != m->len || memcmp(then, m, m->len))
		differ(r, "another message was said then than now, a message", m);
	return e ? e->err : 0;
}

/*
 * Feeding
 */

static bool add_record(const struct msg_out_event *out, char *batch, uint32_t *len)
{
	struct msg_event head = { .seq = out->seq, .ring = out->ring, .rec_len = out->rec_len };

	if (*len + sizeof(head) + head.rec_len > MSG_MAX)
		return false;
	memcpy(batch + *len, &head, sizeof(head));
	memcpy(batch + *len + sizeof(head), (const char *)out + out->msg.len - out->rec_len,
	       out->rec_len);
	*len += sizeof(head) + head.rec_len;
	return true;
}

/* The records of a batch are in what was said about them. */
static const struct msg *batch(const struct replay *r)
{
	static char buf[MSG_MAX] __attribute__((aligned(8)));
	const char *at = r->said;
	size_t left = r->said_len;
	struct msg_events *head = (void *)buf;
	uint32_t len = sizeof(*head);
	const struct entry *e;

	memcpy(head, entry_body(&r->fact.e), sizeof(*head));
	while (left && (e = entry_next(&at, &left)))
		if (entry_event(e) && !add_record(entry_body(e), buf, &len))
			break;
	head->msg.len = len;
	return &head->msg;
}

static void feed(struct replay *r)
{
	const struct entry *e = &r->fact.e;
	const struct msg *m = entry_body(e);
	bool is_a_guests = engine_sender_is_a_guests(e->sender);
	const struct entry *more;

	if (!r->has_fact)
		return;
	r->has_fact = false;
	r->said_at = 0;
	if (m->type == MSG_EVENTS) {
		r->n_events += ((const struct msg_events *)m)->n_events;
		m = batch(r);
	}
	r->n_facts++;
	if (!r->others || translate(r))
		engine_feed(r->engine, e->sender, is_a_guests ? e->domid : 0, m, e->now_ns);
	if (r->others)
		note_recorded(r);
	while ((more = next_said(r)))
		differ(r, "then something was said, not now: a message", entry_body(more));
	r->said_len = 0;
}

/*
 * Runs
 */

static void print_run(const struct replay *r, const char *began)
{
	if (r->opt->is_json)
		printf("{\"run\":\"%s\",\"facts\":%" PRIu64 ",\"events\":%" PRIu64
		       ",\"messages\":%" PRIu64 ",\"whole\":%s,\"same\":%s,\"ended\":%s}\n",
		       began, r->n_facts, r->n_events, r->n_said, r->is_whole ? "true" : "false",
		       r->n_differ ? "false" : r->is_whole ? "true" : "null",
		       r->is_ended ? "true" : "false");
	else
		printf("run of %s: %" PRIu64 " facts, %" PRIu64 " events, %" PRIu64
		       " messages: %s%s\n", began, r->n_facts, r->n_events, r->n_said,
		       r->n_differ ? "NOT THE SAME" : r->is_whole ? "the same, byte for byte" :
		       "something is missing, and from there on nothing was compared",
		       r->is_ended ? "" : "; it goes on, or was not ended in order");
}

static const char * const kinds[] = {
	[CHANGE_SAME] = "same", [CHANGE_NEW] = "new", [CHANGE_GONE] = "gone",
	[CHANGE_OTHER] = "other",
};

static void print_change(const struct replay *r, const struct change *c)
{
	char when[64], guest[4 * MSG_NAME_MAX];
	const char *kind = kinds[change_kind(c)];

	format_time_utc(c->decided_ns, c->wall_ns, when, sizeof(when));
	if (r->opt->is_json) {
		line_print(json_pack("{s:s, s:s, s:o, s:i, s:s, s:s, s:i, s:i}",
			"change", kind, "time", when,
			"guest", format_json_string(c->guest, strnlen(c->guest, sizeof(c->guest))),
			"domid", (int)c->domid, "rule", c->rule, "rule_id", c->rule_id,
			"then", (int)c->then, "now", (int)c->now));
		return;
	}
	decode_escape(c->guest, strnlen(c->guest, sizeof(c->guest)), guest, sizeof(guest));
	printf("  %-5s  %s %s  %s%s%s\n", kind, when, guest, c->rule,
	       *c->rule_id ? ", " : "", c->rule_id);
}

/* One that has come to an incident that was there anyway, or would have */
static void print_alert_change(const struct replay *r, const struct change_alert *a)
{
	char when[64], guest[4 * MSG_NAME_MAX];
	const char *kind = kinds[change_alert_kind(a)];
	uint32_t incident = a->now ? a->now : a->then;

	format_time_utc(a->first_ns, a->wall_ns, when, sizeof(when));
	if (r->opt->is_json) {
		line_print(json_pack("{s:s, s:s, s:o, s:i, s:s, s:s, s:i}",
			"alert", kind, "time", when,
			"guest", format_json_string(a->guest, strnlen(a->guest, sizeof(a->guest))),
			"domid", (int)a->domid, "rule", a->rule, "rule_id", a->rule_id,
			"incident", (int)incident));
		return;
	}
	decode_escape(a->guest, strnlen(a->guest, sizeof(a->guest)), guest, sizeof(guest));
	printf("  %-5s  %s %s  %s%s%s, in incident %u%s\n", kind, when, guest, a->rule,
	       *a->rule_id ? ", " : "", a->rule_id, incident, a->now ? "" : " of then");
}

static void print_alert_changes(const struct replay *r, unsigned int n[CHANGES])
{
	for (size_t i = 0; i < r->changes.n_alerts; i++) {
		const struct change_alert *a = &r->changes.alert[i];
		enum change_kind kind = change_alert_kind(a);

		n[kind]++;
		if (kind != CHANGE_SAME && a->has_joined)
			print_alert_change(r, a);
	}
}

static void print_changes(const struct replay *r, const char *began)
{
	unsigned int n[CHANGES] = { 0 }, n_alerts[CHANGES] = { 0 };

	for (size_t i = 0; i < r->changes.n; i++) {
		enum change_kind kind = change_kind(&r->changes.list[i]);

		n[kind]++;
		if (kind != CHANGE_SAME)
			print_change(r, &r->changes.list[i]);
	}
	print_alert_changes(r, n_alerts);
	if (r->opt->is_json)
		printf("{\"run\":\"%s\",\"facts\":%" PRIu64 ",\"events\":%" PRIu64
		       ",\"whole\":%s,\"ended\":%s,\"same\":%u,\"new\":%u,\"gone\":%u,\"other\":%u"
		       ",\"alerts\":{\"same\":%u,\"new\":%u,\"gone\":%u}}\n",
		       began, r->n_facts, r->n_events, r->is_whole ? "true" : "false",
		       r->is_ended ? "true" : "false", n[CHANGE_SAME], n[CHANGE_NEW],
		       n[CHANGE_GONE], n[CHANGE_OTHER], n_alerts[CHANGE_SAME],
		       n_alerts[CHANGE_NEW], n_alerts[CHANGE_GONE]);
	else
		printf("run of %s: %" PRIu64 " facts, %" PRIu64 " events: incidents: %u the same, %u new, %u gone, %u of another level or with other actions; alerts: %u the same, %u new, %u gone%s%s\n",
		       began, r->n_facts, r->n_events, n[CHANGE_SAME], n[CHANGE_NEW],
		       n[CHANGE_GONE], n[CHANGE_OTHER], n_alerts[CHANGE_SAME],
		       n_alerts[CHANGE_NEW], n_alerts[CHANGE_GONE],
		       r->is_whole ? "" : "; something is missing",
		       r->is_ended ? "" : "; it goes on, or was not ended in order");
}

static void finish(struct replay *r)
{
	char began[64];

	if (!r->engine)
		return;
	feed(r);
	engine_free(r->engine);
	r->engine = NULL;
	format_time_utc(0, r->run, began, sizeof(began));
	r->n_unequal += r->n_differ || !r->is_whole;
	if (r->others)
		print_changes(r, began);
	else
		print_run(r, began);
}

/* Of each run's engine they are the same. */
static void complain(void *arg, enum report_kind kind, const char *file, unsigned int line,
		     const char *text)
{
	struct replay *r = arg;

	if (kind != REPORT_ERROR || r->has_complained)
		return;
	r->n_errors++;
	fprintf(stderr, "%s:%u: %s\n", file, line, text);
}

static void load_others(struct replay *r)
{
	if (!r->others || !r->engine)
		return;
	if (engine_load(r->engine, r->others->bytes, r->others->len, complain, r) < 0)
		r->is_bad = true;
	r->has_complained = true;
}

static void begin(struct replay *r, const struct walk_place *at, const struct hash_seed *seed)
{
	r->run = at->run;
	r->engine = engine_new(seed, hear, r);
	r->is_bad = !r->engine;
	r->is_whole = true;
	r->is_ended = false;
	r->number = r->n_facts = r->n_events = r->n_said = r->n_differ = 0;
	r->has_fact = false;
	r->said_len = 0;
	changes_free(&r->changes);
	load_others(r);
}

static void hole(struct replay *r)
{
	feed(r);
	r->is_whole = false;
}

/* A run's first is START; one whose beginning is gone makes do with any seed. */
static void take_start(struct replay *r, const struct walk_place *at, const struct entry *e)
{
	const struct entry_start *start = entry_body(e);
	const struct hash_seed seed = { { start->seed[0], start->seed[1] } };

	if (r->engine && r->run == at->run)
		return;
	finish(r);
	begin(r, at, &seed);
	if (e->number)
		hole(r);
}

static void take_other_run(struct replay *r, const struct walk_place *at)
{
	const struct hash_seed none = { { 0, 0 } };

	finish(r);
	begin(r, at, &none);
	hole(r);
}

/* Only where the facts that said so are gone */
static void take_intro(struct replay *r, const struct entry *e)
{
	if (r->is_whole)
		return;
	feed(r);
	engine_feed(r->engine, FROM_PARENT, 0, entry_body(e), e->now_ns);
}

/*
 * Entries
 */

static void take_fact(struct replay *r, const struct entry *e)
{
	feed(r);
	memcpy(r->fact.bytes, e, e->len);
	r->has_fact = true;
}

/* They have been complained of when they were loaded. */
static void ignore(void *arg, enum report_kind kind, const char *file, unsigned int line,
		   const char *text)
{
	(void)arg;
	(void)kind;
	(void)file;
	(void)line;
	(void)text;
}

/* A piece of rules; with the last one they count. */
static void take_rules(struct replay *r, const struct entry *e)
{
	const struct entry_rules *piece = entry_body(e);

	feed(r);
	if (r->others)
		return;
	if (!piece->offset) {
		free(r->rules);
		r->rules = malloc(piece->total + 1);
		r->rules_total = piece->total;
		r->rules_len = 0;
	}
	if (!r->rules || piece->offset != r->rules_len || piece->total != r->rules_total) {
		r->is_bad = !r->rules && r->is_whole;
		return;
	}
	memcpy(r->rules + r->rules_len, piece + 1, piece->len);
	r->rules_len += piece->len;
	if (r->rules_len == r->rules_total)
		engine_load(r->engine, r->rules, r->rules_len, ignore, NULL);
}

static void take_said(struct replay *r, const struct entry *e)
{
	char *more;

	if (r->said_len + e->len > r->said_room) {
		more = realloc(r->said, 2 * (r->said_len + e->len));
		if (!more) {
			r->is_bad = true;
			return;
		}
		r->said = more;
		r->said_room = 2 * (r->said_len + e->len);
	}
	memcpy(r->said + r->said_len, e, e->len);
	r->said_len += e->len;
}

static bool take(void *arg, const struct walk_place *at, const struct entry *e)
{
	bool is_counted = entry_is_counted(e);
	struct replay *r = arg;

	r->wall_ns = at->wall_ns;
	if (e->kind == ENTRY_START)
		take_start(r, at, e);
	else if (!r->engine || r->run != at->run) {
		/* What the journal itself says may come before. */
		if (!is_counted && e->kind != ENTRY_INTRO)
			return true;
		take_other_run(r, at);
	}
	if (r->is_bad)
		return false;
	if (is_counted && e->number != r->number + 1)
		hole(r);
	if (is_counted)
		r->number = e->number;
	if (e->kind == ENTRY_FACT)
		take_fact(r, e);
	else if (e->kind == ENTRY_OUT)
		take_said(r, e);
	else if (e->kind == ENTRY_RULES)
		take_rules(r, e);
	else if (e->kind == ENTRY_INTRO)
		take_intro(r, e);
	else if (e->kind == ENTRY_END && !strcmp(at->stream, SEGMENT_STREAM_HOST))
		r->is_ended = true;
	return !r->is_bad && !ferror(stdout);
}

static void unreadable(void *arg, const char *path, const char *why)
{
	complain(arg, REPORT_ERROR, path, 1, why);
}

int ctl_replay(const struct ctl_options *opt)
{
	const struct walk_want want = walk_all();
	struct replay r = { .opt = opt };
	struct rulefiles others = { 0 };
	unsigned int n_skipped = 0;
	int rc;

	if (opt->rules) {
		rulefiles_add(&others, opt->rules, unreadable, &r);
		r.others = &others;
	}
	rc = walk(opt->journal ? opt->journal : WALK_DIRECTORY, &want, take, &r, &n_skipped);
	finish(&r);
	changes_free(&r.changes);
	rulefiles_free(&others);
	free(r.said);
	free(r.rules);
	if (r.is_bad)
		fprintf(stderr, "starlsmctl: no memory\n");
	return rc || r.is_bad || r.n_errors || r.n_unequal || n_skipped ? CTL_FAILED : CTL_OK;
}
