// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of OCSF: each event type, incident and state has what its class requires
 */
#include "cmocka_all.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "export/ocsf.h"
#include "export/ocsf_incident.h"
#include "hostile.h"
#include "lib/attack.h"
#include "lib/sigma/rule.h"
#include "out_event.h"
#include "records.h"
#include "required.h"
#include "script.h"

/* 2026-11-22 23:04:05 UTC */
#define WALL_NS	1795388645000000000LL

/* of "abc", FIPS 180-2 */
#define ABC_SHA256	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static const struct ocsf ocsf = { .host = "dom0", .wall_ns = WALL_NS };
static struct out_event event;

/* What the tests look at, by "a.b.0.c"; NULL if it is not there */
static const json_t *at(const json_t *object, const char *path)
{
	char key[64];

	while (object && *path) {
		size_t len = strcspn(path, ".");

		snprintf(key, sizeof(key), "%.*s", (int)len, path);
		object = json_is_array(object) ? json_array_get(object, atoi(key)) :
			 json_object_get(object, key);
		path += len;
		path += *path == '.';
	}
	return object;
}

static const char *text(const json_t *object, const char *path)
{
	const char *s = json_string_value(at(object, path));

	return s ? s : "(none)";
}

static json_int_t number(const json_t *object, const char *path)
{
	const json_t *value = at(object, path);

	return json_is_integer(value) ? json_integer_value(value) : -1;
}

static json_t *tell(const struct starlsm_rec *rec)
{
	struct format_event fe;
	bool is_told;
	json_t *object;

	assert_int_equal(format_parse(out_event_make(&event, rec), &fe), 0);
	object = ocsf_event(&ocsf, &fe, &is_told);
	assert_int_equal(object != NULL, is_told);
	assert_int_equal(is_told, ocsf_row(rec->type).class_name != NULL);
	return object;
}

/* A record of that type with nothing in it, as long as its fixed part */
static const struct starlsm_rec *least(uint16_t type)
{
	static char bytes[256] __attribute__((aligned(8)));
	const struct event *ev = decode_event(type);
	struct starlsm_rec hdr = { .type = type, .len = (ev->fixed_len + 7) & ~7, .task = 9 };

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, &hdr, sizeof(hdr));
	/* closed kinds begin with 1 */
	for (unsigned int i = 0; i < ev->n_fields; i++)
		if (ev->fields[i].kind >= FIELD_EVENT && ev->fields[i].kind < FIELD_STR &&
		    ev->fields[i].kind != FIELD_ERROR)
			bytes[ev->fields[i].offset] = 1;
	return (const void *)bytes;
}

static void every_event_type(void **state)
{
	unsigned int n = 0, n_told = 0;

	(void)state;
	for (uint16_t type = 0; type < STARLSM_EV_LIMIT; type++) {
		struct ocsf_row row;
		json_t *object;

		if (!decode_event(type))
			continue;
		row = ocsf_row(type);
		if (!row.activity || !*row.activity)
			fail_msg("%s has no row", decode_event(type)->name);
		n++;
		object = tell(least(type));
		if (!object)
			continue;
		n_told++;
		required_check(object, decode_event(type)->name);
		assert_int_equal(number(object, "class_uid"), row.class);
		assert_int_equal(number(object, "activity_id"), row.activity_id);
		assert_int_equal(number(object, "type_uid"), row.class * 100 + row.activity_id);
		assert_int_equal(number(object, "category_uid"), row.class / 1000);
		json_decref(object);
	}
	assert_true(n > 70);
	/* not told are heartbeat, task, path, sock, ask */
	assert_int_equal(n_told, n - 5);
}

static void golden_records(void **state)
{
	unsigned int n = 0;

	(void)state;
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++) {
		const struct starlsm_vector *v = &starlsm_vectors[i];
		json_t *object = tell((const void *)v->wire);

		if (!object)
			continue;
		n++;
		required_check(object, v->name);
		assert_string_equal(text(object, "unmapped.event"), decode_event(v->rec->type)->name);
		assert_non_null(at(object, "unmapped.seq"));
		assert_null(at(object, "unmapped.task"));
		json_decref(object);
	}
	assert_true(n > 70);
}

