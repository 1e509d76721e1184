// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of loaded rules in the engine: from records to incidents
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch_of_events.h"
#include "engine/engine_core.h"
#include "lib/attack.h"
#include "lib/rulefiles.h"
#include "lib/sigma/rule.h"

#define WEB	5
#define MAIL	6

/*
 * Memory that runs out
 */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);

static long allocations_left = -1;	/* -1: no end */

static bool is_out_of_memory(void)
{
	if (allocations_left < 0)
		return false;
	if (allocations_left == 0)
		return true;
	allocations_left--;
	return false;
}

void *__wrap_malloc(size_t size)
{
	return is_out_of_memory() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return is_out_of_memory() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return is_out_of_memory() ? NULL : __real_realloc(old, size);
}

static struct engine *engine;
static struct msg_out_incident incidents[16];
static unsigned int n_incidents, n_verdicts, n_errors, n_lost;
static char bytes[1 << 17];	/* all that came out */
static size_t n_bytes;

static int take_out(void *arg, const struct msg *m)
{
	(void)arg;
	n_verdicts += m->type == MSG_VERDICT;
	if (m->type == MSG_OUT_INCIDENT && n_incidents < ARRAY_SIZE(incidents))
		memcpy(&incidents[n_incidents++], m, sizeof(incidents[0]));
	if (m->type == MSG_OUT_INCIDENT && n_bytes + m->len <= sizeof(bytes)) {
		memcpy(bytes + n_bytes, m, m->len);
		n_bytes += m->len;
	}
	return 0;
}

static void report(void *arg, enum report_kind kind, const char *file, unsigned int line,
		   const char *text)
{
	(void)arg;
	(void)file;
	(void)line;
	(void)text;
	n_errors += kind == REPORT_ERROR;
	n_lost += kind == REPORT_LOST;
}

static int load(const char *yaml)
{
	struct rulefiles files = { 0 };
	int n;

	n_errors = n_lost = 0;
	assert_int_equal(rulefiles_put(&files, "t.yml", yaml, strlen(yaml)), 0);
	n = engine_load(engine, files.bytes, files.len, report, NULL);
	rulefiles_free(&files);
	return n;
}

static void add_guest(uint32_t domid, const char *name)
{
	struct msg_guest m = {
		.msg = { MSG_GUEST, sizeof(m) }, .domid = domid, .respond = RESPOND_HALT,
		.incidents = { .window_s = 600, .hold_s = 60 },
	};

	strcpy(m.name, name);
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, 1), 0);
}

static int set_up(void **state)
{
	const struct hash_seed seed = { { 1, 2 } };

	(void)state;
	engine = engine_new(&seed, take_out, NULL);
	assert_non_null(engine);
	add_guest(WEB, "web");
	add_guest(MAIL, "mail");
	script_reset();
	n_incidents = n_verdicts = 0;
	n_bytes = 0;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	engine_free(engine);
	return 0;
}

static void feed(uint32_t domid, const struct line *script)
{
	for (; script->type; script++) {
		struct msg_events *m = batch_start(domid);

		batch_add(m, script);
		assert_int_equal(engine_feed(engine, FROM_READER, domid, &m->msg, READ_NS + 5), 0);
	}
}

/* nginx is task 1; it forks 2, which executes a shell, forks 3, which executes another */
static const struct line shell[] = {
	{ STARLSM_EV_EXEC, 1, .path = "/usr/sbin/nginx", .pid = 10, .uid = 33, .euid = 33 },
	{ STARLSM_EV_FORK, 1, .other = 2 },
	{ STARLSM_EV_EXEC, 2, .path = "/bin/sh", .to = "sh", .pid = 11, .uid = 33, .euid = 33 },
	{ STARLSM_EV_FORK, 2, .other = 3 },
	{ STARLSM_EV_EXEC, 3, .path = "/tmp/x", .pid = 12, .uid = 33, .euid = 33 },
	{ 0 },
};

#define SHELL_RULE \
	"title: A shell of the web server's\nid: 00000000-0000-4000-8000-00000000000a\n" \
	"level: high\ntags: [attack.t1059.004, attack.initial_access, cve.2026.1]\n" \
	"logsource: {product: linux, category: process_creation}\n" \
	"detection: {s: {Image|endswith: /sh, ParentImage|endswith: /nginx}, condition: s}\n"

