// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - from a line of `starlsmctl events --json` back to what is known of an event
 */
#include "ctl/event_json.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
/* Numbers of closed kinds are smaller. */
#define NAMED_MAX	256

static const char too_long[] = "it is longer than any event";

/*
 * Text: \xNN is a byte, see decode_escape()
 */

static bool put_byte(struct event_json *to, char byte)
{
	if (to->used == sizeof(to->bytes))
		return false;
	to->bytes[to->used++] = byte;
	return true;
}

static bool put_text(struct event_json *to, const char *text)
{
	for (; *text; text++) {
		if (text[0] == '\\' && text[1] == 'x' && isxdigit((unsigned char)text[2]) &&
		    isxdigit((unsigned char)text[3])) {
			char hex[3] = { text[2], text[3], 0 };

			if (!put_byte(to, strtoul(hex, NULL, 16)))
				return false;
			text += 3;
		} else if (!put_byte(to, *text)) {
			return false;
		}
	}
	return true;
}

/* A string, or a list of strings that are arguments; not there: NULL */
static const char *take_text(struct event_json *to, const json_t *value,
			     struct fact_text *text)
{
	size_t from = to->used, i;
	const json_t *item;

	if (!value || json_is_null(value))
		return NULL;
	if (json_is_string(value)) {
		if (!put_text(to, json_string_value(value)))
			return too_long;
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, item)
			if (!json_is_string(item) || !put_text(to, json_string_value(item)) ||
			    !put_byte(to, 0))
				return too_long;
	} else {
		return "a text is neither a string nor a list of strings";
	}
	text->bytes = to->bytes + from;
	text->len = to->used - from;
	return NULL;
}

/*
 * Numbers
 */

static bool take_number(enum field_kind kind, const json_t *value, uint64_t *number)
{
	const char *text = json_string_value(value), *name;
	char *end;

	*number = 0;
	if (json_is_null(value)) {
		*number = kind == FIELD_UID ? FACTS_UNKNOWN_ID : 0;
		return true;
	}
	if (json_is_integer(value)) {
		*number = json_integer_value(value);
		return true;
	}
	if (!text)
		return false;
	for (uint64_t n = 0; n < NAMED_MAX; n++) {
		name = decode_name(kind, n);
		if (name && !strcmp(name, text)) {
			*number = n;
			return true;
		}
	}
	errno = 0;
	*number = strtoull(text, &end, 0);
	return !errno && end != text && !*end;
}

static uint32_t id_of(const json_t *object, const char *key, uint32_t unknown)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : unknown;
}

/*
 * Addresses: "10.0.0.1:80", "[::1]:80", "unix:/run/x", "unix:@x"
 */

static const char *put_bytes(struct event_json *to, const void *bytes, size_t len,
			     struct value *v)
{
	if (len > sizeof(to->bytes) - to->used)
		return too_long;
	v->bytes = memcpy(to->bytes + to->used, bytes, len);
	v->len = len;
	to->used += len;
	return NULL;
}

static const char *take_inet(struct event_json *to, const char *text, struct value *v)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in = { .sin_family = AF_INET };
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN];
	bool is_6 = *text == '[';
	int len = colon ? colon - text - 2 * is_6 : -1;

	if (len < 0 || len >= (int)sizeof(host))
		return "an address is not as 10.0.0.1:80 or [::1]:80";
	snprintf(host, sizeof(host), "%.*s", len, text + is_6);
	in.sin_port = in6.sin6_port = htons(atoi(colon + 1));
	if (is_6 && inet_pton(AF_INET6, host, &in6.sin6_addr) == 1)
		return put_bytes(to, &in6, sizeof(in6), v);
	if (!is_6 && inet_pton(AF_INET, host, &in.sin_addr) == 1)
		return put_bytes(to, &in, sizeof(in), v);
	return "an address is not as 10.0.0.1:80 or [::1]:80";
}

