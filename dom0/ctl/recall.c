// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a journal's events and findings, with all that the engine knew when they came
 */
#include "ctl/recall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/walk.h"
#include "engine/detect.h"
#include "engine/findings.h"
#include "engine/seen.h"
#include "lib/finding.h"

static const struct hash_seed seed;

struct guest {
	struct guest *next;
	uint32_t domid;
	char name[MSG_NAME_MAX];
	int64_t read_ns;	/* of the batch that its events are of */
	struct ledger ledger;
	struct drops drops;
	struct seen seen;
	struct groups *groups;
};

struct recaller {
	recall_take take;
	void *arg;
	struct guest *guests;
	uint64_t run;
	bool is_bad;		/* no memory */
	unsigned int n_wrong;	/* entries that are no events */
};

/*
 * Guests
 */

static void guest_free(struct guest *g)
{
	groups_free(g->groups);
	seen_free(&g->seen);
	drops_free(&g->drops);
	ledger_free(&g->ledger);
	free(g);
}

static void forget_all(struct recaller *r)
{
	struct guest *next;

	for (struct guest *g = r->guests; g; g = next) {
		next = g->next;
		guest_free(g);
	}
	r->guests = NULL;
}

static void forget(struct recaller *r, uint32_t domid)
{
	for (struct guest **at = &r->guests; *at; at = &(*at)->next) {
		struct guest *g = *at;

		if (g->domid != domid)
			continue;
		*at = g->next;
		guest_free(g);
		return;
	}
}

static struct guest *guest_new(uint32_t domid)
{
	struct guest *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->domid = domid;
	seen_init(&g->seen, &seed);
	if (ledger_init(&g->ledger, &seed)) {
		free(g);
		return NULL;
	}
	if (drops_init(&g->drops, &seed)) {
		ledger_free(&g->ledger);
		free(g);
		return NULL;
	}
	g->groups = groups_new(&seed, GROUPS_GUEST);
	if (g->groups)
		return g;
	guest_free(g);
	return NULL;
}

static struct guest *find_guest(struct recaller *r, uint32_t domid)
{
	struct guest *g = r->guests;

	while (g && g->domid != domid)
		g = g->next;
	if (g)
		return g;
	g = guest_new(domid);
	r->is_bad = !g;
	if (g) {
		g->next = r->guests;
		r->guests = g;
	}
	return g;
}

/*
 * Events
 */

/* In the engine's order: what is built in puts tasks into their stages. */
static void tell(struct recaller *r, struct guest *g, struct recalled *about)
{
	static _Alignas(STARLSM_REC_ALIGN) char rec[STARLSM_REC_MAX];
	static struct alert ignored;
	static struct facts facts;
	const struct msg_out_event *out = about->event.out;
	const struct rule_event ev = {
		.rec = (const void *)rec, .seq = out->seq, .ring = out->ring,
		.mono_ns = out->mono_ns,
	};
	struct detect_guest guest = { .name = out->guest, .ledger = &g->ledger };
	const struct task *t;

	memcpy(rec, about->event.rec, out->rec_len);
	seen_record(&g->seen, &g->ledger, ev.rec, ev.mono_ns, g->read_ns);
	ledger_define(&g->ledger, ev.rec);
	t = ledger_task(&g->ledger, ev.rec->task);
	guest.stage = t ? t->stage : STAGE_NONE;
	rules_feed(&g->ledger, &g->drops, &ev, &ignored);
	detect_facts(&facts, &guest, ev.rec);
	about->facts = &facts;
	about->groups = g->groups;
	r->take(r->arg, about);
	ledger_change(&g->ledger, ev.rec);
}

static void take_event(struct recaller *r, const struct walk_place *at, const struct entry *e)
{
	struct recalled about = { .now_ns = e->now_ns, .wall_ns = at->wall_ns };
	struct guest *g;

	if (format_parse(entry_body(e), &about.event)) {
		fprintf(stderr, "starlsmctl: %s: an entry is no event\n", at->stream);
		r->n_wrong++;
		return;
	}
	g = find_guest(r, about.event.out->domid);
	if (g)
		tell(r, g, &about);
}

/*
 * Facts: those that findings come of
 */

/* Where one is, and for whom it is found */
struct finder {
	struct recaller *r;
	struct guest *g;
	int64_t now_ns, wall_ns;
};

static void take_finding(void *arg, const struct msg_finding *m)
{
	const struct finder *f = arg;
	struct recalled about = {
		.groups = f->g->groups, .finding = m, .now_ns = f->now_ns,
		.wall_ns = f->wall_ns,
	};
	struct finding_room room;
	struct facts facts = { .guest = { f->g->name, strlen(f->g->name) } };

	finding_facts(m, &facts.finding, &room);
	about.facts = &facts;
	f->r->take(f->r->arg, &about);
}

static void take_seen(struct finder *f, const struct msg_seen *m)
{
	if (!seen_take(&f->g->seen, m) && (m->flags & SEEN_END))
		seen_end(&f->g->seen, &f->g->ledger, take_finding, f);
}

static void take_fact(struct recaller *r, const struct walk_place *at, const struct entry *e)
{
	const struct msg *m = entry_body(e);
	struct finder f = { r, find_guest(r, e->domid), e->now_ns, at->wall_ns };

	if (!f.g)
		return;
	switch (m->type) {
	case MSG_GUEST:
		memcpy(f.g->name, ((const struct msg_guest *)m)->name, sizeof(f.g->name));
		break;
	case MSG_RULES:
		seen_policy(&f.g->seen, &f.g->ledger, ((const struct msg_rules *)m)->untold);
		break;
	case MSG_EVENTS:
		f.g->read_ns = ((const struct msg_events *)m)->read_ns;
		break;
	case MSG_SEEN:
		take_seen(&f, (const void *)m);
		break;
	case MSG_FINDING:
		if (findings_is_sane((const void *)m))
			take_finding(&f, (const void *)m);
		break;
	case MSG_GONE:
		forget(r, e->domid);
		break;
	}
}

static bool take(void *arg, const struct walk_place *at, const struct entry *e)
{
	struct recaller *r = arg;

	if (r->run != at->run)
		forget_all(r);
	r->run = at->run;
	if ((e->kind == ENTRY_FACT || e->kind == ENTRY_INTRO) && e->domid != ENTRY_HOST)
		take_fact(r, at, e);
	if (entry_event(e))
		take_event(r, at, e);
	return !r->is_bad && !ferror(stdout);
}

int recall(const char *directory, recall_take take_recalled, void *arg)
{
	const struct walk_want want = walk_all();
	struct recaller r = { .take = take_recalled, .arg = arg };
	unsigned int n_skipped = 0;
	int rc = walk(directory, &want, take, &r, &n_skipped);

	forget_all(&r);
	if (r.is_bad)
		fprintf(stderr, "starlsmctl: no memory\n");
	return rc || r.is_bad || r.n_wrong || n_skipped ? CTL_FAILED : CTL_OK;
}
