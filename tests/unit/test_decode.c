// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the decoder, with the golden records
 */
#include "cmocka_all.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/un.h>

#include "lib/decode.h"
#include "records.h"

static void check_field(const struct starlsm_vector *v, const struct event *ev, unsigned int i)
{
	const struct starlsm_vector_field *want = &v->fields[i];
	struct value got = decode_value(v->wire, ev, i);
	struct value found;

	assert_string_equal(ev->fields[i].name, want->name);
	assert_true(decode_find(v->wire, want->name, &found));
	assert_int_equal(found.number, got.number);
	assert_ptr_equal(found.bytes, got.bytes);
	assert_int_equal(found.len, got.len);
	if (!want->is_var) {
		assert_int_equal(got.number, want->number);
		assert_null(got.bytes);
		return;
	}
	assert_int_equal(got.len, want->len);
	assert_int_equal(got.truncated, want->truncated);
	assert_memory_equal(got.bytes, want->bytes, want->len);
}

static void golden_records(void **state)
{
	(void)state;
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++) {
		const struct starlsm_vector *v = &starlsm_vectors[i];
		const struct event *ev = decode_event(v->rec->type);

		print_message("# %s\n", v->name);
		assert_non_null(ev);
		assert_int_equal(decode_check(v->wire, v->len), STARLSM_ERR_OK);
		assert_int_equal(ev->fixed_len, v->fixed_len);
		assert_int_equal(ev->n_fields, v->n_fields);
		for (unsigned int k = 0; k < v->n_fields; k++)
			check_field(v, ev, k);
	}
}

/* Every type of the table has at least one golden record. */
static void golden_covers_table(void **state)
{
	bool is_seen[STARLSM_EV_LIMIT] = { 0 };

	(void)state;
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++)
		is_seen[starlsm_vectors[i].rec->type] = true;
	for (uint16_t type = 0; type < STARLSM_EV_LIMIT; type++)
		assert_int_equal(is_seen[type], decode_event(type) != NULL);
}

/* Reads all there is, so that the sanitizers see what is out of bounds. */
static unsigned int read_all(const char *rec)
{
	const struct event *ev = decode_event(((const struct starlsm_rec *)rec)->type);
	unsigned int sum = 0;
	char text[600];

	for (unsigned int i = 0; i < ev->n_fields; i++) {
		struct value v = decode_value(rec, ev, i);

		for (size_t k = 0; v.bytes && k < v.len; k++)
			sum += v.bytes[k];
		if (ev->fields[i].kind == FIELD_SOCKADDR)
			decode_sockaddr(v.bytes, v.len, text, sizeof(text));
		else if (v.bytes)
			sum += decode_escape(v.bytes, v.len, text, sizeof(text));
	}
	return sum;
}

/* Any byte set to any value: valid or an error, never a read beyond the end. */
static void one_byte_mutations(void **state)
{
	unsigned int n_valid = 0, n_bad = 0;

	(void)state;
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++) {
		const struct starlsm_vector *v = &starlsm_vectors[i];
		char *copy = test_malloc(v->len);

		for (size_t at = 0; at < v->len; at++) {
			memcpy(copy, v->wire, v->len);
			for (int byte = 0; byte < 256; byte++) {
				copy[at] = byte;
				if (decode_check(copy, v->len)) {
					n_bad++;
					continue;
				}
				n_valid++;
				read_all(copy);
			}
		}
		test_free(copy);
	}
	print_message("# %u valid, %u refused\n", n_valid, n_bad);
	assert_true(n_valid && n_bad);
}

/* Every shorter and every longer length is refused. */
static void other_lengths(void **state)
{
	(void)state;
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++) {
		const struct starlsm_vector *v = &starlsm_vectors[i];

		for (size_t len = 0; len <= v->len + 8; len++) {
			char *copy = test_calloc(1, len ? len : 1);

			memcpy(copy, v->wire, len < v->len ? len : v->len);
			if (len >= sizeof(struct starlsm_rec))
				((struct starlsm_rec *)copy)->len = len;
			if (len != v->len)
				assert_int_not_equal(decode_check(copy, len), STARLSM_ERR_OK);
			test_free(copy);
		}
	}
}

union path_rec {
	struct starlsm_rec_path path;
	char bytes[64];
};

/* A definition of "/tmp/ab", one byte of padding after it */
static void make_path(union path_rec *r)
{
	memset(r, 0, sizeof(*r));
	r->path.rec.type = STARLSM_EV_PATH;
	r->path.rec.len = sizeof(r->path) + 8;
	r->path.path_len = 7;
	memcpy(&r->path + 1, "/tmp/ab", 7);
}

