// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an expression over an event's fields, as in events --where
 */
#include "ctl/where.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tree in an array: what is inside stands before what it is in. */
#define NODES_MAX	128
#define DEPTH_MAX	32
#define WORD_MAX	256

enum kind { AND, OR, NOT, EQ, NE, LT, LE, GT, GE, LIKE, UNLIKE };

struct node {
	enum kind kind;
	int a, b;		/* AND, OR, NOT: numbers of nodes */
	char field[64];
	char text[WORD_MAX];	/* what it is compared with */
	bool is_number;
	uint64_t number;
};

struct where {
	struct node node[NODES_MAX];
	int n, root;
};

/*
 * Fields of an event that are not its type's
 */

enum own { OWN_GUEST, OWN_DOMID, OWN_VCPU, OWN_SEQ, OWN_EVENT, OWN_TASK, OWN_KNOWN, OWN_PID,
	   OWN_TGID, OWN_UID, OWN_EUID, OWN_EXE, OWN_PARENT, OWN_PPID, OWN_PARENT_EXE, N_OWN };

static const char * const own_names[N_OWN] = {
	[OWN_GUEST] = "guest", [OWN_DOMID] = "domid", [OWN_VCPU] = "vcpu", [OWN_SEQ] = "seq",
	[OWN_EVENT] = "event", [OWN_TASK] = "task.id", [OWN_KNOWN] = "task.known",
	[OWN_PID] = "task.pid", [OWN_TGID] = "task.tgid", [OWN_UID] = "task.uid",
	[OWN_EUID] = "task.euid", [OWN_EXE] = "task.exe", [OWN_PARENT] = "task.parent.id",
	[OWN_PPID] = "task.parent.pid", [OWN_PARENT_EXE] = "task.parent.exe",
};

static int own_field(const char *name)
{
	for (int i = 0; i < N_OWN; i++)
		if (!strcmp(own_names[i], name))
			return i;
	return -1;
}

/* What an event's field is called beside those: lost_event */
static bool is_called(const struct event *ev, const struct field *f, const char *name)
{
	size_t len = strlen(ev->name);

	if (own_field(f->name) < 0 && strcmp(f->name, "time") && strcmp(f->name, "task"))
		return !strcmp(f->name, name);
	return !strncmp(name, ev->name, len) && name[len] == '_' &&
	       !strcmp(name + len + 1, f->name);
}

static int type_field(const struct event *ev, const char *name)
{
	for (unsigned int i = 0; i < ev->n_fields; i++)
		if (is_called(ev, &ev->fields[i], name))
			return i;
	return -1;
}

static bool is_field(const char *name)
{
	if (own_field(name) >= 0)
		return true;
	for (unsigned int type = 0; type < STARLSM_EV_LIMIT; type++)
		if (decode_event(type) && type_field(decode_event(type), name) >= 0)
			return true;
	return false;
}

/*
 * Reading an expression
 */

struct parser {
	struct where *w;
	const char *at;
	char word[WORD_MAX];	/* the token: a word, quoted or not, or a sign */
	bool is_quoted;
	int depth;
	const char *wrong;	/* NULL: nothing is, so far */
};

static bool fail(struct parser *p, const char *wrong)
{
	if (!p->wrong)
		p->wrong = wrong;
	return false;
}

static void take_quoted(struct parser *p)
{
	char quote = *p->at++;
	size_t n = 0;

	p->is_quoted = true;
	while (*p->at && *p->at != quote) {
		if (n + 1 == sizeof(p->word)) {
			fail(p, "a text is too long");
			return;
		}
		p->word[n++] = *p->at++;
	}
	p->word[n] = 0;
	if (*p->at++ != quote) {
		fail(p, "a quotation mark is missing");
		p->at--;
	}
}

static size_t sign_len(const char *at)
{
	if (strchr("()~", *at))
		return 1;
	if (strchr("!<>=", *at))
		return at[1] == '=' || (*at == '!' && at[1] == '~') ? 2 : 1;
	return 0;
}

