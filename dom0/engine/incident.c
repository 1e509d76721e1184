// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an incident: alerts of one guest that belong together, and what is done
 */
#include "engine/incident.h"

#include <string.h>

#include "engine/decide.h"
#include "engine/tree.h"
#include "lib/attack.h"
#include "lib/playbook.h"
#include "lib/text.h"

#define NS_PER_S	1000000000LL

/*
 * What its alerts have in common
 */

static uint32_t n_kept(const struct incident *inc)
{
	return inc->n_keys < INCIDENT_KEYS_MAX ? inc->n_keys : INCIDENT_KEYS_MAX;
}

static bool has_key(const struct incident *inc, uint64_t key)
{
	for (uint32_t i = 0; i < n_kept(inc); i++)
		if (inc->key[i] == key)
			return true;
	return false;
}

static void add_keys(struct incident *inc, const struct links *links)
{
	for (uint32_t i = 0; links && i < links->n; i++)
		if (!has_key(inc, links->key[i]))
			inc->key[inc->n_keys++ % INCIDENT_KEYS_MAX] = links->key[i];
	inc->is_the_guests &= !links;
}

/* They are in the order of what they say: a lineage says the most. */
enum incident_link incident_shares(const struct incident *inc, const struct links *links)
{
	for (uint32_t i = 0; links && i < links->n; i++)
		if (has_key(inc, links->key[i]))
			return links_kind(links->key[i]);
	return LINK_FIRST;
}

/*
 * The list of alerts: when it is full, a weaker one makes room
 */

/* The parts of a rule have numbers of their own, or are hashes. */
static uint32_t what(const struct alert *alert)
{
	return alert->rule * 2654435761U ^ alert->part;
}

static uint32_t find(const struct incident *inc, const struct alert *alert)
{
	for (uint32_t i = 0; i < inc->out.n_alerts; i++)
		if (inc->out.alert[i].what == what(alert))
			return i;
	return INCIDENT_NONE;
}

bool incident_has(const struct incident *inc, const struct alert *alert)
{
	return find(inc, alert) != INCIDENT_NONE;
}

static enum rule_level level_of(const struct alert *alert)
{
	return alert->loaded ? alert->loaded->level : rules[alert->rule].level;
}

static uint32_t wants_of(const struct alert *alert)
{
	return alert->loaded ? alert->loaded->respond : rules[alert->rule].wants;
}

/*
 * Of one level, what introspection has found is the stronger: of its checks there are so
 * many, of rules and denials any number.
 */
static unsigned int strength(const struct alert *alert)
{
	return 2 * level_of(alert) +
	       (alert->rule == RULE_TAMPERED || alert->rule == RULE_SUSPECT);
}

/* One that is listed; a rule that calls itself so is taken for what it says. */
static unsigned int strength_at(const struct incident *inc, uint32_t at)
{
	const struct incident_alert *a = &inc->out.alert[at];

	return 2 * a->level + (!*a->rule_id && (!strcmp(a->rule, rules[RULE_TAMPERED].name) ||
						!strcmp(a->rule, rules[RULE_SUSPECT].name)));
}

/* A place for one so strong; or, if it has found none and must have one, however weak */
static uint32_t place(struct incident *inc, unsigned int strong, bool must)
{
	struct msg_out_incident *out = &inc->out;
	uint32_t weakest = INCIDENT_NONE;

	if (out->n_alerts < INCIDENT_ALERTS_MAX)
		return out->n_alerts++;
	for (uint32_t i = 0; i < out->n_alerts; i++)
		if (i != out->deciding && (weakest == INCIDENT_NONE ||
					   strength_at(inc, i) < strength_at(inc, weakest)))
			weakest = i;
	/* one that must has been counted when it had none */
	out->n_more += !must;
	if (!must && strength_at(inc, weakest) >= strong)
		return INCIDENT_NONE;
	tree_unmark(out, weakest);
	return weakest;
}

/* A rule's title may be anything. */
static void copy_text(char *to, size_t size, const char *from)
{
	struct text t;

	text_init(&t, to, size);
	text_add_guest(&t, from, strlen(from));
}

/* The engine has escaped it: no half of a character is left at the end. */
static void copy_beginning(char *to, size_t size, const char *from)
{
	struct text t;

	text_init(&t, to, size);
	text_add(&t, "%s", from);
}

