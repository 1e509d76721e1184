// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of events read back from JSON: what was printed is what is known
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/event_json.h"
#include "lib/format.h"
#include "records.h"

static const char exe[] = "/usr/bin/\xff\n\\x41\xc3\xa4";
static const char path[] = "/tmp/\x1b[31m x";

static struct event_json event;
static char message[8 * STARLSM_REC_MAX] __attribute__((aligned(8)));

/* The message that a subscriber gets of a record whose paths are all `path` */
static const struct msg *make_message(const struct starlsm_vector *v)
{
	struct msg_out_event *out = (void *)message;
	char *at = (char *)(out + 1);

	memset(out, 0, sizeof(*out));
	*out = (struct msg_out_event){
		.msg = { .type = MSG_OUT_EVENT }, .pid = 7, .tgid = 6, .ppid = 5,
		.uid = UINT32_MAX, .euid = 33, .lineage = LINEAGE_RAN_DROP, .exe_len = sizeof(exe) - 1,
		.path_len = { sizeof(path) - 1, sizeof(path) - 1 }, .rec_len = v->len,
		.guest = "web",
	};
	at = (char *)memcpy(at, exe, sizeof(exe) - 1) + sizeof(exe) - 1;
	for (int i = 0; i < OUT_PATHS_MAX; i++)
		at = (char *)memcpy(at, path, sizeof(path) - 1) + sizeof(path) - 1;
	memcpy(at, v->wire, v->len);
	out->msg.len = at + v->len - message;
	return &out->msg;
}

static void assert_bytes(const char *bytes, size_t len, const char *wanted, size_t n)
{
	assert_int_equal(len, n);
	assert_memory_equal(bytes, wanted, n);
}

static void assert_field(const struct field *field, const struct value *v,
			 const struct value *wanted)
{
	char text[1024], wanted_text[1024];

	switch (field->kind) {
	case FIELD_PATH:
		if (wanted->number)
			assert_bytes(v->bytes, v->len, path, sizeof(path) - 1);
		else
			assert_null(v->bytes);
		break;
	case FIELD_SOCKADDR:
		decode_sockaddr(v->bytes, v->len, text, sizeof(text));
		decode_sockaddr(wanted->bytes, wanted->len, wanted_text, sizeof(wanted_text));
		assert_string_equal(text, wanted_text);
		break;
	case FIELD_STR:
	case FIELD_HASH:
		assert_bytes(v->bytes, v->len, wanted->bytes, wanted->len);
		break;
	case FIELD_ARGS:
		/* one that was cut has no NUL at its end */
		assert_true(v->len >= wanted->len);
		assert_memory_equal(v->bytes, wanted->bytes, wanted->len);
		break;
	default:
		assert_int_equal(v->number, wanted->number);
	}
}

static void each_golden_record(void **state)
{
	(void)state;
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++) {
		struct format_event fe;
		struct facts wanted;
		json_t *object;

		if (format_parse(make_message(&starlsm_vectors[i]), &fe))
			fail_msg("%s is no event", starlsm_vectors[i].name);
		object = format_json(&fe, 0);
		assert_null(event_json_read(&event, object));
		facts_take(&wanted, starlsm_vectors[i].wire);
		assert_int_equal(event.facts.type, wanted.type);
		assert_bytes(event.facts.exe.bytes, event.facts.exe.len, exe, sizeof(exe) - 1);
		assert_null(event.facts.parent_exe.bytes);
		assert_int_equal(event.facts.pid, 7);
		assert_int_equal(event.facts.tgid, 6);
		assert_int_equal(event.facts.ppid, 5);
		assert_int_equal(event.facts.uid, FACTS_UNKNOWN_ID);
		assert_int_equal(event.facts.euid, 33);
		assert_int_equal(event.facts.lineage, LINEAGE_RAN_DROP);
		for (unsigned int k = 0; k < fe.ev->n_fields; k++)
			assert_field(&fe.ev->fields[k], &event.facts.field[k], &wanted.field[k]);
		json_decref(object);
	}
}

static const char *read_text(const char *text)
{
	json_error_t error;
	json_t *object = json_loads(text, JSON_DECODE_ANY, &error);
	const char *wrong;

	assert_non_null(object);
	wrong = event_json_read(&event, object);
	json_decref(object);
	return wrong;
}

