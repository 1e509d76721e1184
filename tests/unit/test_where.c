// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of expressions over an event's fields
 */
#include "cmocka_all.h"

#include <string.h>

#include "ctl/where.h"
#include "script.h"

static _Alignas(8) char bytes[MSG_MAX];

/* A create of /tmp/x y by /bin/sh[11], uid 33, euid 0, in guest web */
static void make(struct format_event *fe, const struct line *line, const char *path)
{
	static const char exe[] = "/bin/sh", parent[] = "/usr/sbin/nginx";
	struct msg_out_event *out = (void *)bytes;
	const struct starlsm_rec *rec = script_rec(line);
	char *at = (char *)(out + 1);

	*out = (struct msg_out_event){
		.msg = { .type = MSG_OUT_EVENT }, .domid = 5, .ring = 1, .seq = 1234,
		.parent = 7, .pid = 11, .tgid = 11, .ppid = 10, .uid = 33, .euid = 0,
		.known = 1, .guest = "web", .exe_len = strlen(exe),
		.parent_exe_len = strlen(parent), .rec_len = rec->len,
	};
	out->path_len[0] = path ? strlen(path) : 0;
	at = mempcpy(at, exe, strlen(exe));
	at = mempcpy(at, parent, strlen(parent));
	at = mempcpy(at, path ? path : "", out->path_len[0]);
	at = mempcpy(at, rec, rec->len);
	out->msg.len = at - bytes;
	assert_int_equal(format_parse(&out->msg, fe), 0);
}

static const struct row {
	const char *expression;
	bool create, exec;	/* does it match the one, the other */
} rows[] = {
	{ "event = create", true, false },
	{ "event == \"exec\"", false, true },
	{ "event != exec", true, false },
	{ "not event = exec", true, false },
	{ "guest = web and domid = 5 and vcpu = 1", true, true },
	{ "guest = web2 or task.pid = 11", true, true },
	{ "task.uid = 33 and task.euid = 0", true, true },
	{ "task.uid = 0x21 and task.uid = 041", true, true },
	{ "task.uid < 34 and task.uid <= 33 and task.uid > 32 and task.uid >= 33", true, true },
	{ "task.uid < 33 or task.uid > 33", false, false },
	{ "seq >= 1000 and seq < 2000", true, true },
	{ "task.exe = /bin/sh and task.parent.exe ~ *nginx", true, true },
	{ "task.exe ~ \"/usr/*\"", false, false },
	{ "task.exe !~ \"/usr/*\"", true, true },
	{ "path = \"/tmp/x y\"", true, false },
	{ "path ~ '/tmp/*'", true, true },
	{ "path ~ /tmp/[xz]*", true, false },
	{ "path > /tmp/x", true, true },
	/* exec has an euid of its own, create none: no comparison of it is true */
	{ "euid = 33", false, true },
	{ "euid != 33", false, false },
	{ "not euid = 33", true, false },
	{ "event = create or event = exec and task.uid = 0", true, false },
	{ "(event = create or event = exec) and task.uid = 0", false, false },
	{ "not (event = create or event = exec)", false, false },
	{ "not not event=create", true, false },
	{ "event=create and(path~\"*x*\")", true, false },
};

static void what_matches(void **state)
{
	struct format_event fe;
	char error[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct where *w = where_parse(rows[i].expression, error, sizeof(error));

		if (!w)
			fail_msg("%s: %s", rows[i].expression, error);
		make(&fe, &(struct line){ STARLSM_EV_CREATE, .task = 4, .path = "p" }, "/tmp/x y");
		if (where_matches(w, &fe) != rows[i].create)
			fail_msg("%s, of the create", rows[i].expression);
		make(&fe, &(struct line){ STARLSM_EV_EXEC, .task = 4, .path = "p", .uid = 33,
					  .euid = 33 }, "/tmp/y");
		if (where_matches(w, &fe) != rows[i].exec)
			fail_msg("%s, of the exec", rows[i].expression);
		where_free(w);
	}
}

/* A value is compared as it is shown: a closed kind by its name, a guest's bytes escaped. */
static void as_it_is_shown(void **state)
{
	struct format_event fe;
	char error[200];
	struct where *w = where_parse("op = setuid and uid = 5", error, sizeof(error));

	(void)state;
	make(&fe, &(struct line){ STARLSM_EV_CRED, .task = 4, .op = STARLSM_CRED_SETUID, .uid = 5 },
	     NULL);
	assert_true(where_matches(w, &fe));
	where_free(w);
	w = where_parse("path = '/tmp/\\x1b[31m'", error, sizeof(error));
	make(&fe, &(struct line){ STARLSM_EV_CREATE, .task = 4, .path = "p" }, "/tmp/\033[31m");
	assert_true(where_matches(w, &fe));
	where_free(w);
	w = where_parse("lost_event = open", error, sizeof(error));
	assert_non_null(w);
	where_free(w);
}

static void what_is_none(void **state)
{
	static const struct { const char *expression, *said; } none[] = {
		{ "", "no event has such a field, at \"\"" },
		{ "colour = red", "no event has such a field, at \"colour = red\"" },
		{ "path", "after a field one of = != < <= > >= ~ !~ is expected, at \"\"" },
		{ "path =", "a value is expected, at \"\"" },
		{ "path = (", "a value is expected, at \"(\"" },
		{ "path = x y", "and, or, or its end is expected, at \"y\"" },
		{ "path = x and", "no event has such a field, at \"\"" },
		{ "path = \"x", "a quotation mark is missing" },
		{ "(path = x", "a ) is missing" },
		{ "path = x)", "and, or, or its end is expected, at \")\"" },
		{ "\"path\" = x", "no event has such a field" },
		{ "path ! x", "after a field" },
		{ "not", "no event has such a field" },
	};
	char error[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		assert_null(where_parse(none[i].expression, error, sizeof(error)));
		if (strncmp(error, none[i].said, strlen(none[i].said)))
			fail_msg("%s: %s", none[i].expression, error);
	}
}

static void what_is_too_much(void **state)
{
	char text[4096], error[200];
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 1000; i++)
		text[n++] = '(';
	text[n] = 0;
	assert_null(where_parse(text, error, sizeof(error)));
	assert_memory_equal(error, "it is nested too deeply", 23);
	for (n = 0; n + 20 < sizeof(text); n += 13)
		strcpy(text + n, "pid = 1 and  ");
	strcpy(text + n, "pid = 1");
	assert_null(where_parse(text, error, sizeof(error)));
	assert_memory_equal(error, "it is too long", 14);
	memset(text, 'x', 1000);
	strcpy(text + 1000, " = 1");
	assert_null(where_parse(text, error, sizeof(error)));
	assert_memory_equal(error, "a word is too long", 18);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_matches),
		cmocka_unit_test(as_it_is_shown),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(what_is_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
