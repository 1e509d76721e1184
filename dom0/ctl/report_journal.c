// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a report's model out of a journal
 *
 * Three times through it: for the incident and its runs; for findings and who
 * created whom, of that guest and time; for the events.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ctl/client.h"
#include "ctl/report_gather.h"
#include "ctl/report_model.h"
#include "ctl/report_pick.h"
#include "ctl/walk.h"
#include "ctl/when.h"
#include "engine/engine_core.h"
#include "lib/format.h"

struct search {
	const struct ctl_options *opt;
	uint32_t number;
	int64_t until_ns;
	bool is_found;
	uint64_t first_run, run;	/* an incident may outlive an engine */
	int64_t first_ns;
	int64_t wall_ns;
	char guest[MSG_NAME_MAX];
	uint32_t domid;
	json_t *incident;
	json_t *runs;
};

static void want_message(struct walk_want *want, unsigned int type)
{
	unsigned int bit = SEGMENT_TYPE_OTHER + type;

	want->types[bit / 64] |= 1ULL << bit % 64;
}

/*
 * The incident and its runs
 */

/* Numbers come again only when nothing was kept. */
static bool is_same(const struct search *s, const struct msg_out_incident *m)
{
	return s->first_ns == m->first_ns && s->domid == m->domid && !strcmp(s->guest, m->guest);
}

static void take_incident(struct search *s, const struct walk_place *at, const struct entry *e)
{
	const struct msg_out_incident *m = entry_body(e);
	bool is_next = !s->is_found || (s->run != at->run && !is_same(s, m));
	json_t *incident;

	if (m->id != s->number || !memchr(m->guest, 0, sizeof(m->guest)) ||
	    !ctl_is_wanted(s->opt, m->guest, m->domid) ||
	    (is_next && e->now_ns + at->wall_ns > s->until_ns))
		return;
	incident = incident_json(&m->msg, at->wall_ns);
	if (!incident)
		return;
	if (is_next) {
		json_array_clear(s->runs);
		s->first_run = at->run;
	}
	json_decref(s->incident);
	s->incident = incident;
	s->is_found = true;
	s->run = at->run;
	s->wall_ns = at->wall_ns;
	s->first_ns = m->first_ns;
	s->domid = m->domid;
	memcpy(s->guest, m->guest, sizeof(s->guest));
}

static void take_run(struct search *s, const struct walk_place *at, const struct entry *e)
{
	const struct msg_run *m = entry_body(e);
	json_t *run;
	size_t i;

	if (!s->is_found || at->run != s->run || m->incident != s->number ||
	    m->domid != s->domid || m->parent)
		return;
	json_array_foreach(s->runs, i, run)
		if (model_number(run, "id") == m->id)
			break;
	if (i < json_array_size(s->runs))
		json_array_set_new(s->runs, i, gather_run(m, at->wall_ns));
	else
		json_array_append_new(s->runs, gather_run(m, at->wall_ns));
}

static bool take_first(void *arg, const struct walk_place *at, const struct entry *e)
{
	const struct msg *m = entry_body(e);
	struct search *s = arg;

	if (e->kind == ENTRY_OUT && m->type == MSG_OUT_INCIDENT)
		take_incident(s, at, e);
	else if (e->kind == ENTRY_FACT && m->type == MSG_RUN)
		take_run(s, at, e);
	return true;
}

/*
 * What was at that time
 */

struct around {
	const struct search *found;
	json_t *model;
	struct pick *pick;
	bool is_second;		/* time through */
};

static void take_event(const struct around *a, const struct walk_place *at, const struct entry *e)
{
	struct format_event fe;

	if (format_parse(entry_body(e), &fe) || fe.out->domid != a->found->domid)
		return;
	if (a->is_second)
		pick_take(a->pick, &fe, at->wall_ns);
	else
		pick_note(a->pick, &fe);
}

