// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of starlsm.yaml: what is taken, and what is said of the rest
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/config.h"

static struct config c;
static char errors[4096];

static int parse(const char *text)
{
	return config_parse(text, strlen(text), "f.yaml", &c, errors, sizeof(errors));
}

static void least_there_can_be(void **state)
{
	(void)state;
	assert_int_equal(parse("guests: []\n"), 0);
	assert_string_equal(errors, "");
	assert_string_equal(c.user, "starlsm");
	assert_string_equal(c.socket, "/run/starlsm/ctl.sock");
	assert_string_equal(c.socket_group, "");
	assert_string_equal(c.libexec, "/usr/libexec/starlsm");
	assert_int_equal(c.introspect_percent, 2);
	assert_true(c.dry_run);
	assert_true(c.journal.record);
	assert_string_equal(c.journal.directory, "/var/lib/starlsm/journal");
	assert_string_equal(c.journal.key, "/var/lib/starlsm/journal.key");
	assert_string_equal(c.journal.user, "starlsm-journal");
	assert_int_equal(c.journal.mib, CONFIG_JOURNAL_MIB);
	assert_int_equal(c.journal.days, CONFIG_JOURNAL_DAYS);
	assert_int_equal(c.n_guests, 0);
}

static void everything(void **state)
{
	const struct incident_policy given = {
		.window_s = 0, .hold_s = 5, .close_s = 86400,
		.at = { [RESPOND_PAUSE] = 60, [RESPOND_HALT] = 100 },
	};
	const struct incident_policy usual = {
		.window_s = CONFIG_WINDOW_S, .hold_s = CONFIG_HOLD_S, .close_s = CONFIG_CLOSE_S,
	};

	(void)state;
	assert_int_equal(parse("user: me\n"
			       "socket: /run/x\n"
			       "socket-group: adm\n"
			       "libexec: /opt/y\n"
			       "dry-run: false\n"
			       "introspect-percent: 100\n"
			       "journal:\n"
			       "  record: false\n"
			       "  directory: /srv/journal\n"
			       "  key: /etc/k\n"
			       "  user: writer\n"
			       "  guest-mib: 8\n"
			       "  guest-days: 3650\n"
			       "guests:\n"
			       "  - name: \"web*\"\n"
			       "    respond: halt\n"
			       "    attach-within: 86400\n"
			       "    quiet-after: 0\n"
			       "    verdicts-at: { contain: 60, halt: 100 }\n"
			       "    incidents: { window: 0, hold-down: 5, close-after: 86400 }\n"
			       "    build-id: 0123456789abcdef0123456789abcdef01234567\n"
			       "  - { name: mail, observe: false, respond: pause }\n"), 0);
	assert_string_equal(c.user, "me");
	assert_string_equal(c.socket, "/run/x");
	assert_string_equal(c.socket_group, "adm");
	assert_string_equal(c.libexec, "/opt/y");
	assert_false(c.dry_run);
	assert_int_equal(c.introspect_percent, 100);
	assert_false(c.journal.record);
	assert_string_equal(c.journal.directory, "/srv/journal");
	assert_string_equal(c.journal.key, "/etc/k");
	assert_string_equal(c.journal.user, "writer");
	assert_int_equal(c.journal.mib, 8);
	assert_int_equal(c.journal.days, 3650);
	assert_int_equal(c.n_guests, 2);
	assert_string_equal(c.guest[0].name, "web*");
	assert_true(c.guest[0].observe);
	assert_int_equal(c.guest[0].respond, RESPOND_HALT);
	assert_int_equal(c.guest[0].attach_s, 86400);
	assert_int_equal(c.guest[0].quiet_s, 0);
	assert_memory_equal(&c.guest[0].incidents, &given, sizeof(given));
	assert_memory_equal(&c.guest[1].incidents, &usual, sizeof(usual));
	assert_string_equal(c.guest[0].build_id, "0123456789abcdef0123456789abcdef01234567");
	assert_false(c.guest[1].observe);
	assert_int_equal(c.guest[1].attach_s, CONFIG_ATTACH_S);
	assert_int_equal(c.guest[1].quiet_s, CONFIG_QUIET_S);
	assert_string_equal(c.guest[1].build_id, "");
	assert_int_equal(c.guest[1].respond, RESPOND_PAUSE);
}

