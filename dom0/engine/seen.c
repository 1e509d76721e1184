// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the processes that vmi sees in a guest's memory, held against its events
 */
#include "engine/seen.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A record's time is right within that: a clock is known to half a round trip. */
#define MARGIN_NS	200000000LL
/* Of one look: one intruder is told as well as a thousand */
#define FINDINGS_MAX	8
#define NUMBERED	(1ULL << 63)
/* Numbers of what is found here, behind those of vmi's table */
#define FIRST_CHECK	LOOK_CHECKS_MAX

void seen_init(struct seen *s, const struct hash_seed *seed)
{
	memset(s, 0, sizeof(*s));
	s->seed = *seed;
}

void seen_free(struct seen *s)
{
	if (s->entry)
		idmap_free(&s->ids);
	free(s->entry);
	s->entry = NULL;
}

/*
 * What may be missing
 */

static bool is_counted(uint32_t type)
{
	return type == STARLSM_EV_TASK || type == STARLSM_EV_FORK || type == STARLSM_EV_EXEC ||
	       type == STARLSM_EV_CRED;
}

static bool may_be_missing(const struct starlsm_rec *rec)
{
	switch (rec->type) {
	case STARLSM_EV_LOST:
	case STARLSM_EV_FILTERED:
		return is_counted(((const struct starlsm_rec_lost *)rec)->event);
	case STARLSM_EV_POLICY:
	case STARLSM_EV_HELLO:
		return true;
	default:
		return false;
	}
}

void seen_record(struct seen *s, struct ledger *l, const struct starlsm_rec *rec,
		 int64_t committed_ns, int64_t read_ns)
{
	l->now_ns = committed_ns;
	if (committed_ns > s->committed_ns)
		s->committed_ns = committed_ns;
	if (read_ns > s->read_ns)
		s->read_ns = read_ns;
	if (may_be_missing(rec))
		l->doubt++;
}

void seen_policy(struct seen *s, struct ledger *l, const uint64_t *untold)
{
	memcpy(s->untold, untold, sizeof(s->untold));
	l->doubt++;
}

static bool is_told(const struct seen *s, uint32_t type)
{
	return !(s->untold[type / 64] >> type % 64 & 1);
}

/*
 * What vmi says
 */

static uint64_t key_of(const struct seen_task *t)
{
	return t->id ? t->id : NUMBERED | t->pid;
}

static struct seen_entry *find(const struct seen *s, uint64_t key)
{
	uint32_t slot = s->entry ? idmap_find(&s->ids, key) : NO_SLOT;

	return slot == NO_SLOT ? NULL : &s->entry[slot];
}

static void forget(struct seen *s, const struct seen_task *t)
{
	uint32_t slot = idmap_find(&s->ids, key_of(t));

	if (slot == NO_SLOT)
		return;
	s->entry[slot].is_used = false;
	idmap_remove(&s->ids, slot);
}

static void take(struct seen *s, const struct seen_task *t)
{
	uint64_t key = key_of(t);
	struct seen_entry *e = find(s, key);
	uint32_t slot;

	if (!e) {
		slot = idmap_add(&s->ids, key);
		/* no guest has more; of this one nothing is said */
		if (slot == NO_SLOT)
			return;
		e = &s->entry[slot];
		*e = (struct seen_entry){ .is_used = true, .is_old = !s->n_looks };
	}
	e->task = *t;
	e->n_looks = 0;
	s->has_ids |= t->id != 0;
}

static int start(struct seen *s)
{
	struct idmap ids;

	if (idmap_init(&ids, LEDGER_TASKS, &s->seed))
		return -ENOMEM;
	seen_free(s);
	s->entry = calloc(LEDGER_TASKS, sizeof(*s->entry));
	if (!s->entry) {
		idmap_free(&ids);
		return -ENOMEM;
	}
	s->ids = ids;
	s->n_looks = 0;
	s->has_ids = false;
	return 0;
}

