// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what the engine is told and says, on its way to the journal
 */
#include "engine/tap.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/msg_reader.h"

int tap_init(struct tap *t, const struct hash_seed *seed, uint64_t run)
{
	memset(t, 0, sizeof(*t));
	t->fd = -1;
	t->start.run = run;
	t->start.seed[0] = seed->k[0];
	t->start.seed[1] = seed->k[1];
	strncpy(t->start.version, STARLSM_VERSION, sizeof(t->start.version) - 1);
	t->latest = &t->owner[TAP_OWNERS - 1];
	t->latest->domid = ENTRY_HOST;
	t->latest->is_used = true;
	t->ring = aligned_alloc(ENTRY_ALIGN, TAP_BYTES);
	return t->ring ? 0 : -1;
}

void tap_free(struct tap *t)
{
	free(t->ring);
	if (t->fd >= 0)
		close(t->fd);
}

/*
 * Whose it is
 */

static struct tap_owner *find_owner(struct tap *t, uint32_t domid)
{
	struct tap_owner *o = t->latest;

	if (o->is_used && o->domid == domid)
		return o;
	for (o = t->owner; o < t->owner + TAP_OWNERS; o++)
		if (o->is_used && o->domid == domid)
			return t->latest = o;
	return &t->owner[TAP_OWNERS - 1];
}

static void introduce(struct tap *t, const struct msg_guest *m)
{
	struct tap_owner *o = find_owner(t, m->domid);

	if (o->domid == ENTRY_HOST) {
		for (o = t->owner; o->is_used && o->domid != ENTRY_HOST; o++)
			;
		if (o->domid == ENTRY_HOST)
			return;
		memset(o, 0, sizeof(*o));
		o->is_used = true;
		o->domid = m->domid;
	}
	o->intro = *m;
}

/* One that has gone is forgotten with the last of its entries. */
static void let_go(struct tap_owner *o)
{
	if (o->domid != ENTRY_HOST && !o->queued && !o->intro.msg.len && !o->gap.n_entries)
		o->is_used = false;
}

/*
 * The buffer: an entry that does not fit before its end begins at 0. What is left
 * over there is a filler: an entry of kind 0.
 */

static uint64_t room(const struct tap *t)
{
	return TAP_BYTES - (t->head - t->tail);
}

/* What lies between the head and where an entry of that length would begin */
static uint32_t filler(const struct tap *t, uint32_t len)
{
	uint32_t end = TAP_BYTES - t->head % TAP_BYTES;

	return len > end ? end : 0;
}

static void fill(struct tap *t, uint32_t len)
{
	const uint32_t skipped[2] = { len, 0 };

	/* kind and sender, both 0, are behind the length */
	memcpy(t->ring + t->head % TAP_BYTES, skipped, sizeof(skipped));
	t->head += len;
}

static bool put(struct tap *t, struct tap_owner *o, const struct entry *e, const void *body,
		size_t len)
{
	uint32_t skip = filler(t, e->len);
	char *at;

	if (room(t) < skip + e->len)
		return false;
	if (skip)
		fill(t, skip);
	at = t->ring + t->head % TAP_BYTES;
	memset(at + e->len - ENTRY_ALIGN, 0, ENTRY_ALIGN);
	memcpy(at, e, sizeof(*e));
	memcpy(at + sizeof(*e), body, len);
	t->head += e->len;
	o->queued += e->len;
	return true;
}

static struct entry make(const struct tap *t, enum entry_kind kind, uint32_t domid, size_t len,
			 int64_t now_ns)
{
	return (struct entry){
		.len = entry_len(len), .kind = kind, .domid = domid, .number = t->number,
		.now_ns = now_ns,
	};
}

/*
 * What is lost
 */

static void widen(struct entry_gap *gap, const struct entry_gap *by)
{
	if (!gap->n_entries || by->first < gap->first) {
		gap->first = by->first;
		gap->from_ns = by->from_ns;
	}
	if (by->last > gap->last) {
		gap->last = by->last;
		gap->to_ns = by->to_ns;
	}
	gap->why = by->why;
	gap->n_entries += by->n_entries;
	gap->n_events += by->n_events;
}

/* Told before anything else of that guest's; false if there is no room for it. */
static bool tell_gap(struct tap *t, struct tap_owner *o, int64_t now_ns)
{
	struct entry e = make(t, ENTRY_GAP, o->domid, sizeof(o->gap), now_ns);

	if (!o->gap.n_entries)
		return true;
	e.number = o->gap.last;
	if (t->fd < 0 || room(t) < TAP_RESERVE / 2 || !put(t, o, &e, &o->gap, sizeof(o->gap)))
		return false;
	memset(&o->gap, 0, sizeof(o->gap));
	return true;
}