static void take_gap(const struct around *a, const struct walk_place *at,
		     const struct entry_gap *gap)
{
	char from[64], to[64], text[256];

	if (a->is_second)
		return;
	format_time_utc(gap->from_ns, gap->why == GAP_CUT ? 0 : at->wall_ns, from, sizeof(from));
	format_time_utc(gap->to_ns, gap->why == GAP_CUT ? 0 : at->wall_ns, to, sizeof(to));
	if (gap->why == GAP_CUT)
		snprintf(text, sizeof(text), "what came between %s and %s, as far as it was not on the disk when the journal was cut off",
			 from, to);
	else
		snprintf(text, sizeof(text), "%" PRIu64 " events of %s to %s", gap->n_events,
			 from, to);
	json_array_append_new(json_object_get(a->model, "gaps"), json_string(text));
}

static bool take_around(void *arg, const struct walk_place *at, const struct entry *e)
{
	const struct around *a = arg;
	const struct msg *m = entry_body(e);

	if (e->kind == ENTRY_GAP)
		take_gap(a, at, entry_body(e));
	if (at->run < a->found->first_run || at->run > a->found->run)
		return true;
	if (e->kind == ENTRY_OUT && m->type == MSG_OUT_EVENT)
		take_event(a, at, e);
	else if (e->kind == ENTRY_FACT && m->type == MSG_FINDING && !a->is_second &&
		 e->sender == FROM_VMI && e->domid == a->found->domid)
		gather_finding(a->model, entry_body(e), e->now_ns, at->wall_ns);
	return true;
}

static int look_around(const struct search *s, const char *directory, json_t *model,
		       unsigned int *n_skipped)
{
	struct around a = { .found = s, .model = model };
	struct walk_want want = walk_all();
	unsigned int n_again;
	int rc;

	want.guest = s->guest;
	if (!model_span(s->incident, &want.since_ns, &want.until_ns))
		return CTL_FAILED;
	want.since_ns -= GATHER_BEFORE_NS;
	want.until_ns += GATHER_AFTER_NS;
	a.pick = pick_new(s->incident);
	if (!a.pick) {
		fprintf(stderr, "starlsmctl: no memory\n");
		return CTL_FAILED;
	}
	rc = walk(directory, &want, take_around, &a, n_skipped);
	pick_ready(a.pick);
	a.is_second = true;
	if (!rc)
		rc = walk(directory, &want, take_around, &a, &n_again);
	pick_finish(a.pick, model);
	pick_free(a.pick);
	gather_segments(model, directory, s->guest);
	return rc;
}

static int prepare(struct search *s, const char *until)
{
	struct timespec ts;

	s->until_ns = INT64_MAX;
	if (!until)
		return CTL_OK;
	clock_gettime(CLOCK_REALTIME, &ts);
	if (when_parse(until, ts.tv_sec * 1000000000LL + ts.tv_nsec, &s->until_ns))
		return CTL_OK;
	fprintf(stderr, "starlsmctl: this is no time (\"2026-11-23 12:30\", \"2h\"): %s\n", until);
	return CTL_USAGE;
}

int gather_journal(const struct ctl_options *opt, const char *directory, uint32_t number,
		   json_t *model, unsigned int *n_skipped)
{
	struct search s = { .opt = opt, .number = number, .runs = json_array() };
	struct walk_want want = walk_all();
	int rc = prepare(&s, opt->until);

	memset(want.types, 0, sizeof(want.types));
	want_message(&want, MSG_OUT_INCIDENT);
	want_message(&want, MSG_RUN);
	json_object_set_new(model, "findings", json_array());
	json_object_set_new(model, "gaps", json_array());
	if (!rc)
		rc = walk(directory, &want, take_first, &s, n_skipped);
	if (!rc && !s.is_found)
		rc = gather_unknown(number, directory);
	if (!rc) {
		json_object_set(model, "incident", s.incident);
		json_object_set(model, "runs", s.runs);
		rc = look_around(&s, directory, model, n_skipped);
	}
	json_decref(s.incident);
	json_decref(s.runs);
	return rc;
}
