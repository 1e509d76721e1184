// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the values of an event's fields, as a view shows them
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/sigma/fields.h"

/* offsets of sockaddr_in and sockaddr_in6 */
#define PORT_AT		2
#define INET_AT		4
#define INET6_AT	8
/* Linux' TASK_COMM_LEN, without its NUL */
#define COMM_LEN	15

struct getter {
	const struct field_ref *ref;
	const struct facts *f;
	struct audit_record rec;	/* of view AUDIT */
	struct field_scratch *scratch;
	struct field_value *to;
	unsigned int n;
};

/*
 * Making values
 */

static void put(struct getter *g, const char *bytes, size_t len)
{
	if (bytes)
		g->to[g->n++] = (struct field_value){ .bytes = bytes, .len = len };
}

static void put_fact(struct getter *g, const struct fact_text *text)
{
	put(g, text->bytes, text->len);
}

static void put_name(struct getter *g, const char *name)
{
	if (name)
		put(g, name, strlen(name));
}

/* len bytes of scratch, or what is left of it */
static char *room(struct getter *g, size_t *len)
{
	char *at = g->scratch->bytes + g->scratch->used;

	if (*len > sizeof(g->scratch->bytes) - g->scratch->used)
		*len = sizeof(g->scratch->bytes) - g->scratch->used;
	g->scratch->used += *len;
	return at;
}

static void put_copy(struct getter *g, const char *bytes, size_t len)
{
	char *at = room(g, &len);

	memcpy(at, bytes, len);
	put(g, at, len);
}

/* In base 8, 10 or 16, after that prefix */
static void put_digits(struct getter *g, uint64_t number, unsigned int base,
		       const char *prefix)
{
	char digits[24];
	size_t n = sizeof(digits), len, prefix_len = strlen(prefix);
	uint64_t left = number;
	char *at;

	do {
		digits[--n] = "0123456789abcdef"[left % base];
		left /= base;
	} while (left);
	len = prefix_len + sizeof(digits) - n;
	at = room(g, &len);
	if (len < prefix_len)
		return;
	memcpy(at, prefix, prefix_len);
	memcpy(at + prefix_len, digits + n, len - prefix_len);
	put(g, at, len);
	g->to[g->n - 1].number = number;
	g->to[g->n - 1].is_number = true;
}

static void put_number(struct getter *g, uint64_t number)
{
	put_digits(g, number, 10, "");
}

/* Arguments that end with NULs, as one line with spaces between */
static void put_joined(struct getter *g, const char *bytes, size_t len)
{
	char *at;

	if (!bytes)
		return;
	while (len && !bytes[len - 1])
		len--;
	at = room(g, &len);
	for (size_t i = 0; i < len; i++)
		at[i] = bytes[i] ? bytes[i] : ' ';
	put(g, at, len);
}

static const struct value *own_field(const struct facts *f, const char *name, unsigned int *i)
{
	const struct event *ev = decode_event(f->type);

	for (*i = 0; ev && *i < ev->n_fields; ++*i)
		if (!strcmp(ev->fields[*i].name, name))
			return &f->field[*i];
	return NULL;
}

static void put_own(struct getter *g, unsigned int i)
{
	const struct field *field = &decode_event(g->f->type)->fields[i];
	const struct value *v = &g->f->field[i];
	char address[1024], hash[DECODE_HASH_TEXT];

	switch (field->kind) {
	case FIELD_PATH:
	case FIELD_STR:
		put(g, v->bytes, v->len);
		return;
	case FIELD_ARGS:
		put_joined(g, v->bytes, v->len);
		return;
	case FIELD_SOCKADDR:
		decode_sockaddr(v->bytes, v->len, address, sizeof(address));
		put_copy(g, address, strlen(address));
		return;
	case FIELD_HASH:
		decode_hash(v->bytes, v->len, hash);
		if (v->len)
			put_copy(g, hash, strlen(hash));
		return;
	case FIELD_HEX64:
	case FIELD_HEX32:
		put_digits(g, v->number, 16, "0x");
		return;
	case FIELD_OCT32:
		put_digits(g, v->number, 8, "0");
		return;
	case FIELD_UID:
		if (v->number == FACTS_UNKNOWN_ID)
			return;
		break;
	default:
		if (decode_name(field->kind, v->number)) {
			put_name(g, decode_name(field->kind, v->number));
			return;
		}
	}
	put_number(g, v->number);
}

static void put_own_named(struct getter *g, const char *name)
{
	unsigned int i;

	if (own_field(g->f, name, &i))
		put_own(g, i);
}

/*
 * Who
 */

