// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of entries for journald: their fields, hostile ones too, and none to
 * take them
 */
#include "cmocka_all.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "export/journald.h"
#include "export/ocsf.h"
#include "export/ocsf_incident.h"
#include "hostile.h"
#include "out_event.h"
#include "script.h"

static const struct ocsf ocsf = { .host = "dom0" };
static char folder[] = "/tmp/starlsm-journald-XXXXXX";
static char path[100];
static struct journald j;
static int reader = -1;
static struct out_event event;

static void journald_starts(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	reader = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(reader, (struct sockaddr *)&addr, sizeof(addr)), 0);
}

static int setup(void **state)
{
	(void)state;
	return journald_init(&j, path);
}

static int teardown(void **state)
{
	(void)state;
	journald_free(&j);
	if (reader >= 0)
		close(reader);
	reader = -1;
	unlink(path);
	return 0;
}

static void give(json_t *o, int64_t now_ns)
{
	char *line = json_dumps(o, JSON_COMPACT);

	assert_non_null(line);
	journald_send(&j, o, line, now_ns);
	free(line);
	json_decref(o);
}

static char entry[262144];
static size_t entry_len;

static bool receive(void)
{
	ssize_t n = recv(reader, entry, sizeof(entry), 0);

	entry_len = n > 0 ? n : 0;
	return n > 0;
}

/* One field from *at on, as journald reads it; false at the end. Fails on what is none. */
static bool next_field(const char **at, char *name, const char **value, size_t *len)
{
	const char *end = entry + entry_len, *mark;
	uint64_t size;

	if (*at == end)
		return false;
	mark = *at + strcspn(*at, "=\n");
	assert_true(mark < end && mark - *at < 64);
	snprintf(name, 64, "%.*s", (int)(mark - *at), *at);
	for (const char *c = name; *c; c++)
		assert_true((*c >= 'A' && *c <= 'Z') || *c == '_');
	if (*mark == '=') {
		*value = mark + 1;
		*len = (const char *)memchr(*value, '\n', end - *value) - *value;
	} else {
		memcpy(&size, mark + 1, sizeof(size));
		*value = mark + 1 + sizeof(size);
		*len = le64toh(size);
	}
	*at = *value + *len + 1;
	assert_true(*at <= end && (*at)[-1] == '\n');
	return true;
}

/* How often it is there; the last one's value */
static int find(const char *wanted, char *text, size_t size)
{
	const char *at = entry, *value;
	char name[64];
	size_t len;
	int n = 0;

	*text = 0;
	while (next_field(&at, name, &value, &len)) {
		if (strcmp(name, wanted))
			continue;
		snprintf(text, size, "%.*s", (int)len, value);
		n++;
	}
	return n;
}

static void expect(const char *name, const char *value)
{
	static char text[262144];

	assert_int_equal(find(name, text, sizeof(text)), 1);
	assert_string_equal(text, value);
}

static struct msg_out_incident incident(void)
{
	struct msg_out_incident in = {
		.msg = { MSG_OUT_INCIDENT, sizeof(in) }, .domid = 5, .id = 7, .level = 3,
		.state = INCIDENT_OPEN, .guest = "web", .rule = "a rule", .reason = "because",
		.n_alerts = 1, .alert = { { .level = 3, .rule = "a rule", .first_ns = 123456789 } },
	};

	return in;
}

static void entries(void **state)
{
	const struct msg_out_incident in = incident();
	const struct msg_figures m = { .domid = 5, .name = "web", .state = "broken" };
	const struct line create = { STARLSM_EV_CREATE, .task = 9, .path = "/tmp/x" };
	struct format_event fe;
	bool is_told;

	(void)state;
	journald_starts();
	give(ocsf_detection(&ocsf, &in, 0), 0);
	assert_true(receive());
	expect("MESSAGE", "because");
	expect("MESSAGE_ID", JOURNALD_DETECTION);
	expect("PRIORITY", "3");
	expect("STARLSM_GUEST", "web");
	expect("STARLSM_DOMID", "5");
	expect("STARLSM_CLASS", "2004");
	expect("STARLSM_RULE", "a rule");
	expect("STARLSM_FINDING", "dom0-5-7-123.0");
	give(ocsf_incident(&ocsf, &in, true, 0), 0);
	assert_true(receive());
	expect("MESSAGE_ID", JOURNALD_INCIDENT);
	expect("STARLSM_INCIDENT", "7");
	expect("STARLSM_STATE", "open");
	expect("STARLSM_FINDING", "dom0-5-7-123.0");
	give(ocsf_state(&ocsf, &m, "streaming", 0), 0);
	assert_true(receive());
	expect("MESSAGE_ID", JOURNALD_STATE);
	expect("STARLSM_STATE", "broken");
	expect("PRIORITY", "3");
	give(ocsf_missed(&ocsf, 3, "because", 0), 0);
	assert_true(receive());
	expect("MESSAGE_ID", JOURNALD_MISSED);
	assert_int_equal(format_parse(out_event_make(&event, script_rec(&create)), &fe), 0);
	give(ocsf_event(&ocsf, &fe, &is_told), 0);
	assert_true(receive());
	expect("MESSAGE_ID", JOURNALD_EVENT);
	expect("STARLSM_EVENT", "create");
	expect("SYSLOG_IDENTIFIER", "starlsm");
	assert_int_equal(j.outlet.lines, 5);
}

