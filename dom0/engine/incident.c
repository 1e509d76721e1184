// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the incidents: what was recognised and what became of it
 */
#include "engine/incident.h"

#include <stdlib.h>
#include <string.h>

#include "engine/decide.h"
#include "lib/attack.h"
#include "lib/playbook.h"
#include "lib/text.h"

int incidents_init(struct incidents *list)
{
	list->last_id = 0;
	list->list = calloc(INCIDENTS_MAX, sizeof(*list->list));
	return list->list ? 0 : -1;
}

void incidents_free(struct incidents *list)
{
	free(list->list);
	list->list = NULL;
}

/* The latest one of that guest, rule and part. */
static struct incident *latest(struct incidents *list, uint32_t domid,
			       const struct alert *alert)
{
	struct incident *found = NULL;

	for (struct incident *inc = list->list; inc < list->list + INCIDENTS_MAX; inc++) {
		if (!inc->out.id || inc->gone || inc->out.domid != domid ||
		    inc->rule != alert->rule || inc->part != alert->part)
			continue;
		if (!found || inc->out.id > found->out.id)
			found = inc;
	}
	return found;
}

/*
 * Is this still the same? Times are dom0's own, not the guest's: when the
 * record was read, when the pause returned.
 */
static bool belongs(const struct incident *inc, const struct incident_where *where)
{
	switch (inc->out.state) {
	case INCIDENT_OPEN:
	case INCIDENT_ACTING:
		return true;
	case INCIDENT_CONTAINED:
		return where->read_ns <= inc->out.paused_ns;
	default:
		return where->now_ns - inc->out.decided_ns < INCIDENT_RETRY_NS;
	}
}

/* What was only noticed goes before what was acted on, then the older one. */
static bool goes_before(const struct incident *a, const struct incident *b)
{
	if (!b || !a->out.n_actions != !b->out.n_actions)
		return !b || !a->out.n_actions;
	return a->out.id < b->out.id;
}

/* An empty place; else one of the guest's own if it has many; else anybody's. */
static struct incident *place(struct incidents *list, uint32_t domid)
{
	struct incident *any = NULL, *own = NULL;
	uint32_t n_own = 0;

	for (struct incident *inc = list->list; inc < list->list + INCIDENTS_MAX; inc++) {
		if (inc->out.id && inc->out.domid == domid) {
			n_own++;
			if (goes_before(inc, own))
				own = inc;
		}
		if (!any || !inc->out.id || (any->out.id && goes_before(inc, any)))
			any = inc;
	}
	return n_own >= INCIDENTS_GUEST_MAX ? own : any;
}

/* A rule's title may be anything. */
static void copy_text(char *to, size_t size, const char *from)
{
	struct text t;

	text_init(&t, to, size);
	text_add_guest(&t, from, strlen(from));
}

static void list_alert(struct msg_out_incident *out, uint32_t ring, uint64_t seq, int64_t now_ns)
{
	struct incident_alert *a = &out->alert[0];

	a->level = out->level;
	a->link = LINK_FIRST;
	a->count = 1;
	a->ring = ring;
	a->seq = seq;
	a->first_ns = a->last_ns = out->first_ns = out->last_ns = now_ns;
	memcpy(a->rule, out->rule, sizeof(a->rule));
	memcpy(a->rule_id, out->rule_id, sizeof(a->rule_id));
	memcpy(a->attack, out->attack, sizeof(a->attack));
	a->tactics = out->tactics = attack_tactics(out->attack);
	copy_text(a->reason, sizeof(a->reason), out->reason);
	out->n_alerts = 1;
}

static void fill(struct incident *inc, const struct alert *alert,
		 const struct incident_where *where)
{
	const struct rule *rule = &rules[alert->rule];
	const struct sigma_rule *loaded = alert->loaded;
	const uint32_t wants = loaded ? loaded->respond : rule->wants;
	struct msg_out_incident *out = &inc->out;

	memset(inc, 0, sizeof(*inc));
	inc->rule = alert->rule;
	inc->part = alert->part;
	inc->n_alerts = 1;
	out->msg.type = MSG_OUT_INCIDENT;
	out->msg.len = sizeof(*out);
	out->domid = where->domid;
	out->commit_ns = where->commit_ns;
	out->read_ns = where->read_ns;
	out->decided_ns = where->now_ns;
	out->rtt_ns = where->rtt_ns;
	memcpy(out->guest, where->guest, strnlen(where->guest, sizeof(out->guest) - 1));
	copy_text(out->rule, sizeof(out->rule), loaded ? loaded->title : rule->name);
	copy_text(out->rule_id, sizeof(out->rule_id), loaded ? loaded->id : "");
	copy_text(out->attack, sizeof(out->attack), loaded ? loaded->attack : rule->attack);
	out->level = loaded ? loaded->level : rule->level;
	memcpy(out->reason, alert->reason, sizeof(out->reason));
	out->n_steps = alert->n_steps;
	memcpy(out->step, alert->step, alert->n_steps * sizeof(out->step[0]));
	list_alert(out, out->step[out->n_steps - 1].ring, out->step[out->n_steps - 1].seq,
		   where->now_ns);
	inc->out.verdict = inc->verdict = where->policy < wants ? where->policy : wants;
	out->n_actions = decide(wants, where->policy, out->action);
	out->state = out->n_actions ? INCIDENT_ACTING : INCIDENT_OPEN;
}