/* Sysmon and audit tell of an exec when it has been done; our record of it has all that. */
static bool is_after_exec(const struct getter *g)
{
	return g->f->type == STARLSM_EV_EXEC && g->ref->view != VIEW_EVENT;
}

static struct fact_text exe_of(const struct getter *g)
{
	if (is_after_exec(g))
		return (struct fact_text){ g->f->field[0].bytes, g->f->field[0].len };
	return g->f->exe;
}

static void put_command(struct getter *g)
{
	if (is_after_exec(g))
		put_own_named(g, "args");
	else
		put_joined(g, g->f->command.bytes, g->f->command.len);
}

/* The name that the kernel gives a task at exec: of the file, cut */
static void put_comm(struct getter *g)
{
	struct fact_text exe = exe_of(g);
	const char *base;

	if (!exe.bytes)
		return;
	base = memrchr(exe.bytes, '/', exe.len);
	if (base) {
		exe.len -= base + 1 - exe.bytes;
		exe.bytes = base + 1;
	}
	put(g, exe.bytes, exe.len < COMM_LEN ? exe.len : COMM_LEN);
}

static uint32_t uid_of(const struct getter *g, const char *name, uint32_t before)
{
	unsigned int i;
	const struct value *v = is_after_exec(g) ? own_field(g->f, name, &i) : NULL;

	return v ? v->number : before;
}

static void put_uid(struct getter *g, uint32_t uid)
{
	if (uid != FACTS_UNKNOWN_ID)
		put_number(g, uid);
}

/* The guest's user database is its own; these two are the same in all. */
static void put_user(struct getter *g)
{
	uint32_t uid = uid_of(g, "euid", g->f->euid);

	if (uid == 0)
		put_name(g, "root");
	else if (uid == 65534)
		put_name(g, "nobody");
	else
		put_uid(g, uid);
}

static void put_pid(struct getter *g, uint32_t before)
{
	uint32_t pid = uid_of(g, "pid", before);

	if (pid)
		put_number(g, pid);
}

/* The event's own, or of the file that it is about */
static void put_sha256(struct getter *g, const char *prefix)
{
	char text[sizeof("SHA256=") + DECODE_HASH_TEXT];
	struct fact_text hash = g->f->sha256;
	unsigned int i;
	const struct value *own = own_field(g->f, "sha256", &i);

	if (own)
		hash = (struct fact_text){ own->bytes, own->len };
	if (!hash.len)
		return;
	strcpy(text, prefix);
	decode_hash(hash.bytes, hash.len, text + strlen(prefix));
	put_copy(g, text, strlen(text));
}

static void get_task(struct getter *g, enum source source)
{
	struct fact_text exe;

	switch (source) {
	case SRC_EXE:
		exe = exe_of(g);
		put_fact(g, &exe);
		break;
	case SRC_COMM:
		put_comm(g);
		break;
	case SRC_USER:
		put_user(g);
		break;
	case SRC_UID:
		put_uid(g, uid_of(g, "uid", g->f->uid));
		break;
	case SRC_EUID:
		put_uid(g, uid_of(g, "euid", g->f->euid));
		break;
	case SRC_PID:
		put_pid(g, g->f->pid);
		break;
	case SRC_TGID:
		put_pid(g, g->f->tgid);
		break;
	case SRC_PPID:
		if (g->f->ppid)
			put_number(g, g->f->ppid);
		break;
	case SRC_LINEAGE:
		put_name(g, facts_lineage_name(g->f->lineage));
		break;
	case SRC_LINEAGE_UID:
		put_uid(g, g->f->lineage_uid);
		break;
	case SRC_SHA256:
		put_sha256(g, "");
		break;
	case SRC_HASHES:
		put_sha256(g, "SHA256=");
		break;
	default:
		break;
	}
}

/*
 * Files and addresses
 */

static void put_target(struct getter *g)
{
	bool has_two = g->f->type == STARLSM_EV_RENAME || g->f->type == STARLSM_EV_LINK;

	put_own_named(g, has_two ? "to" : "path");
}

static const struct value *inet_address(const struct facts *f, uint16_t *family)
{
	unsigned int i;
	const struct value *v = own_field(f, "addr", &i);

	if (!v || v->len < sizeof(*family))
		return NULL;
	memcpy(family, v->bytes, sizeof(*family));
	if (*family == AF_INET && v->len >= INET_AT + sizeof(struct in_addr))
		return v;
	if (*family == AF_INET6 && v->len >= INET6_AT + sizeof(struct in6_addr))
		return v;
	return NULL;
}