static void nothing_is_handed_on(void **state)
{
	(void)state;
	assert_int_equal(parse("guests: []\n"), 0);
	assert_false(config_exports(&c.export));
	assert_string_equal(c.export.user, "starlsm-export");
	assert_int_equal(parse("export: { user: me }\nguests: []\n"), 0);
	assert_false(config_exports(&c.export));
	assert_string_equal(c.export.user, "me");
}

static void handed_on(void **state)
{
	(void)state;
	assert_int_equal(parse("export:\n"
			       "  file: { path: /srv/o.jsonl }\n"
			       "guests: []\n"), 0);
	assert_true(config_exports(&c.export));
	assert_string_equal(c.export.file.path, "/srv/o.jsonl");
	assert_int_equal(c.export.file.what, EXPORT_ALL);
	assert_int_equal(c.export.file.mib, CONFIG_EXPORT_MIB);
	assert_int_equal(c.export.file.keep, CONFIG_EXPORT_KEEP);
	assert_string_equal(c.export.socket.path, "");
	assert_int_equal(c.export.journald, EXPORT_NOTHING);
	assert_string_equal(c.export.metrics.directory, "");
	assert_int_equal(parse("export:\n"
			       "  file: { path: /o, mib: 1, keep: 0, what: findings }\n"
			       "  socket: { path: /run/s, what: findings }\n"
			       "  journald: all\n"
			       "  metrics: { directory: /srv/m, every: 3600 }\n"
			       "guests: []\n"), 0);
	assert_int_equal(c.export.file.what, EXPORT_FINDINGS);
	assert_int_equal(c.export.file.mib, 1);
	assert_int_equal(c.export.file.keep, 0);
	assert_string_equal(c.export.socket.path, "/run/s");
	assert_int_equal(c.export.socket.what, EXPORT_FINDINGS);
	assert_int_equal(c.export.journald, EXPORT_ALL);
	assert_string_equal(c.export.metrics.directory, "/srv/m");
	assert_int_equal(c.export.metrics.every_s, 3600);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(parse(i ? "export: { journald: findings }\nguests: []\n" :
				       "export: { socket: { path: /s } }\nguests: []\n"), 0);
		assert_true(config_exports(&c.export));
	}
}

static void handed_on_wrongly(void **state)
{
	static const struct { const char *text, *error; } wrong[] = {
		{ "file: { mib: 1 }", "f.yaml:2: \"path\" is missing" },
		{ "file: { path: o.jsonl }", "f.yaml:2: \"o.jsonl\" does not begin with /" },
		{ "file: { path: /srv/ }", "f.yaml:2: \"/srv/\" is a directory, not a file" },
		{ "file: { path: /o, mib: 0 }", "f.yaml:2: \"0\" is no number from 1 to 1048576" },
		{ "file: { path: /o, keep: 1000 }", "\"1000\" is no number from 0 to 999" },
		{ "file: { path: /o, what: some }",
		  "f.yaml:2: \"some\" is none of nothing, findings, all" },
		{ "socket: /run/s", "f.yaml:2: here \"key: value\" lines are expected" },
		{ "journald: true", "f.yaml:2: \"true\" is none of nothing, findings, all" },
		{ "metrics: { every: 15 }", "f.yaml:2: \"directory\" is missing" },
		{ "metrics: { directory: /m, every: 0 }", "\"0\" is no number from 1 to 3600" },
		{ "syslog: true", "f.yaml:2: there is no key \"syslog\"" },
	};
	char text[160];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "export:\n  %s\nguests: []\n", wrong[i].text);
		assert_int_equal(parse(text), -1);
		if (!strstr(errors, wrong[i].error))
			fail_msg("%s: %s", wrong[i].text, errors);
	}
}