static void a_match_is_an_incident(void **state)
{
	const struct msg_out_incident *in = &incidents[0];

	(void)state;
	assert_int_equal(load(SHELL_RULE), 1);
	feed(WEB, shell);
	assert_int_equal(n_incidents, 1);
	/* nothing is to be done, unless there is a playbook for that */
	assert_int_equal(n_verdicts, 1);
	assert_string_equal(in->rule, "A shell of the web server's");
	assert_string_equal(in->rule_id, "00000000-0000-4000-8000-00000000000a");
	assert_string_equal(in->attack, "T1059.004");
	assert_int_equal(in->tactics, attack_tactic("execution") | attack_tactic("initial-access"));
	assert_int_equal(in->score, 40);
	assert_int_equal(in->level, LEVEL_HIGH);
	assert_int_equal(in->state, INCIDENT_OPEN);
	assert_int_equal(in->domid, WEB);
	assert_int_equal(in->n_steps, 1);
	assert_non_null(strstr(in->reason, "A shell of the web server's (high): "));
	assert_non_null(strstr(in->reason, "executes /bin/sh"));
	/* again is the same; in another guest it is another */
	feed(WEB, shell);
	assert_int_equal(n_incidents, 1);
	feed(MAIL, shell);
	assert_int_equal(n_incidents, 2);
	assert_int_equal(incidents[1].domid, MAIL);
}

/* The record has who asks as it was; the parent is who forked it. */
static void who_forked_it(void **state)
{
	(void)state;
	load("title: t\nlogsource: {product: linux, category: process_creation}\n"
	     "detection: {s: {Image: /tmp/x, ParentImage: /bin/sh, ParentProcessId: 11,"
	     " ParentCommandLine: sh,"
	     " User: 33, ProcessId: 12}, condition: s}\n");
	feed(WEB, shell);
	assert_int_equal(n_incidents, 1);
}

static void a_rule_may_ask_for_an_action(void **state)
{
	(void)state;
	load("title: t\nrespond: pause\nlogsource: {product: linux, category: process_creation}\n"
	     "detection: {s: {Image: /tmp/x}, condition: s}\n");
	feed(WEB, shell);
	assert_int_equal(n_incidents, 1);
	assert_int_equal(n_verdicts, 1);
	assert_int_equal(incidents[0].n_actions, 1);
	assert_int_equal(incidents[0].action[0], ACTION_PAUSE);
	assert_int_equal(incidents[0].state, INCIDENT_ACTING);
}

/* Told for what correlations make of it */
static void informational_is_not_shown(void **state)
{
	(void)state;
	load("title: t\nlevel: informational\n"
	     "logsource: {product: linux, category: process_creation}\n"
	     "detection: {s: {Image: /tmp/x}, condition: s}\n");
	feed(WEB, shell);
	assert_int_equal(n_incidents, 0);
}

static void correlation_across_guests(void **state)
{
	(void)state;
	assert_int_equal(load("title: t\nname: t\n"
		"logsource: {product: linux, category: process_creation}\n"
		"detection: {s: {Image: /tmp/x}, condition: s}\n---\n"
		"title: in two guests\nlevel: critical\ncorrelation: {type: value_count, rules: [t],"
		" group-by: [Image], timespan: 1m, condition: {field: guest, gte: 2}}\n"), 2);
	feed(WEB, shell);
	feed(WEB, shell);
	assert_int_equal(n_incidents, 0);
	feed(MAIL, shell);
	assert_int_equal(n_incidents, 1);
	assert_string_equal(incidents[0].rule, "in two guests");
	assert_int_equal(incidents[0].domid, MAIL);
}

/* What is executed under any name, by what it holds: bytes 1 in hexadecimal */
static const struct line dropped[] = {
	{ STARLSM_EV_DIGEST, 2, .path = "/tmp/a", .op = 1 },
	{ STARLSM_EV_EXEC, 2, .path = "/tmp/a", .pid = 11, .uid = 33, .euid = 33 },
	{ 0 },
};

