// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the journal: entries in, segments out
 */
#include "journal/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/kept.h"
#include "lib/log.h"

/*
 * A disk that takes nothing
 */

static void note(struct recorder *r, int err)
{
	if (!err || r->err)
		return;
	log_msg(LOG_ALERT, "THE JOURNAL HAS STOPPED: %s; the latest is kept in memory, what is older will be missing",
		strerror(err));
	r->err = err;
	r->retry_ns = r->store.mono_ns + RECORDER_RETRY_NS;
}

/*
 * Streams
 */

static void add_to(struct recorder *r, struct stream *st, const struct entry *e)
{
	note(r, stream_add(st, &r->store, e));
}

/* The host's stream says which segments of the others are complete. */
static void mark(struct recorder *r, struct stream *st)
{
	struct {
		struct entry e;
		struct entry_mark mark;
	} m = {
		.e = {
			.len = sizeof(m), .kind = ENTRY_MARK, .domid = ENTRY_HOST,
			.number = r->last_number, .now_ns = r->store.mono_ns,
		},
	};

	if (st->is_marked || st == &r->host)
		return;
	stream_mark(st, &m.mark);
	st->is_marked = true;
	add_to(r, &r->host, &m.e);
}

static struct stream *open_stream(struct recorder *r, const char *name)
{
	struct stream *st = calloc(1, sizeof(*st));
	int err = st ? stream_open(st, &r->store, name) : ENOMEM;

	if (!err)
		return st;
	log_error("%s: %s; it goes to the host's", name, strerror(err));
	if (err == ENOSPC || err == EDQUOT || err == EROFS)
		note(r, err);
	free(st);
	return NULL;
}

static struct stream *find_stream(struct recorder *r, const char *name)
{
	struct stream **empty = NULL;

	for (struct stream **s = r->stream; s < r->stream + RECORDER_STREAMS_MAX; s++) {
		if (*s && !strcmp((*s)->name, name))
			return *s;
		if (!*s && !empty)
			empty = s;
	}
	if (empty)
		*empty = open_stream(r, name);
	return empty ? *empty : NULL;
}

static void close_stream(struct recorder *r, struct stream *st)
{
	for (struct stream **s = r->stream; s < r->stream + RECORDER_STREAMS_MAX; s++)
		if (*s == st)
			*s = NULL;
	r->lost += st->n_forgotten;
	stream_close(st);
	free(st);
}

/*
 * Guests
 */

static struct recorder_guest *find_guest(struct recorder *r, uint32_t domid)
{
	struct recorder_guest *g = r->latest;

	if (g && g->stream && g->domid == domid)
		return g;
	for (g = r->guest; g < r->guest + RECORDER_STREAMS_MAX; g++)
		if (g->stream && g->domid == domid)
			return r->latest = g;
	return NULL;
}

static struct recorder_guest *empty_place(struct recorder *r)
{
	for (struct recorder_guest *g = r->guest; g < r->guest + RECORDER_STREAMS_MAX; g++)
		if (!g->stream)
			return g;
	return NULL;
}

static bool is_used(const struct recorder *r, const struct stream *st)
{
	for (int i = 0; i < RECORDER_STREAMS_MAX; i++)
		if (r->guest[i].stream == st)
			return true;
	return false;
}

static void introduce(struct recorder *r, const struct msg_guest *m)
{
	struct recorder_guest *g = find_guest(r, m->domid);

	if (!g)
		g = empty_place(r);
	if (!g || !*m->name)
		return;
	if (!g->stream || strcmp(g->stream->name, m->name))
		g->stream = find_stream(r, m->name);
	g->domid = m->domid;
	if (g->stream)
		g->stream->intro = *m;
}

static void add_end(struct recorder *r, struct stream *st)
{
	const struct entry e = {
		.len = sizeof(e), .kind = ENTRY_END, .domid = ENTRY_HOST,
		.number = r->last_number, .now_ns = r->store.mono_ns,
	};

	add_to(r, st, &e);
}

/* What it did is complete, and can be signed. What cannot be written stays here. */
static void let_go(struct recorder *r, uint32_t domid)
{
	struct recorder_guest *g = find_guest(r, domid);
	struct stream *st = g ? g->stream : NULL;

	if (!st)
		return;
	g->stream = NULL;
	if (is_used(r, st))
		return;
	add_end(r, st);
	note(r, stream_complete(st, &r->store));
	mark(r, st);
	if (!st->err)
		close_stream(r, st);
}

