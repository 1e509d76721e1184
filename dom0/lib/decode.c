// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a record's meaning, by the event table
 */
#include "lib/decode.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN_REC(n) (((n) + STARLSM_REC_ALIGN - 1) & ~(size_t)(STARLSM_REC_ALIGN - 1))

/* sizeof(struct sockaddr_storage): no kernel takes a longer one */
#define SOCKADDR_MAX 128

/*
 * The table: the fields of each event, then the events
 */

#define AT_U64(rec, f)		offsetof(struct rec, f)
#define AT_HEX64(rec, f)		offsetof(struct rec, f)
#define AT_TASK(rec, f)		offsetof(struct rec, f)
#define AT_PATH(rec, f)		offsetof(struct rec, f)
#define AT_SOCK(rec, f)		offsetof(struct rec, f)
#define AT_U32(rec, f)		offsetof(struct rec, f)
#define AT_HEX32(rec, f)		offsetof(struct rec, f)
#define AT_OCT32(rec, f)		offsetof(struct rec, f)
#define AT_PID(rec, f)		offsetof(struct rec, f)
#define AT_UID(rec, f)		offsetof(struct rec, f)
#define AT_EVENT(rec, f)		offsetof(struct rec, f)
#define AT_CREDOP(rec, f)		offsetof(struct rec, f)
#define AT_SOURCE(rec, f)		offsetof(struct rec, f)
#define AT_PTRACEOP(rec, f)	offsetof(struct rec, f)
#define AT_ERROR(rec, f)		offsetof(struct rec, f)
#define AT_ANSWER(rec, f)		offsetof(struct rec, f)
#define AT_WHY(rec, f)		offsetof(struct rec, f)
#define AT_CHANGE(rec, f)		offsetof(struct rec, f)
#define AT_SCHEDOP(rec, f)	offsetof(struct rec, f)
#define AT_URINGOP(rec, f)	offsetof(struct rec, f)
#define AT_KEYOP(rec, f)		offsetof(struct rec, f)
#define AT_IPCOP(rec, f)		offsetof(struct rec, f)
#define AT_STR(rec, f)		offsetof(struct rec, f##_len)
#define AT_ARGS(rec, f)		offsetof(struct rec, f##_len)
#define AT_SOCKADDR(rec, f)	offsetof(struct rec, f##_len)
#define AT_HASH(rec, f)		offsetof(struct rec, f##_len)

#define STARLSM_EVENT(ID, ev, number, hook, cls, when, hint, about) \
	static const struct field fields_##ev[] = {