static uint32_t list(struct incident *inc, const struct alert *alert, enum incident_link link,
		     const struct incident_where *where, bool must)
{
	const struct sigma_rule *loaded = alert->loaded;
	uint32_t at = place(inc, strength(alert), must);
	const struct incident_step *last;
	struct incident_alert *a;

	if (at == INCIDENT_NONE)
		return at;
	a = &inc->out.alert[at];
	last = &alert->step[alert->n_steps - 1];
	*a = (struct incident_alert){
		.level = level_of(alert), .link = link, .seq = last->seq, .ring = last->ring,
		.what = what(alert), .first_ns = where->now_ns,
	};
	copy_text(a->rule, sizeof(a->rule), loaded ? loaded->title : rules[alert->rule].name);
	copy_text(a->rule_id, sizeof(a->rule_id), loaded ? loaded->id : "");
	copy_text(a->attack, sizeof(a->attack), loaded ? loaded->attack :
		  *alert->attack ? alert->attack : rules[alert->rule].attack);
	a->tactics = attack_tactics(a->attack) | (loaded ? loaded->tactics : 0);
	/* of a story what is new in it; all of it has no room, and the end says most */
	copy_beginning(a->reason, sizeof(a->reason),
		       alert->n_steps > 1 ? last->text : alert->reason);
	return at;
}

/*
 * The score: docs/incidents.md
 */

static const uint32_t level_points[LEVELS] = {
	[LEVEL_LOW] = 5, [LEVEL_MEDIUM] = 15, [LEVEL_HIGH] = 30, [LEVEL_CRITICAL] = 60,
};

#define TACTIC_POINTS	10	/* for each but the first */

static void count(struct incident *inc, const struct incident_alert *a, enum rule_level counted)
{
	struct msg_out_incident *out = &inc->out;
	uint32_t n_tactics;

	if (a->level > counted)
		inc->points += level_points[a->level] - level_points[counted];
	out->tactics |= a->tactics;
	n_tactics = __builtin_popcount(out->tactics);
	out->score = inc->points + (n_tactics ? n_tactics - 1 : 0) * TACTIC_POINTS;
	if (out->score > INCIDENT_SCORE_MAX)
		out->score = INCIDENT_SCORE_MAX;
}

/*
 * The verdict
 */

static uint32_t at_most(uint32_t verdict, const struct incident_where *where)
{
	return verdict < where->policy ? verdict : where->policy;
}

static uint32_t verdict_of(const struct incident *inc, const struct incident_where *where)
{
	uint32_t verdict = inc->wants;

	for (uint32_t v = verdict + 1; v < VERDICTS; v++)
		if (where->incidents->at[v] && inc->out.score >= where->incidents->at[v])
			verdict = v;
	return at_most(verdict, where);
}

/*
 * Is the verdict to be given again as it is? Times are dom0's own, not the guest's:
 * when the record was read, when the pause returned.
 */
static bool is_again(const struct incident *inc, const struct incident_where *where)
{
	switch (inc->out.state) {
	case INCIDENT_CONTAINED:
		return where->read_ns > inc->out.paused_ns;
	case INCIDENT_FAILED:
		return where->now_ns - inc->out.decided_ns >= INCIDENT_RETRY_NS;
	default:
		return false;
	}
}

static bool is_held(const struct incident *inc, const struct incident_where *where)
{
	return inc->out.state == INCIDENT_CONTAINED &&
	       where->now_ns - inc->contained_ns < where->incidents->hold_s * NS_PER_S;
}

/* It is this alert from now on that speaks for all. */
static void take_head(struct incident *inc, uint32_t at, const struct alert *alert,
		      const struct incident_where *where)
{
	struct msg_out_incident *out = &inc->out;
	const struct incident_alert *a = &out->alert[at];

	out->deciding = at;
	out->level = a->level;
	memcpy(out->rule, a->rule, sizeof(out->rule));
	memcpy(out->rule_id, a->rule_id, sizeof(out->rule_id));
	memcpy(out->attack, a->attack, sizeof(out->attack));
	memcpy(out->reason, alert->reason, sizeof(out->reason));
	out->n_steps = alert->n_steps;
	memset(out->step, 0, sizeof(out->step));
	memcpy(out->step, alert->step, alert->n_steps * sizeof(out->step[0]));
	out->commit_ns = where->commit_ns;
	out->read_ns = where->read_ns;
	out->decided_ns = where->now_ns;
	out->rtt_ns = where->rtt_ns;
}