static const struct line dropped_too[] = {
	{ STARLSM_EV_DIGEST, 2, .path = "/tmp/b", .op = 1 },
	{ STARLSM_EV_EXEC, 2, .path = "/tmp/b", .pid = 11, .uid = 33, .euid = 33 },
	{ 0 },
};

static void a_file_by_its_hash(void **state)
{
	(void)state;
	assert_int_equal(load("title: known bad\nlevel: high\n"
		"logsource: {product: linux, category: process_creation}\n"
		"detection: {s: {Hashes|contains: SHA256=01010101}, condition: s}\n"), 1);
	feed(WEB, shell);
	assert_int_equal(n_incidents, 0);
	feed(WEB, dropped);
	assert_int_equal(n_incidents, 1);
	assert_string_equal(incidents[0].rule, "known bad");
}

static void a_hash_across_guests(void **state)
{
	(void)state;
	assert_int_equal(load("title: t\nname: t\n"
		"logsource: {product: linux, category: process_creation}\n"
		"detection: {s: {sha256: '*'}, condition: s}\n---\n"
		"title: in two guests\nlevel: critical\ncorrelation: {type: value_count, rules: [t],"
		" group-by: [sha256], timespan: 1m, condition: {field: guest, gte: 2}}\n"), 2);
	feed(WEB, dropped);
	feed(WEB, dropped_too);
	feed(MAIL, shell);
	assert_int_equal(n_incidents, 0);
	feed(MAIL, dropped_too);
	assert_int_equal(n_incidents, 1);
	assert_string_equal(incidents[0].rule, "in two guests");
}

/* The demo's intruder, and a rule that says what is built in */
static const struct line intrusion[] = {
	{ STARLSM_EV_EXEC, 1, .path = "/usr/sbin/nginx", .pid = 10, .uid = 33, .euid = 33 },
	{ STARLSM_EV_CREATE, 1, .path = "/tmp/x" },
	{ STARLSM_EV_FORK, 1, .other = 2 },
	{ STARLSM_EV_EXEC, 2, .path = "/tmp/x", .pid = 11, .uid = 33, .euid = 33 },
	{ STARLSM_EV_CRED, 2, .op = STARLSM_CRED_SETUID, .old_uid = 33, .old_euid = 33 },
	{ STARLSM_EV_MODULE, 2, .op = STARLSM_FROM_MEMORY },
	{ 0 },
};

static void the_chain_as_a_rule(void **state)
{
	(void)state;
	load("title: chain\nrespond: halt\nlogsource: {service: starlsm}\ndetection:\n"
	     " s: {event: [module, kexec, bpf], task.lineage: became-root}\n condition: s\n");
	feed(WEB, intrusion);
	/* one incident: as it is decided, and as the other joins it */
	assert_int_equal(n_incidents, 2);
	assert_int_equal(n_verdicts, 1);
	assert_string_equal(incidents[0].rule, "intrusion-chain");
	assert_int_equal(incidents[1].id, incidents[0].id);
	assert_string_equal(incidents[1].rule, "intrusion-chain");
	assert_string_equal(incidents[1].alert[1].rule, "chain");
	assert_non_null(strstr(incidents[1].alert[1].reason, "loads a kernel module"));
	assert_null(strstr(incidents[1].alert[1].reason, "created /tmp/x"));
	assert_memory_equal(incidents[1].action, incidents[0].action,
			    sizeof(incidents[0].action));
}

/* What the lineage did before are a loaded rule's steps as well. */
static void a_rule_has_the_lineages_steps(void **state)
{
	struct line lines[ARRAY_SIZE(intrusion)];

	(void)state;
	load("title: u\nrespond: halt\nlogsource: {service: starlsm}\ndetection:\n"
	     " s: {event: unlink, task.lineage: became-root}\n condition: s\n");
	memcpy(lines, intrusion, sizeof(lines));
	lines[ARRAY_SIZE(lines) - 2] = (struct line){ STARLSM_EV_UNLINK, 2, .path = "/f" };
	feed(WEB, lines);
	assert_int_equal(n_incidents, 1);
	assert_string_equal(incidents[0].rule, "u");
	assert_int_equal(incidents[0].n_steps, 4);
	assert_non_null(strstr(incidents[0].step[0].text, "created /tmp/x"));
	assert_non_null(strstr(incidents[0].step[1].text, "executed /tmp/x"));
	assert_int_equal(incidents[0].n_actions, 2);
}

