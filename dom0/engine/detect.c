// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the rules that were loaded, on a guest's events and findings
 */
#include "engine/detect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/finding.h"
#include "lib/rulefiles.h"
#include "lib/sigma/facts.h"
#include "lib/sigma/plan.h"

struct detect {
	struct hash_seed seed;
	struct plan *plan;		/* NULL: no rules */
	struct matcher *matcher;
	struct correlator *correlator;
	struct facts facts;		/* of what is matched */
};

struct run {
	struct detect *d;
	const struct detect_guest *guest;
	int64_t now_ns;
	detect_raise raise;
	void *arg;
};

_Static_assert((int)STAGE_NONE == LINEAGE_PLAIN && (int)STAGE_RAN_DROP == LINEAGE_RAN_DROP &&
	       (int)STAGE_ROOT == LINEAGE_BECAME_ROOT, "a stage is a lineage");

struct detect *detect_new(const struct hash_seed *seed)
{
	struct detect *d = calloc(1, sizeof(*d));

	if (d)
		d->seed = *seed;
	return d;
}

static void forget(struct detect *d)
{
	correlator_free(d->correlator);
	matcher_free(d->matcher);
	plan_free(d->plan);
}

void detect_free(struct detect *d)
{
	if (!d)
		return;
	forget(d);
	free(d);
}

static bool make_plan(struct detect *d, const char *files, size_t len, report_fn report,
		      void *arg)
{
	struct rulefile file;
	size_t at = 0;
	int rc = 1;

	d->plan = plan_new();
	while (d->plan && (rc = rulefiles_next(files, len, &at, &file)) > 0)
		plan_add(d->plan, file.name, file.text, file.len, report, arg);
	if (rc || plan_finish(d->plan, report, arg))
		return false;
	d->matcher = matcher_new(d->plan);
	d->correlator = correlator_new(&d->seed);
	return d->matcher && d->correlator;
}

/*
 * Taking other rules instead
 */

struct change {
	const struct plan *old;	/* NULL: none yet */
	report_fn report;
	void *arg;
	bool *is_doubtful;	/* by old rule: its file has an error now */
};

static void note_error(void *arg, enum report_kind kind, const char *file, unsigned int line,
		       const char *text)
{
	struct change *c = arg;

	for (unsigned int i = 0; c->old && i < plan_n_rules(c->old); i++) {
		const struct sigma_rule *rule = plan_rule(c->old, i);

		if (kind == REPORT_ERROR && rule && !strcmp(rule->file, file))
			c->is_doubtful[i] = true;
	}
	c->report(c->arg, kind, file, line, text);
}

static bool has_rule(const struct plan *p, const struct sigma_rule *rule)
{
	if (rule->id[0])
		return plan_find(p, rule->id);
	for (unsigned int i = 0; i < plan_n_rules(p); i++) {
		const struct sigma_rule *other = plan_rule(p, i);

		if (other && !strcmp(other->title, rule->title))
			return true;
	}
	return false;
}

/* A rule that is in force may be taken away, but not by a mistake. */
static bool is_worse(struct change *c, const struct plan *new)
{
	bool is = false;

	for (unsigned int i = 0; c->old && i < plan_n_rules(c->old); i++) {
		const struct sigma_rule *rule = plan_rule(c->old, i);

		if (!c->is_doubtful[i] || has_rule(new, rule))
			continue;
		is = true;
		c->report(c->arg, REPORT_LOST, rule->file, rule->line, rule->title);
	}
	return is;
}

int detect_load(struct detect *d, const char *files, size_t len, report_fn report, void *arg)
{
	struct change c = { .old = d->plan, .report = report, .arg = arg };
	struct detect new = { .seed = d->seed };
	int rc = -ENOSPC;

	c.is_doubtful = calloc(d->plan ? plan_n_rules(d->plan) + 1 : 1, sizeof(bool));
	if (c.is_doubtful && make_plan(&new, files, len, note_error, &c))
		rc = is_worse(&c, new.plan) ? -EINVAL : (int)plan_n_rules(new.plan);
	free(c.is_doubtful);
	if (rc < 0) {
		forget(&new);
		return rc;
	}
	forget(d);
	*d = new;
	return rc;
}

