// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what the journal is made of: all that the engine was told and said
 */
#include "lib/entry.h"

#include <assert.h>
#include <string.h>

#include "lib/msg_out.h"
#include "lib/msg_reader.h"

static bool is_text(const char *text, size_t size)
{
	return memchr(text, 0, size) != NULL;
}

static bool is_event(const struct msg *m)
{
	const struct msg_out_event *out = (const void *)m;

	return m->len >= sizeof(*out) + sizeof(struct starlsm_rec) &&
	       out->rec_len >= sizeof(struct starlsm_rec) &&
	       out->rec_len <= m->len - sizeof(*out) && is_text(out->guest, sizeof(out->guest));
}

static bool is_guest(const struct msg *m)
{
	const struct msg_guest *g = (const void *)m;

	return m->type == MSG_GUEST && m->len == sizeof(*g) && is_text(g->name, sizeof(g->name));
}

bool entry_is_fact(const struct msg *m)
{
	switch (m->type) {
	case MSG_EVENTS:
		return m->len == sizeof(struct msg_events);
	case MSG_GUEST:
		return is_guest(m);
	case MSG_RULES:
	case MSG_GONE:
	case MSG_VITALS:
	case MSG_DONE:
	case MSG_RUN:
	case MSG_BROKEN:
	case MSG_CLOCK:
	case MSG_FINDING:
	case MSG_KERNEL:
	case MSG_CLOSE:
	case MSG_SEEN:
	case MSG_OUT_INCIDENT:
		return m->len == msg_fixed_len(m->type);
	default:
		return false;
	}
}

static bool is_out(const struct msg *m)
{
	switch (m->type) {
	case MSG_OUT_EVENT:
		return is_event(m);
	case MSG_OUT_INCIDENT:
	case MSG_VERDICT:
	case MSG_DEFINE:
	case MSG_ANSWER:
		return m->len == msg_fixed_len(m->type);
	default:
		return false;
	}
}

/* A message that fills len bytes but for the padding */
static bool is_message(const struct entry *e, size_t len)
{
	const struct msg *m = entry_body(e);

	if (len < sizeof(*m) || m->len < sizeof(*m) || m->len > len ||
	    entry_len(m->len) != e->len)
		return false;
	if (e->kind == ENTRY_INTRO)
		return is_guest(m);
	return e->kind == ENTRY_FACT ? entry_is_fact(m) : is_out(m);
}

static bool is_rules(const struct entry *e, size_t len)
{
	const struct entry_rules *r = entry_body(e);

	return len >= sizeof(*r) && r->len <= len - sizeof(*r) &&
	       entry_len(sizeof(*r) + r->len) == e->len && r->total <= ENTRY_RULES_MAX &&
	       r->offset <= r->total && r->len <= r->total - r->offset;
}

static bool is_body(const struct entry *e)
{
	size_t len = e->len - sizeof(*e);
	const struct entry_start *start = entry_body(e);
	const struct entry_mark *mark = entry_body(e);
	const struct entry_gap *gap = entry_body(e);

	switch (e->kind) {
	case ENTRY_INTRO:
	case ENTRY_FACT:
	case ENTRY_OUT:
		return is_message(e, len);
	case ENTRY_START:
		return len == sizeof(*start) && is_text(start->version, sizeof(start->version));
	case ENTRY_MARK:
		return len == sizeof(*mark) && is_text(mark->stream, sizeof(mark->stream));
	case ENTRY_GAP:
		return len == sizeof(*gap) && gap->why && gap->why < GAP_WHYS;
	case ENTRY_RULES:
		return is_rules(e, len);
	case ENTRY_END:
		return len == 0;
	default:
		return false;
	}
}

const struct entry *entry_next(const char **at, size_t *left)
{
	const struct entry *e = (const void *)*at;

	assert((uintptr_t)*at % ENTRY_ALIGN == 0);
	if (*left < sizeof(*e) || e->len < sizeof(*e) || e->len > *left || e->len > ENTRY_MAX ||
	    e->len % ENTRY_ALIGN || !is_body(e))
		return NULL;
	*at += e->len;
	*left -= e->len;
	return e;
}

static const struct msg_out_event *event_of(const struct entry *e)
{
	const struct msg *m = entry_body(e);

	return e->kind == ENTRY_OUT && m->type == MSG_OUT_EVENT ? (const void *)m : NULL;
}

uint16_t entry_event(const struct entry *e)
{
	const struct msg_out_event *out = event_of(e);
	struct starlsm_rec rec;

	if (!out)
		return 0;
	memcpy(&rec, (const char *)out + out->msg.len - out->rec_len, sizeof(rec));
	return rec.type;
}

int64_t entry_time(const struct entry *e)
{
	const struct msg_out_event *out = event_of(e);

	return out ? out->mono_ns : e->now_ns;
}
