// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what is recognised as an attack
 */
#include "engine/rules.h"

#include <inttypes.h>
#include <string.h>

#include "lib/decode.h"
#include "lib/text.h"

#define NS_PER_MS		UINT64_C(1000000)
#define MS_PER_S		UINT64_C(1000)
#define LINUX_RENAME_EXCHANGE	2	/* include/uapi/linux/fs.h */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

const struct rule rules[RULES] = {
	[RULE_INTRUSION] = {
		.name = "intrusion-chain",
		.attack = "T1105,T1059,T1548.001,T1547.006",
		.text = "a dropped file was run, became root and has code run in the kernel",
		.wants = RESPOND_HALT,
		.level = LEVEL_CRITICAL,
	},
	[RULE_RING_LIES] = {
		.name = "ring-lies",
		.attack = "T1562.006",
		.text = "the guest's ring says what cannot be",
		.wants = RESPOND_PAUSE,
		.level = LEVEL_CRITICAL,
	},
	[RULE_NO_SENSOR] = {
		.name = "sensor-unreadable",
		.attack = "",
		.text = "the guest cannot be observed",
		.wants = RESPOND_ALERT,
		.level = LEVEL_MEDIUM,
	},
	[RULE_MISSING] = {
		.name = "sensor-missing",
		.attack = "T1562.001",
		.text = "a guest that is to be observed has no sensor",
		.wants = RESPOND_ALERT,
		.level = LEVEL_HIGH,
	},
	[RULE_QUIET] = {
		.name = "sensor-quiet",
		.attack = "T1562.006",
		.text = "the guest runs and its sensor is silent",
		.wants = RESPOND_ALERT,
		.level = LEVEL_HIGH,
	},
	[RULE_OTHER_BUILD] = {
		.name = "sensor-other-build",
		.attack = "T1601",
		.text = "another kernel than expected",
		.wants = RESPOND_ALERT,
		.level = LEVEL_HIGH,
	},
	[RULE_KEXEC] = {
		.name = "kexec-load",
		.attack = "T1601",
		.text = "another kernel is loaded",
		.wants = RESPOND_ALERT,
		.level = LEVEL_HIGH,
	},
	[RULE_TAMPERED] = {
		.name = "kernel-tampered",
		.attack = "T1014",
		.text = "the guest's kernel was tampered with",
		.wants = RESPOND_PAUSE,
		.level = LEVEL_CRITICAL,
	},
	[RULE_SUSPECT] = {
		.name = "kernel-suspect",
		.attack = "T1014",
		.text = "the guest's kernel is not as usual",
		.wants = RESPOND_ALERT,
		.level = LEVEL_MEDIUM,
	},
	[RULE_DENIED] = {
		.name = "denied",
		.attack = "",
		.text = "denied by policy",
		.wants = RESPOND_ALERT,
		.level = LEVEL_MEDIUM,
	},
	/* name and all that from the rule */
	[RULE_LOADED] = { .name = "loaded", .attack = "" },
};

struct match {
	struct ledger *l;
	struct drops *d;
	const struct rule_event *ev;
	struct task *actor;	/* NULL if unknown */
	struct alert *alert;
};

/*
 * Words
 */

static void add_who(struct text *t, const struct match *m)
{
	const struct task *task = m->actor;
	const struct path *exe = ledger_exe(m->l, task ? task->exe : NO_SLOT);
	const char *path = exe ? exe->text : "", *base;
	size_t len = exe ? exe->len : 0;

	base = memrchr(path, '/', len);
	if (base) {
		len -= base + 1 - path;
		path = base + 1;
	}
	if (len > 32)
		len = 32;
	if (len)
		text_add_guest(t, path, len);
	else
		text_add(t, "?");
	if (task && task->pid)
		text_add(t, "[%u]", task->pid);
	else
		text_add(t, "[task %" PRIu64 "]", (uint64_t)m->ev->rec->task);
	if (task && task->uid != UNKNOWN_ID)
		text_add(t, " uid %u", task->uid);
	text_add(t, " ");
}

static void step_init(struct incident_step *step, const struct rule_event *ev)
{
	memset(step, 0, sizeof(*step));
	step->seq = ev->seq;
	step->ring = ev->ring;
	step->mono_ns = ev->mono_ns;
}

/* A path of that id that is not known reads "?", and is nobody's. */
static const struct path no_path = { .text = "?", .len = 1 };