static void next_word(struct parser *p)
{
	size_t n;

	p->is_quoted = false;
	p->word[0] = 0;
	while (isspace((unsigned char)*p->at))
		p->at++;
	if (!*p->at || p->wrong)
		return;
	if (*p->at == '"' || *p->at == '\'') {
		take_quoted(p);
		return;
	}
	n = sign_len(p->at);
	if (!n)
		n = strcspn(p->at, "()~!<>=\"' \t\n");
	if (n >= sizeof(p->word)) {
		fail(p, "a word is too long");
		return;
	}
	memcpy(p->word, p->at, n);
	p->word[n] = 0;
	p->at += n;
}

static bool is_word(const struct parser *p, const char *word)
{
	return !p->is_quoted && !strcmp(p->word, word);
}

static int add(struct parser *p, enum kind kind, int a, int b)
{
	if (p->w->n == NODES_MAX) {
		fail(p, "it is too long");
		return 0;
	}
	p->w->node[p->w->n] = (struct node){ .kind = kind, .a = a, .b = b };
	return p->w->n++;
}

static bool take_operator(struct parser *p, enum kind *kind)
{
	static const struct { const char *sign; enum kind kind; } signs[] = {
		{ "=", EQ }, { "==", EQ }, { "!=", NE }, { "<", LT }, { "<=", LE },
		{ ">", GT }, { ">=", GE }, { "~", LIKE }, { "!~", UNLIKE },
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (is_word(p, signs[i].sign)) {
			*kind = signs[i].kind;
			next_word(p);
			return true;
		}
	}
	return fail(p, "after a field one of = != < <= > >= ~ !~ is expected");
}

static int take_comparison(struct parser *p)
{
	char field[sizeof(((struct node *)0)->field)];
	enum kind kind;
	struct node *n;
	char *end;
	int i;

	if (p->is_quoted || strlen(p->word) >= sizeof(field) || !is_field(p->word)) {
		fail(p, "no event has such a field");
		return 0;
	}
	strcpy(field, p->word);
	next_word(p);
	if (!take_operator(p, &kind))
		return 0;
	if (!p->is_quoted && (!*p->word || sign_len(p->word))) {
		fail(p, "a value is expected");
		return 0;
	}
	i = add(p, kind, 0, 0);
	n = &p->w->node[i];
	strcpy(n->field, field);
	strcpy(n->text, p->word);
	n->number = strtoull(p->word, &end, 0);
	n->is_number = !p->is_quoted && isdigit((unsigned char)*p->word) && !*end;
	next_word(p);
	return i;
}

static int take_or(struct parser *p);

static int take_one(struct parser *p)
{
	int i;

	if (++p->depth > DEPTH_MAX)
		fail(p, "it is nested too deeply");
	if (p->wrong) {
		i = 0;
	} else if (is_word(p, "not")) {
		next_word(p);
		i = take_one(p);
		i = add(p, NOT, i, 0);
	} else if (is_word(p, "(")) {
		next_word(p);
		i = take_or(p);
		if (!is_word(p, ")"))
			fail(p, "a ) is missing");
		next_word(p);
	} else {
		i = take_comparison(p);
	}
	p->depth--;
	return i;
}

static int take_and(struct parser *p)
{
	int i = take_one(p);

	while (!p->wrong && is_word(p, "and")) {
		int b;

		next_word(p);
		b = take_one(p);
		i = add(p, AND, i, b);
	}
	return i;
}

static int take_or(struct parser *p)
{
	int i = take_and(p);

	while (!p->wrong && is_word(p, "or")) {
		int b;

		next_word(p);
		b = take_and(p);
		i = add(p, OR, i, b);
	}
	return i;
}

struct where *where_parse(const char *text, char *error, size_t size)
{
	struct parser p = { .w = calloc(1, sizeof(*p.w)), .at = text };

	if (!p.w) {
		snprintf(error, size, "no memory");
		return NULL;
	}
	next_word(&p);
	p.w->root = take_or(&p);
	if (!p.wrong && (*p.word || p.is_quoted))
		fail(&p, "and, or, or its end is expected");
	if (!p.wrong)
		return p.w;
	snprintf(error, size, "%s, at \"%s%s\"", p.wrong, p.word, p.at);
	free(p.w);
	return NULL;
}

void where_free(struct where *w)
{
	free(w);
}

/*
 * Deciding
 */

struct operand {
	bool is_number;
	uint64_t number;
	char text[4 * STARLSM_REC_MAX + 1];
};