/* Whatever a guest calls its things, it adds no field, and no line. */
static void hostile_strings(void **state)
{
	static char text[262144];

	(void)state;
	journald_starts();
	for (size_t i = 0; i < HOSTILE_STRINGS; i++) {
		const char *s = hostile_string(i);
		struct msg_out_incident in = incident();
		const char *at = entry, *value;
		char name[64];
		size_t len;

		hostile_copy(in.guest, sizeof(in.guest), s);
		hostile_copy(in.alert[0].rule, sizeof(in.alert[0].rule), s);
		hostile_copy(in.reason, sizeof(in.reason), s);
		give(ocsf_detection(&ocsf, &in, 0), 0);
		assert_true(receive());
		expect("MESSAGE_ID", JOURNALD_DETECTION);
		while (next_field(&at, name, &value, &len)) {
			snprintf(text, sizeof(text), "%.*s", (int)len, value);
			assert_true(hostile_is_tame(text));
		}
	}
}

/* A value that has a newline all the same keeps it, and is one value. */
static void newline(void **state)
{
	(void)state;
	journald_starts();
	give(json_pack("{s:s}", "message", "a\nPRIORITY=0\nb"), 0);
	assert_true(receive());
	expect("MESSAGE", "a\nPRIORITY=0\nb");
	expect("PRIORITY", "6");
}

static void nobody_there(void **state)
{
	const struct msg_out_incident in = incident();

	(void)state;
	give(ocsf_detection(&ocsf, &in, 0), 0);
	give(ocsf_detection(&ocsf, &in, 0), 0);
	assert_int_equal(j.outlet.err, ENOENT);
	assert_int_equal(j.outlet.failures, 2);
	assert_int_equal(j.outlet.missing, 2);
	journald_starts();
	give(ocsf_detection(&ocsf, &in, 0), OUTLET_RETRY_NS);
	assert_true(receive());
	assert_int_equal(j.outlet.err, 0);
	assert_int_equal(j.outlet.lines, 1);
}

/* It is there and does not read: nobody waits for it. */
static void dead(void **state)
{
	const struct msg_out_incident in = incident();

	(void)state;
	journald_starts();
	for (int i = 0; i < 2000 && !j.outlet.dropped; i++)
		give(ocsf_detection(&ocsf, &in, 0), 0);
	assert_int_equal(j.outlet.err, EAGAIN);
	while (receive())
		;
	give(ocsf_detection(&ocsf, &in, 0), OUTLET_RETRY_NS);
	assert_int_equal(j.outlet.err, 0);
}

static void too_long(void **state)
{
	static char text[200 * 1024];

	(void)state;
	journald_starts();
	memset(text, 'x', sizeof(text) - 1);
	give(json_pack("{s:s}", "message", text), 0);
	assert_int_equal(j.outlet.err, EMSGSIZE);
	assert_int_equal(j.outlet.dropped, 1);
	assert_false(receive());
}

/* docs/export.md has them, for those who search by them. */
static void the_page_has_the_ids(void **state)
{
	static const char * const rows[] = {
		"\n| " JOURNALD_DETECTION " | a detection |\n",
		"\n| " JOURNALD_INCIDENT " | an incident, opened or changed |\n",
		"\n| " JOURNALD_STATE " | a guest's state |\n",
		"\n| " JOURNALD_EVENT " | an event |\n",
		"\n| " JOURNALD_MISSED " | lines are missing |\n",
	};
	static char page[65536];
	FILE *in = fopen(TOP "/docs/export.md", "r");

	(void)state;
	assert_non_null(in);
	page[fread(page, 1, sizeof(page) - 1, in)] = 0;
	fclose(in);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_non_null(strstr(page, rows[i]));
}

static int make_folder(void **state)
{
	(void)state;
	out_event_init(&event);
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/socket", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(entries, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_strings, setup, teardown),
		cmocka_unit_test_setup_teardown(newline, setup, teardown),
		cmocka_unit_test_setup_teardown(nobody_there, setup, teardown),
		cmocka_unit_test_setup_teardown(dead, setup, teardown),
		cmocka_unit_test_setup_teardown(too_long, setup, teardown),
		cmocka_unit_test(the_page_has_the_ids),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
