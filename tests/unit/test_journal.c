// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the journal from the engine to starlsmctl: what is written is
 * found and replayed, also after power cuts
 */
#include "asking.h"
#include "lib/rulefiles.h"

#include <jansson.h>

static void what_was_written_is_there(void **state)
{
	(void)state;
	two_guests();
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_said("web: segments 1 to 1, 1 signed");
	assert_said("mail: segments 1 to 1, 1 signed");
	assert_said("@host: segments 1 to 1, 1 signed");
	assert_said("all is as it was written");
	assert_int_equal(replay(), CTL_OK);
	assert_said("the same, byte for byte");
	assert_false(is_said("goes on"));
	assert_said("INCIDENT 1 intrusion");
	assert_int_equal(query((struct ctl_options){ .types = "exec", .guest = "web" }), CTL_OK);
	assert_int_equal(count(" exec "), 5);
	assert_int_equal(query((struct ctl_options){ .types = "create", .guest = "6" }), CTL_OK);
	assert_int_equal(count(" create "), 40);
}

static void while_it_is_written(void **state)
{
	(void)state;
	two_guests();
	assert_int_equal(verify(), CTL_OK);
	assert_int_equal(replay(), CTL_OK);
	assert_said("the same, byte for byte; it goes on");
	assert_int_equal(query((struct ctl_options){ .types = "incident" }), CTL_OK);
	assert_int_equal(count("INCIDENT 1 intrusion"), 1);
}

/* The first incident that the last command has said in JSON */
static json_t *said_incident(void)
{
	for (char *line = said; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		json_t *object = json_loads(line, JSON_DISABLE_EOF_CHECK, NULL);

		if (json_object_get(object, "alerts"))
			return object;
		json_decref(object);
	}
	return NULL;
}

/* What an incident is made of, as people and programs get it */
static void an_incident_as_json(void **state)
{
	const char *rule, *link, *exe, *verdict, *user, *first;
	int score, count, decided, parent, mark, n_tactics;
	json_t *in, *tree, *tactics, *alerts;

	(void)state;
	two_guests();
	rig_stop(&rig);
	assert_int_equal(run(ctl_replay, (struct ctl_options){ .is_json = true }), CTL_OK);
	in = said_incident();
	assert_non_null(in);
	assert_int_equal(json_unpack(in, "{s:s, s:i, s:s, s:o, s:o, s:o}", "verdict", &verdict,
				     "score", &score, "first_seen", &first, "tree", &tree,
				     "tactics", &tactics, "alerts", &alerts), 0);
	assert_string_equal(verdict, "halt");
	n_tactics = json_array_size(tactics);
	assert_int_equal(score, 60 + 10 * (n_tactics - 1) < 100 ? 60 + 10 * (n_tactics - 1) : 100);
	assert_true(n_tactics > 1);
	assert_string_equal(json_string_value(json_array_get(tactics, 0)), "execution");
	assert_int_equal(json_array_size(alerts), 1);
	assert_int_equal(json_unpack(json_array_get(alerts, 0), "{s:s, s:s, s:i, s:b, s:s}",
				     "rule", &rule, "joined_by", &link, "count", &count,
				     "decided", &decided, "first_seen", &user), 0);
	assert_string_equal(rule, "intrusion-chain");
	assert_string_equal(link, "first");
	assert_int_equal(count, 1);
	assert_true(decided);
	assert_string_equal(user, first);
	/* nginx as www-data, the shell, /tmp/x, what made it root, insmod */
	assert_int_equal(json_array_size(tree), 5);
	assert_int_equal(json_unpack(json_array_get(tree, 4), "{s:s, s:i, s:[i]}", "exe", &exe,
				     "parent", &parent, "alerts", &mark), 0);
	assert_string_equal(exe, "/sbin/insmod");
	assert_int_equal(parent, 3);
	assert_int_equal(mark, 0);
	assert_true(json_is_null(json_object_get(json_array_get(tree, 0), "parent")));
	json_decref(in);
}

/* It is of no guest as a fact, and of one as what is said. */
static void one_that_an_operator_closes(void **state)
{
	const struct msg_close m = {
		.msg = { MSG_CLOSE, sizeof(m) }, .domid = UINT32_MAX, .incident = 1,
	};

	(void)state;
	two_guests();
	assert_int_equal(rig_feed(&rig, FROM_PARENT, 0, &m.msg), 0);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_int_equal(replay(), CTL_OK);
	assert_said("the same, byte for byte");
	assert_said("INCIDENT 1 intrusion-chain: closed");
}