static void rules_are_a_path_or_a_list(void **state)
{
	(void)state;
	assert_int_equal(parse("rules: /a/b\nguests: []\n"), 0);
	assert_int_equal(c.n_rules, 1);
	assert_string_equal(c.rules[0], "/a/b");
	assert_int_equal(parse("rules: [/a, /c/d.yml]\nguests: []\n"), 0);
	assert_int_equal(c.n_rules, 2);
	assert_string_equal(c.rules[1], "/c/d.yml");
	assert_int_equal(parse("guests: []\n"), 0);
	assert_int_equal(c.n_rules, 0);
	assert_int_equal(parse("rules: a\nguests: []\n"), -1);
	assert_non_null(strstr(errors, "f.yaml:1: \"a\" does not begin with /"));
	assert_int_equal(parse("rules: [/1, /2, /3, /4, /5, /6, /7, /8, /9]\nguests: []\n"), -1);
	assert_non_null(strstr(errors, "f.yaml:1: more than 8 folders of rules"));
}

static void first_match_counts(void **state)
{
	(void)state;
	assert_int_equal(parse("guests:\n"
			       "  - { name: \"web-[0-9]\" }\n"
			       "  - { name: \"web*\", observe: false }\n"), 0);
	assert_ptr_equal(config_find(&c, "web-1"), &c.guest[0]);
	assert_ptr_equal(config_find(&c, "web-12"), &c.guest[1]);
	assert_null(config_find(&c, "mail"));
	assert_null(config_find(&c, ""));
}

static void other_hosts(void **state)
{
	(void)state;
	assert_int_equal(parse("guests: [ { name: a, apart: front } ]\n"), 0);
	assert_string_equal(c.ssh, "ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5");
	assert_int_equal(c.n_hosts, 0);
	assert_string_equal(c.guest[0].apart, "front");
	assert_int_equal(parse("guests: []\n"
			       "migration:\n"
			       "  ssh: [ ssh, -i, /etc/key ]\n"
			       "  hosts:\n"
			       "    - { name: b, address: root@10.0.0.2 }\n"
			       "    - { name: c, address: \"fe80::1\" }\n"), 0);
	assert_string_equal(c.ssh, "ssh -i /etc/key");
	assert_int_equal(c.n_hosts, 2);
	assert_string_equal(c.host[0].name, "b");
	assert_string_equal(c.host[1].address, "fe80::1");
}

static void moving(void **state)
{
	const struct config_move *m = &c.guest[0].move;

	(void)state;
	assert_int_equal(parse("guests: [ { name: a }, { name: b, move: { every: 60 } } ]\n"), 0);
	assert_int_equal(m->every_s, 0);
	assert_int_equal(c.guest[1].move.every_s, 60);
	assert_int_equal(c.guest[1].move.jitter, 20);
	assert_int_equal(c.guest[1].move.hold_s, 600);
	assert_int_equal(c.at_once, 1);
	assert_int_equal(parse("guests:\n  - name: a\n    evacuate: false\n"
			       "    move: { every: 7200, jitter: 0, hold-down: 60, quiet: \"22:30-06:00\", on-threat: true }\n"
			       "migration: { at-once: 2, hosts: [] }\n"), 0);
	assert_int_equal(m->every_s, 7200);
	assert_int_equal(m->jitter, 0);
	assert_int_equal(m->hold_s, 60);
	assert_int_equal(m->quiet_from, 22 * 60 + 30);
	assert_int_equal(m->quiet_to, 6 * 60);
	assert_true(m->on_threat);
	assert_int_equal(c.at_once, 2);
	assert_false(c.guest[0].evacuate);
	assert_int_equal(parse("guests: [ { name: a, move: { every: 59 } } ]\n"), -1);
	assert_string_equal(errors, "f.yaml:1: \"59\" is no number from 60 to 2592000\n");
	assert_int_equal(parse("guests: [ { name: a, move: { jitter: 9 } } ]\n"), -1);
	assert_string_equal(errors, "f.yaml:1: \"every\" is missing\n");
}