static json_t *tell_line(const struct line *line)
{
	return tell(script_rec(line));
}

static void a_launch(void **state)
{
	const struct line exec = {
		STARLSM_EV_EXEC, .task = 9, .path = "/usr/bin/id", .to = "-u", .uid = 33,
	};
	json_t *o;

	(void)state;
	event.paths[0] = exec.path;
	o = tell_line(&exec);
	assert_int_equal(number(o, "class_uid"), 1007);
	assert_int_equal(number(o, "activity_id"), 1);
	assert_string_equal(text(o, "process.file.path"), "/usr/bin/id");
	assert_string_equal(text(o, "process.name"), "id");
	assert_string_equal(text(o, "process.cmd_line"), "-u");
	assert_string_equal(text(o, "process.user.uid"), "33");
	assert_int_equal(number(o, "process.euid"), 0);
	assert_string_equal(text(o, "process.parent_process.file.path"), "/usr/sbin/nginx");
	/* who it was before */
	assert_string_equal(text(o, "actor.process.file.path"), "/bin/dash");
	assert_int_equal(number(o, "actor.process.pid"), 412);
	assert_string_equal(text(o, "actor.process.uid"), "5-9");
	assert_string_equal(text(o, "device.name"), "web");
	assert_string_equal(text(o, "device.uid"), "5");
	assert_string_equal(text(o, "metadata.uid"), "5-0-1234");
	assert_string_equal(text(o, "metadata.reporter.hostname"), "dom0");
	assert_int_equal(number(o, "time"), 1795388645123);
	assert_string_equal(text(o, "unmapped.attack"), "T1059");
	json_decref(o);
}

static void files(void **state)
{
	const struct line rename = { STARLSM_EV_RENAME, .task = 9, .path = "/a/b", .to = "/a/c" };
	const struct line module = { STARLSM_EV_MODULE, .task = 9, .op = STARLSM_FROM_MEMORY };
	const struct line create = { STARLSM_EV_CREATE, .task = 9, .path = "/" };
	json_t *o;

	(void)state;
	event.paths[0] = "/a/b";
	event.paths[1] = "/a/c";
	o = tell_line(&rename);
	assert_int_equal(number(o, "activity_id"), 5);
	assert_string_equal(text(o, "file.path"), "/a/b");
	assert_string_equal(text(o, "file.name"), "b");
	assert_string_equal(text(o, "file_result.path"), "/a/c");
	json_decref(o);
	event.paths[1] = NULL;
	o = tell_line(&rename);
	assert_string_equal(text(o, "file_result.name"), "?");
	assert_null(at(o, "file_result.path"));
	json_decref(o);
	o = tell_line(&module);
	assert_int_equal(number(o, "class_uid"), 1002);
	assert_string_equal(text(o, "driver.file.name"), "(memory)");
	json_decref(o);
	event.paths[0] = "/";
	o = tell_line(&create);
	assert_string_equal(text(o, "file.name"), "/");
	json_decref(o);
	event.paths[0] = "/tmp/x";
}

static const struct starlsm_vector *vector(const char *name)
{
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++)
		if (!strcmp(starlsm_vectors[i].name, name))
			return &starlsm_vectors[i];
	fail_msg("no golden record %s", name);
	return NULL;
}

