// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of an event as a line and as JSON
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/format.h"
#include "records.h"
#include "script.h"

/* 2026-11-22 23:04:05 UTC */
#define WALL_NS	1795388645000000000LL
#define MONO_NS	123456789LL

static char bytes[MSG_MAX] __attribute__((aligned(8)));
static char line[FORMAT_LINE_MAX];

/* What the record's ids of paths stand for; NULL: nobody told */
static const char *paths[OUT_PATHS_MAX] = { "/tmp/x", "/tmp/y" };
static uint16_t path_flags;

/* As the engine does it: by the fields of kind PATH that have an id */
static char *add_paths(char *at, struct msg_out_event *out, const struct starlsm_rec *rec)
{
	const struct event *ev = decode_event(rec->type);
	unsigned int n = 0;

	for (unsigned int i = 0; i < ev->n_fields; i++) {
		if (ev->fields[i].kind != FIELD_PATH)
			continue;
		if (decode_value(rec, ev, i).number && paths[n]) {
			out->path_len[n] = strlen(paths[n]);
			out->path_flags[n] = path_flags;
			at = mempcpy(at, paths[n], out->path_len[n]);
		} else if (decode_value(rec, ev, i).number) {
			out->path_flags[n] = OUT_PATH_UNKNOWN;
		}
		n++;
	}
	return at;
}

static const struct msg *make(const struct starlsm_rec *rec, size_t len, const char *exe,
			      const char *parent)
{
	struct msg_out_event *out = (void *)bytes;
	char *at = (char *)(out + 1);

	*out = (struct msg_out_event){
		.msg = { .type = MSG_OUT_EVENT }, .domid = 5, .ring = 0, .seq = 1234,
		.mono_ns = MONO_NS, .parent = 7, .pid = 412, .tgid = 412, .ppid = 10,
		.uid = 33, .euid = 33, .known = 1, .guest = "web",
	};
	out->exe_len = strlen(exe);
	out->parent_exe_len = strlen(parent);
	out->rec_len = len;
	at = mempcpy(at, exe, out->exe_len);
	at = mempcpy(at, parent, out->parent_exe_len);
	at = add_paths(at, out, rec);
	at = mempcpy(at, rec, len);
	out->msg.len = at - bytes;
	return &out->msg;
}

static const char *as_line(const struct msg *m)
{
	struct format_event fe;
	size_t len;

	assert_int_equal(format_parse(m, &fe), 0);
	len = format_line(&fe, WALL_NS, false, line, sizeof(line));
	assert_int_equal(len, strlen(line));
	return line;
}

static json_t *as_json(const struct msg *m)
{
	struct format_event fe;
	json_t *object;

	assert_int_equal(format_parse(m, &fe), 0);
	object = format_json(&fe, WALL_NS);
	assert_non_null(object);
	return object;
}

static const char *text_at(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static const struct starlsm_vector *vector(const char *name)
{
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++)
		if (!strcmp(starlsm_vectors[i].name, name))
			return &starlsm_vectors[i];
	fail_msg("no golden record %s", name);
	return NULL;
}

static const struct msg *make_line(const struct line *l)
{
	const struct starlsm_rec *rec = script_rec(l);

	return make(rec, rec->len, "/bin/dash", "/usr/sbin/nginx");
}

static void lines(void **state)
{
	const struct line create = { STARLSM_EV_CREATE, .task = 9, .path = "/tmp/x" };
	const struct line cred = {
		STARLSM_EV_CRED, .task = 9, .op = STARLSM_CRED_EXEC, .old_uid = 33,
		.old_euid = 33, .uid = 33,
	};

	(void)state;
	assert_string_equal(as_line(make_line(&create)),
		"23:04:05.123456 web       0 #1234    create    /bin/dash[412] uid 33"
		"         <- /usr/sbin/nginx[10]      /tmp/x mode 00");
	assert_string_equal(as_line(make_line(&cred)),
		"23:04:05.123456 web       0 #1234    cred      /bin/dash[412] uid 33"
		"         <- /usr/sbin/nginx[10]      exec: uid 33 -> 33, euid 33 -> 0");
}