static bool has_room(const struct tap *t, const struct tap_owner *o, const struct entry *e,
		     bool is_bulk)
{
	uint64_t left = room(t);

	if (!is_bulk)
		return left >= e->len;
	return left >= TAP_RESERVE && o->queued + e->len <= left - TAP_RESERVE;
}

/*
 * In
 */

static bool is_bulk(const struct entry *e, const struct msg *m)
{
	return (e->kind == ENTRY_OUT && m->type == MSG_OUT_EVENT) || m->type == MSG_EVENTS;
}

/* A gap ends where a fact begins: half of what was said about one is of no use. */
static bool take(struct tap *t, struct tap_owner *o, const struct entry *e, const struct msg *m)
{
	if (t->fd < 0 || !has_room(t, o, e, is_bulk(e, m)))
		return false;
	if (o->gap.n_entries && (e->kind != ENTRY_FACT || !tell_gap(t, o, e->now_ns)))
		return false;
	return put(t, o, e, m, m->len);
}

static void add(struct tap *t, struct tap_owner *o, struct entry *e, const struct msg *m)
{
	const struct entry_gap one = {
		.first = ++t->number, .last = t->number, .n_entries = 1,
		.n_events = m->type == MSG_OUT_EVENT, .from_ns = e->now_ns, .to_ns = e->now_ns,
		.why = t->fd < 0 ? GAP_ABSENT : GAP_BEHIND,
	};

	e->number = t->number;
	if (!take(t, o, e, m))
		widen(&o->gap, &one);
}

/* Of rules; what does not fit is missing, and told. */
#define PIECE_MAX	(32u << 10)

static void add_piece(struct tap *t, const char *files, uint32_t total, uint32_t offset,
		      int64_t now_ns)
{
	struct tap_owner *host = &t->owner[TAP_OWNERS - 1];
	struct {
		struct entry_rules head;
		char bytes[PIECE_MAX];
	} piece = {
		.head = { .total = total, .offset = offset },
	};
	struct entry e;
	size_t len;

	piece.head.len = total - offset < PIECE_MAX ? total - offset : PIECE_MAX;
	memcpy(piece.bytes, files + offset, piece.head.len);
	len = sizeof(piece.head) + piece.head.len;
	t->number++;
	e = make(t, ENTRY_RULES, ENTRY_HOST, len, now_ns);
	if (t->fd < 0 || host->gap.n_entries || !put(t, host, &e, &piece, len)) {
		const struct entry_gap one = {
			.first = t->number, .last = t->number, .n_entries = 1,
			.from_ns = now_ns, .to_ns = now_ns,
			.why = t->fd < 0 ? GAP_ABSENT : GAP_BEHIND,
		};

		widen(&host->gap, &one);
	}
}

void tap_rules(struct tap *t, const char *files, size_t len, int64_t now_ns)
{
	if (!t->is_on || len > ENTRY_RULES_MAX)
		return;
	for (size_t offset = 0; offset < len; offset += PIECE_MAX) {
		tap_flush(t);
		add_piece(t, files, len, offset, now_ns);
	}
}

/* All messages about a guest have its domid right behind their header. */
static uint32_t domid_of(const struct msg *m)
{
	return ((const struct msg_gone *)m)->domid;
}

/* No fact of its own will tell what is missing: the host's stream does. */
static void forget(struct tap *t, struct tap_owner *o)
{
	struct tap_owner *host = &t->owner[TAP_OWNERS - 1];

	if (o == host)
		return;
	o->intro.msg.len = 0;
	if (o->gap.n_entries)
		widen(&host->gap, &o->gap);
	memset(&o->gap, 0, sizeof(o->gap));
	let_go(o);
}

void tap_fact(struct tap *t, enum engine_sender sender, uint32_t domid, const struct msg *m,
	      int64_t now_ns)
{
	struct msg_events head;
	struct tap_owner *o;
	struct entry e;

	if (!t->is_on || m->len < sizeof(struct msg_gone))
		return;
	if (t->head - t->tail >= TAP_EAGER)
		tap_flush(t);
	if (m->type == MSG_EVENTS && m->len >= sizeof(head)) {
		memcpy(&head, m, sizeof(head));
		head.msg.len = sizeof(head);
		m = &head.msg;
	}
	/* The core refuses anything else, and the journal would not take it. */
	if (!entry_is_fact(m))
		return;
	if (m->type == MSG_GUEST)
		introduce(t, (const void *)m);
	if (!engine_sender_is_a_guests(sender))
		domid = domid_of(m);
	o = find_owner(t, domid);
	e = make(t, ENTRY_FACT, domid, m->len, now_ns);
	e.sender = sender;
	add(t, o, &e, m);
	if (m->type == MSG_GONE)
		forget(t, o);
}