static void hashes(void **state)
{
	json_t *o = tell((const void *)vector("digest")->wire);

	(void)state;
	assert_int_equal(number(o, "class_uid"), 1001);
	assert_int_equal(number(o, "file.type_id"), 1);
	assert_int_equal(number(o, "file.hashes.0.algorithm_id"), 3);
	assert_string_equal(text(o, "file.hashes.0.value"), ABC_SHA256);
	assert_string_equal(text(o, "unmapped.sha256"), ABC_SHA256);
	json_decref(o);
	event.sha256 = "0123456789abcdef0123456789abcdef";
	o = tell((const void *)vector("exec")->wire);
	event.sha256 = NULL;
	assert_string_equal(text(o, "process.file.path"), "/tmp/x");
	assert_string_equal(text(o, "process.file.hashes.0.value"),
			    "3031323334353637383961626364656630313233343536373839616263646566");
	assert_null(at(o, "actor.process.file.hashes"));
	json_decref(o);
	o = tell((const void *)vector("exec")->wire);
	assert_non_null(at(o, "process.file"));
	assert_null(at(o, "process.file.hashes"));
	json_decref(o);
	o = tell((const void *)vector("digest_none")->wire);
	assert_non_null(at(o, "file"));
	assert_null(at(o, "file.hashes"));
	json_decref(o);
}