static void unknown_actor(void **state)
{
	const struct line exit = { STARLSM_EV_EXIT, .task = 9 };
	const struct line beat = { .type = STARLSM_EV_HEARTBEAT };
	const struct starlsm_rec *rec = script_rec(&exit);
	struct msg_out_event *out = (void *)make(rec, rec->len, "", "");

	(void)state;
	out->known = out->pid = 0;
	out->parent = 0;
	out->uid = out->euid = UINT32_MAX;
	assert_non_null(strstr(as_line(&out->msg), " exit      ?[task 9]  "));
	rec = script_rec(&beat);
	assert_non_null(strstr(as_line(make(rec, rec->len, "", "")), " heartbeat -  "));
}

/* Whatever a guest calls its things, a line is a line. */
static void hostile_strings(void **state)
{
	const struct line create = {
		STARLSM_EV_CREATE, .task = 9, .path = "/tmp/\n\033[2J\xff\xe2\x80\xae\\",
	};
	const struct starlsm_rec *rec = script_rec(&create);
	json_t *object;

	(void)state;
	paths[0] = create.path;
	as_line(make(rec, rec->len, "/bin/\r\nsh", "\x1b]0;x\a"));
	for (const char *s = line; *s; s++)
		assert_in_range(*s, 0x20, 0x7e);
	assert_non_null(strstr(line, "/tmp/\\x0a\\x1b[2J\\xff\\xe2\\x80\\xae\\x5c"));
	object = as_json((const struct msg *)bytes);
	assert_string_equal(text_at(object, "path"),
			    "/tmp/\\x0a\\x1b[2J\\xff\\xe2\\x80\\xae\\x5c");
	json_decref(object);
	paths[0] = "/tmp/x";
}

/* A path by its id: two of them, none, one that was cut, one that nobody told */
static void paths_by_id(void **state)
{
	const struct line rename = {
		STARLSM_EV_RENAME, .task = 9, .path = "/tmp/x", .to = "/tmp/y",
	};
	const struct line memory = {
		STARLSM_EV_MODULE, .task = 9, .op = STARLSM_FROM_MEMORY,
	};
	json_t *object = as_json(make_line(&rename));

	(void)state;
	assert_string_equal(text_at(object, "from"), "/tmp/x");
	assert_string_equal(text_at(object, "to"), "/tmp/y");
	assert_null(json_object_get(object, "from_truncated"));
	json_decref(object);
	assert_non_null(strstr(as_line(make_line(&rename)), " /tmp/x -> /tmp/y"));

	object = as_json(make_line(&memory));
	assert_true(json_is_null(json_object_get(object, "path")));
	assert_null(json_object_get(object, "path_id"));
	json_decref(object);

	path_flags = OUT_PATH_CUT;
	object = as_json(make_line(&rename));
	assert_true(json_is_true(json_object_get(object, "to_truncated")));
	json_decref(object);
	assert_non_null(strstr(as_line(make_line(&rename)), " .../tmp/x -> .../tmp/y"));
	path_flags = 0;

	paths[1] = NULL;
	object = as_json(make_line(&rename));
	assert_string_equal(text_at(object, "from"), "/tmp/x");
	assert_string_equal(text_at(object, "to"), "?");
	assert_int_equal(json_integer_value(json_object_get(object, "to_id")),
			 script_path("/tmp/y"));
	assert_null(json_object_get(object, "from_id"));
	json_decref(object);
	assert_non_null(strstr(as_line(make_line(&rename)), " /tmp/x -> ?"));
	paths[1] = "/tmp/y";
}

static void check_json_fields(const struct starlsm_vector *v)
{
	const struct event *ev = decode_event(v->rec->type);
	json_t *object = as_json(make((const void *)v->wire, v->len, "/bin/dash", "/sbin/init"));
	char prefixed[64], truncated[64];

	assert_string_equal(text_at(object, "event"), ev->name);
	assert_string_equal(text_at(object, "time"), "2026-11-22T23:04:05.123456Z");
	assert_string_equal(text_at(object, "guest"), "web");
	assert_int_equal(json_integer_value(json_object_get(object, "seq")), 1234);
	assert_int_equal(json_integer_value(json_object_get(object, "vcpu")), 0);
	for (unsigned int i = 0; i < ev->n_fields; i++) {
		const char *name = ev->fields[i].name;

		snprintf(prefixed, sizeof(prefixed), "%s_%s", ev->name, name);
		if (!strcmp(name, "event"))
			name = prefixed;
		assert_non_null(json_object_get(object, name));
		if (ev->fields[i].kind == FIELD_U32)
			assert_int_equal(json_integer_value(json_object_get(object, name)),
					 v->fields[i].number);
		if (v->fields[i].truncated) {
			snprintf(truncated, sizeof(truncated), "%s_truncated",
				 ev->fields[i].name);
			assert_true(json_is_true(json_object_get(object, truncated)));
		}
	}
	json_decref(object);
}