static void quiet_hours(void **state)
{
	static const char * const texts[] = {
		"", "22-6", "22:00", "24:00-06:00", "22:60-06:00", "22:00-06:00x", "-1:00-06:00",
		"22:00 06:00",
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		snprintf(text, sizeof(text),
			 "guests: [ { name: a, move: { every: 60, quiet: \"%s\" } } ]\n", texts[i]);
		assert_int_equal(parse(text), -1);
		assert_non_null(strstr(errors, "two times of the day"));
	}
}

/* What reaches a shell through xl holds nothing that means something to it. */
static void no_shell(void **state)
{
	static const char * const words[] = {
		"a b", "a;b", "$(a)", "`a`", "a|b", "a&b", "a>b", "a'b", "a\\\\b", "a*", "~",
		"a\\nb", "!a",
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(text, sizeof(text), "guests: []\nmigration: { ssh: [ \"%s\" ], hosts: [] }\n",
			 words[i]);
		assert_int_equal(parse(text), -1);
		assert_non_null(strstr(errors, "has more than letters"));
		snprintf(text, sizeof(text), "guests: []\nmigration: { hosts: [ { name: b, "
			 "address: \"%s\" } ] }\n", words[i]);
		assert_int_equal(parse(text), -1);
		assert_non_null(strstr(errors, "has more than letters"));
	}
	assert_int_equal(parse("guests: []\nmigration: { hosts: [ { name: b, address: -x } ] }\n"), -1);
	assert_string_equal(errors, "f.yaml:2: \"-x\" begins with -\n");
	assert_int_equal(parse("guests: []\nmigration: { ssh: [], hosts: [] }\n"), -1);
	assert_string_equal(errors, "f.yaml:2: \"ssh\" has no words\n");
	assert_int_equal(parse("guests: []\nmigration:\n  hosts:\n  - { name: b, address: x }\n"
			       "  - { name: b, address: y }\n"), -1);
	assert_string_equal(errors, "f.yaml:5: there is a host \"b\" already\n");
}

static void policies(void **state)
{
	const struct starlsm_policy_page *p = &c.guest[0].policy;
	const struct config_guest *g = &c.guest[0];

	(void)state;
	assert_int_equal(parse("guests:\n"
			       "  - name: web\n"
			       "    events: { open: commit, mmap: off, exec: async, key: async }\n"
			       "    rates: { open: 2000, ipc: 65535 }\n"
			       "    filters:\n"
			       "      - { events: [open, create], path: /var/log/ }\n"
			       "      - { events: [fork], uid: 1000-1999 }\n"
			       "      - { events: [ipc], cgroup: /system.slice }\n"
			       "    wait: { commit-ms: 20, verdict-ms: 500, otherwise: deny }\n"
			       "    verdicts:\n"
			       "      - { event: exec, path: \"/tmp/*\", user: 33, answer: deny }\n"
			       "      - { event: connect, address: \"192.0.2.*\", answer: allow }\n"
			       "  - name: mail\n"), 0);
	assert_int_equal(p->class[STARLSM_EV_OPEN], STARLSM_CLASS_COMMIT);
	assert_int_equal(p->class[STARLSM_EV_MMAP], STARLSM_CLASS_OFF);
	assert_int_equal(p->class[STARLSM_EV_EXEC], STARLSM_CLASS_ASYNC);
	assert_int_equal(p->class[STARLSM_EV_UNLINK], STARLSM_CLASS_DEFAULT);
	/* who has a verdict is asked */
	assert_int_equal(p->class[STARLSM_EV_CHECK], STARLSM_CLASS_VERDICT);
	assert_int_equal(p->class[STARLSM_EV_CONNECT], STARLSM_CLASS_VERDICT);
	assert_int_equal(p->rate[STARLSM_EV_OPEN], 2000);
	assert_int_equal(p->rate[STARLSM_EV_IPC], 65535);
	assert_int_equal(p->n_filters, 3);
	assert_int_equal(p->filter[0].match, STARLSM_MATCH_PATH);
	assert_int_equal(p->filter[0].events[0],
			 1ULL << STARLSM_EV_OPEN | 1ULL << STARLSM_EV_CREATE);
	assert_int_equal(p->filter[0].text_len, strlen("/var/log"));
	assert_int_equal(p->filter[1].match, STARLSM_MATCH_UID);
	assert_int_equal(p->filter[1].lo, 1000);
	assert_int_equal(p->filter[1].hi, 1999);
	assert_int_equal(p->filter[2].match, STARLSM_MATCH_CGROUP);
	assert_int_equal(p->filter[2].events[1], 1ULL << STARLSM_EV_IPC % 64);
	assert_int_equal(p->commit_ms, 20);
	assert_int_equal(p->verdict_ms, 500);
	assert_int_equal(p->default_answer, STARLSM_ANSWER_DENY);
	assert_int_equal(g->n_verdicts, 2);
	assert_int_equal(g->verdict[0].event, STARLSM_EV_CHECK);
	assert_int_equal(g->verdict[0].answer, STARLSM_ANSWER_DENY);
	assert_string_equal(g->verdict[0].path, "/tmp/*");
	assert_int_equal(g->verdict[0].uid_lo, 33);
	assert_int_equal(g->verdict[0].uid_hi, 33);
	assert_int_equal(g->verdict[1].uid_lo, 0);
	assert_int_equal(g->verdict[1].uid_hi, UINT32_MAX);
	assert_string_equal(g->verdict[1].address, "192.0.2.*");
	/* the other guest's is that of the table */
	assert_int_equal(c.guest[1].policy.class[STARLSM_EV_OPEN], STARLSM_CLASS_DEFAULT);
	assert_int_equal(c.guest[1].n_verdicts, 0);
}