static int check_path(const union path_rec *r)
{
	return decode_check(r, r->path.rec.len);
}

static void what_is_refused(void **state)
{
	union path_rec r;
	size_t fixed = sizeof(r.path);

	(void)state;
	make_path(&r);
	assert_int_equal(check_path(&r), STARLSM_ERR_OK);
	r.bytes[fixed + 7] = 'x';
	assert_int_equal(check_path(&r), STARLSM_ERR_CONTENT);

	make_path(&r);
	r.bytes[fixed + 2] = 0;
	assert_int_equal(check_path(&r), STARLSM_ERR_CONTENT);

	make_path(&r);
	r.bytes[fixed - 1] = 1;
	assert_int_equal(check_path(&r), STARLSM_ERR_CONTENT);

	make_path(&r);
	r.path.path_len = 9;
	assert_int_equal(check_path(&r), STARLSM_ERR_LENGTH);
	r.path.path_len = 0;
	assert_int_equal(check_path(&r), STARLSM_ERR_LENGTH);
	r.path.path_len = 0x7fff;
	assert_int_equal(check_path(&r), STARLSM_ERR_LENGTH);
	r.path.path_len = 7 | STARLSM_TRUNCATED;
	assert_int_equal(check_path(&r), STARLSM_ERR_OK);

	r.path.rec.type = STARLSM_EV_LIMIT;
	assert_int_equal(check_path(&r), STARLSM_ERR_TYPE);
	r.path.rec.type = 0xffff;
	assert_int_equal(check_path(&r), STARLSM_ERR_TYPE);
	r.path.rec.type = STARLSM_EV_PAD;
	assert_int_equal(check_path(&r), STARLSM_ERR_TYPE);
}

static void closed_kinds(void **state)
{
	struct starlsm_rec_cred cred = {
		.rec = { .type = STARLSM_EV_CRED, .len = sizeof(cred) },
	};
	struct starlsm_rec_lost lost = {
		.rec = { .type = STARLSM_EV_LOST, .len = sizeof(lost) },
	};

	(void)state;
	for (uint32_t op = 0; op < 10; op++) {
		bool is_known = op >= STARLSM_CRED_SETUID && op <= STARLSM_CRED_EXEC;

		cred.op = op;
		assert_int_equal(decode_check(&cred, sizeof(cred)),
				 is_known ? STARLSM_ERR_OK : STARLSM_ERR_CONTENT);
		assert_int_equal(decode_name(FIELD_CREDOP, op) != NULL, is_known);
	}
	cred.op = UINT32_MAX;
	assert_int_equal(decode_check(&cred, sizeof(cred)), STARLSM_ERR_CONTENT);
	/* of a newer minor version, maybe */
	lost.event = STARLSM_EV_LIMIT - 1;
	assert_int_equal(decode_check(&lost, sizeof(lost)), STARLSM_ERR_OK);
	lost.event = STARLSM_EV_LIMIT;
	assert_int_equal(decode_check(&lost, sizeof(lost)), STARLSM_ERR_CONTENT);
}

static void check_args(const char *args, size_t len, uint16_t flag, int want)
{
	char bytes[sizeof(struct starlsm_rec_exec) + 64] __attribute__((aligned(8))) = { 0 };
	struct starlsm_rec_exec *exec = (void *)bytes;

	exec->rec.type = STARLSM_EV_EXEC;
	exec->rec.len = sizeof(*exec) + (len + 7) / 8 * 8;
	exec->args_len = len | flag;
	memcpy(exec + 1, args, len);
	assert_int_equal(decode_check(exec, exec->rec.len), want);
}

static void arguments(void **state)
{
	(void)state;
	check_args("", 0, 0, STARLSM_ERR_OK);
	check_args("sh\0-c\0", 6, 0, STARLSM_ERR_OK);
	check_args("sh\0-c", 5, 0, STARLSM_ERR_CONTENT);
	check_args("sh\0-c", 5, STARLSM_TRUNCATED, STARLSM_ERR_OK);
}

static void check_addr(const void *addr, size_t len, const char *want)
{
	char text[600];

	decode_sockaddr(addr, len, text, sizeof(text));
	assert_string_equal(text, want);
}

static void addresses(void **state)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(443) };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/run/\033x" };

	(void)state;
	inet_pton(AF_INET, "10.0.0.1", &in.sin_addr);
	inet_pton(AF_INET6, "fe80::1", &in6.sin6_addr);
	check_addr(&in, sizeof(in), "10.0.0.1:80");
	check_addr(&in, 8, "10.0.0.1:80");
	check_addr(&in, 7, "family 2");
	check_addr(&in6, sizeof(in6), "[fe80::1]:443");
	check_addr(&in6, 23, "family 10");
	check_addr(&un, sizeof(un), "unix:/run/\\x1bx");
	memcpy(un.sun_path, "\0dbus", 5);
	check_addr(&un, 2 + 5, "unix:@dbus");
	check_addr(&un, 2, "unix:");
	check_addr("\x11", 2, "family 17");
	check_addr("", 0, "family 0");
	check_addr("x", 1, "family 0");
}

