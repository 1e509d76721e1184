// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an event for people, and as JSON
 */
#include "lib/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/sigma/facts.h"
#include "lib/text.h"

#define UNKNOWN_ID	UINT32_MAX

/* Columns of a line; longer ones push the rest to the right */
#define GUEST_WIDTH	8
#define SEQ_WIDTH	7
#define EVENT_WIDTH	9
#define WHO_WIDTH	30
#define PARENT_WIDTH	28
/* Of arguments, in a line */
#define ARGS_SHOWN	160

#define RED	"\033[1;31m"
#define GREY	"\033[90m"
#define BOLD	"\033[1m"
#define PLAIN	"\033[0m"

int format_parse(const struct msg *m, struct format_event *fe)
{
	const struct msg_out_event *out = (const void *)m;
	struct starlsm_rec hdr;
	size_t left;

	if (m->type != MSG_OUT_EVENT || m->len < sizeof(*out))
		return -1;
	left = m->len - sizeof(*out);
	if (left != (size_t)out->exe_len + out->parent_exe_len + out->path_len[0] +
	    out->path_len[1] + out->sha256_len + out->rec_len)
		return -1;
	if (out->sha256_len && out->sha256_len != DECODE_HASH_LEN)
		return -1;
	fe->out = out;
	fe->exe = (const char *)(out + 1);
	fe->parent_exe = fe->exe + out->exe_len;
	fe->path[0] = fe->parent_exe + out->parent_exe_len;
	fe->path[1] = fe->path[0] + out->path_len[0];
	fe->sha256 = fe->path[1] + out->path_len[1];
	fe->rec = fe->sha256 + out->sha256_len;
	if (!memchr(out->guest, 0, sizeof(out->guest)) || !facts_lineage_name(out->lineage) ||
	    decode_check(fe->rec, out->rec_len) != STARLSM_ERR_OK)
		return -1;
	memcpy(&hdr, fe->rec, sizeof(hdr));
	fe->ev = decode_event(hdr.type);
	return 0;
}

/*
 * Time
 */

static void split_time(int64_t mono_ns, int64_t wall_ns, time_t *seconds, long *us)
{
	int64_t ns = (int64_t)((uint64_t)mono_ns + (uint64_t)wall_ns);
	int64_t s = ns / 1000000000, rest = ns % 1000000000;

	if (rest < 0) {
		rest += 1000000000;
		s--;
	}
	*seconds = s;
	*us = rest / 1000;
}

void format_time_utc(int64_t mono_ns, int64_t wall_ns, char *text, size_t size)
{
	struct tm tm = { 0 };
	time_t s;
	long us;

	split_time(mono_ns, wall_ns, &s, &us);
	gmtime_r(&s, &tm);
	snprintf(text, size, "%04d-%02d-%02dT%02d:%02d:%02d.%06ldZ", tm.tm_year + 1900,
		 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, us);
}

void format_time_of_day(int64_t mono_ns, int64_t wall_ns, char *text, size_t size)
{
	struct tm tm = { 0 };
	time_t s;
	long us;

	split_time(mono_ns, wall_ns, &s, &us);
	localtime_r(&s, &tm);
	snprintf(text, size, "%02d:%02d:%02d.%06ld", tm.tm_hour, tm.tm_min, tm.tm_sec, us);
}

/*
 * Values as text
 */

static void add_args(struct text *t, const struct value *v)
{
	const char *at = v->bytes, *end = v->bytes + v->len;
	size_t start = t->len;

	while (at < end) {
		size_t n = strnlen(at, end - at);

		if (at != v->bytes)
			text_add(t, " ");
		if (t->len - start > ARGS_SHOWN) {
			text_add(t, "...");
			return;
		}
		text_add_guest(t, at, n < ARGS_SHOWN ? n : ARGS_SHOWN);
		if (n > ARGS_SHOWN)
			text_add(t, "...");
		at += n + 1;
	}
	if (v->truncated)
		text_add(t, "...");
}

/* Which of the record's paths field i is */
static unsigned int path_number(const struct format_event *fe, unsigned int i)
{
	unsigned int n = 0;

	for (unsigned int k = 0; k < i; k++)
		n += fe->ev->fields[k].kind == FIELD_PATH;
	return n;
}