struct bad {
	const char *text;
	const char *errors;
};

static const struct bad bads[] = {
	{ "", "f.yaml:1: there is nothing in this file\n" },
	{ "# only this\n", "f.yaml:1: there is nothing in this file\n" },
	{ "just text\n", "f.yaml:1: here \"key: value\" lines are expected\n" },
	{ "- a\n", "f.yaml:1: here \"key: value\" lines are expected\n" },
	{ "user: x\n", "f.yaml:1: \"guests\" is missing\n" },
	{ "guests: []\nusr: x\n", "f.yaml:2: there is no key \"usr\"\n" },
	{ "guests: []\ndry-run: true\ndry-run: false\n",
	  "f.yaml:3: \"dry-run\" is here twice\n" },
	{ "guests: []\ndry-run: yes\n",
	  "f.yaml:2: \"yes\" is neither true nor false\n" },
	{ "guests: []\ndry-run: \"true\"\n",
	  "f.yaml:2: \"true\" is neither true nor false\n" },
	{ "guests: []\ndry-run:\n", "f.yaml:2: \"\" is neither true nor false\n" },
	{ "guests: []\ndry-run: [true]\n",
	  "f.yaml:2: here one value is expected, not a list or a mapping\n" },
	{ "guests: []\n? [a]\n: b\n",
	  "f.yaml:2: here one value is expected, not a list or a mapping\n" },
	{ "guests: []\nsocket: run/x\n",
	  "f.yaml:2: \"run/x\" does not begin with /\n" },
	{ "guests: []\nuser: \"\"\n", "f.yaml:2: this value is empty\n" },
	{ "guests: []\nuser: \"a\\0b\"\n",
	  "f.yaml:2: a NUL character is in this value\n" },
	{ "guests: web\n", "f.yaml:1: here a list is expected, \"- name: ...\"\n" },
	{ "guests:\n  - web\n", "f.yaml:2: here \"key: value\" lines are expected\n" },
	{ "guests:\n  - observe: true\n", "f.yaml:2: \"name\" is missing\n" },
	{ "guests:\n  - name: a\n    respond: shout\n",
	  "f.yaml:3: \"shout\" is none of observe, alert, contain, evacuate, halt\n" },
	{ "guests:\n  - name: a\n    verdicts-at: { pause: 60 }\n",
	  "f.yaml:3: there is no key \"pause\"\n" },
	{ "guests:\n  - name: a\n    verdicts-at: { contain: 60, halt: 60 }\n",
	  "f.yaml:3: halt needs more than 60\n" },
	{ "guests:\n  - name: a\n    verdicts-at: { alert: 101 }\n",
	  "f.yaml:3: \"101\" is no number from 1 to 100\n" },
	{ "guests:\n  - name: a\n    incidents: { window: -1 }\n",
	  "f.yaml:3: \"-1\" is no number from 0 to 86400\n" },
	{ "guests:\n  - name: a\n    attach-within: 1m\n",
	  "f.yaml:3: \"1m\" is no number from 0 to 86400\n" },
	{ "guests:\n  - name: a\n    quiet-after: 86401\n",
	  "f.yaml:3: \"86401\" is no number from 0 to 86400\n" },
	{ "guests:\n  - name: a\n    quiet-after: \"\"\n",
	  "f.yaml:3: \"\" is no number from 0 to 86400\n" },
	{ "guests:\n  - name: a\n    build-id: 12ab\n",
	  "f.yaml:3: \"12ab\" is not 40 digits from 0 to 9 and a to f\n" },
	{ "guests:\n  - name: a\n  - name: a\n",
	  "f.yaml:3: there is an entry \"a\" already\n" },
	{ "guests: []\n---\nuser: x\n", "f.yaml:2: a second document begins here\n" },
	{ "guests: [\n", "f.yaml:2: did not find expected node content\n" },
	{ "guests: []\nuser: *x\n", "f.yaml:2: found undefined alias\n" },
#define GUEST "guests:\n  - name: a\n    "
	{ GUEST "events: off\n", "f.yaml:3: here \"key: value\" lines are expected\n" },
	{ GUEST "events: { opn: off }\n", "f.yaml:3: there is no event \"opn\"\n" },
	{ GUEST "events: { hello: off }\n", "f.yaml:3: \"hello\" is always recorded\n" },
	{ GUEST "events: { open: maybe }\n",
	  "f.yaml:3: \"maybe\" is none of off, async, commit, verdict\n" },
	{ GUEST "events: { open: verdict }\n", "f.yaml:3: \"open\" cannot be verdict\n" },
	{ GUEST "events: { exit: commit }\n", "f.yaml:3: \"exit\" cannot be commit\n" },
	{ GUEST "events: { open: off, open: off }\n",
	  "f.yaml:3: the class of \"open\" is here twice\n" },
	{ GUEST "events: { check: off, exec: verdict }\n",
	  "f.yaml:3: the class of \"check\" is here twice\n" },
	{ "journal: 5\nguests: []\n", "f.yaml:1: here \"key: value\" lines are expected\n" },
	{ "journal: { guest-mib: 7 }\nguests: []\n",
	  "f.yaml:1: \"7\" is no number from 8 to 16777216\n" },
	{ "journal: { guest-days: 0 }\nguests: []\n",
	  "f.yaml:1: \"0\" is no number from 1 to 3650\n" },
	{ "journal: { directory: here }\nguests: []\n",
	  "f.yaml:1: \"here\" does not begin with /\n" },
	{ "journal: { record: maybe }\nguests: []\n",
	  "f.yaml:1: \"maybe\" is neither true nor false\n" },
	{ "journal: { size: 1 }\nguests: []\n", "f.yaml:1: there is no key \"size\"\n" },
	{ GUEST "rates: { open: 0 }\n", "f.yaml:3: \"0\" is no number from 1 to 65535\n" },
	{ GUEST "rates: { open: 65536 }\n",
	  "f.yaml:3: \"65536\" is no number from 1 to 65535\n" },
	{ GUEST "rates: { open: 5x }\n", "f.yaml:3: \"5x\" is no number from 1 to 65535\n" },
	{ GUEST "rates: { open: 5, open: 6 }\n",
	  "f.yaml:3: the rate of \"open\" is here twice\n" },
	{ GUEST "filters: open\n",
	  "f.yaml:3: here a list is expected, \"- ...\" or \"[...]\"\n" },
	{ GUEST "filters: [ { path: /x } ]\n", "f.yaml:3: \"events\" is missing\n" },
	{ GUEST "filters: [ { events: [open] } ]\n",
	  "f.yaml:3: a filter has one of path, cgroup, uid\n" },
	{ GUEST "filters: [ { events: [open], path: /x, uid: 5 } ]\n",
	  "f.yaml:3: a filter has one of path, cgroup, uid\n" },
	{ GUEST "filters: [ { events: [open], path: x } ]\n",
	  "f.yaml:3: \"x\" does not begin with /\n" },
	{ GUEST "filters: [ { events: [open], path: / } ]\n",
	  "f.yaml:3: everything is below /; a class of off does that\n" },
	{ GUEST "filters: [ { events: [open], uid: 9-5 } ]\n",
	  "f.yaml:3: \"9-5\" is no user id, and no range of them as 1000-1999\n" },
	{ GUEST "filters: [ { events: [open], uid: root } ]\n",
	  "f.yaml:3: \"root\" is no user id, and no range of them as 1000-1999\n" },
	{ GUEST "wait: { commit-ms: 0 }\n",
	  "f.yaml:3: \"0\" is no number from 1 to 60000\n" },
	{ GUEST "wait: { otherwise: perhaps }\n",
	  "f.yaml:3: \"perhaps\" is none of allow, deny\n" },
	{ GUEST "verdicts: [ { event: open, answer: deny } ]\n",
	  "f.yaml:3: \"open\" cannot be refused\n" },
	{ GUEST "verdicts: [ { event: exec } ]\n", "f.yaml:3: \"answer\" is missing\n" },
	{ GUEST "verdicts: [ { event: connect, path: /x, answer: deny } ]\n",
	  "f.yaml:3: connect has an address, other events have a path\n" },
	{ GUEST "verdicts: [ { event: exec, address: x, answer: deny } ]\n",
	  "f.yaml:3: connect has an address, other events have a path\n" },
	{ GUEST "events: { check: off }\n    verdicts: [ { event: exec, answer: deny } ]\n",
	  "f.yaml:2: there are verdicts on \"check\", whose class is another\n" },
	{ GUEST "events: { connect: verdict }\n    rates: { connect: 9 }\n",
	  "f.yaml:2: \"connect\" is of class verdict, and can have no filter or rate\n" },
	{ GUEST "verdicts: [ { event: exec, answer: deny } ]\n"
	  "    filters: [ { events: [check], uid: 0 } ]\n",
	  "f.yaml:2: \"check\" is of class verdict, and can have no filter or rate\n" },
	{ "x: 1\ny: 2\nguests: []\n",
	  "f.yaml:1: there is no key \"x\"\nf.yaml:2: there is no key \"y\"\n" },
};