static void take_verdict(struct incident *inc, uint32_t verdict)
{
	struct msg_out_incident *out = &inc->out;

	out->verdict = verdict;
	out->n_actions = decide(verdict, out->action);
	memset(out->action_err, 0, sizeof(out->action_err));
	memset(out->action_ns, 0, sizeof(out->action_ns));
	out->paused_ns = 0;
	out->state = out->n_actions ? INCIDENT_ACTING : INCIDENT_OPEN;
	inc->n_reported = inc->n_worked = 0;
	inc->has_run = false;
}

/* Is there a verdict to be given now? Then *verdict is it. */
static bool decides(const struct incident *inc, const struct incident_where *where,
		    bool is_first, uint32_t *verdict)
{
	*verdict = verdict_of(inc, where);
	if (is_held(inc, where))
		return false;
	if (*verdict > inc->out.verdict)
		return true;
	*verdict = at_most(inc->out.verdict, where);
	return is_first || is_again(inc, where);
}

static struct incident_news take(struct incident *inc, const struct alert *alert,
				 enum incident_link link, const struct incident_where *where)
{
	struct msg_out_incident *out = &inc->out;
	uint32_t at = find(inc, alert), verdict;
	struct incident_news news = { 0 };

	out->last_ns = where->now_ns;
	add_keys(inc, where->links);
	if (wants_of(alert) > inc->wants)
		inc->wants = wants_of(alert);
	if (at == INCIDENT_NONE) {
		at = list(inc, alert, link, where, false);
		news.is_listed = at != INCIDENT_NONE;
		if (news.is_listed)
			count(inc, &out->alert[at], alert->counted);
	}
	news.is_decided = decides(inc, where, link == LINK_FIRST, &verdict);
	if (news.is_decided && at == INCIDENT_NONE) {
		at = list(inc, alert, link, where, true);
		news.is_listed = true;
	}
	out->news = news.is_listed ? at : INCIDENT_NONE;
	if (at == INCIDENT_NONE)
		return news;
	out->alert[at].count++;
	out->alert[at].last_ns = where->now_ns;
	if (news.is_decided || (!out->n_actions && out->alert[at].level > out->level))
		take_head(inc, at, alert, where);
	if (news.is_decided)
		take_verdict(inc, verdict);
	return news;
}

struct incident_news incident_begin(struct incident *inc, uint32_t id, const struct alert *alert,
				    const struct incident_where *where)
{
	struct msg_out_incident *out = &inc->out;

	memset(inc, 0, sizeof(*inc));
	inc->is_the_guests = true;
	out->msg.type = MSG_OUT_INCIDENT;
	out->msg.len = sizeof(*out);
	out->id = id;
	out->domid = where->domid;
	out->first_ns = where->now_ns;
	memcpy(out->guest, where->guest, strnlen(where->guest, sizeof(out->guest) - 1));
	return take(inc, alert, LINK_FIRST, where);
}

struct incident_news incident_join(struct incident *inc, const struct alert *alert,
				   enum incident_link link, const struct incident_where *where)
{
	return take(inc, alert, link, where);
}

void incident_verdict(const struct incident *inc, struct msg_verdict *verdict)
{
	memset(verdict, 0, sizeof(*verdict));
	verdict->msg.type = MSG_VERDICT;
	verdict->msg.len = sizeof(*verdict);
	verdict->domid = inc->out.domid;
	verdict->incident = inc->out.id;
	verdict->verdict = inc->out.verdict;
	verdict->n_actions = inc->out.n_actions;
	memcpy(verdict->action, inc->out.action, sizeof(verdict->action));
	memcpy(verdict->rule, inc->out.rule, sizeof(verdict->rule));
	memcpy(verdict->reason, inc->out.reason, sizeof(verdict->reason));
}

/*
 * After another engine. What its alerts had in common is known no more: the keys
 * were that engine's.
 */

static uint32_t points_of(const struct msg_out_incident *out)
{
	const uint32_t n_tactics = __builtin_popcount(out->tactics);
	const uint32_t more = (n_tactics ? n_tactics - 1 : 0) * TACTIC_POINTS;

	return out->score > more ? out->score - more : 0;
}

void incident_keep(struct incident *inc, const struct msg_out_incident *out, int64_t now_ns)
{
	memset(inc, 0, sizeof(*inc));
	inc->out = *out;
	inc->out.news = INCIDENT_NONE;
	/* alerts of tasks have a tree, as far as there was room */
	inc->is_the_guests = !out->n_nodes;
	inc->points = points_of(out);
	inc->wants = out->verdict;
	inc->gone = true;
	inc->contained_ns = out->decided_ns;
	inc->kept_ns = now_ns;
}