static void set_text(struct operand *o, const char *bytes, size_t len)
{
	o->is_number = false;
	decode_escape(bytes, len, o->text, sizeof(o->text));
}

static void set_number(struct operand *o, uint64_t number)
{
	o->is_number = true;
	o->number = number;
	snprintf(o->text, sizeof(o->text), "%llu", (unsigned long long)number);
}

/* False if nobody knows */
static bool get_id(struct operand *o, uint32_t number, uint32_t unknown)
{
	set_number(o, number);
	return number != unknown;
}

static bool get_own(const struct format_event *fe, enum own own, struct operand *o)
{
	const struct msg_out_event *out = fe->out;
	struct starlsm_rec hdr;

	memcpy(&hdr, fe->rec, sizeof(hdr));
	switch (own) {
	case OWN_GUEST:
		set_text(o, out->guest, strlen(out->guest));
		return true;
	case OWN_EVENT:
		set_text(o, fe->ev->name, strlen(fe->ev->name));
		return true;
	case OWN_EXE:
		set_text(o, fe->exe, out->exe_len);
		return out->exe_len;
	case OWN_PARENT_EXE:
		set_text(o, fe->parent_exe, out->parent_exe_len);
		return out->parent_exe_len;
	case OWN_PID:
		return get_id(o, out->pid, 0);
	case OWN_TGID:
		return get_id(o, out->tgid, 0);
	case OWN_PPID:
		return get_id(o, out->ppid, 0);
	case OWN_UID:
		return get_id(o, out->uid, UINT32_MAX);
	case OWN_EUID:
		return get_id(o, out->euid, UINT32_MAX);
	case OWN_DOMID:
		set_number(o, out->domid);
		return true;
	case OWN_VCPU:
		set_number(o, out->ring);
		return true;
	case OWN_SEQ:
		set_number(o, out->seq);
		return true;
	case OWN_TASK:
		set_number(o, hdr.task);
		return true;
	case OWN_PARENT:
		set_number(o, out->parent);
		return out->parent;
	default:
		set_number(o, out->known);
		return true;
	}
}

static bool is_numeric(enum field_kind kind)
{
	return kind != FIELD_STR && kind != FIELD_ARGS && kind != FIELD_SOCKADDR &&
	       kind != FIELD_HASH && kind != FIELD_PATH;
}

static bool get(const struct format_event *fe, const char *field, struct operand *o)
{
	int own = own_field(field), i;
	struct value v;

	if (own >= 0)
		return get_own(fe, own, o);
	i = type_field(fe->ev, field);
	if (i < 0)
		return false;
	format_value(fe, i, o->text, sizeof(o->text));
	v = decode_value(fe->rec, fe->ev, i);
	o->is_number = is_numeric(fe->ev->fields[i].kind);
	o->number = o->is_number ? v.number : 0;
	return true;
}

static bool holds(enum kind kind, int order)
{
	switch (kind) {
	case EQ:
		return order == 0;
	case NE:
		return order != 0;
	case LT:
		return order < 0;
	case LE:
		return order <= 0;
	case GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static bool compare(const struct node *n, const struct format_event *fe)
{
	struct operand o;

	if (!get(fe, n->field, &o))
		return false;
	if (n->kind == LIKE || n->kind == UNLIKE)
		return !fnmatch(n->text, o.text, FNM_NOESCAPE) == (n->kind == LIKE);
	if (n->is_number && o.is_number)
		return holds(n->kind, o.number < n->number ? -1 : o.number > n->number);
	return holds(n->kind, strcmp(o.text, n->text));
}

/* As deep as DEPTH_MAX parentheses and NODES_MAX in a row can make it */
static bool decide(const struct where *w, int i, const struct format_event *fe)
{
	const struct node *n = &w->node[i];

	switch (n->kind) {
	case AND:
		return decide(w, n->a, fe) && decide(w, n->b, fe);
	case OR:
		return decide(w, n->a, fe) || decide(w, n->b, fe);
	case NOT:
		return !decide(w, n->a, fe);
	default:
		return compare(n, fe);
	}
}

bool where_matches(const struct where *w, const struct format_event *fe)
{
	return decide(w, w->root, fe);
}