/* One engine's journal is another's facts: it says the same, or is caught. */
static void a_different_engine_is_seen(void **state)
{
	struct msg_guest other = {
		.msg = { MSG_GUEST, sizeof(other) }, .domid = WEB, .respond = RESPOND_ALERT,
		.name = "web",
	};

	(void)state;
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	/* behind the journal's back */
	assert_int_equal(engine_feed(rig.core, FROM_PARENT, 0, &other.msg, rig.now_ns), 0);
	rig_intrusion(&rig, WEB);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_int_equal(replay(), CTL_FAILED);
	assert_said("NOT THE SAME");
	assert_said("of type incident");
}

static void several_runs(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		rig.now_ns += 1000000;
		two_guests();
		rig_stop(&rig);
	}
	assert_int_equal(verify(), CTL_OK);
	assert_said("web: segments 1 to 3, 3 signed");
	assert_int_equal(replay(), CTL_OK);
	assert_int_equal(count("the same, byte for byte"), 3);
	assert_int_equal(query((struct ctl_options){ .types = "module" }), CTL_OK);
	assert_int_equal(count(" module "), 3);
}

/* Rules are facts too, in pieces if they are long. */
static void rules_that_were_loaded(void **state)
{
	static const char rule[] =
		"title: A file in /srv\nid: 0f3c1b9a-7a52-4f0e-8a52-5a4f7f1f2c11\nlevel: high\n"
		"logsource: {product: linux, category: file_event}\n"
		"detection: {s: {TargetFilename|startswith: /srv/}, condition: s}\n";
	static char comment[100000];
	struct rulefiles files = { 0 };

	(void)state;
	memset(comment, '#', sizeof(comment));
	assert_int_equal(rulefiles_put(&files, "a.yml", comment, sizeof(comment)), 0);
	assert_int_equal(rulefiles_put(&files, "b.yml", rule, sizeof(rule) - 1), 0);
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	some_files(WEB, 2);
	assert_int_equal(rig.n_incidents, 0);
	rig_rules(&rig, files.bytes, files.len);
	some_files(WEB, 2);
	assert_true(rig.n_incidents > 0);
	rulefiles_free(&files);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_int_equal(replay(), CTL_OK);
	assert_said("the same, byte for byte");
	assert_said("INCIDENT 1");
}

/*
 * Rules on what was recorded
 */

static const char *write_rules(const char *text)
{
	static char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/rules.yml", rig.top);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	return path;
}

static int test_rules(const char *text)
{
	const char *path = write_rules(text);

	return run(ctl_rules, (struct ctl_options){ .verb = "test", .paths = &path, .n_paths = 1 });
}

/* What no entry has, a task's arguments and its lineage, is known from those before. */
static void rules_that_are_tested(void **state)
{
	static const struct line with_argument[] = {
		{ STARLSM_EV_FORK, .task = 1, .other = 50 },
		{ STARLSM_EV_EXEC, .task = 50, .pid = 50, .path = "/usr/bin/tool", .to = "--secret" },
		{ STARLSM_EV_CREATE, .task = 50, .path = "/srv/out" },
		{ 0 },
	};

	(void)state;
	two_guests();
	rig_lines(&rig, WEB, with_argument);
	rig_stop(&rig);
	assert_int_equal(test_rules("title: By argument\nid: 0f3c1b9a-7a52-4f0e-8a52-5a4f7f1f2c11\n"
		"level: low\ntags: [attack.t1059]\n"
		"logsource: {product: linux, category: file_event}\n"
		"detection: {s: {CommandLine|contains: --secret}, condition: s}\n"), CTL_OK);
	assert_int_equal(count(" web: low: By argument, 0f3c1b9a-7a52-4f0e-8a52-5a4f7f1f2c11, T1059\n    "), 1);
	assert_said("create    /usr/bin/tool[50]");
	assert_said("1 matches in ");
	assert_int_equal(test_rules("title: By lineage\nlevel: high\n"
		"logsource: {service: starlsm, category: module}\n"
		"detection: {s: {task.lineage: became-root}, condition: s}\n"), CTL_OK);
	assert_int_equal(count("By lineage"), 1);
	assert_said("/tmp/rk.ko");
	/* each guest for itself: 40 of mail's, one of web's */
	assert_int_equal(test_rules("title: A file\nname: a_file\nlevel: low\n"
		"logsource: {product: linux, category: file_event}\n"
		"detection: {s: {TargetFilename|startswith: /}, condition: s}\n"
		"---\ntitle: Many files\nlevel: high\ncorrelation: {type: event_count, rules: [a_file], "
		"group-by: [guest], timespan: 1h, condition: {gte: 40}}\n"), CTL_OK);
	assert_int_equal(count("mail: high: Many files"), 1);
	assert_int_equal(count("web: high: Many files"), 0);
	assert_int_equal(test_rules("title: No rule\n"), CTL_FAILED);
}