static void check_escape(const char *bytes, size_t len, size_t size, const char *want)
{
	char text[200];

	memset(text, '#', sizeof(text));
	assert_int_equal(decode_escape(bytes, len, text, size), strlen(want));
	assert_string_equal(text, want);
}

static void escapes(void **state)
{
	(void)state;
	check_escape("plain text", 10, 100, "plain text");
	check_escape("a\nb\033[0m", 7, 100, "a\\x0ab\\x1b[0m");
	check_escape("a\\x0a", 5, 100, "a\\x5cx0a");
	check_escape("M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x8c\x9f", 16, 100,
		     "M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x8c\x9f");
	/* cut in two, overlong, surrogate, beyond Unicode, lone continuation */
	check_escape("\xc3", 1, 100, "\\xc3");
	check_escape("\xc0\x80", 2, 100, "\\xc0\\x80");
	check_escape("\xe0\x80\xaf", 3, 100, "\\xe0\\x80\\xaf");
	check_escape("\xed\xa0\x80", 3, 100, "\\xed\\xa0\\x80");
	check_escape("\xf4\x90\x80\x80", 4, 100, "\\xf4\\x90\\x80\\x80");
	check_escape("\x80", 1, 100, "\\x80");
	/* right-to-left override, next line, zero width space, byte order mark */
	check_escape("\xe2\x80\xae", 3, 100, "\\xe2\\x80\\xae");
	check_escape("\xc2\x85", 2, 100, "\\xc2\\x85");
	check_escape("\xe2\x80\x8b", 3, 100, "\\xe2\\x80\\x8b");
	check_escape("\xef\xbb\xbf", 3, 100, "\\xef\\xbb\\xbf");
	/* cut at a whole character */
	check_escape("ab\xc3\xbc", 4, 5, "ab\xc3\xbc");
	check_escape("ab\xc3\xbc", 4, 4, "ab");
	check_escape("ab\n", 3, 6, "ab");
	check_escape("abc", 3, 1, "");
	assert_int_equal(decode_escape("abc", 3, NULL, 0), 0);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(decode_name(FIELD_EVENT, STARLSM_EV_EXEC), "exec");
	assert_null(decode_name(FIELD_EVENT, STARLSM_EV_PAD));
	assert_null(decode_name(FIELD_EVENT, UINT64_MAX));
	assert_string_equal(decode_name(FIELD_SOURCE, STARLSM_FROM_MEMORY), "memory");
	assert_string_equal(decode_name(FIELD_PTRACEOP, STARLSM_PTRACE_TRACEME), "traceme");
	assert_null(decode_name(FIELD_UID, 1));
	assert_string_equal(decode_error_name(STARLSM_ERR_SEQUENCE), "sequence");
	assert_string_equal(decode_error_name(1000), "unknown");
	assert_non_null(decode_error_text(1000));
}