static void add_path(struct text *t, const struct format_event *fe, unsigned int n)
{
	if (fe->out->path_flags[n] & OUT_PATH_CUT)
		text_add(t, "...");
	if (fe->out->path_flags[n] & OUT_PATH_UNKNOWN)
		text_add(t, "?");
	text_add_guest(t, fe->path[n], fe->out->path_len[n]);
}

/* A path lost its beginning, other strings their end. */
static void add_string(struct text *t, const struct field *f, const struct value *v)
{
	bool is_path = strcmp(f->name, "path") == 0;

	if (v->truncated && is_path)
		text_add(t, "...");
	text_add_guest(t, v->bytes, v->len);
	if (v->truncated && !is_path)
		text_add(t, "...");
}

static void add_sockaddr(struct text *t, const struct value *v)
{
	char addr[1024];

	decode_sockaddr(v->bytes, v->len, addr, sizeof(addr));
	text_add(t, "%s", addr);
}

static void add_number(struct text *t, enum field_kind kind, uint64_t n)
{
	const char *name = decode_name(kind, n);

	if (name)
		text_add(t, "%s", name);
	else if (kind == FIELD_HEX64 || kind == FIELD_HEX32)
		text_add(t, "0x%" PRIx64, n);
	else if (kind == FIELD_OCT32)
		text_add(t, "0%" PRIo64, n);
	else if (kind == FIELD_UID && n == UNKNOWN_ID)
		text_add(t, "?");
	else
		text_add(t, "%" PRIu64, n);
}

static void add_value(struct text *t, const struct format_event *fe, unsigned int i)
{
	const struct field *f = &fe->ev->fields[i];
	struct value v = decode_value(fe->rec, fe->ev, i);
	char hash[DECODE_HASH_TEXT];

	switch (f->kind) {
	case FIELD_PATH:
		add_path(t, fe, path_number(fe, i));
		break;
	case FIELD_STR:
		add_string(t, f, &v);
		break;
	case FIELD_ARGS:
		add_args(t, &v);
		break;
	case FIELD_SOCKADDR:
		add_sockaddr(t, &v);
		break;
	case FIELD_HASH:
		decode_hash(v.bytes, v.len, hash);
		text_add(t, "%s", v.len ? hash : "unknown");
		break;
	default:
		add_number(t, f->kind, v.number);
	}
}

size_t format_value(const struct format_event *fe, unsigned int i, char *buf, size_t size)
{
	struct text t;

	text_init(&t, buf, size);
	add_value(&t, fe, i);
	return t.len;
}

/*
 * A line
 */

