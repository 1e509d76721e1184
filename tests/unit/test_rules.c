// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the rules: what fires, and what looks like it and must not
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "engine/rules.h"
#include "script.h"

#define NONE	(-1)
#define MAX_LINES 40

/* Tasks and executables of the stories */
enum { INIT = 1, NGINX, SHELL, MALWARE, SETUID, INSMOD, CRON, APT, DPKG, OTHER };

#define INIT_RUNS \
	{ STARLSM_EV_PATH, .other = 100, .path = "/sbin/init" }, \
	{ STARLSM_EV_TASK, .other = INIT, .exe = 100, .pid = 1 }
#define NGINX_RUNS \
	{ STARLSM_EV_FORK, .task = INIT, .other = NGINX }, \
	{ STARLSM_EV_EXEC, .task = NGINX, .pid = 10, .path = "/usr/sbin/nginx" }, \
	{ STARLSM_EV_CRED, .task = NGINX, .op = STARLSM_CRED_SETUID, .uid = 33, .euid = 33 }
#define SHELL_RUNS \
	{ STARLSM_EV_FORK, .task = NGINX, .other = SHELL }, \
	{ STARLSM_EV_EXEC, .task = SHELL, .pid = 11, .uid = 33, .euid = 33, \
	  .path = "/bin/sh" }
#define DROPS(where) \
	{ STARLSM_EV_CREATE, .task = SHELL, .path = where }
#define RUNS(what) \
	{ STARLSM_EV_FORK, .task = SHELL, .other = MALWARE }, \
	{ STARLSM_EV_EXEC, .task = MALWARE, .pid = 12, .uid = 33, .euid = 33, \
	  .path = what }
#define BECOMES_ROOT \
	{ STARLSM_EV_FORK, .task = MALWARE, .other = SETUID }, \
	{ STARLSM_EV_CRED, .task = SETUID, .op = STARLSM_CRED_EXEC, .old_uid = 33, \
	  .old_euid = 33, .uid = 33, .euid = 0 }, \
	{ STARLSM_EV_EXEC, .task = SETUID, .pid = 13, .uid = 33, .euid = 0, \
	  .path = "/usr/bin/mount.old" }
#define LOADS_MODULE \
	{ STARLSM_EV_FORK, .task = SETUID, .other = INSMOD }, \
	{ STARLSM_EV_EXEC, .task = INSMOD, .pid = 14, .path = "/sbin/insmod" }, \
	{ STARLSM_EV_MODULE, .task = INSMOD, .path = "/tmp/rk.ko" }

struct story_case {
	const char *name;
	int fires;		/* enum rule_id, at the last line; or NONE */
	int n_steps;
	struct line line[MAX_LINES];
};