/* Of who asks, as it was when it asked, whatever the built-in rules make of it then */
static void lineage_is_that_of_before(void **state)
{
	(void)state;
	load("title: a\nlogsource: {service: starlsm, category: exec}\n"
	     "detection: {s: {path: /tmp/x, task.lineage: plain}, condition: s}\n---\n"
	     "title: b\nlogsource: {service: starlsm, category: cred}\n"
	     "detection: {s: {task.lineage: ran-drop}, condition: s}\n---\n"
	     "title: c\nlogsource: {service: starlsm}\n"
	     "detection: {s: {event: [exec, cred], task.lineage: became-root}, condition: s}\n");
	feed(WEB, intrusion);
	assert_int_equal(n_incidents, 3);
	assert_string_equal(incidents[0].rule, "a");
	assert_string_equal(incidents[1].alert[incidents[1].news].rule, "b");
	assert_string_equal(incidents[2].rule, "intrusion-chain");
	assert_int_equal(incidents[2].n_alerts, 3);
	assert_int_equal(incidents[2].id, incidents[0].id);
}

/*
 * Findings
 */

static int find(uint32_t domid, uint32_t check, const char *name, enum finding_severity severity)
{
	struct msg_finding m = {
		.msg = { MSG_FINDING, sizeof(m) }, .domid = domid, .check = check,
		.severity = severity, .address = 1, .object = "module rk, 0x1", .text = "bad",
		.attack = "T1014",
	};

	strcpy(m.name, name);
	return engine_feed(engine, FROM_VMI, domid, &m.msg, READ_NS + 5);
}

#define FOUND_RULE(level, what) \
	"title: found\nname: found\nid: 00000000-0000-4000-8000-00000000000b\nlevel: " level "\n" \
	"tags: [attack.t1014]\nlogsource: {service: starlsm, category: finding}\n" \
	"detection: {s: {" what "}, condition: s}\n"

/* Beside the finding's own alert, in the same incident */
static void a_finding_matches(void **state)
{
	const struct msg_out_incident *in = &incidents[1];
	const struct incident_alert *a = &in->alert[1];

	(void)state;
	assert_int_equal(load("respond: halt\n" FOUND_RULE("critical",
		"check: text, owner: rk, object|contains: module, severity: tampered,"
		" attack: T1014, guest: web")), 1);
	assert_int_equal(find(WEB, 1, "idt", FINDING_TAMPERED), 0);
	assert_int_equal(find(MAIL, 2, "text", FINDING_TAMPERED), 0);
	assert_int_equal(n_incidents, 2);
	n_incidents = n_verdicts = 0;
	assert_int_equal(find(WEB, 2, "text", FINDING_TAMPERED), 0);
	assert_int_equal(n_incidents, 2);
	assert_int_equal(in->n_alerts, 3);
	a = &in->alert[2];
	assert_string_equal(a->rule, "found");
	assert_string_equal(a->rule_id, "00000000-0000-4000-8000-00000000000b");
	assert_int_equal(a->link, LINK_GUEST);
	assert_string_equal(a->reason, "found (critical): text: bad, at module rk, 0x1 (0x1)");
	/* it asks for more, and gets it */
	assert_int_equal(n_verdicts, 1);
	assert_int_equal(in->verdict, RESPOND_HALT);
	assert_string_equal(in->rule, "found");
	/* the same once more is nothing new */
	assert_int_equal(find(WEB, 2, "text", FINDING_TAMPERED), 0);
	assert_int_equal(n_incidents, 2);
}

/* It says what the finding says: it counts for what it is above that. */
static void a_finding_counts_once(void **state)
{
	(void)state;
	load(FOUND_RULE("critical", "check: text"));
	assert_int_equal(find(WEB, 1, "text", FINDING_TAMPERED), 0);
	assert_int_equal(incidents[0].score, 60);
	assert_int_equal(incidents[1].n_alerts, 2);
	assert_int_equal(incidents[1].score, 60);
	assert_int_equal(find(MAIL, 1, "text", FINDING_SUSPECT), 0);
	assert_int_equal(incidents[2].score, 15);
	assert_int_equal(incidents[3].score, 60);
}