bool incident_resume(struct incident *inc, uint32_t policy)
{
	inc->kept_ns = 0;
	if (inc->out.state != INCIDENT_ACTING)
		return false;
	inc->out.news = INCIDENT_NONE;
	take_verdict(inc, inc->out.verdict < policy ? inc->out.verdict : policy);
	return true;
}

/*
 * What became of it
 */

static void set_state(struct incident *inc, enum incident_state state, int64_t now_ns)
{
	if (inc->out.state == INCIDENT_CLOSED)
		return;
	if (state == INCIDENT_OPEN && inc->gone)
		state = INCIDENT_CLOSED;
	if (state == INCIDENT_CONTAINED)
		inc->contained_ns = now_ns;
	inc->out.state = state;
}

static void finish(struct incident *inc, int64_t now_ns)
{
	if (inc->has_run || inc->n_reported < inc->out.n_actions)
		return;
	if (inc->out.dry_run)
		set_state(inc, INCIDENT_OPEN, now_ns);
	else
		set_state(inc, inc->n_worked ? INCIDENT_CONTAINED : INCIDENT_FAILED, now_ns);
}

bool incident_done(struct incident *inc, const struct msg_done *done, int64_t now_ns)
{
	struct msg_out_incident *out = &inc->out;
	uint32_t at = 0;

	while (at < out->n_actions && (out->action[at] != done->action || out->action_ns[at]))
		at++;
	if (at == out->n_actions)
		return false;
	inc->n_reported++;
	out->news = INCIDENT_NONE;
	out->action_err[at] = done->err;
	/* 0 says that it has not been done yet */
	out->action_ns[at] = done->end_ns > done->start_ns ? done->end_ns - done->start_ns : 1;
	if (done->dry_run)
		out->dry_run = 1;
	else if (!done->err)
		inc->n_worked++;
	if ((done->action == ACTION_PAUSE || done->action == ACTION_KEEP_PAUSED) &&
	    !done->err && !done->dry_run)
		out->paused_ns = done->end_ns;
	finish(inc, now_ns);
	return true;
}

/* The steps of the playbook take the place of what the verdict would mean. */
static void take_steps(struct incident *inc, const struct msg_run *run, int64_t now_ns)
{
	struct msg_out_incident *out = &inc->out;

	inc->has_run = true;
	inc->n_reported = inc->n_worked = 0;
	set_state(inc, INCIDENT_ACTING, now_ns);
	out->n_actions = run->playbook.n_steps;
	memset(out->action, 0, sizeof(out->action));
	memset(out->action_err, 0, sizeof(out->action_err));
	memset(out->action_ns, 0, sizeof(out->action_ns));
	for (uint32_t i = 0; i < out->n_actions; i++)
		out->action[i] = run->playbook.step[i].action;
}

static enum incident_state state_of(uint32_t end)
{
	switch (end) {
	case RUN_PAUSED:
	case RUN_GONE:
		return INCIDENT_CONTAINED;
	case RUN_LOOSE:
	case RUN_UNKNOWN:
		return INCIDENT_FAILED;
	default:
		return INCIDENT_OPEN;
	}
}

/* Of a run that replaced its own an incident is told the end, not the steps. */
bool incident_run(struct incident *inc, const struct msg_run *run, int64_t now_ns)
{
	if (run->playbook.n_steps > VERDICT_ACTIONS_MAX || run->id < inc->run)
		return false;
	if (!inc->has_run || (run->id > inc->run && run->phase != RUN_ENDED))
		take_steps(inc, run, now_ns);
	inc->run = run->id;
	inc->out.news = INCIDENT_NONE;
	if (run->phase == RUN_ENDED)
		set_state(inc, state_of(run->end), now_ns);
	return true;
}

void incident_undelivered(struct incident *inc, int err, int64_t now_ns)
{
	for (uint32_t i = 0; i < inc->out.n_actions; i++) {
		inc->out.action_err[i] = err;
		inc->out.action_ns[i] = 1;
	}
	inc->n_reported = inc->out.n_actions;
	finish(inc, now_ns);
}

void incident_close(struct incident *inc)
{
	inc->out.news = INCIDENT_NONE;
	inc->out.state = INCIDENT_CLOSED;
}