static const struct story_case cases[] = {
	{ "the whole chain", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"), BECOMES_ROOT,
	    LOADS_MODULE } },
	{ "in /dev/shm", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/dev/shm/.x"), RUNS("/dev/shm/.x"),
	    BECOMES_ROOT, LOADS_MODULE } },
	{ "in /var/tmp", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/var/tmp/x"), RUNS("/var/tmp/x"),
	    BECOMES_ROOT, LOADS_MODULE } },
	{ "by writing to a file that was there", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS,
	    { STARLSM_EV_OPEN, .task = SHELL, .path = "/tmp/x" }, RUNS("/tmp/x"),
	    BECOMES_ROOT, LOADS_MODULE } },
	{ "renamed before it is run", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x.part"),
	    { STARLSM_EV_RENAME, .task = SHELL, .path = "/tmp/x.part", .to = "/home/www/x" },
	    RUNS("/home/www/x"), BECOMES_ROOT, LOADS_MODULE } },
	{ "exchanged with a harmless one", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"),
	    { STARLSM_EV_RENAME, .task = SHELL, .path = "/srv/good", .to = "/tmp/x", .op = 2 },
	    RUNS("/srv/good"), BECOMES_ROOT, LOADS_MODULE } },
	{ "a rename and an unlink that fail clear nothing", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"),
	    { STARLSM_EV_RENAME, .task = SHELL, .path = "/tmp/x", .to = "/root/x" },
	    { STARLSM_EV_RENAME, .task = SHELL, .path = "/tmp/y", .to = "/tmp/x" },
	    { STARLSM_EV_UNLINK, .task = SHELL, .path = "/tmp/x" },
	    RUNS("/tmp/x"), BECOMES_ROOT, LOADS_MODULE } },
	{ "run by a task that is no relation of the writer's", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"),
	    { STARLSM_EV_EXIT, .task = SHELL, .pid = 11 },
	    { STARLSM_EV_PATH, .other = 120, .path = "/usr/sbin/cron" },
	    { STARLSM_EV_TASK, .other = CRON, .exe = 120, .pid = 30, .uid = 8, .euid = 8 },
	    { STARLSM_EV_FORK, .task = CRON, .other = MALWARE },
	    { STARLSM_EV_EXEC, .task = MALWARE, .pid = 31, .uid = 8, .euid = 8,
	      .path = "/tmp/x" }, BECOMES_ROOT, LOADS_MODULE } },
	{ "every parent ends before the end", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"),
	    { STARLSM_EV_EXIT, .task = SHELL }, BECOMES_ROOT,
	    { STARLSM_EV_EXIT, .task = MALWARE },
	    { STARLSM_EV_FORK, .task = SETUID, .other = OTHER },
	    { STARLSM_EV_EXIT, .task = SETUID },
	    { STARLSM_EV_MODULE, .task = OTHER, .op = STARLSM_FROM_MEMORY } } },
	{ "root by setuid()", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"),
	    { STARLSM_EV_CRED, .task = MALWARE, .op = STARLSM_CRED_SETUID, .old_uid = 33,
	      .old_euid = 33 },
	    { STARLSM_EV_MODULE, .task = MALWARE, .path = "/tmp/rk.ko" } } },
	{ "root by exec, its credentials' record lost", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"),
	    { STARLSM_EV_EXEC, .task = MALWARE, .pid = 12, .uid = 33,
	      .path = "/usr/bin/su" },
	    { STARLSM_EV_MODULE, .task = MALWARE, .path = "/tmp/rk.ko" } } },
	{ "ends in kexec", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"), BECOMES_ROOT,
	    { STARLSM_EV_KEXEC, .task = SETUID, .path = "/tmp/vmlinuz" } } },
	{ "ends in bpf", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"), BECOMES_ROOT,
	    { STARLSM_EV_BPF, .task = SETUID, .path = "hide" } } },
	{ "a new epoch in the middle", RULE_INTRUSION, 4,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"),
	    { STARLSM_EV_PATH, .other = 103, .path = "/tmp/x" },
	    { STARLSM_EV_TASK, .other = MALWARE, .parent = SHELL, .exe = 103, .pid = 12,
	      .uid = 33, .euid = 33 }, BECOMES_ROOT, LOADS_MODULE } },

	/* a step is missing */
	{ "nothing was dropped", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, RUNS("/tmp/x"), BECOMES_ROOT, LOADS_MODULE } },
	{ "what was dropped is not run", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/bin/ls"), BECOMES_ROOT,
	    LOADS_MODULE } },
	{ "never root", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"),
	    { STARLSM_EV_FORK, .task = MALWARE, .other = INSMOD },
	    { STARLSM_EV_EXEC, .task = INSMOD, .pid = 14, .uid = 33, .euid = 33,
	      .path = "/sbin/insmod" },
	    { STARLSM_EV_MODULE, .task = INSMOD, .path = "/tmp/rk.ko" } } },
	{ "nothing is loaded", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"), BECOMES_ROOT,
	    { STARLSM_EV_CREATE, .task = SETUID, .path = "/etc/cron.d/x" } } },

	/* the order is another */
	{ "run before it was dropped", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, RUNS("/tmp/x"), DROPS("/tmp/x"), BECOMES_ROOT,
	    LOADS_MODULE } },
	{ "loaded before it was root", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"),
	    { STARLSM_EV_MODULE, .task = MALWARE, .path = "/tmp/rk.ko" }, BECOMES_ROOT } },
	{ "root before it was run", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"),
	    { STARLSM_EV_CRED, .task = SHELL, .op = STARLSM_CRED_SETUID, .old_uid = 33,
	      .old_euid = 33 },
	    { STARLSM_EV_FORK, .task = SHELL, .other = MALWARE },
	    { STARLSM_EV_EXEC, .task = MALWARE, .pid = 12, .path = "/tmp/x" },
	    { STARLSM_EV_MODULE, .task = MALWARE, .path = "/tmp/rk.ko" } } },

	/* another lineage */
	{ "the module is loaded by somebody else", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"), RUNS("/tmp/x"), BECOMES_ROOT,
	    { STARLSM_EV_FORK, .task = INIT, .other = INSMOD },
	    { STARLSM_EV_MODULE, .task = INSMOD, .path = "/lib/modules/ext4.ko" } } },
	{ "root put another file in its place", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS("/tmp/x"),
	    { STARLSM_EV_CREATE, .task = INIT, .path = "/tmp/x" }, RUNS("/tmp/x"),
	    BECOMES_ROOT, LOADS_MODULE } },

	/* what is done every day */
	{ "root loads a module", NONE, 0,
	  { INIT_RUNS, { STARLSM_EV_FORK, .task = INIT, .other = INSMOD },
	    { STARLSM_EV_EXEC, .task = INSMOD, .pid = 14, .path = "/sbin/modprobe" },
	    { STARLSM_EV_MODULE, .task = INSMOD, .path = "/lib/modules/6.12/ext4.ko" } } },
	{ "root's own file in /tmp, run, then a module", NONE, 0,
	  { INIT_RUNS, { STARLSM_EV_CREATE, .task = INIT, .path = "/tmp/installer" },
	    { STARLSM_EV_FORK, .task = INIT, .other = OTHER },
	    { STARLSM_EV_EXEC, .task = OTHER, .pid = 40, .path = "/tmp/installer" },
	    { STARLSM_EV_MODULE, .task = OTHER, .path = "/opt/driver.ko" } } },
	{ "a package upgrade with a user's helper", NONE, 0,
	  { INIT_RUNS, { STARLSM_EV_FORK, .task = INIT, .other = APT },
	    { STARLSM_EV_EXEC, .task = APT, .pid = 50, .path = "/usr/bin/apt-get" },
	    { STARLSM_EV_FORK, .task = APT, .other = OTHER },
	    { STARLSM_EV_CRED, .task = OTHER, .op = STARLSM_CRED_SETUID, .uid = 42, .euid = 42 },
	    { STARLSM_EV_CREATE, .task = OTHER, .path = "/tmp/apt.conf.1a2b" },
	    { STARLSM_EV_EXEC, .task = OTHER, .pid = 51, .uid = 42, .euid = 42,
	      .path = "/usr/lib/apt/methods/http" },
	    { STARLSM_EV_FORK, .task = APT, .other = DPKG },
	    { STARLSM_EV_EXEC, .task = DPKG, .pid = 52, .path = "/usr/bin/dpkg" },
	    { STARLSM_EV_CREATE, .task = DPKG, .path = "/usr/bin/foo.dpkg-new" },
	    { STARLSM_EV_RENAME, .task = DPKG, .path = "/usr/bin/foo.dpkg-new",
	      .to = "/usr/bin/foo" },
	    { STARLSM_EV_FORK, .task = DPKG, .other = INSMOD },
	    { STARLSM_EV_MODULE, .task = INSMOD, .path = "/lib/modules/6.12/new.ko" } } },
	{ "an nginx worker with its temporary files", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, { STARLSM_EV_FORK, .task = NGINX, .other = OTHER },
	    { STARLSM_EV_CREATE, .task = OTHER, .path = "/var/tmp/nginx/0001" },
	    { STARLSM_EV_OPEN, .task = OTHER, .path = "/var/log/nginx/access.log" },
	    { STARLSM_EV_UNLINK, .task = OTHER, .path = "/var/tmp/nginx/0001" },
	    { STARLSM_EV_EXIT, .task = OTHER } } },
	{ "a user's sudo modprobe", NONE, 0,
	  { INIT_RUNS, NGINX_RUNS, SHELL_RUNS,
	    { STARLSM_EV_FORK, .task = SHELL, .other = SETUID },
	    { STARLSM_EV_CRED, .task = SETUID, .op = STARLSM_CRED_EXEC, .old_uid = 33,
	      .old_euid = 33, .uid = 33 },
	    { STARLSM_EV_EXEC, .task = SETUID, .pid = 13, .uid = 33,
	      .path = "/usr/bin/sudo" }, LOADS_MODULE } },

	/* the other rules */
	{ "kdump", RULE_KEXEC, 1,
	  { INIT_RUNS, { STARLSM_EV_KEXEC, .task = INIT, .path = "/boot/vmlinuz" } } },
	{ "by a task nobody described", RULE_KEXEC, 1,
	  { { STARLSM_EV_KEXEC, .task = 77, .op = STARLSM_FROM_MEMORY } } },
	{ "a module by a task nobody described", NONE, 0,
	  { { STARLSM_EV_MODULE, .task = 77, .path = "/x.ko" } } },
};