/* What introspection has found is there for rules, too, and what the engine makes of it. */
static void rules_on_findings(void **state)
{
	struct msg_finding m = {
		.msg = { MSG_FINDING, sizeof(m) }, .domid = WEB, .severity = FINDING_TAMPERED,
		.name = "module-views", .object = "module rk, 0x5", .text = "hidden\x1b",
	};
	struct msg_seen seen = {
		.msg = { MSG_SEEN, sizeof(seen) }, .domid = WEB, .n_tasks = 1,
		.task = { { .id = 77, .pid = 770, .flags = SEEN_IN_LIST, .comm = "sh" } },
	};

	(void)state;
	two_guests();
	for (int i = 0; i < 6; i++) {
		/* the first look without, then with a process that no event has made */
		seen.flags = i ? SEEN_END : SEEN_ALL | SEEN_END;
		seen.from_ns = seen.to_ns = rig.now_ns;
		seen.n_tasks = i == 1;
		assert_int_equal(rig_feed(&rig, FROM_VMI, WEB, &seen.msg), 0);
		rig_tick(&rig);
		rig_line(&rig, WEB, &(struct line){ STARLSM_EV_UNLINK, .task = 2, .path = "/f" });
	}
	assert_int_equal(rig_feed(&rig, FROM_VMI, WEB, &m.msg), 0);
	rig_stop(&rig);
	assert_int_equal(replay(), CTL_OK);
	assert_said("the same, byte for byte");
	assert_int_equal(test_rules("title: Hidden\nlevel: high\n"
		"logsource: {service: starlsm, category: finding}\n"
		"detection: {s: {owner: rk, guest: web}, condition: s}\n"), CTL_OK);
	assert_int_equal(count(" web: high: Hidden\n    module-views: hidden\\x1b\n"), 1);
	assert_said("1 matches in ");
	assert_int_equal(test_rules("title: Made by nobody\nlevel: high\n"
		"logsource: {service: starlsm, category: finding}\n"
		"detection: {s: {check: unknown-process, text|contains: process 770}, condition: s}\n"),
		CTL_OK);
	assert_int_equal(count(" web: high: Made by nobody\n"), 1);
	assert_int_equal(test_rules("title: Module\nname: m\nlevel: low\n"
		"logsource: {service: starlsm, category: module}\n"
		"detection: {s: {task.lineage_uid: 33}, condition: s}\n---\n"
		"title: Found\nname: f\nlevel: low\nlogsource: {service: starlsm, category: finding}\n"
		"detection: {s: {check: module-views}, condition: s}\n---\n"
		"title: Both\nlevel: high\ncorrelation: {type: temporal_ordered, rules: [m, f],"
		" group-by: [guest], timespan: 1h}\n"), CTL_OK);
	assert_int_equal(count("web: high: Both\n"), 1);
	assert_said("1 matches in ");
}

static void rules_on_a_journal_with_a_hole(void **state)
{
	(void)state;
	two_guests();
	rig_gone(&rig, WEB);
	rig_stop(&rig);
	drop("web", 1);
	assert_int_equal(test_rules("title: A file\nlevel: low\n"
		"logsource: {product: linux, category: file_event}\n"
		"detection: {s: {TargetFilename|startswith: /srv}, condition: s}\n"), CTL_OK);
	assert_int_equal(count("mail: low: A file"), 40);
}

static const char srv_file[] =
	"title: A file in /srv\nlevel: high\nrespond: pause\n"
	"logsource: {product: linux, category: file_event}\n"
	"detection: {s: {TargetFilename|startswith: /srv/}, condition: s}\n";

static int replay_by(const char *text)
{
	return run(ctl_replay, (struct ctl_options){ .rules = write_rules(text) });
}

/* web's and mail's files, then web is paused for its own */
static void recorded_by_a_rule(void)
{
	struct msg_done done = {
		.msg = { MSG_DONE, sizeof(done) }, .domid = WEB, .action = ACTION_PAUSE,
		.start_ns = 1, .end_ns = 2,
	};
	struct rulefiles files = { 0 };

	assert_int_equal(rulefiles_put(&files, "a.yml", srv_file, sizeof(srv_file) - 1), 0);
	rig_start(&rig);
	rig_rules(&rig, files.bytes, files.len);
	rulefiles_free(&files);
	rig_guest(&rig, WEB, "web");
	rig_guest(&rig, MAIL, "mail");
	some_files(MAIL, 2);
	some_files(WEB, 2);
	done.incident = 2;
	assert_int_equal(rig_feed(&rig, FROM_RESPONDER, 0, &done.msg), 0);
	rig_intrusion(&rig, WEB);
	rig_stop(&rig);
}