static void put_ip(struct getter *g)
{
	size_t len = INET6_ADDRSTRLEN;
	const struct value *v;
	uint16_t family;
	char *at;

	v = inet_address(g->f, &family);
	at = room(g, &len);
	if (v && inet_ntop(family, v->bytes + (family == AF_INET ? INET_AT : INET6_AT), at, len))
		put(g, at, strlen(at));
}

static void put_port(struct getter *g)
{
	uint16_t family, port;
	const struct value *v = inet_address(g->f, &family);

	if (!v)
		return;
	memcpy(&port, v->bytes + PORT_AT, sizeof(port));
	put_number(g, ntohs(port));
}

/* As Sysmon has it; a socket's type is told with connect only. */
static void put_protocol(struct getter *g)
{
	unsigned int i;
	const struct value *type = own_field(g->f, "type", &i);

	if (type && type->number == SOCK_STREAM)
		put_name(g, "tcp");
	else if (type && type->number == SOCK_DGRAM)
		put_name(g, "udp");
}

static void get_network(struct getter *g)
{
	bool is_from_here = g->f->type != STARLSM_EV_ACCEPTED;
	uint16_t family;

	switch (g->ref->source) {
	case SRC_DST_IP:
	case SRC_SRC_IP:
		if (is_from_here == (g->ref->source == SRC_DST_IP))
			put_ip(g);
		break;
	case SRC_DST_PORT:
	case SRC_SRC_PORT:
		if (is_from_here == (g->ref->source == SRC_DST_PORT))
			put_port(g);
		break;
	case SRC_INITIATED:
		put_name(g, is_from_here ? "true" : "false");
		break;
	case SRC_IPV6:
		if (inet_address(g->f, &family))
			put_name(g, family == AF_INET6 ? "true" : "false");
		break;
	default:
		put_protocol(g);
	}
}

/*
 * Audit records
 */

static void put_execve_arg(struct getter *g, unsigned int arg)
{
	unsigned int i;
	const struct value *args = own_field(g->f, "args", &i);
	const char *at = args->bytes, *end = args->bytes + args->len;

	for (; at && at < end && arg; arg--)
		at += strnlen(at, end - at) + 1;
	if (at && at < end)
		put(g, at, strnlen(at, end - at));
}

static void get_audit_arg(struct getter *g, enum audit_kind kind)
{
	int field = audit_arg_field(g->f->type, g->ref->arg);

	if (kind == AUDIT_EXECVE)
		put_execve_arg(g, g->ref->arg);
	else if (kind == AUDIT_SYSCALL && field >= 0)
		put_digits(g, g->f->field[field].number, 16, "");
}

static void get_audit(struct getter *g)
{
	const struct audit_record rec = g->rec;
	const char * const *call;

	switch (g->ref->source) {
	case SRC_AUDIT_TYPE:
		put_name(g, audit_type_name(rec.kind));
		break;
	case SRC_AUDIT_SYSCALL:
		call = audit_syscalls(g->f);
		for (; rec.kind == AUDIT_SYSCALL && *call; call++)
			put_name(g, *call);
		break;
	case SRC_AUDIT_TASK:
		if (rec.kind == AUDIT_SYSCALL)
			get_task(g, g->ref->arg);
		break;
	case SRC_AUDIT_NAME:
		if (rec.kind == AUDIT_PATH)
			put_own(g, rec.field);
		break;
	case SRC_AUDIT_NAMETYPE:
		if (rec.kind == AUDIT_PATH)
			put_name(g, audit_nametype(g->f, rec.field));
		break;
	case SRC_AUDIT_MODE:
		if (rec.kind == AUDIT_PATH)
			put_own_named(g, "mode");
		break;
	case SRC_AUDIT_ARGC:
		if (rec.kind == AUDIT_EXECVE)
			put_own_named(g, "argc");
		break;
	case SRC_AUDIT_PROCTITLE:
		if (rec.kind == AUDIT_PROCTITLE)
			put_command(g);
		break;
	default:
		get_audit_arg(g, rec.kind);
	}
}

/*
 * All as one line, for keywords
 */

/* Ends with a zero source */
static const enum source audit_text[][5] = {
	[AUDIT_SYSCALL] = { SRC_AUDIT_TYPE, SRC_AUDIT_SYSCALL, SRC_EXE, SRC_COMM },
	[AUDIT_EXECVE] = { SRC_AUDIT_TYPE, SRC_COMMAND },
	[AUDIT_PROCTITLE] = { SRC_AUDIT_TYPE, SRC_COMMAND },
	[AUDIT_PATH] = { SRC_AUDIT_TYPE, SRC_AUDIT_NAME, SRC_AUDIT_NAMETYPE },
};