static const char *take_address(struct event_json *to, const json_t *value, struct value *v)
{
	const char *text = json_string_value(value);
	const uint16_t local = AF_UNIX;
	const char *wrong;
	size_t from;

	if (!text)
		return "an address is no string";
	if (!strncmp(text, "family ", 7)) {
		uint16_t family = atoi(text + 7);

		return put_bytes(to, &family, sizeof(family), v);
	}
	if (strncmp(text, "unix:", 5))
		return take_inet(to, text, v);
	wrong = put_bytes(to, &local, sizeof(local), v);
	from = to->used;
	if (!wrong && !put_text(to, text + 5))
		return too_long;
	if (!wrong && text[5] == '@')
		to->bytes[from] = 0;
	v->len += to->used - from;
	return wrong;
}

/* Hexadecimal digits; not there or null: empty */
static const char *take_hash(struct event_json *to, const json_t *value, struct value *v)
{
	static const char wrong[] = "a hash is not 64 hexadecimal digits";
	const char *text = json_string_value(value);
	unsigned char bytes[DECODE_HASH_LEN];

	if (!value || json_is_null(value))
		return NULL;
	if (!text || strlen(text) != 2 * sizeof(bytes) ||
	    strspn(text, "0123456789abcdefABCDEF") != 2 * sizeof(bytes))
		return wrong;
	for (size_t i = 0; i < sizeof(bytes); i++)
		sscanf(text + 2 * i, "%2hhx", &bytes[i]);
	return put_bytes(to, bytes, sizeof(bytes), v);
}

/*
 * The event's own fields
 */

/* As format_json() names it */
static const json_t *own_value(const json_t *object, const char *event, const char *name)
{
	static const char * const ours[] = {
		"time", "guest", "domid", "vcpu", "seq", "event", "task",
	};
	char key[64];

	for (size_t i = 0; i < ARRAY_SIZE(ours); i++) {
		if (strcmp(ours[i], name))
			continue;
		snprintf(key, sizeof(key), "%s_%s", event, name);
		return json_object_get(object, key);
	}
	return json_object_get(object, name);
}

static const char *take_field(struct event_json *to, const struct field *field,
			      const json_t *value, const json_t *object)
{
	struct value *v = &to->facts.field[field - decode_event(to->facts.type)->fields];
	struct fact_text text = { NULL, 0 };
	char id[64];
	const char *wrong = NULL;

	switch (field->kind) {
	case FIELD_PATH:
		snprintf(id, sizeof(id), "%s_id", field->name);
		if (json_object_get(object, id))
			return NULL;
		/* fall through */
	case FIELD_STR:
	case FIELD_ARGS:
		wrong = take_text(to, value, &text);
		v->bytes = text.bytes;
		v->len = text.len;
		return wrong;
	case FIELD_SOCKADDR:
		return value ? take_address(to, value, v) : NULL;
	case FIELD_HASH:
		return take_hash(to, value, v);
	default:
		if (field->kind == FIELD_UID)
			v->number = FACTS_UNKNOWN_ID;
		if (value && !take_number(field->kind, value, &v->number))
			return "a number is none, or a word is not known";
		return NULL;
	}
}

static const char *take_fields(struct event_json *to, const json_t *object)
{
	const struct event *ev = decode_event(to->facts.type);
	const char *wrong = NULL;

	for (unsigned int i = 0; !wrong && i < ev->n_fields; i++)
		wrong = take_field(to, &ev->fields[i],
				   own_value(object, ev->name, ev->fields[i].name), object);
	return wrong;
}

/*
 * Who
 */

static const char *take_lineage(struct facts *f, const json_t *value)
{
	f->lineage = LINEAGE_PLAIN;
	if (!value)
		return NULL;
	for (int i = 0; i < LINEAGES; i++) {
		if (!json_is_string(value) ||
		    strcmp(facts_lineage_name(i), json_string_value(value)))
			continue;
		f->lineage = i;
		return NULL;
	}
	return "task.lineage is none of plain, ran-drop, became-root";
}