static void other_rules(void **state)
{
	(void)state;
	recorded_by_a_rule();
	assert_int_equal(replay(), CTL_OK);
	assert_said("the same, byte for byte");
	/* the same rule, and no rule at all */
	assert_int_equal(replay_by(srv_file), CTL_OK);
	assert_said("incidents: 3 the same, 0 new, 0 gone, 0 of another level or with other actions; "
		    "alerts: 3 the same, 0 new, 0 gone\n");
	assert_int_equal(replay_by("# none\n"), CTL_OK);
	assert_said("incidents: 1 the same, 0 new, 2 gone, 0 of another level or with other actions; "
		    "alerts: 1 the same, 0 new, 2 gone\n");
	assert_int_equal(count("  gone   20"), 2);
	assert_said(" web  A file in /srv");
	assert_false(is_said("INCIDENT 1 A file"));
	assert_said("INCIDENT 1 intrusion");
}

static void rules_that_say_more_or_less(void **state)
{
	(void)state;
	recorded_by_a_rule();
	assert_int_equal(replay_by("title: A file in /srv\nlevel: high\nrespond: halt\n"
		"logsource: {product: linux, category: file_event}\n"
		"detection: {s: {TargetFilename|startswith: /srv/}, condition: s}\n"
		"---\ntitle: A module\nlevel: low\nlogsource: {service: starlsm, category: module}\n"
		"detection: {s: {path|startswith: /tmp/}, condition: s}\n"), CTL_OK);
	/* the module is the intrusion's */
	assert_said("incidents: 1 the same, 0 new, 0 gone, 2 of another level or with other actions; "
		    "alerts: 3 the same, 1 new, 0 gone\n");
	assert_int_equal(count("  other  20"), 2);
	assert_int_equal(count("  new    20"), 1);
	assert_said(" web  A module, in incident 3\n");
	assert_said("joined by lineage: A module");
	/* what was reported of an incident goes to the one that is the same, whatever its number */
	assert_int_equal(replay_by("title: A file in /srv\nlevel: high\nrespond: pause\n"
		"logsource: {product: linux, category: file_event}\n"
		"detection: {s: {TargetFilename|startswith: /srv/, guest: web}, condition: s}\n"), CTL_OK);
	assert_said("INCIDENT 1 A file in /srv: contained");
	assert_int_equal(count(": contained"), 1);
	/* one that is no rule */
	assert_int_equal(replay_by("title: Nothing\n"), CTL_FAILED);
	assert_said("rules.yml:1: ");
}

static void other_rules_as_json(void **state)
{
	const char *path;

	(void)state;
	recorded_by_a_rule();
	path = write_rules("# none\n");
	assert_int_equal(run(ctl_replay, (struct ctl_options){ .rules = path, .is_json = true }), CTL_OK);
	assert_int_equal(count("{\"change\":\"gone\","), 2);
	assert_said("\"whole\":true,\"ended\":true,\"same\":1,\"new\":0,\"gone\":2,\"other\":0,"
		    "\"alerts\":{\"same\":1,\"new\":0,\"gone\":2}}");
	path = write_rules("title: A module\nlevel: low\n"
		"logsource: {service: starlsm, category: module}\n"
		"detection: {s: {path|startswith: /tmp/}, condition: s}\n");
	assert_int_equal(run(ctl_replay, (struct ctl_options){ .rules = path, .is_json = true }), CTL_OK);
	assert_int_equal(count("{\"alert\":\"new\","), 1);
	assert_said("\"rule\":\"A module\",\"rule_id\":\"\",\"incident\":1}");
}