/*
 * Entries
 */

static void take_start(struct recorder *r, const struct entry_start *start)
{
	if (r->store.run && r->store.run != start->run)
		note(r, stream_complete(&r->host, &r->store));
	r->store.run = start->run;
}

static void keep(struct recorder *r, const struct msg *m)
{
	int err = r->kept_fd < 0 ? 0 : kept_take(r->kept_fd, r->store.run, m);

	if (!err)
		return;
	log_error("no incident is kept for the next engine any more: %s", strerror(err));
	close(r->kept_fd);
	r->kept_fd = -1;
}

/* Who is introduced has the introduction; who has gone, that. */
static void take(struct recorder *r, const struct entry *e)
{
	const struct msg *m = entry_body(e);
	bool is_message = e->kind == ENTRY_FACT || e->kind == ENTRY_INTRO;
	struct recorder_guest *g;

	if (e->kind == ENTRY_START)
		take_start(r, entry_body(e));
	if (is_message && m->type == MSG_GUEST)
		introduce(r, (const void *)m);
	if (entry_is_counted(e))
		keep(r, m);
	r->last_number = e->number;
	if (e->kind == ENTRY_GAP)
		r->lost += ((const struct entry_gap *)entry_body(e))->n_entries;
	g = find_guest(r, e->domid);
	/* Each segment begins with one anyway. */
	if (e->kind == ENTRY_INTRO && g)
		return;
	add_to(r, g ? g->stream : &r->host, e);
	if (is_message && m->type == MSG_GONE)
		let_go(r, e->domid);
}

int recorder_take(struct recorder *r, const char *entries, size_t len)
{
	const struct entry *e;

	while ((e = entry_next(&entries, &len)))
		take(r, e);
	return len ? -1 : 0;
}

/*
 * Streams of guests that are not here
 */