/* An empty path is one that nobody told. */
static void forget_empty(struct fact_text *text)
{
	if (!text->len)
		text->bytes = NULL;
}

static const char *take_task(struct event_json *to, const json_t *task)
{
	const json_t *parent = json_object_get(task, "parent");
	struct facts *f = &to->facts;
	const char *wrong;

	f->pid = id_of(task, "pid", 0);
	f->tgid = id_of(task, "tgid", 0);
	f->ppid = id_of(parent, "pid", 0);
	f->uid = id_of(task, "uid", FACTS_UNKNOWN_ID);
	f->euid = id_of(task, "euid", FACTS_UNKNOWN_ID);
	f->lineage_uid = id_of(task, "lineage_uid", FACTS_UNKNOWN_ID);
	wrong = take_text(to, json_object_get(task, "exe"), &f->exe);
	if (!wrong)
		wrong = take_text(to, json_object_get(parent, "exe"), &f->parent_exe);
	if (!wrong)
		wrong = take_text(to, json_object_get(task, "command"), &f->command);
	if (!wrong)
		wrong = take_text(to, json_object_get(parent, "command"), &f->parent_command);
	forget_empty(&f->exe);
	forget_empty(&f->parent_exe);
	return wrong ? wrong : take_lineage(f, json_object_get(task, "lineage"));
}

/* Of what is executed; the event digest has it as its own. */
static const char *take_digest(struct event_json *to, const json_t *value)
{
	struct value hash = { 0 };
	const char *wrong = NULL;

	if (to->facts.type == STARLSM_EV_EXEC || to->facts.type == STARLSM_EV_CHECK)
		wrong = take_hash(to, value, &hash);
	to->facts.sha256 = (struct fact_text){ hash.bytes, hash.len };
	return wrong;
}

static const char *take_finding(struct event_json *to, const json_t *object)
{
	struct facts_finding *finding = &to->facts.finding;
	const struct {
		const char *key;
		struct fact_text *text;
	} all[] = {
		{ "check", &finding->check }, { "severity", &finding->severity },
		{ "object", &finding->object }, { "owner", &finding->owner },
		{ "text", &finding->text },
		{ "expected", &finding->expected }, { "found", &finding->found },
		{ "attack", &finding->attack },
	};
	const char *wrong = NULL;

	for (size_t i = 0; !wrong && i < ARRAY_SIZE(all); i++)
		wrong = take_text(to, json_object_get(object, all[i].key), all[i].text);
	return wrong;
}

/* "2026-11-23T12:00:00.123456Z" */
static int64_t take_time(const json_t *value)
{
	const char *text = json_string_value(value), *rest;
	struct tm tm = { 0 };
	double part;

	rest = text ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;
	if (!rest)
		return 0;
	part = *rest == '.' ? strtod(rest, NULL) : 0;
	return timegm(&tm) * 1000000000LL + (int64_t)(part * 1e9);
}

const char *event_json_read(struct event_json *to, const json_t *object)
{
	const char *name = json_string_value(json_object_get(object, "event")), *wrong;

	memset(&to->facts, 0, sizeof(to->facts));
	to->used = 0;
	if (!name)
		return "it is no object with an \"event\"";
	to->time_ns = take_time(json_object_get(object, "time"));
	wrong = take_text(to, json_object_get(object, "guest"), &to->facts.guest);
	if (wrong)
		return wrong;
	if (!strcmp(name, "finding"))
		return take_finding(to, object);
	to->facts.type = decode_type(name);
	if (!to->facts.type)
		return "there is no event of that name";
	wrong = take_task(to, json_object_get(object, "task"));
	if (!wrong)
		wrong = take_digest(to, json_object_get(object, "sha256"));
	return wrong ? wrong : take_fields(to, object);
}