static struct ledger ledger;
static struct drops drops;
static struct alert alert;

static bool feed(const struct line *line)
{
	struct rule_event ev = { .rec = script_rec(line) };
	bool is_match;

	for (int i = 0; script_path_rec(line, i); i++)
		ledger_define(&ledger, script_path_rec(line, i));

	ev.seq = script_seq();
	ev.mono_ns = ev.rec->time_ns;
	ledger_define(&ledger, ev.rec);
	is_match = rules_feed(&ledger, &drops, &ev, &alert);
	ledger_change(&ledger, ev.rec);
	return is_match;
}

static void start(void)
{
	const struct hash_seed seed = { { 3, 4 } };

	script_reset();
	memset(&alert, 0, sizeof(alert));
	assert_int_equal(ledger_init(&ledger, &seed), 0);
	assert_int_equal(drops_init(&drops, &seed), 0);
}

static void stop(void)
{
	ledger_free(&ledger);
	drops_free(&drops);
}

/* It fires at the last line, and nowhere before. */
static void stories(void **state)
{
	const struct story_case *c = *state;
	const struct line *line;

	start();
	for (line = c->line; line->type; line++) {
		bool is_last = !line[1].type;
		bool is_match = feed(line);

		assert_int_equal(is_match, is_last && c->fires != NONE);
	}
	if (c->fires != NONE) {
		assert_int_equal(alert.rule, c->fires);
		assert_int_equal(alert.n_steps, c->n_steps);
		print_message("# %s\n", alert.reason);
	}
	stop();
}