int seen_take(struct seen *s, const struct msg_seen *m)
{
	if (m->n_tasks > SEEN_TASKS_MAX || m->to_ns < m->from_ns)
		return -EBADMSG;
	for (uint32_t i = 0; i < m->n_tasks; i++)
		if (!memchr(m->task[i].comm, 0, sizeof(m->task[i].comm)))
			return -EBADMSG;
	if ((m->flags & SEEN_ALL) && start(s))
		return -ENOMEM;
	/* there was no memory for the first: it is as if nobody looked */
	if (!s->entry)
		return 0;
	for (uint32_t i = 0; i < m->n_tasks; i++) {
		if (m->task[i].flags & SEEN_ENDED)
			forget(s, &m->task[i]);
		else
			take(s, &m->task[i]);
	}
	s->from_ns = m->from_ns;
	s->to_ns = m->to_ns;
	return 0;
}

/*
 * What is found
 */

struct teller {
	void (*fn)(void *arg, const struct msg_finding *f);
	void *arg;
	unsigned int n;
};

static const struct {
	const char *name, *attack;
	enum finding_severity severity;
} kinds[] = {
	{ "credentials", "T1068", FINDING_TAMPERED },
	{ "capabilities", "T1068", FINDING_TAMPERED },
	{ "unknown-process", "T1562.006", FINDING_TAMPERED },
	{ "hidden-process", "T1564", FINDING_TAMPERED },
};

/* Escaped by whoever shows it. */
static void describe(unsigned int kind, const struct seen_task *seen, const struct task *t,
		     char *text)
{
	switch (1U << kind) {
	case DIFFERS_UID:
		snprintf(text, FINDING_TEXT_MAX,
			 "process %u (%s) is user %u (effective %u), and no event made it other than %u (%u)",
			 seen->pid, seen->comm, seen->uid, seen->euid, t->told.uid, t->told.euid);
		break;
	case DIFFERS_CAPS:
		snprintf(text, FINDING_TEXT_MAX,
			 "process %u (%s) has capabilities %#" PRIx64 " that no event has given it",
			 seen->pid, seen->comm, seen->cap_effective & ~t->told.caps);
		break;
	case DIFFERS_NO_EVENT:
		snprintf(text, FINDING_TEXT_MAX, "process %u (%s) is there, and no event made it",
			 seen->pid, seen->comm);
		break;
	default:
		snprintf(text, FINDING_TEXT_MAX, "process %u acts, and is in no table of the kernel's",
			 t->pid);
	}
}

static void tell(struct teller *to, unsigned int kind, const struct seen_task *seen,
		 const struct task *t)
{
	struct msg_finding f = {
		.check = FIRST_CHECK + kind, .severity = kinds[kind].severity,
		.vcpu = FINDING_NO_VCPU,
	};

	if (to->n++ >= FINDINGS_MAX)
		return;
	if (1U << kind == DIFFERS_UID && seen->uid && seen->euid)
		f.severity = FINDING_SUSPECT;
	snprintf(f.name, sizeof(f.name), "%s", kinds[kind].name);
	snprintf(f.attack, sizeof(f.attack), "%s", kinds[kind].attack);
	strcpy(f.object, "-");
	describe(kind, seen, t, f.text);
	to->fn(to->arg, &f);
}

/* What differs now. What was told when nothing is known to be missing counts. */
static uint32_t compare(const struct seen *s, struct ledger *l, struct seen_entry *e,
			struct task *t)
{
	const struct seen_task *seen = &e->task;
	uint32_t differs = 0;

	if ((seen->flags & SEEN_KERNEL) || !s->has_ids)
		return 0;
	if (!t)
		return e->is_old || l->evicted_tasks || !is_told(s, STARLSM_EV_FORK) ?
			0 : DIFFERS_NO_EVENT;
	if (!(seen->flags & SEEN_CRED) || !is_told(s, STARLSM_EV_EXEC) ||
	    !is_told(s, STARLSM_EV_CRED) || !is_told(s, STARLSM_EV_FORK))
		return 0;
	if (!t->told.is_known || t->told.doubt != l->doubt) {
		ledger_believe(l, t, seen->uid, seen->euid, seen->cap_effective);
		return 0;
	}
	if (seen->uid != t->told.uid || seen->euid != t->told.euid)
		differs |= DIFFERS_UID;
	if ((seen->flags & SEEN_USERS) && (seen->cap_effective & ~t->told.caps))
		differs |= DIFFERS_CAPS;
	return differs;
}

static void judge(const struct seen *s, struct ledger *l, struct seen_entry *e,
		  struct teller *to)
{
	struct task *t = ledger_task(l, e->task.id);
	uint32_t differs = compare(s, l, e, t), stamp = t ? t->told.stamp : 0;