static const struct path *path_of(struct match *m, uint64_t id)
{
	const struct path *p = ledger_path(m->l, id);

	return p ? p : &no_path;
}

/* A path in a step: what does not fit loses its beginning. */
static void add_bytes(struct text *t, const char *path, size_t len)
{
	size_t room = (t->size - t->len) / 4;

	if (len > room && room > 3) {
		text_add(t, "...");
		path += len - (room - 3);
		len = room - 3;
	}
	text_add_guest(t, path, len);
}

static void add_path(struct text *t, const struct path *p)
{
	add_bytes(t, p->text, p->len);
}

/*
 * The chain's first step: a file is left where everybody may write
 */

static bool is_common_place(const struct path *p)
{
	static const char * const places[] = { "/tmp/", "/var/tmp/", "/dev/shm/" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (p->len > strlen(places[i]) &&
		    !memcmp(p->text, places[i], strlen(places[i])))
			return true;
	/* nobody but who wants to hide has a path that long */
	return p->is_cut;
}

static bool is_user(const struct task *t)
{
	return t && t->euid != 0 && t->euid != UNKNOWN_ID;
}

static void note_drop(struct match *m, const struct path *p, const char *verb)
{
	struct drop *drop = drops_add(m->d, p->text, p->len);
	struct text t;

	drop->seq = m->ev->seq;
	drop->ring = m->ev->ring;
	drop->mono_ns = m->ev->mono_ns;
	text_init(&t, drop->text, sizeof(drop->text));
	add_who(&t, m);
	text_add(&t, "%s ", verb);
}

static bool on_write(struct match *m)
{
	/* open and create have the same fields */
	const struct starlsm_rec_create *rec = (const void *)m->ev->rec;
	const struct path *p = path_of(m, rec->path);
	bool is_new = rec->rec.type == STARLSM_EV_CREATE;

	if (!m->actor || m->actor->euid == UNKNOWN_ID || !is_common_place(p))
		return false;
	if (!is_user(m->actor)) {
		if (is_new)
			drops_remove(m->d, p->text, p->len);
		return false;
	}
	/* who made it says more than who wrote to it again */
	if (is_new || !drops_find(m->d, p->text, p->len))
		note_drop(m, p, is_new ? "created" : "wrote to");
	return false;
}

static void copy_drop(struct match *m, const struct path *from, const struct path *to)
{
	const struct drop *old = drops_find(m->d, from->text, from->len);
	struct drop copy;

	if (!old || to == &no_path)
		return;
	copy = *old;
	*drops_add(m->d, to->text, to->len) = copy;
}

/*
 * The record comes before the attempt, which may fail, as may an unlink: so no
 * name is cleared by either, or a user could clear one by a failing attempt.
 */
static bool on_rename(struct match *m)
{
	const struct starlsm_rec_rename *rec = (const void *)m->ev->rec;
	const struct path *from = path_of(m, rec->from);
	const struct path *to = path_of(m, rec->to);

	if (rec->flags & LINUX_RENAME_EXCHANGE)
		copy_drop(m, to, from);
	copy_drop(m, from, to);
	return false;
}

/*
 * The second: it is run
 */

static void tell_drop(struct match *m, uint32_t story, const struct drop *drop,
		      const struct path *p)
{
	struct incident_step *step = story_step(&m->l->stories, story);
	struct text t;

	if (!step)
		return;
	step->seq = drop->seq;
	step->ring = drop->ring;
	step->mono_ns = drop->mono_ns;
	text_init(&t, step->text, sizeof(step->text));
	text_add(&t, "%s", drop->text);
	add_path(&t, p);
}

static void tell(struct match *m, uint32_t story, const char *what,
		 const char *path, size_t len)
{
	struct incident_step *step = story_step(&m->l->stories, story);
	struct text t;

	if (!step)
		return;
	step_init(step, m->ev);
	text_init(&t, step->text, sizeof(step->text));
	add_who(&t, m);
	text_add(&t, "%s", what);
	add_bytes(&t, path, len);
}

static void became_root(struct match *m, const char *how, const char *path, size_t len)
{
	uint32_t story = story_copy(&m->l->stories, m->actor->story);

	tell(m, story, how, path, len);
	ledger_set_stage(m->l, m->actor, STAGE_ROOT, story);
}

/* The credentials' record came before the exec's, which has the file and the pid. */
static void name_setuid_file(struct match *m, const struct path *p)
{
	struct story *story = story_of(&m->l->stories, m->actor->story);
	struct incident_step *step;
	struct text t;

	if (!story || !story->n_steps || story->refs != 1)
		return;
	step = &story->step[story->n_steps - 1];
	text_init(&t, step->text, sizeof(step->text));
	add_who(&t, m);
	text_add(&t, "became root by executing set-uid ");
	add_path(&t, p);
}

static bool on_exec(struct match *m)
{
	const struct starlsm_rec_exec *rec = (const void *)m->ev->rec;
	const struct path *p = path_of(m, rec->path);
	const struct drop *drop;
	uint32_t story;

	if (!m->actor)
		return false;
	if (m->actor->stage == STAGE_ROOT) {
		if (m->actor->cred_by_exec)
			name_setuid_file(m, p);
		return false;
	}
	if (m->actor->stage == STAGE_RAN_DROP) {
		if (is_user(m->actor) && rec->euid == 0)
			became_root(m, "became root by executing ", p->text, p->len);
		return false;
	}
	drop = drops_find(m->d, p->text, p->len);
	if (!drop || rec->uid == 0 || !is_user(m->actor))
		return false;
	story = story_copy(&m->l->stories, NO_STORY);
	tell_drop(m, story, drop, p);
	tell(m, story, "executed ", p->text, p->len);
	ledger_set_stage(m->l, m->actor, STAGE_RAN_DROP, story);
	return false;
}

/*
 * The third: root
 */
static bool on_cred(struct match *m)
{
	const struct starlsm_rec_cred *rec = (const void *)m->ev->rec;

	if (!m->actor || m->actor->stage != STAGE_RAN_DROP)
		return false;
	if (rec->old_euid == 0 || rec->euid != 0)
		return false;
	if (rec->op == STARLSM_CRED_EXEC)
		became_root(m, "became root by executing a set-uid file", "", 0);
	else
		became_root(m, "became root by ", decode_name(FIELD_CREDOP, rec->op),
			    strlen(decode_name(FIELD_CREDOP, rec->op)));
	return false;
}

/*
 * The last: code for the kernel
 */

static void tell_steps(struct alert *alert, struct text *t)
{
	for (uint32_t i = 0; i < alert->n_steps; i++)
		text_add(t, "%s%s (%u:#%" PRIu64 ")", i ? "; then " : "",
			 alert->step[i].text, alert->step[i].ring, alert->step[i].seq);
}

void rules_begin(struct alert *alert, enum rule_id rule)
{
	alert->rule = rule;
	alert->loaded = NULL;
	alert->attack[0] = '\0';
	alert->part = 0;
	alert->counted = LEVEL_INFORMATIONAL;
}

static void finish(struct alert *alert, enum rule_id rule)
{
	struct text t;

	rules_begin(alert, rule);
	text_init(&t, alert->reason, sizeof(alert->reason));
	text_add(&t, "%s: ", rules[rule].text);
	tell_steps(alert, &t);
}

static void add_code(struct text *t, struct match *m)
{
	const struct starlsm_rec *rec = m->ev->rec;
	const struct starlsm_rec_module *load = (const void *)rec;
	const struct starlsm_rec_bpf *bpf = (const void *)rec;

	if (rec->type == STARLSM_EV_BPF) {
		text_add(t, "loads a bpf program of %u instructions, ", bpf->insns);
		add_bytes(t, (const char *)(bpf + 1), STARLSM_VAR_LEN(bpf->prog_len));
		return;
	}
	/* module and kexec have the same fields */
	text_add(t, "loads %s from ", rec->type == STARLSM_EV_MODULE ?
		 "a kernel module" : "another kernel");
	if (load->source == STARLSM_FROM_FILE)
		add_path(t, path_of(m, load->path));
	else
		text_add(t, "memory");
}

static void last_step(struct match *m)
{
	struct incident_step *step = &m->alert->step[m->alert->n_steps++];
	struct text t;

	step_init(step, m->ev);
	text_init(&t, step->text, sizeof(step->text));
	add_who(&t, m);
	add_code(&t, m);
}

/* What the actor's lineage did before */
static void begin_with_story(struct match *m)
{
	const struct story *story = NULL;

	m->alert->n_steps = 0;
	if (m->actor)
		story = story_of(&m->l->stories, m->actor->story);
	if (!story)
		return;
	m->alert->n_steps = story->n_steps;
	memcpy(m->alert->step, story->step, story->n_steps * sizeof(story->step[0]));
}

static bool on_kernel_code(struct match *m)
{
	m->alert->n_steps = 0;
	if (m->actor && m->actor->stage == STAGE_ROOT) {
		begin_with_story(m);
		last_step(m);
		finish(m->alert, RULE_INTRUSION);
		return true;
	}
	if (m->ev->rec->type != STARLSM_EV_KEXEC)
		return false;
	last_step(m);
	finish(m->alert, RULE_KEXEC);
	return true;
}

static bool (*const handlers[STARLSM_EV_LIMIT])(struct match *m) = {
	[STARLSM_EV_EXEC] = on_exec,
	[STARLSM_EV_CRED] = on_cred,
	[STARLSM_EV_OPEN] = on_write,
	[STARLSM_EV_CREATE] = on_write,
	[STARLSM_EV_RENAME] = on_rename,
	[STARLSM_EV_MODULE] = on_kernel_code,
	[STARLSM_EV_KEXEC] = on_kernel_code,
	[STARLSM_EV_BPF] = on_kernel_code,
};

_Static_assert(sizeof(struct starlsm_rec_open) == sizeof(struct starlsm_rec_create) &&
	       offsetof(struct starlsm_rec_open, path) ==
	       offsetof(struct starlsm_rec_create, path), "on_write() reads both");
_Static_assert(sizeof(struct starlsm_rec_module) == sizeof(struct starlsm_rec_kexec) &&
	       offsetof(struct starlsm_rec_module, path) ==
	       offsetof(struct starlsm_rec_kexec, path), "add_code() reads both");
_Static_assert(STORY_STEPS < INCIDENT_STEPS_MAX, "a story and its last step fit");

bool rules_feed(struct ledger *l, struct drops *d, const struct rule_event *ev,
		struct alert *alert)
{
	struct match m = { .l = l, .d = d, .ev = ev, .alert = alert };

	if (ev->rec->type >= STARLSM_EV_LIMIT || !handlers[ev->rec->type])
		return false;
	m.actor = ledger_task(l, ev->rec->task);
	return handlers[ev->rec->type](&m);
}

static void add_attempt(struct text *t, struct match *m)
{
	const struct starlsm_rec *rec = m->ev->rec;
	const struct starlsm_rec_connect *connect = (const void *)rec;
	struct value path;
	char address[256];

	switch (rec->type) {
	case STARLSM_EV_EXEC:
		text_add(t, "executes ");
		add_path(t, path_of(m, ((const struct starlsm_rec_exec *)rec)->path));
		break;
	case STARLSM_EV_CHECK:
		text_add(t, "executes ");
		add_path(t, path_of(m, ((const struct starlsm_rec_check *)rec)->path));
		break;
	case STARLSM_EV_CONNECT:
		decode_sockaddr((const char *)(connect + 1),
				STARLSM_VAR_LEN(connect->addr_len), address, sizeof(address));
		text_add(t, "connects to %s", address);
		break;
	case STARLSM_EV_PTRACE:
		text_add(t, "traces task %u", ((const struct starlsm_rec_ptrace *)rec)->pid);
		break;
	case STARLSM_EV_MODULE:
	case STARLSM_EV_KEXEC:
		add_code(t, m);
		break;
	default:
		text_add(t, "asks for %s", decode_event(rec->type)->name);
		if (decode_find(rec, "path", &path) && path.number) {
			text_add(t, " of ");
			add_path(t, path_of(m, path.number));
		}
	}
}

void rules_describe(struct ledger *l, const struct rule_event *ev, struct incident_step *step)
{
	struct match m = { .l = l, .ev = ev, .actor = ledger_task(l, ev->rec->task) };
	struct text t;

	step_init(step, ev);
	text_init(&t, step->text, sizeof(step->text));
	add_who(&t, &m);
	add_attempt(&t, &m);
}

/* Rules have other numbers after a reload, but who they are stays. */
static uint32_t part_of(const struct sigma_rule *rule)
{
	uint32_t h = 2166136261U;

	for (const char *at = rule->id[0] ? rule->id : rule->title; *at; at++)
		h = (h ^ (uint8_t)*at) * 16777619U;
	return h;
}

struct text rules_begin_loaded(const struct sigma_rule *rule, struct alert *alert)
{
	struct text t;

	rules_begin(alert, RULE_LOADED);
	alert->loaded = rule;
	alert->part = part_of(rule);
	text_init(&t, alert->reason, sizeof(alert->reason));
	text_add_guest(&t, rule->title, strlen(rule->title));
	text_add(&t, " (%s): ", rule_level_name(rule->level));
	return t;
}

void rules_loaded(struct ledger *l, const struct rule_event *ev,
		  const struct sigma_rule *rule, struct alert *alert)
{
	struct match m = {
		.l = l, .ev = ev, .actor = ledger_task(l, ev->rec->task), .alert = alert,
	};
	struct text t = rules_begin_loaded(rule, alert);

	begin_with_story(&m);
	rules_describe(l, ev, &alert->step[alert->n_steps++]);
	tell_steps(alert, &t);
}

void rules_denied(const struct incident_step *step, uint32_t part, struct alert *alert)
{
	alert->step[0] = *step;
	alert->n_steps = 1;
	finish(alert, RULE_DENIED);
	alert->part = part;
}

/*
 * The sensor itself
 */

struct text rules_only_step(struct alert *alert, int64_t mono_ns)
{
	struct incident_step *step = &alert->step[0];
	struct text t;

	memset(step, 0, sizeof(*step));
	step->mono_ns = mono_ns;
	alert->n_steps = 1;
	text_init(&t, step->text, sizeof(step->text));
	return t;
}

static bool is_over(uint64_t ns, uint32_t limit_s)
{
	return limit_s && ns / NS_PER_MS >= limit_s * MS_PER_S;
}

bool rules_vitals(const struct rules_expect *expect, const struct msg_vitals *m,
		  int64_t now_ns, struct alert *alert)
{
	struct text t;

	if (is_over(m->unattached_ns, expect->attach_s)) {
		t = rules_only_step(alert, now_ns);
		text_add(&t, "it has run for %" PRIu64 " s and not attached",
			 m->unattached_ns / NS_PER_MS / MS_PER_S);
		finish(alert, RULE_MISSING);
		return true;
	}
	if (is_over(m->silent_cpu_ns, expect->quiet_s)) {
		t = rules_only_step(alert, now_ns);
		text_add(&t, "each of its vCPUs has run for %" PRIu64 " ms without a heartbeat",
			 m->silent_cpu_ns / NS_PER_MS);
		finish(alert, RULE_QUIET);
		return true;
	}
	return false;
}

bool rules_build(const struct rules_expect *expect, const struct rule_event *ev,
		 struct alert *alert)
{
	const struct starlsm_rec_hello *rec = (const void *)ev->rec;
	const char *id = (const char *)(rec + 1);
	struct text t;
	size_t len;

	if (rec->rec.type != STARLSM_EV_HELLO || !expect->build_id[0])
		return false;
	len = STARLSM_VAR_LEN(rec->build_id_len);
	if (len == strlen(expect->build_id) && !memcmp(id, expect->build_id, len))
		return false;
	t = rules_only_step(alert, ev->mono_ns);
	alert->step[0].seq = ev->seq;
	alert->step[0].ring = ev->ring;
	text_add(&t, "its kernel says that its build id is ");
	text_add_guest(&t, id, len);
	text_add(&t, ", and not %s", expect->build_id);
	finish(alert, RULE_OTHER_BUILD);
	return true;
}

/* What an honest sensor that is attached never does, whatever its version. */
static bool is_lie(uint32_t error)
{
	switch (error) {
	case STARLSM_ERR_POSITION:
	case STARLSM_ERR_LENGTH:
	case STARLSM_ERR_TYPE:
	case STARLSM_ERR_SEQUENCE:
	case STARLSM_ERR_CONTENT:
		return true;
	default:
		return false;
	}
}

void rules_broken(const struct msg_broken *msg, int64_t now_ns, struct alert *alert)
{
	struct text t = rules_only_step(alert, now_ns);

	alert->step[0].ring = msg->ring;
	text_add(&t, "%s: %s, found %#" PRIx64 " at position %" PRIu64,
		 decode_error_name(msg->error), decode_error_text(msg->error),
		 msg->found, msg->position);
	finish(alert, is_lie(msg->error) ? RULE_RING_LIES : RULE_NO_SENSOR);
}