static void a_hash_of_what_is_executed(void **state)
{
	static const char hex[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eFF";
	static const char * const wrong[] = { "\"00\"", "\"\"", "7", "[]" };
	char text[256];

	(void)state;
	snprintf(text, sizeof(text), "{\"event\": \"exec\", \"sha256\": \"%s\"}", hex);
	assert_null(read_text(text));
	assert_int_equal(event.facts.sha256.len, DECODE_HASH_LEN);
	assert_int_equal(event.facts.sha256.bytes[30], 30);
	assert_int_equal((unsigned char)event.facts.sha256.bytes[31], 255);
	assert_null(read_text("{\"event\": \"exec\"}"));
	assert_int_equal(event.facts.sha256.len, 0);
	assert_null(read_text("{\"event\": \"exec\", \"sha256\": null}"));
	assert_int_equal(event.facts.sha256.len, 0);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(text, sizeof(text), "{\"event\": \"check\", \"sha256\": %s}", wrong[i]);
		assert_non_null(read_text(text));
	}
	snprintf(text, sizeof(text), "{\"event\": \"digest\", \"sha256\": \"%.63sg\"}", hex);
	assert_non_null(read_text(text));
}

static void time_is_since_1970(void **state)
{
	(void)state;
	assert_null(read_text("{\"event\": \"exit\", \"time\": \"1970-01-02T00:00:01.5Z\"}"));
	assert_true(event.time_ns == 86401500000000);
	assert_null(read_text("{\"event\": \"exit\", \"time\": \"soon\"}"));
	assert_true(event.time_ns == 0);
}

static void what_the_engine_knows_can_be_added(void **state)
{
	(void)state;
	assert_null(read_text("{\"event\": \"exit\", \"task\": {\"command\": [\"a\", \"b c\"],"
			      " \"lineage\": \"ran-drop\", \"parent\": {\"command\": [\"d\"]}}}"));
	assert_bytes(event.facts.command.bytes, event.facts.command.len, "a\0b c", 6);
	assert_bytes(event.facts.parent_command.bytes, event.facts.parent_command.len, "d", 2);
	assert_int_equal(event.facts.lineage, LINEAGE_RAN_DROP);
}

/* A path that nobody told reads "?", and is none. */
static void unknown_paths(void **state)
{
	(void)state;
	assert_null(read_text("{\"event\": \"unlink\", \"path\": \"?\", \"path_id\": 5}"));
	assert_null(event.facts.field[0].bytes);
	assert_null(read_text("{\"event\": \"unlink\", \"path\": \"?\"}"));
	assert_bytes(event.facts.field[0].bytes, event.facts.field[0].len, "?", 1);
}

static void mistakes(void **state)
{
	static const char * const texts[] = {
		"[]", "{}", "{\"event\": 5}", "{\"event\": \"nonsense\"}",
		"{\"event\": \"exit\", \"code\": \"x\"}", "{\"event\": \"exit\", \"code\": []}",
		"{\"event\": \"unlink\", \"path\": 5}", "{\"event\": \"exec\", \"args\": [5]}",
		"{\"event\": \"connect\", \"addr\": 5}", "{\"event\": \"connect\", \"addr\": \"x\"}",
		"{\"event\": \"connect\", \"addr\": \"[x]:5\"}",
		"{\"event\": \"connect\", \"addr\": \"1.2.3.4.5:5\"}",
		"{\"event\": \"cred\", \"op\": \"nonsense\"}",
		"{\"event\": \"exit\", \"task\": {\"lineage\": \"royal\"}}",
		"{\"event\": \"finding\", \"check\": 5}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!read_text(texts[i]))
			fail_msg("%s", texts[i]);
}

static void too_long(void **state)
{
	static char text[sizeof(event.bytes) + 100];

	(void)state;
	strcpy(text, "{\"event\": \"unlink\", \"path\": \"");
	memset(text + strlen(text), 'x', sizeof(event.bytes) + 1);
	strcat(text, "\"}");
	assert_non_null(read_text(text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_golden_record),
		cmocka_unit_test(time_is_since_1970),
		cmocka_unit_test(a_hash_of_what_is_executed),
		cmocka_unit_test(what_the_engine_knows_can_be_added),
		cmocka_unit_test(unknown_paths),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