static const struct line *find(const struct story_case *c, uint16_t type)
{
	const struct line *line = c->line;

	while (line->type != type)
		line++;
	return line;
}

/* Each step names who, which file and its record. */
static void the_reason(void **state)
{
	const struct story_case *c = &cases[0];

	(void)state;
	start();
	for (const struct line *line = c->line; line->type; line++)
		feed(line);
	assert_string_equal(alert.step[0].text, "sh[11] uid 33 created /tmp/x");
	assert_string_equal(alert.step[1].text, "sh[12] uid 33 executed /tmp/x");
	assert_string_equal(alert.step[2].text,
			    "x[13] uid 33 became root by executing set-uid /usr/bin/mount.old");
	assert_string_equal(alert.step[3].text,
			    "insmod[14] uid 0 loads a kernel module from /tmp/rk.ko");
	assert_int_equal(alert.step[0].seq, find(c, STARLSM_EV_CREATE) - c->line);
	assert_int_equal(alert.step[3].seq, find(c, STARLSM_EV_MODULE) - c->line);
	assert_non_null(strstr(alert.reason, "; then sh[12] uid 33 executed /tmp/x (0:#"));
	stop();
}

/* What a guest calls its files cannot break the line, nor the terminal. */
static void hostile_names(void **state)
{
	char name[1000] = "/tmp/\033[2J\n";
	const struct line lines[] = {
		INIT_RUNS, NGINX_RUNS, SHELL_RUNS, DROPS(name), RUNS(name), BECOMES_ROOT,
		LOADS_MODULE,
	};

	(void)state;
	memset(name + strlen(name), '\xff', sizeof(name) - strlen(name) - 1);
	start();
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_int_equal(feed(&lines[i]), i == ARRAY_SIZE(lines) - 1);
	for (uint32_t i = 0; i < alert.n_steps; i++)
		for (const char *s = alert.step[i].text; *s; s++)
			assert_in_range(*s, 0x20, 0x7e);
	stop();
}