/* The name is in the header of any of its segments. */
static bool name_of(const struct recorder *r, const char *folder, char *name)
{
	int fd = openat(r->store.directory_fd, folder,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct segment_file *list;
	struct segment_header h;
	bool is_known = false;
	size_t n;

	if (fd < 0)
		return false;
	if (!segment_list(fd, &list, &n)) {
		for (size_t i = 0; i < n && !is_known; i++)
			is_known = !segment_read_header(fd, list[i].number, &h);
		free(list);
	}
	close(fd);
	if (is_known)
		memcpy(name, h.stream, sizeof(h.stream));
	return is_known;
}

/*
 * A stream that is not written to now, and may never be again. One whose last
 * run was cut off stays, to say so.
 */
static void look_closed(struct recorder *r, const char *name)
{
	struct stream *st = find_stream(r, name);

	if (!st)
		return;
	stream_trim(st, &r->store);
	mark(r, st);
	if (!st->cut.why)
		close_stream(r, st);
}

static int look_at(void *arg, const char *folder)
{
	char name[MSG_NAME_MAX], again[SEGMENT_FOLDER_MAX];
	struct recorder *r = arg;

	if (!strcmp(folder, SEGMENT_STREAM_HOST) || store_is_sealing(&r->store, folder))
		return 0;
	/* Not ours, or empty now: then it goes. */
	if (!name_of(r, folder, name)) {
		unlinkat(r->store.directory_fd, folder, AT_REMOVEDIR);
		return 0;
	}
	segment_folder(name, again);
	if (strcmp(folder, again))
		return 0;
	for (int i = 0; i < RECORDER_STREAMS_MAX; i++) {
		if (r->stream[i] && !strcmp(r->stream[i]->name, name)) {
			stream_trim(r->stream[i], &r->store);
			return 0;
		}
	}
	look_closed(r, name);
	return 0;
}

static int look_at_all(struct recorder *r)
{
	stream_trim(&r->host, &r->store);
	r->trim_ns = r->store.mono_ns + RECORDER_TRIM_NS;
	return segment_folders(r->store.directory_fd, look_at, r);
}

/*
 * Time
 */

void recorder_now(struct recorder *r, int64_t mono_ns, int64_t real_ns)
{
	r->store.mono_ns = mono_ns;
	r->store.real_ns = real_ns;
}

/* One whose guest is gone is here only because something has yet to be written. */
static int write_stream(struct recorder *r, struct stream *st)
{
	bool is_over = st != &r->host && !is_used(r, st);
	bool is_old = st->fd >= 0 && store_is_complete(&r->store, 0, st->begun_ns);
	int err = is_over || is_old ? stream_complete(st, &r->store) :
				      stream_flush(st, &r->store);

	if (err)
		return err;
	mark(r, st);
	if (is_over)
		close_stream(r, st);
	return 0;
}

/* The first error of any stream; one of them does not keep the others. */
static int each_stream(struct recorder *r, bool is_retry,
		       int (*fn)(struct recorder *r, struct stream *st))
{
	int err = 0, one;

	for (int i = 0; i <= RECORDER_STREAMS_MAX; i++) {
		struct stream *st = i < RECORDER_STREAMS_MAX ? r->stream[i] : &r->host;

		if (!st)
			continue;
		one = st->err && !is_retry ? st->err : fn(r, st);
		err = err ? err : one;
	}
	return err;
}

static int sync_stream(struct recorder *r, struct stream *st)
{
	(void)r;
	return stream_sync(st);
}

static int write_all(struct recorder *r, bool is_retry)
{
	int err = each_stream(r, is_retry, write_stream);
	int sync_err = each_stream(r, false, sync_stream);
	int seal_err = store_write_seals(&r->store);

	return err ? err : sync_err ? sync_err : seal_err;
}

void recorder_tick(struct recorder *r)
{
	bool is_retry = r->err && r->store.mono_ns >= r->retry_ns;
	int err;

	if (r->store.mono_ns >= r->trim_ns)
		look_at_all(r);
	err = write_all(r, is_retry);
	if (is_retry)
		r->retry_ns = r->store.mono_ns + RECORDER_RETRY_NS;
	note(r, err);
	if (err)
		return;
	if (r->err)
		log_notice("the journal goes on");
	r->err = 0;
	r->synced_ns = r->store.mono_ns;
}

void recorder_sealed(struct recorder *r)
{
	note(r, store_write_seals(&r->store));
}

/*
 * The end
 */

static void end_stream(struct recorder *r, struct stream *st)
{
	/* Nothing new was told of it. */
	if (st != &r->host && st->fd < 0 && !st->plain_len)
		return;
	add_end(r, st);
	note(r, stream_complete(st, &r->store));
	mark(r, st);
}

void recorder_end(struct recorder *r)
{
	for (int i = 0; i < RECORDER_STREAMS_MAX; i++)
		if (r->stream[i])
			end_stream(r, r->stream[i]);
	if (r->store.run)
		end_stream(r, &r->host);
}

/*
 * From the beginning
 */

int recorder_init(struct recorder *r, int directory_fd, const struct store_limits *limits,
		  int64_t mono_ns, int64_t real_ns)
{
	int err;

	memset(r, 0, sizeof(*r));
	r->kept_fd = -1;
	err = store_init(&r->store, directory_fd, limits);
	if (err)
		return err;
	recorder_now(r, mono_ns, real_ns);
	err = stream_open(&r->host, &r->store, NULL);
	if (err) {
		store_free(&r->store);
		return err;
	}
	err = look_at_all(r);
	if (err)
		recorder_free(r);
	return err;
}

void recorder_free(struct recorder *r)
{
	for (int i = 0; i < RECORDER_STREAMS_MAX; i++)
		if (r->stream[i])
			close_stream(r, r->stream[i]);
	stream_close(&r->host);
	if (r->kept_fd >= 0)
		close(r->kept_fd);
	store_free(&r->store);
}

struct msg_journal recorder_figures(const struct recorder *r)
{
	struct msg_journal m = {
		.msg = { MSG_JOURNAL, sizeof(m) }, .err = r->err, .n_streams = 1,
		.entries = r->store.entries, .bytes = r->store.bytes,
		.lost = r->lost + r->host.n_forgotten, .synced_ns = r->synced_ns,
	};

	for (int i = 0; i < RECORDER_STREAMS_MAX; i++) {
		if (!r->stream[i])
			continue;
		m.n_streams++;
		m.lost += r->stream[i]->n_forgotten;
	}
	return m;
}