static void endpoints(void **state)
{
	static const struct {
		const char *vector, *path, *ip_or_name;
		int port, direction;
	} cases[] = {
		{ "bind", "dst_endpoint.ip", "0.0.0.0", 31337, 1 },
		{ "connect", "dst_endpoint.ip", NULL, -1, 2 },
		{ "accepted", "src_endpoint.ip", NULL, -1, 1 },
		{ "unix", "dst_endpoint.name", NULL, -1, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		json_t *o = tell((const void *)vector(cases[i].vector)->wire);

		assert_int_equal(number(o, "class_uid"), 4001);
		assert_non_null(at(o, cases[i].path));
		if (cases[i].ip_or_name)
			assert_string_equal(text(o, cases[i].path), cases[i].ip_or_name);
		if (cases[i].port >= 0)
			assert_int_equal(number(o, "dst_endpoint.port"), cases[i].port);
		assert_int_equal(number(o, "connection_info.direction_id"), cases[i].direction);
		json_decref(o);
	}
}

/* Any bytes for an address; those that are none are a name */
static void odd_addresses(void **state)
{
	struct {
		struct starlsm_rec_connect rec;
		char addr[128];
	} __attribute__((aligned(8))) r;

	(void)state;
	for (unsigned int len = 0; len <= sizeof(r.addr); len++) {
		for (unsigned int family = 0; family < 12; family++) {
			json_t *o;

			memset(&r, 0, sizeof(r));
			r.rec.rec = (struct starlsm_rec){ .type = STARLSM_EV_CONNECT, .task = 9,
				.len = (sizeof(r.rec) + len + 7) & ~7 };
			r.rec.addr_len = len;
			memset(r.addr, 0xff, len);
			if (len >= 2)
				memcpy(r.addr, (uint16_t[]){ family }, 2);
			o = tell(&r.rec.rec);
			required_check(o, "connect");
			json_decref(o);
		}
	}
}

/*
 * Incidents
 */

static struct msg_out_incident incident(void)
{
	struct msg_out_incident in = {
		.msg = { MSG_OUT_INCIDENT, sizeof(in) }, .domid = 5, .id = 7, .level = LEVEL_CRITICAL,
		.state = INCIDENT_ACTING, .n_steps = 1, .n_actions = 2, .guest = "web",
		.action = { ACTION_PAUSE, ACTION_DESTROY }, .action_ns = { 1000 },
		.verdict = RESPOND_HALT, .score = 75, .decided_ns = 123456789,
		.first_ns = 100000000, .last_ns = 2000000000, .rule = "intrusion-chain",
		.reason = "a file \\x0a was dropped", .tactics = 3,
		.step = { { .seq = 12, .ring = 1, .mono_ns = 100000000, .text = "creates \\xff" } },
		.n_alerts = 2, .deciding = 1, .news = 0,
		.alert = {
			{ .level = LEVEL_LOW, .count = 3, .first_ns = 100000000, .rule = "a web shell",
			  .rule_id = "1-2-3", .reason = "a shell", .seq = 11 },
			{ .level = LEVEL_CRITICAL, .count = 1, .first_ns = 123456789,
			  .rule = "intrusion-chain", .attack = "T1068, T1547.006", .reason = "a file" },
		},
	};

	return in;
}

static void detections(void **state)
{
	const struct msg_out_incident in = incident();
	json_t *o = ocsf_detection(&ocsf, &in, 1);

	(void)state;
	required_check(o, "detection");
	assert_int_equal(number(o, "class_uid"), 2004);
	assert_int_equal(number(o, "severity_id"), 5);
	assert_string_equal(text(o, "finding_info.title"), "intrusion-chain");
	assert_string_equal(text(o, "finding_info.uid"), "dom0-5-7-123.1");
	assert_string_equal(text(o, "finding_info.attacks.0.technique.uid"), "T1068");
	assert_string_equal(text(o, "finding_info.attacks.1.technique.uid"), "T1547.006");
	/* as the engine has escaped it, and not once more */
	assert_string_equal(text(o, "message"), "a file \\x0a was dropped");
	assert_string_equal(text(o, "evidences.0.data.text"), "creates \\xff");
	assert_int_equal(number(o, "evidences.0.data.seq"), 12);
	assert_int_equal(number(o, "unmapped.incident"), 7);
	json_decref(o);
	o = ocsf_detection(&ocsf, &in, 0);
	required_check(o, "another");
	assert_int_equal(number(o, "severity_id"), 2);
	assert_string_equal(text(o, "finding_info.uid"), "dom0-5-7-100.0");
	assert_string_equal(text(o, "message"), "a shell");
	assert_int_equal(number(o, "unmapped.seq"), 11);
	/* what is known of the steps is not of this one */
	assert_null(at(o, "evidences"));
	json_decref(o);
}

static void an_incident(void **state)
{
	struct msg_out_incident in = incident();
	json_t *o = ocsf_incident(&ocsf, &in, true, 1);

	(void)state;
	required_check(o, "incident");
	assert_int_equal(number(o, "class_uid"), 2005);
	assert_int_equal(number(o, "activity_id"), 1);
	assert_int_equal(number(o, "status_id"), 2);
	assert_int_equal(json_array_size(at(o, "finding_info_list")), 2);
	assert_string_equal(text(o, "finding_info_list.0.uid"), "dom0-5-7-100.0");
	assert_string_equal(text(o, "finding_info_list.1.uid"), "dom0-5-7-123.1");
	assert_int_equal(json_array_size(at(o, "attacks")), 2);
	assert_string_equal(text(o, "attacks.0.tactic.name"), attack_tactic_name(0));
	assert_string_equal(text(o, "unmapped.verdict"), "halt");
	assert_int_equal(number(o, "unmapped.score"), 75);
	assert_string_equal(text(o, "unmapped.actions.0.outcome"), "done");
	assert_string_equal(text(o, "unmapped.actions.1.outcome"), "under way");
	json_decref(o);
}

/* What it is called, state by state */
static void what_becomes_of_it(void **state)
{
	static const struct {
		const char *name, *status;
		int id, activity;
	} states[INCIDENT_STATES] = {
		[INCIDENT_OPEN] = { "open", "New", 1, 2 },
		[INCIDENT_ACTING] = { "acting", "In Progress", 2, 2 },
		[INCIDENT_CONTAINED] = { "contained", "Contained", 99, 2 },
		[INCIDENT_FAILED] = { "failed", "Failed", 99, 2 },
		[INCIDENT_CLOSED] = { "closed", "Closed", 5, 3 },
	};

	(void)state;
	for (uint32_t s = 0; s < INCIDENT_STATES; s++) {
		struct msg_out_incident in = incident();
		json_t *o;

		in.state = s;
		o = ocsf_incident(&ocsf, &in, false, 2000000000);
		required_check(o, states[s].name);
		assert_int_equal(number(o, "activity_id"), states[s].activity);
		assert_int_equal(number(o, "status_id"), states[s].id);
		assert_string_equal(text(o, "status"), states[s].status);
		assert_string_equal(text(o, "unmapped.state"), states[s].name);
		assert_int_equal(number(o, "time"), WALL_NS / 1000000 + 2000);
		json_decref(o);
	}
}

static void states_and_what_is_missing(void **state)
{
	const struct msg_figures m = { .domid = 5, .name = "web", .state = "streaming" };
	json_t *o = ocsf_state(&ocsf, &m, "attaching", 0);

	(void)state;
	required_check(o, "state");
	assert_int_equal(number(o, "class_uid"), 5019);
	assert_int_equal(number(o, "state_id"), 2);
	assert_string_equal(text(o, "unmapped.before"), "attaching");
	json_decref(o);
	o = ocsf_missed(&ocsf, 42, "because", 0);
	required_check(o, "missed");
	assert_int_equal(number(o, "count"), 42);
	assert_string_equal(text(o, "message"), "42 lines are missing here: because");
	json_decref(o);
}

/*
 * Bad strings
 */

/* All strings in it, keys too, are printable on a terminal and in one line. */
static void check_strings(const json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	if (json_is_string(value))
		assert_true(hostile_is_tame(json_string_value(value)));
	json_array_foreach(value, i, item)
		check_strings(item);
	json_object_foreach((json_t *)value, key, item)
		check_strings(item);
}

static void check_line(json_t *o, const char *what)
{
	char *line;

	required_check(o, what);
	check_strings(o);
	line = json_dumps(o, JSON_COMPACT);
	assert_non_null(line);
	assert_null(strchr(line, '\n'));
	free(line);
	json_decref(o);
}

static void hostile_strings(void **state)
{
	struct out_event before = event;

	(void)state;
	for (size_t i = 0; i < HOSTILE_STRINGS; i++) {
		const char *s = hostile_string(i);
		const struct line create = { STARLSM_EV_CREATE, .task = 9, .path = "x" };
		const struct line exec = { STARLSM_EV_EXEC, .task = 9, .path = "x",
					   .to = strlen(s) < 2048 ? s : "y" };
		struct msg_out_incident in = incident();

		event.paths[0] = event.exe = event.parent_exe = s;
		hostile_copy(event.guest, sizeof(event.guest), s);
		check_line(tell_line(&create), "create");
		check_line(tell_line(&exec), "exec");
		hostile_copy(in.guest, sizeof(in.guest), s);
		hostile_copy(in.reason, sizeof(in.reason), s);
		hostile_copy(in.step[0].text, sizeof(in.step[0].text), s);
		for (int k = 0; k < 2; k++) {
			hostile_copy(in.alert[k].rule, sizeof(in.alert[k].rule), s);
			hostile_copy(in.alert[k].rule_id, sizeof(in.alert[k].rule_id), s);
			hostile_copy(in.alert[k].reason, sizeof(in.alert[k].reason), s);
			hostile_copy(in.alert[k].attack, sizeof(in.alert[k].attack), s);
			check_line(ocsf_detection(&ocsf, &in, k), "detection");
		}
		check_line(ocsf_incident(&ocsf, &in, false, 0), "incident");
	}
	event = before;
}

/*
 * Without memory, and at odd times
 */

static long allocations_left;

static void *scarce_malloc(size_t size)
{
	return allocations_left-- > 0 ? malloc(size) : NULL;
}

static void without_memory(void **state)
{
	const struct line exec = { STARLSM_EV_EXEC, .task = 9, .path = "/x", .to = "y" };
	const struct msg_out_incident in = incident();
	struct format_event fe;
	json_t *o = NULL;
	bool is_told;
	long n;

	(void)state;
	event.paths[0] = "/x";
	assert_int_equal(format_parse(out_event_make(&event, script_rec(&exec)), &fe), 0);
	json_set_alloc_funcs(scarce_malloc, free);
	for (n = 0; !o; n++) {
		allocations_left = n;
		o = ocsf_event(&ocsf, &fe, &is_told);
		assert_true(is_told);
	}
	allocations_left = 10000;
	required_check(o, "exec");
	json_decref(o);
	assert_true(n > 50);
	o = NULL;
	for (n = 0; !o; n++) {
		allocations_left = n;
		o = ocsf_incident(&ocsf, &in, true, 0);
	}
	required_check(o, "incident");
	json_decref(o);
	json_set_alloc_funcs(malloc, free);
	assert_true(n > 50);
}

static void odd_times(void **state)
{
	static const int64_t times[] = { 0, -1, INT64_MIN, INT64_MAX, -1000000000 };
	const struct line create = { STARLSM_EV_CREATE, .task = 9, .path = "/x" };
	struct msg_out_incident in = incident();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		event.mono_ns = times[i];
		check_line(tell_line(&create), "create");
		in.first_ns = in.last_ns = in.alert[0].first_ns = in.step[0].mono_ns = times[i];
		check_line(ocsf_incident(&ocsf, &in, true, times[i]), "incident");
	}
	event.mono_ns = OUT_EVENT_MONO_NS;
}