/* How to say it; one without a row here is shown as name=value. */
static const char * const shapes[STARLSM_EV_LIMIT] = {
	[STARLSM_EV_HELLO] = "epoch {epoch}, ring {ring}, kernel {release}, build {build_id}",
	[STARLSM_EV_LOST] = "{count} {event} records found no room",
	[STARLSM_EV_HEARTBEAT] = "{committed} committed, {dropped} lost, {cpus} vCPUs",
	[STARLSM_EV_TASK] = "task {id} is {comm}[{pid}] uid {uid}",
	[STARLSM_EV_PATH] = "path {id} is {path}",
	[STARLSM_EV_FILTERED] = "{count} {event} records were filtered out",
	[STARLSM_EV_POLICY] = "policy {number}: {error}",
	[STARLSM_EV_ASK] = "may {event}? within {timeout_ms} ms",
	[STARLSM_EV_DECISION] = "{event}: {answer} by {why} after {waited_ns} ns",
	[STARLSM_EV_LATE] = "{event}: went on after {waited_ns} ns, {why}",
	[STARLSM_EV_FORK] = "task {child}",
	[STARLSM_EV_EXEC] = "{path} ({args}) uid {uid} euid {euid}",
	[STARLSM_EV_EXIT] = "code {code}",
	[STARLSM_EV_CRED] = "{op}: uid {old_uid} -> {uid}, euid {old_euid} -> {euid}",
	[STARLSM_EV_OPEN] = "{path}",
	[STARLSM_EV_CREATE] = "{path} mode {mode}",
	[STARLSM_EV_UNLINK] = "{path}",
	[STARLSM_EV_RENAME] = "{from} -> {to}",
	[STARLSM_EV_BIND] = "{addr}",
	[STARLSM_EV_LISTEN] = "{addr}",
	[STARLSM_EV_CONNECT] = "{addr}",
	[STARLSM_EV_ACCEPT] = "{addr}",
	[STARLSM_EV_MODULE] = "from {source} {path}",
	[STARLSM_EV_KEXEC] = "from {source} {path}",
	[STARLSM_EV_PTRACE] = "{op} {pid}",
	[STARLSM_EV_MOUNT] = "{source} on {target} type {fstype}",
	[STARLSM_EV_BPF] = "{prog} type {type}, {insns} instructions",
	[STARLSM_EV_KILL] = "signal {sig} to {pid} of uid {target_uid}",
	[STARLSM_EV_CHECK] = "{path}",
	[STARLSM_EV_DIGEST] = "{path} {size} bytes, SHA-256 {sha256}",
	[STARLSM_EV_LINK] = "{from} -> {to}",
	[STARLSM_EV_SYMLINK] = "{path} -> {target}",
	[STARLSM_EV_MKDIR] = "{path} mode {mode}",
	[STARLSM_EV_RMDIR] = "{path}",
	[STARLSM_EV_MKNOD] = "{path} mode {mode} device {device}",
	[STARLSM_EV_TRUNCATE] = "{path}",
	[STARLSM_EV_CHMOD] = "{path} mode {old_mode} -> {mode}",
	[STARLSM_EV_CHOWN] = "{path} uid {old_uid} -> {uid} gid {gid}",
	[STARLSM_EV_CHROOT] = "{path}",
	[STARLSM_EV_XATTR] = "{op} {attr} of {path}",
	[STARLSM_EV_ACL] = "{op} {attr} of {path}",
	[STARLSM_EV_MMAP] = "{path} prot {prot} flags {flags}",
	[STARLSM_EV_SENDTO] = "{addr}",
	[STARLSM_EV_ACCEPTED] = "{addr}",
	[STARLSM_EV_UMOUNT] = "{path}",
	[STARLSM_EV_PIVOT] = "{new}, the old root to {old}",
	[STARLSM_EV_MODREQ] = "{module}",
};

static void add_named(struct text *t, const struct format_event *fe, const char *name,
		      size_t len)
{
	for (unsigned int i = 0; i < fe->ev->n_fields; i++) {
		const char *field = fe->ev->fields[i].name;

		if (strlen(field) == len && !memcmp(field, name, len)) {
			add_value(t, fe, i);
			return;
		}
	}
}

static void add_shape(struct text *t, const struct format_event *fe, const char *shape)
{
	const char *close;

	for (; *shape; shape++) {
		close = *shape == '{' ? strchr(shape, '}') : NULL;
		if (close) {
			add_named(t, fe, shape + 1, close - shape - 1);
			shape = close;
		} else {
			text_add(t, "%c", *shape);
		}
	}
}

static void add_all_fields(struct text *t, const struct format_event *fe)
{
	for (unsigned int i = 0; i < fe->ev->n_fields; i++) {
		text_add(t, "%s%s=", i ? " " : "", fe->ev->fields[i].name);
		add_value(t, fe, i);
	}
}

static void add_object(struct text *t, const struct format_event *fe)
{
	struct starlsm_rec hdr;

	memcpy(&hdr, fe->rec, sizeof(hdr));
	if (shapes[hdr.type])
		add_shape(t, fe, shapes[hdr.type]);
	else
		add_all_fields(t, fe);
}

size_t format_object(const struct format_event *fe, char *buf, size_t size)
{
	struct text t;

	text_init(&t, buf, size);
	add_object(&t, fe);
	return t.len;
}

static void pad_to(struct text *t, size_t column)
{
	do
		text_add(t, " ");
	while (t->len < column && t->len + 1 < t->size);
}

/* A child's process id is not known before it executes something; its task's is. */
static void add_exe(struct text *t, const char *exe, size_t len, uint32_t pid, uint64_t task)
{
	if (len)
		text_add_guest(t, exe, len);
	else
		text_add(t, "?");
	if (pid)
		text_add(t, "[%u]", pid);
	else
		text_add(t, "[task %" PRIu64 "]", task);
}