/*
 * What is known of an event
 */

static struct fact_text path_text(const struct path *path)
{
	return path ? (struct fact_text){ path->text, path->len } :
		      (struct fact_text){ NULL, 0 };
}

static struct fact_text command_text(const struct command *c)
{
	return c ? (struct fact_text){ c->text, c->len } : (struct fact_text){ NULL, 0 };
}

static void take_actor(struct facts *f, const struct ledger *l, const struct task *t)
{
	f->uid = f->euid = f->lineage_uid = FACTS_UNKNOWN_ID;
	if (!t)
		return;
	f->exe = path_text(ledger_exe(l, t->exe));
	f->parent_exe = path_text(ledger_exe(l, t->parent_exe));
	f->command = command_text(t->command);
	f->parent_command = command_text(t->parent_command);
	f->pid = t->pid;
	f->tgid = t->tgid;
	f->ppid = t->ppid;
	f->uid = t->uid;
	f->euid = t->euid;
	f->lineage_uid = t->lineage_uid;
}

static void take_paths(struct facts *f, struct ledger *l)
{
	const struct event *ev = decode_event(f->type);

	for (unsigned int i = 0; i < ev->n_fields; i++) {
		struct fact_text text;

		if (ev->fields[i].kind != FIELD_PATH)
			continue;
		text = path_text(ledger_path(l, f->field[i].number));
		f->field[i].bytes = text.bytes;
		f->field[i].len = text.len;
	}
}

static void take_digest(struct facts *f, struct ledger *l, const struct starlsm_rec *rec)
{
	const char *sha256 = ledger_digest(l, rec);

	if (sha256)
		f->sha256 = (struct fact_text){ sha256, DECODE_HASH_LEN };
}

/*
 * Matching
 */

static void fired(void *arg, const struct sigma_rule *rule)
{
	struct run *run = arg;

	/* told for what comes of it, and to nobody */
	if (rule->level != LEVEL_INFORMATIONAL)
		run->raise(run->arg, rule);
}

static void hit(void *arg, const struct sigma_rule *rule)
{
	struct run *run = arg;
	struct groups **own = run->guest->groups;

	if (!rule->is_silent)
		fired(run, rule);
	if (!rule->n_uses)
		return;
	if (!*own)
		*own = groups_new(&run->d->seed, GROUPS_GUEST);
	correlator_feed(run->d->correlator, run->d->matcher, rule, *own, run->now_ns, fired,
			run);
}

static void begin(struct facts *f, const struct detect_guest *guest)
{
	memset(f, 0, sizeof(*f));
	f->guest = (struct fact_text){ guest->name, strlen(guest->name) };
}

void detect_facts(struct facts *f, const struct detect_guest *guest,
		  const struct starlsm_rec *rec)
{
	begin(f, guest);
	facts_take(f, rec);
	f->lineage = (enum fact_lineage)guest->stage;
	take_actor(f, guest->ledger, ledger_task(guest->ledger, rec->task));
	take_paths(f, guest->ledger);
	take_digest(f, guest->ledger, rec);
}

void detect_feed(struct detect *d, const struct detect_guest *guest,
		 const struct starlsm_rec *rec, int64_t now_ns, detect_raise raise, void *arg)
{
	struct run run = { d, guest, now_ns, raise, arg };

	if (!d->plan)
		return;
	detect_facts(&d->facts, guest, rec);
	matcher_run(d->matcher, &d->facts, hit, &run);
}

void detect_finding(struct detect *d, const struct detect_guest *guest,
		    const struct msg_finding *m, int64_t now_ns, detect_raise raise, void *arg)
{
	struct run run = { d, guest, now_ns, raise, arg };
	struct finding_room room;

	if (!d->plan)
		return;
	begin(&d->facts, guest);
	finding_facts(m, &d->facts.finding, &room);
	matcher_run(d->matcher, &d->facts, hit, &run);
}