static void findings_that_cannot_be(void **state)
{
	(void)state;
	load(FOUND_RULE("high", "text: bad"));
	assert_int_equal(find(WEB, 1, "text", FINDING_TAMPERED + 1), -EBADMSG);
	assert_int_equal(n_incidents, 0);
}

static const struct line session[] = {
	{ STARLSM_EV_TASK, .other = 1, .pid = 1 },
	{ STARLSM_EV_FORK, 1, .other = 2 },
	{ STARLSM_EV_FORK, 1, .other = 3 },
	{ STARLSM_EV_CRED, 2, .op = STARLSM_CRED_SETUID, .uid = 1000, .euid = 1000 },
	{ STARLSM_EV_CRED, 2, .op = STARLSM_CRED_EXEC, .uid = 0, .euid = 0 },
	{ 0 },
};

#define HIDDEN_RULES \
	FOUND_RULE("high", "check: module-views") "---\n" \
	"title: loads\nname: loads\nlevel: informational\n" \
	"logsource: {service: starlsm, category: module}\n" \
	"detection: {s: {task.lineage_uid|gt: 0}, condition: s}\n---\n" \
	"title: then hidden\nlevel: critical\nrespond: halt\ncorrelation:\n" \
	" {type: temporal_ordered, rules: [loads, found], group-by: [guest], timespan: 1m}\n"

/* A module that the lineage of a user loads, root by now; then one is hidden. */
static void a_module_then_a_finding(void **state)
{
	(void)state;
	assert_int_equal(load(HIDDEN_RULES), 3);
	feed(WEB, session);
	feed(WEB, (const struct line[]){ { STARLSM_EV_MODULE, 3, .path = "/m.ko" }, { 0 } });
	assert_int_equal(find(WEB, 1, "module-views", FINDING_TAMPERED), 0);
	assert_int_equal(n_incidents, 1);
	feed(WEB, (const struct line[]){ { STARLSM_EV_MODULE, 2, .path = "/m.ko" }, { 0 } });
	assert_int_equal(n_incidents, 1);
	/* of another guest's it says nothing */
	assert_int_equal(find(MAIL, 1, "module-views", FINDING_TAMPERED), 0);
	assert_int_equal(n_incidents, 2);
	assert_int_equal(find(WEB, 1, "module-views", FINDING_TAMPERED), 0);
	assert_int_equal(n_incidents, 3);
	assert_int_equal(incidents[2].id, incidents[0].id);
	assert_string_equal(incidents[2].rule, "then hidden");
	assert_int_equal(incidents[2].verdict, RESPOND_HALT);
	/* it is more than the finding */
	assert_int_equal(incidents[2].score, 100);
}

static void findings_across_guests(void **state)
{
	(void)state;
	assert_int_equal(load(FOUND_RULE("low", "severity: tampered") "---\n"
		"title: in two guests\nlevel: critical\ncorrelation: {type: value_count,"
		" rules: [found], group-by: [check, owner], timespan: 1m,"
		" condition: {field: guest, gte: 2}}\n"), 2);
	find(WEB, 1, "text", FINDING_TAMPERED);
	find(MAIL, 2, "idt", FINDING_TAMPERED);
	assert_int_equal(n_incidents, 2);
	find(MAIL, 1, "text", FINDING_TAMPERED);
	assert_int_equal(n_incidents, 4);
	assert_string_equal(incidents[3].alert[incidents[3].news].rule, "in two guests");
	assert_int_equal(incidents[3].domid, MAIL);
}