static void mistakes_are_told_with_their_line(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bads) / sizeof(bads[0]); i++) {
		assert_int_equal(parse(bads[i].text), -1);
		assert_string_equal(errors, bads[i].errors);
	}
}

static void too_long_values(void **state)
{
	char text[512];

	(void)state;
	snprintf(text, sizeof(text), "guests: []\nsocket: /%0107d\n", 0);
	assert_int_equal(parse(text), -1);
	assert_string_equal(errors, "f.yaml:2: \"/0000000000000000000...\" is longer than 107 characters\n");
	snprintf(text, sizeof(text), "guests: []\nsocket: /%0106d\n", 0);
	assert_int_equal(parse(text), 0);
	snprintf(text, sizeof(text), "guests:\n  - name: %064d\n", 0);
	assert_int_equal(parse(text), -1);
}

static void too_many_guests(void **state)
{
	static char text[CONFIG_GUESTS_MAX * 20 + 64];
	size_t n = snprintf(text, sizeof(text), "guests:\n");
	int i;

	(void)state;
	for (i = 0; i <= CONFIG_GUESTS_MAX; i++)
		n += snprintf(text + n, sizeof(text) - n, "  - name: g%d\n", i);
	assert_int_equal(parse(text), -1);
	assert_string_equal(errors, "f.yaml:258: more than 256 entries\n");
}