#define STARLSM_FIELD(ev, type, id, about) \
	{ .name = #id, .text = about, .kind = FIELD_##type, \
	  .offset = AT_##type(starlsm_rec_##ev, id) },
#define STARLSM_EVENT_END(ev) };
#include <xen/interface/io/starlsm_events.h>
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END

static const struct event events[STARLSM_EV_LIMIT] = {
#define STARLSM_EVENT(ID, ev, number, hook, cls, when, hint, about) \
	[number] = { .name = #ev, .attack = hint, .text = about, \
		     .fields = fields_##ev, .n_fields = ARRAY_SIZE(fields_##ev), \
		     .fixed_len = sizeof(struct starlsm_rec_##ev), \
		     .class = STARLSM_CLASS_##cls, .wait = EVENT_WAIT_##when },
#define STARLSM_FIELD(ev, type, id, about)
#define STARLSM_EVENT_END(ev)
#include <xen/interface/io/starlsm_events.h>
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END
};

const struct event *decode_event(uint16_t type)
{
	if (type >= ARRAY_SIZE(events) || !events[type].name)
		return NULL;
	return &events[type];
}

uint16_t decode_type(const char *name)
{
	for (uint16_t type = 0; type < ARRAY_SIZE(events); type++)
		if (events[type].name && !strcmp(events[type].name, name))
			return type;
	return 0;
}

bool decode_can_be(uint16_t type, uint32_t class)
{
	const struct event *ev = decode_event(type);

	if (!ev || type < DECODE_FIRST_REQUEST)
		return false;
	switch (class) {
	case STARLSM_CLASS_OFF:
	case STARLSM_CLASS_ASYNC:
		return true;
	case STARLSM_CLASS_COMMIT:
		return ev->wait != EVENT_WAIT_NEVER;
	case STARLSM_CLASS_VERDICT:
		return ev->wait >= EVENT_WAIT_REFUSE;
	default:
		return false;
	}
}

/*
 * Names of closed kinds
 */

static const char * const credop_names[] = {
	[STARLSM_CRED_SETUID] = "setuid",
	[STARLSM_CRED_SETGID] = "setgid",
	[STARLSM_CRED_SETGROUPS] = "setgroups",
	[STARLSM_CRED_CAPSET] = "capset",
	[STARLSM_CRED_EXEC] = "exec",
};

static const char * const source_names[] = {
	[STARLSM_FROM_FILE] = "file",
	[STARLSM_FROM_MEMORY] = "memory",
};

static const char * const ptraceop_names[] = {
	[STARLSM_PTRACE_ATTACH] = "attach",
	[STARLSM_PTRACE_TRACEME] = "traceme",
	[STARLSM_PTRACE_MEMORY] = "memory",
};

static const char * const answer_names[] = {
	[STARLSM_ANSWER_ALLOW] = "allow",
	[STARLSM_ANSWER_DENY] = "deny",
};

static const char * const why_names[] = {
	[STARLSM_WHY_ENGINE] = "engine",
	[STARLSM_WHY_TIMEOUT] = "timeout",
	[STARLSM_WHY_NOBODY] = "nobody",
	[STARLSM_WHY_FREEZING] = "freezing",
	[STARLSM_WHY_KILLED] = "killed",
	[STARLSM_WHY_CONTEXT] = "context",
	[STARLSM_WHY_BUSY] = "busy",
	[STARLSM_WHY_LOST] = "lost",
};

static const char * const change_names[] = {
	[STARLSM_CHANGE_SET] = "set",
	[STARLSM_CHANGE_REMOVE] = "remove",
};

static const char * const schedop_names[] = {
	[STARLSM_SCHED_POLICY] = "policy",
	[STARLSM_SCHED_NICE] = "nice",
	[STARLSM_SCHED_IOPRIO] = "ioprio",
};

static const char * const uringop_names[] = {
	[STARLSM_URING_CREDS] = "creds",
	[STARLSM_URING_SQPOLL] = "sqpoll",
	[STARLSM_URING_CMD] = "cmd",
};

static const char * const keyop_names[] = {
	[STARLSM_KEY_NEW] = "new",
	[STARLSM_KEY_CHANGE] = "change",
};

static const char * const ipcop_names[] = {
	[STARLSM_IPC_SHM_NEW] = "shm_new",
	[STARLSM_IPC_MSG_NEW] = "msg_new",
	[STARLSM_IPC_SEM_NEW] = "sem_new",
	[STARLSM_IPC_SHM_ATTACH] = "shm_attach",
	[STARLSM_IPC_SHM_CONTROL] = "shm_control",
	[STARLSM_IPC_MSG_CONTROL] = "msg_control",
	[STARLSM_IPC_SEM_CONTROL] = "sem_control",
};

struct names {
	const char * const *name;
	size_t n;
};

#define NAMES(list) { list, ARRAY_SIZE(list) }

/* By kind; one that is not closed has none. */
static const struct names closed[] = {
	[FIELD_CREDOP] = NAMES(credop_names),
	[FIELD_SOURCE] = NAMES(source_names),
	[FIELD_PTRACEOP] = NAMES(ptraceop_names),
	[FIELD_ANSWER] = NAMES(answer_names),
	[FIELD_WHY] = NAMES(why_names),
	[FIELD_CHANGE] = NAMES(change_names),
	[FIELD_SCHEDOP] = NAMES(schedop_names),
	[FIELD_URINGOP] = NAMES(uringop_names),
	[FIELD_KEYOP] = NAMES(keyop_names),
	[FIELD_IPCOP] = NAMES(ipcop_names),
};

struct error_row {
	const char *name;
	const char *text;
};

static const struct error_row errors[] = {
#define ERROR_ROW(ID, number, short_name, line) \
	[number] = { .name = short_name, .text = line },
	STARLSM_ERRORS(ERROR_ROW)
#undef ERROR_ROW
};

const char *decode_name(enum field_kind kind, uint64_t number)
{
	if (kind == FIELD_EVENT)
		return number < ARRAY_SIZE(events) ? events[number].name : NULL;
	if (kind == FIELD_ERROR)
		return number < ARRAY_SIZE(errors) ? errors[number].name : NULL;
	if (kind >= ARRAY_SIZE(closed) || number >= closed[kind].n)
		return NULL;
	return closed[kind].name[number];
}

const char *decode_error_name(uint32_t error)
{
	return error < ARRAY_SIZE(errors) ? errors[error].name : "unknown";
}

const char *decode_error_text(uint32_t error)
{
	return error < ARRAY_SIZE(errors) ? errors[error].text :
		"an error of no known number";
}

/*
 * Reading
 */

/* In bytes, without the variable part. */
static size_t field_size(enum field_kind kind)
{
	if (kind <= FIELD_SOCK)
		return 8;
	return kind < FIELD_STR ? 4 : 2;
}

/* Records in messages may lie at any address. */
static uint64_t load(const char *rec, const struct field *f)
{
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	switch (field_size(f->kind)) {
	case 8:
		memcpy(&u64, rec + f->offset, sizeof(u64));
		return u64;
	case 4:
		memcpy(&u32, rec + f->offset, sizeof(u32));
		return u32;
	default:
		memcpy(&u16, rec + f->offset, sizeof(u16));
		return u16;
	}
}

/* A LOST record may count events of a newer minor version. */
static bool number_ok(enum field_kind kind, uint64_t number)
{
	if (kind == FIELD_EVENT)
		return number != STARLSM_EV_PAD && number < STARLSM_EV_LIMIT;
	if (kind == FIELD_ERROR || (kind < ARRAY_SIZE(closed) && closed[kind].n))
		return decode_name(kind, number);
	return true;
}

static bool bytes_ok(enum field_kind kind, const char *bytes, size_t len, bool truncated)
{
	switch (kind) {
	case FIELD_STR:
		return !memchr(bytes, 0, len);
	case FIELD_ARGS:
		return len == 0 || truncated || bytes[len - 1] == 0;
	case FIELD_HASH:
		return !truncated && (len == 0 || len == DECODE_HASH_LEN);
	default:
		return len <= SOCKADDR_MAX;
	}
}

static bool zeros(const char *bytes, size_t len)
{
	while (len--)
		if (*bytes++)
			return false;
	return true;
}

/* End of the last field's fixed part; the structure may be longer, to 8 bytes. */
static size_t fields_end(const struct event *ev)
{
	const struct field *last = &ev->fields[ev->n_fields - 1];

	return last->offset + field_size(last->kind);
}

static enum starlsm_error check_fields(const char *rec, size_t len, const struct event *ev)
{
	size_t at = ev->fixed_len;
	bool content_ok = true;

	for (unsigned int i = 0; i < ev->n_fields; i++) {
		const struct field *f = &ev->fields[i];
		uint64_t n = load(rec, f);

		if (f->kind < FIELD_STR) {
			content_ok &= number_ok(f->kind, n);
			continue;
		}
		if (STARLSM_VAR_LEN(n) > len - at)
			return STARLSM_ERR_LENGTH;
		content_ok &= bytes_ok(f->kind, rec + at, STARLSM_VAR_LEN(n),
				       n & STARLSM_TRUNCATED);
		at += STARLSM_VAR_LEN(n);
	}
	if (ALIGN_REC(at) != len)
		return STARLSM_ERR_LENGTH;
	content_ok &= zeros(rec + at, len - at);
	return content_ok ? STARLSM_ERR_OK : STARLSM_ERR_CONTENT;
}

enum starlsm_error decode_check(const void *untrusted_rec, size_t len)
{
	const struct event *ev;
	struct starlsm_rec hdr;
	const char *rec = untrusted_rec;
	size_t end;

	if (len < sizeof(hdr) || len > STARLSM_REC_MAX)
		return STARLSM_ERR_LENGTH;
	memcpy(&hdr, rec, sizeof(hdr));
	ev = decode_event(hdr.type);
	if (!ev)
		return STARLSM_ERR_TYPE;
	if (hdr.len != len || len < ev->fixed_len)
		return STARLSM_ERR_LENGTH;
	end = fields_end(ev);
	if (!zeros(rec + end, ev->fixed_len - end))
		return STARLSM_ERR_CONTENT;
	return check_fields(rec, len, ev);
}

struct value decode_value(const void *rec, const struct event *ev, unsigned int i)
{
	const struct field *f = &ev->fields[i];
	size_t at = ev->fixed_len;
	struct value v = { .number = load(rec, f) };

	if (f->kind < FIELD_STR)
		return v;
	for (unsigned int k = 0; k < i; k++)
		if (ev->fields[k].kind >= FIELD_STR)
			at += STARLSM_VAR_LEN(load(rec, &ev->fields[k]));
	v.bytes = (const char *)rec + at;
	v.len = STARLSM_VAR_LEN(v.number);
	v.truncated = v.number & STARLSM_TRUNCATED;
	v.number = 0;
	return v;
}

bool decode_find(const void *rec, const char *name, struct value *v)
{
	const struct event *ev;
	struct starlsm_rec hdr;

	memcpy(&hdr, rec, sizeof(hdr));
	ev = decode_event(hdr.type);
	for (unsigned int i = 0; ev && i < ev->n_fields; i++) {
		if (!strcmp(ev->fields[i].name, name)) {
			*v = decode_value(rec, ev, i);
			return true;
		}
	}
	return false;
}

/*
 * Text
 */

/* Length of the UTF-8 character at s and its number, 0 if there is none (RFC 3629). */
static size_t utf8_char(const unsigned char *s, size_t len, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 :
		   s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

	if (n == 0 || n > len)
		return 0;
	*c = n == 1 ? s[0] : s[0] & (0x7f >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return n;
}

/*
 * What would move the cursor, hide or reorder text on a terminal: controls,
 * zero-width and bidirectional marks, line separators (Unicode categories Cc,
 * Zl, Zp and the Cf ones in general punctuation).
 */
static bool is_plain(uint32_t c)
{
	if (c < 0x20 || c == '\\' || (c >= 0x7f && c < 0xa0))
		return false;
	if (c == 0xad || c == 0x61c || c == 0xfeff)
		return false;
	return !((c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
		 (c >= 0x2060 && c <= 0x206f));
}

/* One byte as \xNN; false if it does not fit into room bytes. */
static bool put_hex(unsigned char byte, char *text, size_t room)
{
	static const char digits[] = "0123456789abcdef";

	if (room < 4)
		return false;
	text[0] = '\\';
	text[1] = 'x';
	text[2] = digits[byte >> 4];
	text[3] = digits[byte & 15];
	return true;
}

size_t decode_escape(const char *bytes, size_t len, char *text, size_t size)
{
	const unsigned char *s = (const unsigned char *)bytes;
	size_t out = 0;

	if (size == 0)
		return 0;
	for (size_t i = 0; i < len;) {
		uint32_t c = 0;
		size_t n = utf8_char(s + i, len - i, &c);

		if (n && is_plain(c)) {
			if (out + n >= size)
				break;
			memcpy(text + out, s + i, n);
			out += n;
			i += n;
			continue;
		}
		if (!put_hex(s[i], text + out, size - 1 - out))
			break;
		out += 4;
		i++;
	}
	text[out] = 0;
	return out;
}

static void unix_text(const char *path, size_t len, char *text, size_t size)
{
	char escaped[4 * SOCKADDR_MAX + 1];
	bool is_abstract = len > 1 && path[0] == 0;

	if (is_abstract) {
		path++;
		len--;
	} else {
		len = strnlen(path, len);
	}
	decode_escape(path, len, escaped, sizeof(escaped));
	snprintf(text, size, "unix:%s%s", is_abstract ? "@" : "", escaped);
}

/* port and address follow the family: offsets of sockaddr_in and sockaddr_in6 */
#define PORT_AT		2
#define INET_AT		4
#define INET6_AT	8

static void inet_text(int family, const char *bytes, char *text, size_t size)
{
	char addr[INET6_ADDRSTRLEN] = "";
	uint16_t port;

	memcpy(&port, bytes + PORT_AT, sizeof(port));
	if (family == AF_INET) {
		inet_ntop(AF_INET, bytes + INET_AT, addr, sizeof(addr));
		snprintf(text, size, "%s:%u", addr, ntohs(port));
	} else {
		inet_ntop(AF_INET6, bytes + INET6_AT, addr, sizeof(addr));
		snprintf(text, size, "[%s]:%u", addr, ntohs(port));
	}
}

void decode_sockaddr(const char *bytes, size_t len, char *text, size_t size)
{
	uint16_t family = AF_UNSPEC;

	if (len > SOCKADDR_MAX)
		len = SOCKADDR_MAX;
	if (len >= sizeof(family))
		memcpy(&family, bytes, sizeof(family));
	if (family == AF_INET && len >= INET_AT + sizeof(struct in_addr))
		inet_text(family, bytes, text, size);
	else if (family == AF_INET6 && len >= INET6_AT + sizeof(struct in6_addr))
		inet_text(family, bytes, text, size);
	else if (family == AF_UNIX)
		unix_text(bytes + sizeof(family), len - sizeof(family), text, size);
	else
		snprintf(text, size, "family %u", family);
}

void decode_hash(const char *bytes, size_t len, char text[static DECODE_HASH_TEXT])
{
	assert(len <= DECODE_HASH_LEN);
	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned char)bytes[i]);
	text[2 * len] = 0;
}