/* Every golden record: all its fields are there, and it makes one line. */
static void golden_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++) {
		const struct starlsm_vector *v = &starlsm_vectors[i];

		check_json_fields(v);
		as_line((const struct msg *)bytes);
		assert_null(strchr(line, '\n'));
		print_message("# %.300s\n", line);
	}
}

static void json_task(void **state)
{
	const struct line create = { STARLSM_EV_CREATE, .task = 9, .path = "/tmp/x" };
	json_t *object = as_json(make_line(&create));
	const json_t *task = json_object_get(object, "task");
	const json_t *parent = json_object_get(task, "parent");

	(void)state;
	assert_int_equal(json_integer_value(json_object_get(task, "id")), 9);
	assert_int_equal(json_integer_value(json_object_get(task, "pid")), 412);
	assert_int_equal(json_integer_value(json_object_get(task, "uid")), 33);
	assert_string_equal(text_at(task, "exe"), "/bin/dash");
	assert_string_equal(text_at(parent, "exe"), "/usr/sbin/nginx");
	assert_int_equal(json_integer_value(json_object_get(parent, "pid")), 10);
	json_decref(object);
}

static void other_messages(void **state)
{
	const struct line create = { STARLSM_EV_CREATE, .task = 9, .path = "/tmp/x" };
	struct msg_out_event *out = (void *)make_line(&create);
	struct format_event fe;

	(void)state;
	out->exe_len++;
	assert_int_equal(format_parse(&out->msg, &fe), -1);
	out->exe_len--;
	out->msg.len -= 8;
	assert_int_equal(format_parse(&out->msg, &fe), -1);
	out->msg.len = 8;
	assert_int_equal(format_parse(&out->msg, &fe), -1);
	out = (void *)make_line(&create);
	out->msg.type = MSG_OUT_INCIDENT;
	assert_int_equal(format_parse(&out->msg, &fe), -1);
	out = (void *)make_line(&create);
	memset(out->guest, 'x', sizeof(out->guest));
	assert_int_equal(format_parse(&out->msg, &fe), -1);
}

/* Any size of buffer, and any time a guest claims */
static void small_buffers_and_odd_times(void **state)
{
	static const int64_t times[] = { 0, -1, INT64_MIN, INT64_MAX, -1000000000 };
	const struct starlsm_vector *v = vector("exec");
	struct format_event fe;

	(void)state;
	make((const void *)v->wire, v->len, "/bin/dash", "/sbin/init");
	assert_int_equal(format_parse((const struct msg *)bytes, &fe), 0);
	for (size_t size = 1; size < 400; size++) {
		char *small = test_malloc(size);

		assert_true(format_line(&fe, WALL_NS, true, small, size) < size);
		test_free(small);
	}
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		((struct msg_out_event *)bytes)->mono_ns = times[i];
		json_decref(as_json((const struct msg *)bytes));
		as_line((const struct msg *)bytes);
	}
}

static long allocations_left;

static void *scarce_malloc(size_t size)
{
	return allocations_left-- > 0 ? malloc(size) : NULL;
}

/* Each of jansson's allocations fails once: NULL, and nothing is left behind. */
static void json_without_memory(void **state)
{
	const struct line create = { STARLSM_EV_CREATE, .task = 9, .path = "/tmp/x" };
	struct format_event fe;
	json_t *object = NULL;
	long n;

	(void)state;
	assert_int_equal(format_parse(make_line(&create), &fe), 0);
	json_set_alloc_funcs(scarce_malloc, free);
	for (n = 0; !object; n++) {
		allocations_left = n;
		object = format_json(&fe, WALL_NS);
	}
	json_decref(object);
	json_set_alloc_funcs(malloc, free);
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(unknown_actor),
		cmocka_unit_test(hostile_strings),
		cmocka_unit_test(golden_records),
		cmocka_unit_test(paths_by_id),
		cmocka_unit_test(json_task),
		cmocka_unit_test(json_without_memory),
		cmocka_unit_test(other_messages),
		cmocka_unit_test(small_buffers_and_odd_times),
	};

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