/* What is said once, not for each */
static void too_many_verdicts(void **state)
{
	static char text[VERDICT_RULES_MAX * 64 + 256];
	size_t n = snprintf(text, sizeof(text), "guests:\n  - name: a\n    verdicts:\n");

	(void)state;
	for (int i = 0; i < VERDICT_RULES_MAX; i++)
		n += snprintf(text + n, sizeof(text) - n,
			      "      - { event: exec, path: /%d, answer: deny }\n", i);
	assert_int_equal(parse(text), 0);
	snprintf(text + n, sizeof(text) - n, "      - { event: exec, answer: deny }\n");
	assert_int_equal(parse(text), -1);
	assert_string_equal(errors, "f.yaml:36: more than 32 verdicts\n");
}

static void too_many_filters(void **state)
{
	static char text[STARLSM_FILTERS_MAX * 64 + 256];
	size_t n = snprintf(text, sizeof(text), "guests:\n  - name: a\n    filters:\n");

	(void)state;
	for (int i = 0; i <= STARLSM_FILTERS_MAX; i++)
		n += snprintf(text + n, sizeof(text) - n,
			      "      - { events: [open], uid: %d }\n", i);
	assert_int_equal(parse(text), -1);
	assert_string_equal(errors, "f.yaml:20: more than 16 filters, or 2560 bytes of their paths\n");
}