	e->told &= differs;
	if (differs != e->differs || stamp != e->stamp || !e->n_looks) {
		e->differs = differs;
		e->stamp = stamp;
		e->differs_ns = s->to_ns;
	}
	e->n_looks++;
	if (!differs || s->from_ns <= e->differs_ns ||
	    s->committed_ns <= e->differs_ns + MARGIN_NS ||
	    s->read_ns <= e->differs_ns + MARGIN_NS)
		return;
	for (unsigned int kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
		if (!(differs & ~e->told & 1U << kind))
			continue;
		e->told |= 1U << kind;
		tell(to, kind, &e->task, t);
	}
}

/* A process, by the leader of its threads, that was there long before a look began */
static void look_for(const struct seen *s, struct task *t, struct teller *to)
{
	if (!s->has_ids || !t->id || !t->pid || t->pid != t->tgid)
		return;
	if (find(s, t->id) || t->first_ns + MARGIN_NS >= s->from_ns) {
		t->n_absent = 0;
		return;
	}
	if (++t->n_absent == 2)
		t->absent_ns = s->to_ns;
	if (t->n_absent < 3 || t->is_hidden || t->last_ns <= t->absent_ns + MARGIN_NS)
		return;
	t->is_hidden = true;
	tell(to, 3, NULL, t);
}

/* Those that are there now are not asked where they come from. */
static void accept_all(struct seen *s, const struct ledger *l)
{
	for (uint32_t i = 0; i < s->ids.fresh; i++)
		s->entry[i].is_old = true;
	s->doubt = l->doubt;
}

void seen_end(struct seen *s, struct ledger *l,
	      void (*fn)(void *arg, const struct msg_finding *f), void *arg)
{
	struct teller to = { fn, arg, 0 };

	if (!s->entry)
		return;
	if (s->doubt != l->doubt)
		accept_all(s, l);
	for (uint32_t i = 0; i < s->ids.fresh; i++)
		if (s->entry[i].is_used)
			judge(s, l, &s->entry[i], &to);
	for (uint32_t i = 0; i < l->task_ids.fresh; i++)
		if (idmap_find(&l->task_ids, l->task[i].id) == i)
			look_for(s, &l->task[i], &to);
	s->n_looks++;
}

/*
 * For people
 */

static void show_told(struct ledger *l, const struct task *t, struct msg_out_task *out)
{
	const struct path *exe = ledger_exe(l, t->exe);
	uint32_t skip = exe && exe->len > sizeof(out->exe) ? exe->len - sizeof(out->exe) : 0;

	out->which |= OUT_TASK_TOLD;
	out->id = t->id;
	out->pid = t->pid;
	out->uid = t->told.is_known ? t->told.uid : UNKNOWN_ID;
	out->euid = t->told.is_known ? t->told.euid : UNKNOWN_ID;
	out->cap_effective = t->told.caps;
	if (!exe)
		return;
	out->exe_len = exe->len - skip;
	memcpy(out->exe, exe->text + skip, out->exe_len);
}

/* First all that memory has, then what only events do: no threads, nothing without a number */
bool seen_next(const struct seen *s, struct ledger *l, uint64_t *at, struct msg_out_task *out)
{
	uint32_t n_seen = s->entry ? s->ids.fresh : 0;

	memset(out, 0, sizeof(*out));
	for (; *at < n_seen; ++*at) {
		const struct seen_entry *e = &s->entry[*at];
		const struct task *t = e->is_used ? ledger_task(l, e->task.id) : NULL;

		if (!e->is_used)
			continue;
		out->which = OUT_TASK_SEEN;
		out->seen = e->task;
		out->differs = e->n_looks > 1 ? e->differs : 0;
		out->told = e->told;
		if (t)
			show_told(l, t, out);
		++*at;
		return true;
	}
	for (; *at - n_seen < l->task_ids.fresh; ++*at) {
		const struct task *t = &l->task[*at - n_seen];

		if (!t->pid || t->pid != t->tgid || find(s, t->id) ||
		    idmap_find(&l->task_ids, t->id) != *at - n_seen)
			continue;
		show_told(l, t, out);
		out->differs = out->told = t->is_hidden ? DIFFERS_NO_TASK : 0;
		++*at;
		return true;
	}
	return false;
}
