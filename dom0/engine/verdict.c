// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - may a task do what it asks for? By the configured verdicts
 */
#include "engine/verdict.h"

#include <fnmatch.h>
#include <string.h>

#include "lib/decode.h"

enum match { MATCH_NO, MATCH_UNKNOWN, MATCH_YES };

struct subject {
	uint32_t uid;		/* effective, UNKNOWN_ID */
	bool path_known;
	char path[STARLSM_REC_MAX];
	char address[1024];
};

void verdicts_init(struct verdicts *v)
{
	v->otherwise = STARLSM_ANSWER_ALLOW;
	v->n_rules = 0;
}

static bool rule_ok(const struct verdict_rule *r)
{
	return r->event < STARLSM_EV_LIMIT && verdict_is_possible(r->event) &&
	       decode_name(FIELD_ANSWER, r->answer) && r->uid_lo <= r->uid_hi &&
	       memchr(r->path, 0, sizeof(r->path)) &&
	       memchr(r->address, 0, sizeof(r->address));
}

bool verdicts_set(struct verdicts *v, const struct msg_rules *m)
{
	if (m->n_rules > VERDICT_RULES_MAX || !decode_name(FIELD_ANSWER, m->otherwise))
		return false;
	for (uint32_t i = 0; i < m->n_rules; i++)
		if (!rule_ok(&m->rule[i]))
			return false;
	v->otherwise = m->otherwise;
	v->n_rules = m->n_rules;
	memcpy(v->rule, m->rule, m->n_rules * sizeof(m->rule[0]));
	return true;
}

bool verdict_is_possible(uint16_t type)
{
	return decode_can_be(type, STARLSM_CLASS_VERDICT);
}

/*
 * What is asked for
 */

static void set_path(struct subject *s, const struct path *p)
{
	s->path_known = p && !p->is_cut && p->len < sizeof(s->path);
	if (!s->path_known)
		return;
	memcpy(s->path, p->text, p->len);
	s->path[p->len] = '\0';
}

/* Of a traced task, what it executes */
static void set_target(struct subject *s, struct ledger *l, uint64_t id)
{
	const struct task *t = ledger_task(l, id);

	set_path(s, ledger_exe(l, t ? t->exe : NO_SLOT));
}

static void read_subject(struct subject *s, struct ledger *l, const struct task *actor,
			 const struct starlsm_rec *rec)
{
	struct value v;

	s->uid = actor ? actor->euid : UNKNOWN_ID;
	s->path_known = true;
	s->path[0] = s->address[0] = '\0';
	if (rec->type == STARLSM_EV_PTRACE)
		set_target(s, l, ((const struct starlsm_rec_ptrace *)rec)->target);
	else if (decode_find(rec, "path", &v) && v.number)
		set_path(s, ledger_path(l, v.number));
	if (decode_find(rec, "addr", &v))
		decode_sockaddr(v.bytes, v.len, s->address, sizeof(s->address));
}

/*
 * Judging
 */

static enum match match_uid(const struct verdict_rule *r, const struct subject *s)
{
	if (r->uid_lo == 0 && r->uid_hi == UINT32_MAX)
		return MATCH_YES;
	if (s->uid == UNKNOWN_ID)
		return MATCH_UNKNOWN;
	return s->uid >= r->uid_lo && s->uid <= r->uid_hi ? MATCH_YES : MATCH_NO;
}

static enum match match_glob(const char *glob, const char *text, bool is_known)
{
	if (!*glob)
		return MATCH_YES;
	if (!is_known)
		return MATCH_UNKNOWN;
	return fnmatch(glob, text, 0) ? MATCH_NO : MATCH_YES;
}

static bool applies(const struct verdict_rule *r, const struct subject *s)
{
	const enum match all[] = {
		match_uid(r, s),
		match_glob(r->path, s->path, s->path_known),
		match_glob(r->address, s->address, true),
	};
	const enum match least = r->answer == STARLSM_ANSWER_DENY ? MATCH_UNKNOWN : MATCH_YES;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] < least)
			return false;
	return true;
}

struct verdict verdict_on(const struct verdicts *v, struct ledger *l,
			  const struct task *actor, const struct starlsm_rec *rec,
			  uint64_t seq)
{
	struct verdict found = {
		.seq = seq, .event = rec->type, .answer = STARLSM_ANSWER_ALLOW,
	};
	struct subject s;

	if (!v->n_rules)
		return found;
	read_subject(&s, l, actor, rec);
	for (uint32_t i = 0; i < v->n_rules; i++) {
		if (v->rule[i].event != rec->type || !applies(&v->rule[i], &s))
			continue;
		found.answer = v->rule[i].answer;
		found.rule = i + 1;
		break;
	}
	return found;
}