/* What the engine finds itself, by what vmi has seen, is found for rules too. */
static void what_events_do_not_explain(void **state)
{
	struct msg_seen m = {
		.msg = { MSG_SEEN, sizeof(m) }, .domid = WEB, .n_tasks = 1,
		.flags = SEEN_ALL | SEEN_END,
		.task = { { .id = 5, .pid = 500, .flags = SEEN_IN_LIST | SEEN_IN_NUMBERS | SEEN_CRED,
			    .comm = "sh", .uid = 33, .euid = 33 } },
	};

	(void)state;
	load(FOUND_RULE("critical", "check: credentials, text|contains: process 500"));
	feed(WEB, (const struct line[]){
		{ STARLSM_EV_EXEC, 5, .path = "/bin/sh", .pid = 500, .uid = 33, .euid = 33 },
		{ 0 } });
	for (int i = 0; i < 4; i++) {
		struct msg_events *b = batch_start(WEB);

		m.flags = i ? SEEN_END : SEEN_ALL | SEEN_END;
		m.task[0].uid = m.task[0].euid = i ? 0 : 33;
		m.from_ns = m.to_ns = READ_NS + i * 1000000000LL;
		m.n_tasks = i < 2;
		assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &m.msg, m.to_ns), 0);
		batch_add(b, &(struct line){ STARLSM_EV_UNLINK, 5, .path = "/f" });
		b->read_ns = m.to_ns + 900000000;
		assert_int_equal(engine_feed(engine, FROM_READER, WEB, &b->msg, b->read_ns), 0);
	}
	assert_int_equal(n_incidents, 2);
	assert_string_equal(incidents[0].rule, "kernel-tampered");
	assert_string_equal(incidents[1].alert[1].rule, "found");
}

/*
 * Other rules, no memory, too much of it
 */

/* A mistake costs no rule that is in force; whoever takes one away means it. */
static void a_mistake_changes_nothing(void **state)
{
	static const char other[] = "title: other\nlogsource: {service: starlsm}\n"
		"detection: {s: {event: unlink}, condition: s}\n";
	char yaml[2048];

	(void)state;
	snprintf(yaml, sizeof(yaml), "%s---\n%s", SHELL_RULE, other);
	assert_int_equal(load(yaml), 2);
	/* of either, by its id or by its title */
	assert_int_equal(load(SHELL_RULE "---\ntitle: other\nlevel: worst\n"), -EINVAL);
	assert_int_equal(n_errors, 1);
	assert_int_equal(n_lost, 1);
	snprintf(yaml, sizeof(yaml), "%s---\n[\n", other);
	assert_int_equal(load(yaml), -EINVAL);
	feed(WEB, shell);
	assert_int_equal(n_incidents, 1);
	/* what is wrong was never in force, or the rule is there all the same */
	snprintf(yaml, sizeof(yaml), "%s---\n%s---\ntitle: new\n", SHELL_RULE, other);
	assert_int_equal(load(yaml), 2);
	assert_int_equal(n_errors, 1);
	assert_int_equal(load(SHELL_RULE), 1);
	assert_int_equal(load("# none\n"), 0);
	feed(MAIL, shell);
	assert_int_equal(n_incidents, 1);
}

/* A set with errors costs what is wrong; one that is no set changes nothing. */
static void reload(void **state)
{
	(void)state;
	assert_int_equal(load(SHELL_RULE "---\ntitle: wrong\n"), 1);
	assert_int_equal(n_errors, 1);
	assert_int_equal(engine_load(engine, "xx", 2, report, NULL), -ENOSPC);
	feed(WEB, shell);
	assert_int_equal(n_incidents, 1);
	assert_int_equal(load("# none\n"), 0);
	feed(MAIL, shell);
	assert_int_equal(n_incidents, 1);
	/* known again as what it was */
	assert_int_equal(load("title: other\nlogsource: {product: linux, category: process_creation}\n"
			      "detection: {s: {Image: /no}, condition: s}\n---\n" SHELL_RULE), 2);
	feed(WEB, shell);
	assert_int_equal(n_incidents, 1);
}

/* Same facts, same incidents, byte for byte; also of what is counted */
static void same_facts_same_incidents(void **state)
{
	static char first[sizeof(bytes)];
	size_t len = 0;

	for (int i = 0; i < 2; i++) {
		if (i) {
			tear_down(state);
			set_up(state);
		}
		load(SHELL_RULE "---\n" HIDDEN_RULES "---\ntitle: t\nname: t\nlogsource: {service: starlsm}\n"
		     "detection: {s: {event: exec}, condition: s}\n---\n"
		     "title: c\ncorrelation: {type: event_count, rules: [t], group-by: [guest],"
		     " timespan: 1m, condition: {gte: 4}}\n");
		feed(WEB, shell);
		feed(MAIL, intrusion);
		feed(WEB, shell);
		find(MAIL, 1, "module-views", FINDING_TAMPERED);
		if (!i) {
			len = n_bytes;
			memcpy(first, bytes, len);
		}
	}
	assert_true(len > 3 * sizeof(struct msg_out_incident) - 1);
	assert_int_equal(n_bytes, len);
	assert_memory_equal(bytes, first, len);
}