static void add_who(struct text *t, const struct format_event *fe)
{
	const struct msg_out_event *out = fe->out;
	size_t start = t->len;
	struct starlsm_rec hdr;

	memcpy(&hdr, fe->rec, sizeof(hdr));
	if (!hdr.task) {
		text_add(t, "-");
		pad_to(t, start + WHO_WIDTH + PARENT_WIDTH);
		return;
	}
	add_exe(t, fe->exe, out->exe_len, out->pid, hdr.task);
	if (out->uid != UNKNOWN_ID)
		text_add(t, " uid %u", out->uid);
	if (out->euid != out->uid && out->euid != UNKNOWN_ID)
		text_add(t, "(%u)", out->euid);
	pad_to(t, start + WHO_WIDTH);
	if (out->parent) {
		text_add(t, "<- ");
		add_exe(t, fe->parent_exe, out->parent_exe_len, out->ppid, out->parent);
	}
	pad_to(t, start + WHO_WIDTH + PARENT_WIDTH);
}

static const char *colour_of(const struct format_event *fe)
{
	struct starlsm_rec hdr;

	memcpy(&hdr, fe->rec, sizeof(hdr));
	if (hdr.type == STARLSM_EV_LOST || fe->ev->class == STARLSM_CLASS_COMMIT)
		return RED;
	return hdr.type < DECODE_FIRST_REQUEST ? GREY : BOLD;
}

size_t format_line(const struct format_event *fe, int64_t wall_ns, bool is_coloured,
		   char *buf, size_t size)
{
	char when[32], guest[4 * MSG_NAME_MAX];
	struct text t;

	format_time_of_day(fe->out->mono_ns, wall_ns, when, sizeof(when));
	decode_escape(fe->out->guest, strlen(fe->out->guest), guest, sizeof(guest));
	text_init(&t, buf, size);
	text_add(&t, "%s %-*s %2u #%-*" PRIu64 " %s%-*s%s ", when, GUEST_WIDTH, guest,
		 fe->out->ring, SEQ_WIDTH, fe->out->seq, is_coloured ? colour_of(fe) : "",
		 EVENT_WIDTH, fe->ev->name, is_coloured ? PLAIN : "");
	add_who(&t, fe);
	add_object(&t, fe);
	return t.len;
}

/*
 * JSON
 */

json_t *format_json_string(const char *bytes, size_t len)
{
	size_t size = 4 * len + 1;
	char *text = malloc(size);
	json_t *string;

	if (!text)
		return NULL;
	len = decode_escape(bytes, len, text, size);
	string = json_stringn(text, len);
	free(text);
	return string;
}

static json_t *json_args(const struct value *v)
{
	const char *at = v->bytes, *end = v->bytes + v->len;
	json_t *list = json_array();

	while (list && at < end) {
		size_t n = strnlen(at, end - at);

		if (json_array_append_new(list, format_json_string(at, n))) {
			json_decref(list);
			return NULL;
		}
		at += n + 1;
	}
	return list;
}

static json_t *json_number(enum field_kind kind, uint64_t n)
{
	char buf[64];
	struct text t;

	switch (kind) {
	case FIELD_HEX64:
	case FIELD_HEX32:
	case FIELD_OCT32:
		break;
	case FIELD_UID:
		if (n == UNKNOWN_ID)
			return json_null();
		return json_integer(n);
	default:
		if (!decode_name(kind, n))
			return json_integer(n);
	}
	text_init(&t, buf, sizeof(buf));
	add_number(&t, kind, n);
	return json_string(buf);
}

json_t *format_json_hash(const char *bytes, size_t len)
{
	char text[DECODE_HASH_TEXT];

	decode_hash(bytes, len, text);
	return len ? json_string(text) : json_null();
}

static json_t *json_value(const struct field *f, const struct value *v)
{
	char addr[1024];

	switch (f->kind) {
	case FIELD_STR:
		return format_json_string(v->bytes, v->len);
	case FIELD_ARGS:
		return json_args(v);
	case FIELD_SOCKADDR:
		decode_sockaddr(v->bytes, v->len, addr, sizeof(addr));
		return json_string(addr);
	case FIELD_HASH:
		return format_json_hash(v->bytes, v->len);
	default:
		return json_number(f->kind, v->number);
	}
}