/* Of a task that nobody has defined, or of none */
static void unknown_actor(void **state)
{
	const struct line exit = { STARLSM_EV_EXIT, .task = 9 };
	const struct line none = { .type = STARLSM_EV_HELLO };
	json_t *o;

	(void)state;
	event.is_unknown = true;
	o = tell_line(&exit);
	required_check(o, "exit");
	assert_string_equal(text(o, "actor.process.uid"), "5-9");
	assert_null(at(o, "actor.process.pid"));
	assert_null(at(o, "actor.process.user"));
	assert_null(at(o, "process.parent_process"));
	json_decref(o);
	o = tell_line(&none);
	required_check(o, "hello");
	assert_string_equal(text(o, "actor.app_name"), "StarLSM sensor");
	json_decref(o);
	event.is_unknown = false;
}

/*
 * docs/export.md has each row.
 */
static void the_page_has_every_row(void **state)
{
	static char page[65536];
	FILE *file = fopen(TOP "/docs/export.md", "r");
	size_t len;

	(void)state;
	assert_non_null(file);
	len = fread(page, 1, sizeof(page) - 1, file);
	page[len] = 0;
	fclose(file);
	for (uint16_t type = 0; type < STARLSM_EV_LIMIT; type++) {
		const struct event *ev = decode_event(type);
		struct ocsf_row r;
		char row[256];

		if (!ev)
			continue;
		r = ocsf_row(type);
		if (r.class_name)
			snprintf(row, sizeof(row), "\n| %s | %u %s | %u %s |\n", ev->name, r.class,
				 r.class_name, r.activity_id, r.activity);
		else
			snprintf(row, sizeof(row), "\n| %s | | not told: %s |\n", ev->name,
				 r.activity);
		if (!strstr(page, row))
			fail_msg("docs/export.md has no row %s", row);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_event_type),
		cmocka_unit_test(golden_records),
		cmocka_unit_test(a_launch),
		cmocka_unit_test(files),
		cmocka_unit_test(hashes),
		cmocka_unit_test(endpoints),
		cmocka_unit_test(odd_addresses),
		cmocka_unit_test(detections),
		cmocka_unit_test(an_incident),
		cmocka_unit_test(what_becomes_of_it),
		cmocka_unit_test(states_and_what_is_missing),
		cmocka_unit_test(hostile_strings),
		cmocka_unit_test(without_memory),
		cmocka_unit_test(odd_times),
		cmocka_unit_test(unknown_actor),
		cmocka_unit_test(the_page_has_every_row),
	};

	setenv("TZ", "UTC", 1);
	out_event_init(&event);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