/* The pool of stories is used up by others: the rule fires all the same. */
static void without_a_story(void **state)
{
	const struct story_case *c = &cases[0];
	bool is_match = false;

	(void)state;
	start();
	while (story_copy(&ledger.stories, NO_STORY) != NO_STORY)
		;
	for (const struct line *line = c->line; line->type; line++)
		is_match = feed(line);
	assert_true(is_match);
	assert_int_equal(alert.rule, RULE_INTRUSION);
	assert_int_equal(alert.n_steps, 1);
	stop();
}

/* A thousand files are dropped before and after the one that counts. */
static void among_many_files(void **state)
{
	const struct line before[] = { INIT_RUNS, NGINX_RUNS, SHELL_RUNS };
	const struct line drop = DROPS("/tmp/x");
	const struct line after[] = { RUNS("/tmp/x"), BECOMES_ROOT, LOADS_MODULE };
	char path[32];
	struct line other = DROPS(path);

	(void)state;
	start();
	for (size_t i = 0; i < ARRAY_SIZE(before); i++)
		feed(&before[i]);
	for (int i = 0; i < 10000; i++) {
		if (i == 1000)
			feed(&drop);
		snprintf(path, sizeof(path), "/tmp/%d", i);
		assert_false(feed(&other));
	}
	for (size_t i = 0; i < ARRAY_SIZE(after); i++)
		assert_int_equal(feed(&after[i]), i == ARRAY_SIZE(after) - 1);
	stop();
}

static void broken(void **state)
{
	struct msg_broken m = { .ring = 2, .position = 4096, .found = 0xffff };

	(void)state;
	for (m.error = STARLSM_ERR_MAGIC; m.error <= STARLSM_ERR_CONTENT + 1; m.error++) {
		bool is_lie = m.error >= STARLSM_ERR_POSITION && m.error <= STARLSM_ERR_CONTENT;

		rules_broken(&m, 5, &alert);
		assert_int_equal(alert.rule, is_lie ? RULE_RING_LIES : RULE_NO_SENSOR);
		assert_int_equal(alert.n_steps, 1);
	}
	m.error = STARLSM_ERR_POSITION;
	rules_broken(&m, 5, &alert);
	assert_non_null(strstr(alert.reason, "position: "));
	/* a guest of another version has done no harm, and comes to none */
	assert_int_equal(rules[RULE_NO_SENSOR].wants, RESPOND_ALERT);
}

int main(void)
{
	struct CMUnitTest tests[ARRAY_SIZE(cases) + 5];
	size_t n = 0;

	for (; n < ARRAY_SIZE(cases); n++)
		tests[n] = (struct CMUnitTest){
			cases[n].name, stories, NULL, NULL, (void *)&cases[n],
		};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_reason);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(hostile_names);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(without_a_story);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(among_many_files);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(broken);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
