// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what is counted of guests
 */
#include "export/figures.h"

#include <string.h>

static bool is_shown(const struct figures_guest *g)
{
	return g->is_used && g->last.msg.len;
}

static struct figures_guest *find(struct figures *f, uint32_t domid)
{
	struct figures_guest *g = f->latest;

	if (g && g->is_used && g->domid == domid)
		return g;
	for (g = f->guest; g < f->guest + FIGURES_GUESTS_MAX; g++)
		if (g->is_used && g->domid == domid)
			return f->latest = g;
	return NULL;
}

/* An empty place, or that of one that is not shown; NULL if all are. */
static struct figures_guest *place(struct figures *f)
{
	struct figures_guest *hidden = NULL, *g;

	for (g = f->guest; g < f->guest + FIGURES_GUESTS_MAX; g++) {
		if (!g->is_used)
			return g;
		if (!is_shown(g) && (!hidden || g->domid < hidden->domid))
			hidden = g;
	}
	return hidden;
}

static struct figures_guest *get(struct figures *f, uint32_t domid)
{
	struct figures_guest *g = find(f, domid);

	if (g)
		return g;
	g = place(f);
	if (!g)
		return NULL;
	memset(g, 0, sizeof(*g));
	g->is_used = true;
	g->domid = domid;
	return f->latest = g;
}

bool figures_are_sane(const struct msg_figures *m)
{
	return memchr(m->state, 0, sizeof(m->state)) && memchr(m->type, 0, sizeof(m->type)) &&
	       memchr(m->name, 0, sizeof(m->name));
}

const char *figures_take(struct figures *f, const struct msg_figures *m)
{
	static char before[sizeof(m->state)];
	struct figures_guest *g = get(f, m->domid);

	if (!g)
		return m->state;
	memcpy(before, g->last.state, sizeof(before));
	g->last = *m;
	return before;
}

const struct figures_guest *figures_gone(struct figures *f, uint32_t domid)
{
	struct figures_guest *g = find(f, domid);

	if (g)
		g->is_used = false;
	return g;
}

/* LOST and FILTERED: so many of such a type */
static void add_counts(uint64_t *counts, const void *rec)
{
	/* both have the same fields, and decode_check() has seen the type */
	const struct starlsm_rec_lost *r = rec;
	uint32_t event, count;

	memcpy(&event, &r->event, sizeof(event));
	memcpy(&count, &r->count, sizeof(count));
	if (event < STARLSM_EV_LIMIT)
		counts[event] += count;
}

void figures_event(struct figures *f, const struct format_event *fe)
{
	struct figures_guest *g = get(f, fe->out->domid);
	struct starlsm_rec hdr;
	struct value v;

	if (!g)
		return;
	memcpy(&hdr, fe->rec, sizeof(hdr));
	g->events[hdr.type]++;
	if (hdr.type == STARLSM_EV_LOST)
		add_counts(g->lost, fe->rec);
	if (hdr.type == STARLSM_EV_FILTERED)
		add_counts(g->filtered, fe->rec);
	if (hdr.type == STARLSM_EV_DECISION && decode_find(fe->rec, "answer", &v) &&
	    v.number <= STARLSM_ANSWER_DENY)
		g->answers[v.number]++;
}

bool figures_incident(struct figures *f, const struct msg_out_incident *in)
{
	struct figures_guest *g = get(f, in->domid);
	/* Numbers count up, and what is told of a later one never comes first. */
	bool is_new = in->id > f->last_incident;

	if (g && in->news != INCIDENT_NONE)
		g->alerts[in->alert[in->news].level]++;
	if (!is_new)
		return false;
	f->last_incident = in->id;
	if (g)
		g->verdicts[in->verdict]++;
	return true;
}