void tap_out(struct tap *t, const struct msg *m, int err, int64_t now_ns)
{
	struct entry e;

	if (!t->is_on)
		return;
	e = make(t, ENTRY_OUT, domid_of(m), m->len, now_ns);
	e.err = err;
	add(t, find_owner(t, e.domid), &e, m);
}

/*
 * Out
 */

static const struct entry *at(const struct tap *t, uint64_t position)
{
	return (const struct entry *)(t->ring + position % TAP_BYTES);
}

/* Where a datagram that begins at the tail ends: whole entries, none behind the buffer's end */
static uint64_t chunk_end(const struct tap *t)
{
	uint64_t end = t->tail;

	while (end < t->head && at(t, end)->kind) {
		uint64_t next = end + at(t, end)->len;

		if (next - t->tail > ENTRY_MAX)
			break;
		end = next;
		if (end % TAP_BYTES == 0)
			break;
	}
	return end;
}

static void step(struct tap *t, uint64_t end)
{
	while (t->tail < end) {
		const struct entry *e = at(t, t->tail);
		struct tap_owner *o = find_owner(t, e->domid);

		t->tail += e->len;
		o->queued -= e->len < o->queued ? e->len : o->queued;
		let_go(o);
	}
}

/* What of the buffer the journal will not get */
static void lose(struct tap *t, const struct entry *e)
{
	const struct msg *m = entry_body(e);
	struct entry_gap gap = {
		.first = e->number, .last = e->number, .n_entries = 1,
		.n_events = m->type == MSG_OUT_EVENT, .from_ns = e->now_ns, .to_ns = e->now_ns,
		.why = GAP_ABSENT,
	};

	if (e->kind == ENTRY_GAP)
		memcpy(&gap, entry_body(e), sizeof(gap));
	if (e->kind == ENTRY_GAP || entry_is_counted(e))
		widen(&find_owner(t, e->domid)->gap, &gap);
}

static void disconnect(struct tap *t, const char *why)
{
	log_error("the journal %s; what comes is missing in it", why);
	close(t->fd);
	t->fd = -1;
	for (; t->tail < t->head; t->tail += at(t, t->tail)->len)
		lose(t, at(t, t->tail));
	for (struct tap_owner *o = t->owner; o < t->owner + TAP_OWNERS; o++)
		o->queued = 0;
}

/* A journal that begins is told which run this is and who is there. */
void tap_connect(struct tap *t, int fd, int64_t now_ns)
{
	struct tap_owner *host = &t->owner[TAP_OWNERS - 1], *o;
	struct entry e;

	if (t->fd >= 0)
		disconnect(t, "is replaced");
	t->fd = fd;
	t->is_on = true;
	t->head = t->tail = 0;
	e = make(t, ENTRY_START, ENTRY_HOST, sizeof(t->start), now_ns);
	put(t, host, &e, &t->start, sizeof(t->start));
	for (o = t->owner; o < host; o++) {
		if (!o->is_used || !o->intro.msg.len)
			continue;
		e = make(t, ENTRY_INTRO, o->domid, sizeof(o->intro), now_ns);
		put(t, o, &e, &o->intro, sizeof(o->intro));
	}
}

static bool send_chunk(struct tap *t, uint64_t end)
{
	struct msg_entries head = {
		.msg = { MSG_ENTRIES, sizeof(head) + (end - t->tail) },
	};
	struct iovec iov[2] = {
		{ .iov_base = &head, .iov_len = sizeof(head) },
		{ .iov_base = t->ring + t->tail % TAP_BYTES, .iov_len = end - t->tail },
	};
	struct msghdr hdr = { .msg_iov = iov, .msg_iovlen = 2 };

	if (sendmsg(t->fd, &hdr, MSG_NOSIGNAL) >= 0) {
		step(t, end);
		return true;
	}
	if (errno != EAGAIN && errno != EINTR && errno != ENOBUFS)
		disconnect(t, errno == EPIPE || errno == ECONNRESET ? "has ended" :
			   strerror(errno));
	return false;
}

void tap_flush(struct tap *t)
{
	struct tap_owner *host = &t->owner[TAP_OWNERS - 1];

	tell_gap(t, host, host->gap.to_ns);
	while (t->fd >= 0 && t->tail < t->head) {
		if (!at(t, t->tail)->kind)
			t->tail += at(t, t->tail)->len;
		else if (!send_chunk(t, chunk_end(t)))
			return;
	}
}

void tap_hangup(struct tap *t)
{
	if (t->fd >= 0)
		disconnect(t, "has ended");
}

bool tap_waits(const struct tap *t)
{
	return t->fd >= 0 && t->tail < t->head;
}