/* 0 of a pid, UNKNOWN_ID of a user: null */
static json_t *json_id(uint32_t number, uint32_t unknown)
{
	return number == unknown ? json_null() : json_integer(number);
}

static json_t *json_task(const struct format_event *fe)
{
	const struct msg_out_event *out = fe->out;
	struct starlsm_rec hdr;

	memcpy(&hdr, fe->rec, sizeof(hdr));
	return json_pack("{s:I, s:b, s:o, s:o, s:o, s:o, s:o, s:s, s:{s:I, s:o, s:o}}",
			 "id", (json_int_t)hdr.task, "known", (int)out->known,
			 "pid", json_id(out->pid, 0), "tgid", json_id(out->tgid, 0),
			 "uid", json_id(out->uid, UNKNOWN_ID),
			 "euid", json_id(out->euid, UNKNOWN_ID),
			 "exe", format_json_string(fe->exe, out->exe_len),
			 "lineage", facts_lineage_name(out->lineage),
			 "parent", "id", (json_int_t)out->parent,
			 "pid", json_id(out->ppid, 0),
			 "exe", format_json_string(fe->parent_exe, out->parent_exe_len));
}

/* What an id of a path stands for; its id too if nobody told */
static int add_json_path(json_t *object, const struct format_event *fe, unsigned int i,
			 const char *key)
{
	const char *name = fe->ev->fields[i].name;
	unsigned int n = path_number(fe, i);
	uint64_t id = decode_value(fe->rec, fe->ev, i).number;
	uint16_t flags = fe->out->path_flags[n];
	json_t *path = !id ? json_null() : flags & OUT_PATH_UNKNOWN ? json_string("?") :
		       format_json_string(fe->path[n], fe->out->path_len[n]);
	char extra[64];

	if (json_object_set_new(object, key, path))
		return -1;
	if (flags & OUT_PATH_UNKNOWN) {
		snprintf(extra, sizeof(extra), "%s_id", name);
		return json_object_set_new(object, extra, json_integer(id));
	}
	if (!(flags & OUT_PATH_CUT))
		return 0;
	snprintf(extra, sizeof(extra), "%s_truncated", name);
	return json_object_set_new(object, extra, json_true());
}

static int add_field(json_t *object, const struct format_event *fe, unsigned int i)
{
	const struct field *f = &fe->ev->fields[i];
	struct value v = decode_value(fe->rec, fe->ev, i);
	char key[64];

	snprintf(key, sizeof(key), "%s%s%s", json_object_get(object, f->name) ?
		 fe->ev->name : "", json_object_get(object, f->name) ? "_" : "", f->name);
	if (f->kind == FIELD_PATH)
		return add_json_path(object, fe, i, key);
	if (json_object_set_new(object, key, json_value(f, &v)))
		return -1;
	if (!v.truncated)
		return 0;
	snprintf(key, sizeof(key), "%s_truncated", f->name);
	return json_object_set_new(object, key, json_true());
}

int format_json_fields(json_t *object, const struct format_event *fe)
{
	for (unsigned int i = 0; i < fe->ev->n_fields; i++)
		if (add_field(object, fe, i))
			return -1;
	if (!fe->out->sha256_len)
		return 0;
	return json_object_set_new(object, "sha256",
				   format_json_hash(fe->sha256, fe->out->sha256_len));
}

json_t *format_json(const struct format_event *fe, int64_t wall_ns)
{
	const struct msg_out_event *out = fe->out;
	char when[64];
	json_t *object;

	format_time_utc(out->mono_ns, wall_ns, when, sizeof(when));
	object = json_pack("{s:s, s:o, s:i, s:i, s:I, s:s, s:o}", "time", when,
			   "guest", format_json_string(out->guest, strlen(out->guest)),
			   "domid", (int)out->domid, "vcpu", (int)out->ring,
			   "seq", (json_int_t)out->seq, "event", fe->ev->name,
			   "task", json_task(fe));
	if (object && !format_json_fields(object, fe))
		return object;
	json_decref(object);
	return NULL;
}