static void errors_are_cut_to_size(void **state)
{
	static const char text[] = "a: 1\nb: 2\nc: 3\nd: 4\n";
	size_t size;

	(void)state;
	for (size = 1; size < 200; size++) {
		memset(errors, 'x', sizeof(errors));
		assert_int_equal(config_parse(text, strlen(text), "f.yaml", &c,
					      errors, size), -1);
		assert_true(strlen(errors) < size);
	}
}

static void noise_is_no_configuration(void **state)
{
	char text[200];
	size_t i;
	int round;

	(void)state;
	srand(1);
	for (round = 0; round < 5000; round++) {
		for (i = 0; i < sizeof(text); i++)
			text[i] = round % 2 ? rand() : " \n-:[]{}\"'#&*!|>%@a\t"[rand() % 20];
		assert_int_equal(config_parse(text, sizeof(text), "f.yaml", &c,
					      errors, sizeof(errors)), -1);
		assert_true(strncmp(errors, "f.yaml:", 7) == 0);
	}
}

static void file_that_is_not_there(void **state)
{
	(void)state;
	assert_int_equal(config_read("/nonexistent/f.yaml", &c, errors, sizeof(errors)), -1);
	assert_string_equal(errors, "/nonexistent/f.yaml: No such file or directory\n");
	assert_int_equal(config_read("/", &c, errors, sizeof(errors)), -1);
	assert_string_equal(errors, "/: Is a directory\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(least_there_can_be),
		cmocka_unit_test(everything),
		cmocka_unit_test(nothing_is_handed_on),
		cmocka_unit_test(handed_on),
		cmocka_unit_test(handed_on_wrongly),
		cmocka_unit_test(rules_are_a_path_or_a_list),
		cmocka_unit_test(first_match_counts),
		cmocka_unit_test(other_hosts),
		cmocka_unit_test(moving),
		cmocka_unit_test(quiet_hours),
		cmocka_unit_test(no_shell),
		cmocka_unit_test(policies),
		cmocka_unit_test(too_many_verdicts),
		cmocka_unit_test(too_many_filters),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(too_long_values),
		cmocka_unit_test(too_many_guests),
		cmocka_unit_test(errors_are_cut_to_size),
		cmocka_unit_test(noise_is_no_configuration),
		cmocka_unit_test(file_that_is_not_there),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