#define COUNTED \
	"title: t\nname: t\nlogsource: {service: starlsm}\n" \
	"detection: {s: {event: exec, path|contains: [a, b, c]}, k: [x*y], condition: s or k}\n" \
	"---\ntitle: c\ncorrelation: {type: event_count, rules: [t], group-by: [guest]," \
	" timespan: 1m, condition: {gte: 2}, aliases: {a: {t: path}}}\n---\n"

/* Wherever memory ends while rules are loaded: the old ones stay, or the new ones count. */
static void no_memory_to_load(void **state)
{
	struct rulefiles files = { 0 };
	const char yaml[] = COUNTED "title: u\nlogsource: {service: starlsm}\n"
		"detection: {s: {path: /u}, condition: s}\n";
	long n;
	int rc;

	(void)state;
	assert_int_equal(load(SHELL_RULE), 1);
	assert_int_equal(rulefiles_put(&files, "t.yml", yaml, strlen(yaml)), 0);
	for (n = 0; ; n++) {
		allocations_left = n;
		rc = engine_load(engine, files.bytes, files.len, report, NULL);
		allocations_left = -1;
		if (rc >= 0)
			break;
	}
	assert_int_equal(rc, 3);
	assert_true(n > 15);
	rulefiles_free(&files);
	feed(WEB, shell);
	assert_int_equal(n_incidents, 1);
	assert_string_equal(incidents[0].rule, "c");
}

/* Without memory to count with, or for arguments, the rest goes on. */
static void no_memory_to_match(void **state)
{
	(void)state;
	assert_int_equal(load(SHELL_RULE "---\n" COUNTED), 3);
	allocations_left = 0;
	feed(WEB, shell + 1);
	allocations_left = -1;
	assert_int_equal(n_incidents, 0);
	feed(WEB, shell);
	assert_int_equal(n_incidents, 2);
}

/* A flood of what is only noticed hides nothing that was acted on. */
static void a_flood_hides_nothing(void **state)
{
	static char yaml[65536];
	const struct msg_out_incident *in;
	size_t len = 0;

	(void)state;
	for (int i = 0; i < 100; i++)
		len += snprintf(yaml + len, sizeof(yaml) - len,
			"title: t%d\nlogsource: {service: starlsm, category: unlink}\n"
			"detection: {s: {path: '/f*'}, condition: s}\n---\n", i);
	assert_int_equal(load(yaml), 100);
	feed(WEB, intrusion);
	feed(WEB, (const struct line[]){ { STARLSM_EV_UNLINK, 2, .path = "/f" }, { 0 } });
	in = engine_incident_after(engine, 0);
	assert_string_equal(in->rule, "intrusion-chain");
	assert_string_equal(in->alert[in->deciding].rule, "intrusion-chain");
	assert_int_equal(in->n_alerts, INCIDENT_ALERTS_MAX);
	assert_int_equal(in->n_more, 101 - INCIDENT_ALERTS_MAX);
	assert_int_equal(n_verdicts, 1);
	assert_null(engine_incident_after(engine, in->id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_match_is_an_incident, set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_forked_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_rule_may_ask_for_an_action, set_up, tear_down),
		cmocka_unit_test_setup_teardown(informational_is_not_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(correlation_across_guests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_file_by_its_hash, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_hash_across_guests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_chain_as_a_rule, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_rule_has_the_lineages_steps, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lineage_is_that_of_before, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_finding_matches, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_finding_counts_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(findings_that_cannot_be, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_module_then_a_finding, set_up, tear_down),
		cmocka_unit_test_setup_teardown(findings_across_guests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_events_do_not_explain, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_mistake_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reload, set_up, tear_down),
		cmocka_unit_test_setup_teardown(same_facts_same_incidents, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_memory_to_load, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_memory_to_match, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_flood_hides_nothing, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