static const enum source view_text[VIEWS][5] = {
	[VIEW_PROCESS] = { SRC_EXE, SRC_COMMAND, SRC_PARENT_EXE },
	[VIEW_FILE] = { SRC_EXE, SRC_TARGET },
	[VIEW_DELETE] = { SRC_EXE, SRC_TARGET },
	[VIEW_RENAME] = { SRC_EXE, SRC_FROM, SRC_TARGET },
	[VIEW_CHANGE] = { SRC_EXE, SRC_TARGET },
	[VIEW_NETWORK] = { SRC_EXE, SRC_DST_IP, SRC_DST_PORT, SRC_SRC_IP, SRC_SRC_PORT },
	[VIEW_EVENT] = { SRC_EVENT_NAME, SRC_OLD_EXE, SRC_COMMAND },
};

static void get(struct getter *g);

/* What there is of a source, after what is there already, and a space */
static void append(const struct getter *g, enum source source, uint16_t arg, const char *name,
		   char *line, size_t *len)
{
	struct field_ref ref = { .view = g->ref->view, .source = source, .arg = arg };
	struct field_value values[FIELD_VALUES_MAX];
	struct getter part = { &ref, g->f, g->rec, g->scratch, values, 0 };

	snprintf(ref.name, sizeof(ref.name), "%s", name);
	get(&part);
	for (unsigned int i = 0; i < part.n; i++) {
		if (*len + values[i].len + 1 > 2 * STARLSM_REC_MAX)
			return;
		memcpy(line + *len, values[i].bytes, values[i].len);
		*len += values[i].len;
		line[(*len)++] = ' ';
	}
}

static void append_own(const struct getter *g, char *line, size_t *len)
{
	const struct event *ev = decode_event(g->f->type);

	for (unsigned int i = 0; ev && i < ev->n_fields; i++)
		append(g, SRC_FIELD, 0, ev->fields[i].name, line, len);
}

static void put_text(struct getter *g)
{
	const struct fact_text *finding = (const void *)&g->f->finding;
	const enum source *source = view_text[g->ref->view];
	char line[2 * STARLSM_REC_MAX];
	size_t len = 0;

	if (g->ref->view == VIEW_AUDIT)
		source = audit_text[g->rec.kind];
	for (unsigned int i = 0; i < 5 && source[i]; i++)
		append(g, source[i], 0, "", line, &len);
	if (g->ref->view == VIEW_EVENT)
		append_own(g, line, &len);
	if (g->ref->view == VIEW_FINDING)
		for (size_t i = 0; i < sizeof(g->f->finding) / sizeof(*finding); i++)
			append(g, SRC_FINDING, i * sizeof(*finding), "", line, &len);
	put_copy(g, line, len);
}

static void get(struct getter *g)
{
	switch (g->ref->source) {
	case SRC_UNTOLD:
		break;
	case SRC_TEXT:
		put_text(g);
		break;
	case SRC_GUEST:
		put_fact(g, &g->f->guest);
		break;
	case SRC_EVENT_NAME:
		put_name(g, decode_name(FIELD_EVENT, g->f->type));
		break;
	case SRC_COMMAND:
		put_command(g);
		break;
	case SRC_PARENT_EXE:
		put_fact(g, &g->f->parent_exe);
		break;
	case SRC_PARENT_COMMAND:
		put_joined(g, g->f->parent_command.bytes, g->f->parent_command.len);
		break;
	case SRC_OLD_EXE:
		put_fact(g, &g->f->exe);
		break;
	case SRC_TARGET:
		put_target(g);
		break;
	case SRC_FROM:
		put_own_named(g, "from");
		break;
	case SRC_FIELD:
		put_own_named(g, g->ref->name);
		break;
	case SRC_FINDING:
		put_fact(g, (const void *)((const char *)&g->f->finding + g->ref->arg));
		break;
	default:
		if (g->ref->source >= SRC_AUDIT_TYPE)
			get_audit(g);
		else if (g->ref->source >= SRC_INITIATED)
			get_network(g);
		else
			get_task(g, g->ref->source);
	}
}

unsigned int fields_records(enum view view, const struct facts *f)
{
	uint16_t family;

	if (view == VIEW_AUDIT)
		return audit_records(f);
	if (view == VIEW_NETWORK && !inet_address(f, &family))
		return 0;
	return fields_shows(view, f->type);
}

unsigned int fields_get(const struct field_ref *ref, const struct facts *f,
			struct audit_record rec, struct field_scratch *scratch,
			struct field_value *values)
{
	struct getter g = { ref, f, rec, scratch, values, 0 };

	get(&g);
	return g.n;
}