/* The names are those of the defines in the wire contract. */
static void names_of_closed_kinds(void **state)
{
	static const struct { enum field_kind kind; uint32_t number; const char *name; } rows[] = {
		{ FIELD_PTRACEOP, STARLSM_PTRACE_MEMORY, "memory" },
		{ FIELD_ANSWER, STARLSM_ANSWER_ALLOW, "allow" },
		{ FIELD_ANSWER, STARLSM_ANSWER_DENY, "deny" },
		{ FIELD_WHY, STARLSM_WHY_ENGINE, "engine" },
		{ FIELD_WHY, STARLSM_WHY_LOST, "lost" },
		{ FIELD_CHANGE, STARLSM_CHANGE_REMOVE, "remove" },
		{ FIELD_SCHEDOP, STARLSM_SCHED_IOPRIO, "ioprio" },
		{ FIELD_URINGOP, STARLSM_URING_SQPOLL, "sqpoll" },
		{ FIELD_KEYOP, STARLSM_KEY_CHANGE, "change" },
		{ FIELD_IPCOP, STARLSM_IPC_SEM_CONTROL, "sem_control" },
		{ FIELD_ERROR, STARLSM_ERR_OK, "ok" },
		{ FIELD_ERROR, STARLSM_ERR_POLICY, "policy" },
	};
	static const enum field_kind closed[] = {
		FIELD_CREDOP, FIELD_SOURCE, FIELD_PTRACEOP, FIELD_ANSWER, FIELD_WHY,
		FIELD_CHANGE, FIELD_SCHEDOP, FIELD_URINGOP, FIELD_KEYOP, FIELD_IPCOP,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(decode_name(rows[i].kind, rows[i].number), rows[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(closed); i++) {
		assert_null(decode_name(closed[i], 0));
		assert_null(decode_name(closed[i], 32));
	}
	assert_null(decode_name(FIELD_ERROR, STARLSM_ERR_POLICY + 1));
}

/* All of a hash or none of it, and none that was cut */
static void hashes(void **state)
{
	static const struct { uint16_t len; enum starlsm_error error; } rows[] = {
		{ 32, STARLSM_ERR_OK },
		{ 31, STARLSM_ERR_CONTENT },
		{ 25, STARLSM_ERR_CONTENT },
		{ 32 | STARLSM_TRUNCATED, STARLSM_ERR_CONTENT },
		{ 24, STARLSM_ERR_LENGTH },
		{ 33, STARLSM_ERR_LENGTH },
	};
	struct {
		struct starlsm_rec_digest rec;
		char sha256[DECODE_HASH_LEN];
	} r = {
		.rec.rec = { .type = STARLSM_EV_DIGEST, .len = sizeof(r) },
	};
	char text[DECODE_HASH_TEXT];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		r.rec.sha256_len = rows[i].len;
		assert_int_equal(decode_check(&r, sizeof(r)), rows[i].error);
	}
	decode_hash("\x00\x7f\xff", 3, text);
	assert_string_equal(text, "007fff");
	decode_hash("", 0, text);
	assert_string_equal(text, "");
}

static void types_and_classes(void **state)
{
	(void)state;
	assert_int_equal(decode_event(STARLSM_EV_MODULE)->class, STARLSM_CLASS_COMMIT);
	assert_int_equal(decode_event(STARLSM_EV_OPEN)->class, STARLSM_CLASS_ASYNC);
	assert_int_equal(decode_event(STARLSM_EV_CHECK)->class, STARLSM_CLASS_OFF);
	assert_int_equal(decode_type("exec"), STARLSM_EV_EXEC);
	assert_int_equal(decode_type("Exec"), 0);
	assert_int_equal(decode_type(""), 0);
	/* by where a task can wait */
	assert_true(decode_can_be(STARLSM_EV_CHECK, STARLSM_CLASS_VERDICT));
	assert_true(decode_can_be(STARLSM_EV_PTRACE, STARLSM_CLASS_VERDICT));
	assert_false(decode_can_be(STARLSM_EV_OPEN, STARLSM_CLASS_VERDICT));
	assert_true(decode_can_be(STARLSM_EV_OPEN, STARLSM_CLASS_COMMIT));
	assert_true(decode_can_be(STARLSM_EV_KILL, STARLSM_CLASS_COMMIT));
	assert_false(decode_can_be(STARLSM_EV_EXIT, STARLSM_CLASS_COMMIT));
	assert_true(decode_can_be(STARLSM_EV_EXIT, STARLSM_CLASS_OFF));
	assert_false(decode_can_be(STARLSM_EV_EXIT, STARLSM_CLASS_DEFAULT));
	/* what others refer to is not for a policy */
	assert_false(decode_can_be(STARLSM_EV_PATH, STARLSM_CLASS_OFF));
	assert_false(decode_can_be(STARLSM_EV_PAD, STARLSM_CLASS_OFF));
	assert_false(decode_can_be(STARLSM_EV_LIMIT, STARLSM_CLASS_OFF));
}

/* No event names more paths than a message to a subscriber has room for. */
static void paths_of_an_event(void **state)
{
	(void)state;
	for (uint16_t type = 0; type < STARLSM_EV_LIMIT; type++) {
		const struct event *ev = decode_event(type);
		int n = 0;

		for (unsigned int i = 0; ev && i < ev->n_fields; i++)
			n += ev->fields[i].kind == FIELD_PATH;
		assert_in_range(n, 0, DECODE_PATHS_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_records),
		cmocka_unit_test(golden_covers_table),
		cmocka_unit_test(one_byte_mutations),
		cmocka_unit_test(other_lengths),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(closed_kinds),
		cmocka_unit_test(arguments),
		cmocka_unit_test(addresses),
		cmocka_unit_test(escapes),
		cmocka_unit_test(names),
		cmocka_unit_test(names_of_closed_kinds),
		cmocka_unit_test(hashes),
		cmocka_unit_test(types_and_classes),
		cmocka_unit_test(paths_of_an_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