static void a_guest_that_ends_is_sealed_at_once(void **state)
{
	(void)state;
	two_guests();
	rig_gone(&rig, WEB);
	rig_tick(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_said("web: segments 1 to 1, 1 signed");
	assert_said("mail: segments 1 to 1, 0 signed");
	/* It comes again, under another number. */
	rig_guest(&rig, WEB + 10, "web");
	rig_intrusion(&rig, WEB + 10);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_said("web: segments 1 to 2, 2 signed");
	assert_int_equal(replay(), CTL_OK);
}

static void names_that_are_no_names_of_files(void **state)
{
	(void)state;
	rig_start(&rig);
	rig_guest(&rig, WEB, "../../etc");
	rig_guest(&rig, MAIL, "@host");
	some_files(WEB, 3);
	some_files(MAIL, 3);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_said("%2E.%2F..%2Fetc: segments 1 to 1");
	assert_int_equal(replay(), CTL_OK);
	assert_int_equal(query((struct ctl_options){ .types = "create", .guest = "../../etc" }),
			 CTL_OK);
	assert_int_equal(count(" create "), 3);
}

/*
 * Questions
 */

static void questions(void **state)
{
	(void)state;
	two_guests();
	rig_stop(&rig);
	assert_int_equal(query((struct ctl_options){ .where = "path ~ \"/tmp/*\" and event = create" }),
			 CTL_OK);
	assert_int_equal(count("\n"), 1);
	assert_int_equal(query((struct ctl_options){ .types = "exec", .is_json = true,
						     .where = "euid = 0 and task.uid = 33" }), CTL_OK);
	assert_int_equal(count("\"event\":\"exec\""), 2);
	assert_int_equal(query((struct ctl_options){ .types = "create,module",
						     .until = "2023-11-14T22:14:00Z" }), CTL_OK);
	assert_int_equal(count("\n"), 0);
	assert_int_equal(query((struct ctl_options){ .types = "create,module",
						     .since = "2023-11-14T22:14:00Z" }), CTL_OK);
	assert_int_equal(count("\n"), 42);
	assert_int_equal(query((struct ctl_options){ .types = "nothing" }), CTL_USAGE);
	assert_int_equal(query((struct ctl_options){ .since = "yesterday" }), CTL_USAGE);
	assert_int_equal(query((struct ctl_options){ .where = "path" }), CTL_USAGE);
}

/*
 * Power cuts
 */

/* What is in a file up to n is what it was: so many events of web's are found */
static unsigned int events_left(void)
{
	assert_int_equal(query((struct ctl_options){ .types = "create", .guest = "web" }), CTL_OK);
	return count(" create ");
}

/*
 * The power goes at any byte of the last segment, and comes again: what was whole
 * is there and is signed, what is missing is told, and it goes on. Each flushed
 * block is 4 events.
 */
static void cut_at_every_byte(void **state)
{
	char path[160], kept[160];
	unsigned int before = 0;

	(void)state;
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	for (int i = 0; i < 3; i++) {
		some_files(WEB, 4);
		rig_tick(&rig);
	}
	rig_kill(&rig);
	rig_path(&rig, "web", 1, path, sizeof(path));
	snprintf(kept, sizeof(kept), "%s/kept", rig.top);
	copy(rig.directory, kept);
	for (off_t n = 0, size = size_of(path); n <= size; n++) {
		unsigned int now;

		copy(kept, rig.directory);
		assert_int_equal(truncate(path, n), 0);
		rig_start(&rig);
		rig_guest(&rig, WEB, "web");
		rig_tick(&rig);
		rig_stop(&rig);
		assert_int_equal(verify(), CTL_OK);
		assert_said("web: segments 1 to ");
		now = events_left();
		assert_true(now >= before && now % 4 == 0);
		/* Nothing but whole blocks, and each as soon as it is whole */
		assert_true(n < size || now == 12);
		if (n >= (off_t)sizeof(struct segment_header))
			assert_said("web: it was not ended in order");
		before = now;
	}
	assert_int_equal(before, 12);
}

static void killed_before_it_was_signed(void **state)
{
	(void)state;
	two_guests();
	rig.is_unsigned = true;
	rig_gone(&rig, WEB);
	rig_tick(&rig);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_said("web: segments 1 to 1, 0 signed");
	rig.is_unsigned = false;
	rig_start(&rig);
	rig_tick(&rig);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_said("web: segments 1 to 1, 1 signed");
	/* It was ended in order, only not signed. */
	assert_int_equal(query((struct ctl_options){ .types = "module" }), CTL_OK);
	assert_false(is_said("not ended in order"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_written_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(while_it_is_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_incident_as_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_that_an_operator_closes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_different_engine_is_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(several_runs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rules_that_were_loaded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rules_that_are_tested, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rules_on_findings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_rules, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rules_that_say_more_or_less, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_rules_as_json, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rules_on_a_journal_with_a_hole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_guest_that_ends_is_sealed_at_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(names_that_are_no_names_of_files, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(questions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cut_at_every_byte, set_up, tear_down),
		cmocka_unit_test_setup_teardown(killed_before_it_was_signed, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