struct incident *incident_raise(struct incidents *list, const struct alert *alert,
				const struct incident_where *where)
{
	struct incident *inc = latest(list, where->domid, alert);

	if (inc && belongs(inc, where)) {
		inc->n_alerts++;
		return NULL;
	}
	inc = place(list, where->domid);
	fill(inc, alert, where);
	inc->out.id = ++list->last_id;
	return inc;
}

static void finish(struct incident *inc)
{
	if (inc->has_run || inc->n_reported < inc->out.n_actions)
		return;
	if (inc->out.dry_run)
		inc->out.state = INCIDENT_OPEN;
	else
		inc->out.state = inc->n_worked ? INCIDENT_CONTAINED : INCIDENT_FAILED;
}

static struct incident *waiting_for(struct incidents *list, const struct msg_done *done,
				    uint32_t *at)
{
	for (struct incident *inc = list->list; inc < list->list + INCIDENTS_MAX; inc++) {
		if (!inc->out.id || inc->out.id != done->incident ||
		    inc->out.domid != done->domid)
			continue;
		for (*at = 0; *at < inc->out.n_actions; ++*at)
			if (inc->out.action[*at] == done->action && !inc->out.action_ns[*at])
				return inc;
	}
	return NULL;
}

struct incident *incident_done(struct incidents *list, const struct msg_done *done)
{
	uint32_t at;
	struct incident *inc = waiting_for(list, done, &at);

	if (!inc)
		return NULL;
	inc->n_reported++;
	inc->out.action_err[at] = done->err;
	/* 0 says that it has not been done yet */
	inc->out.action_ns[at] = done->end_ns > done->start_ns ?
		done->end_ns - done->start_ns : 1;
	if (done->dry_run)
		inc->out.dry_run = 1;
	else if (!done->err)
		inc->n_worked++;
	if ((done->action == ACTION_PAUSE || done->action == ACTION_KEEP_PAUSED) &&
	    !done->err && !done->dry_run)
		inc->out.paused_ns = done->end_ns;
	finish(inc);
	return inc;
}

static struct incident *find(struct incidents *list, uint32_t id, uint32_t domid)
{
	for (struct incident *inc = list->list; inc < list->list + INCIDENTS_MAX; inc++)
		if (inc->out.id && inc->out.id == id && inc->out.domid == domid)
			return inc;
	return NULL;
}

/* The steps of the playbook take the place of what the verdict would mean. */
static void take_steps(struct incident *inc, const struct msg_run *run)
{
	struct msg_out_incident *out = &inc->out;

	inc->has_run = true;
	inc->n_reported = inc->n_worked = 0;
	out->state = INCIDENT_ACTING;
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

struct incident *incident_run(struct incidents *list, const struct msg_run *run)
{
	struct incident *inc = find(list, run->incident, run->domid);

	if (!inc || run->playbook.n_steps > VERDICT_ACTIONS_MAX)
		return NULL;
	if (!inc->has_run)
		take_steps(inc, run);
	if (run->phase == RUN_ENDED)
		inc->out.state = state_of(run->end);
	return inc;
}

void incidents_guest_gone(struct incidents *list, uint32_t domid)
{
	for (struct incident *inc = list->list; inc < list->list + INCIDENTS_MAX; inc++)
		if (inc->out.domid == domid)
			inc->gone = true;
}

void incident_undelivered(struct incident *inc, int err)
{
	for (uint32_t i = 0; i < inc->out.n_actions; i++) {
		inc->out.action_err[i] = err;
		inc->out.action_ns[i] = 1;
	}
	inc->n_reported = inc->out.n_actions;
	finish(inc);
}

void incident_verdict(const struct incident *inc, struct msg_verdict *verdict)
{
	memset(verdict, 0, sizeof(*verdict));
	verdict->msg.type = MSG_VERDICT;
	verdict->msg.len = sizeof(*verdict);
	verdict->domid = inc->out.domid;
	verdict->incident = inc->out.id;
	verdict->verdict = inc->verdict;
	verdict->n_actions = inc->out.n_actions;
	memcpy(verdict->action, inc->out.action, sizeof(verdict->action));
	/* a loaded rule's title may be longer */
	memcpy(verdict->rule, inc->out.rule,
	       strnlen(inc->out.rule, sizeof(verdict->rule) - 1));
	memcpy(verdict->reason, inc->out.reason, sizeof(verdict->reason));
}

const struct incident *incident_after(const struct incidents *list, uint32_t id)
{
	const struct incident *found = NULL;

	for (uint32_t i = 0; i < INCIDENTS_MAX; i++) {
		const struct incident *inc = &list->list[i];

		if (inc->out.id > id && (!found || inc->out.id < found->out.id))
			found = inc;
	}
	return found;
}
