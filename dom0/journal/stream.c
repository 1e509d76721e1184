// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - one stream of the journal: a guest's, or the host's
 */
#include "journal/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "journal/recover.h"
#include "lib/log.h"

int stream_open(struct stream *st, struct store *s, const char *guest)
{
	int err;

	memset(st, 0, sizeof(*st));
	st->is_host = !guest;
	snprintf(st->name, sizeof(st->name), "%s", guest ? guest : SEGMENT_STREAM_HOST);
	if (guest)
		segment_folder(guest, st->folder);
	else
		strcpy(st->folder, SEGMENT_STREAM_HOST);
	st->fd = -1;
	if (mkdirat(s->directory_fd, st->folder, 0700) && errno != EEXIST)
		return errno;
	st->folder_fd = openat(s->directory_fd, st->folder,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (st->folder_fd < 0)
		return errno;
	st->plain = malloc(SEGMENT_BLOCK);
	err = st->plain ? recover(st, s) : ENOMEM;
	if (err)
		stream_close(st);
	return err;
}

void stream_close(struct stream *st)
{
	ZSTD_freeCDict(st->dict);
	free(st->plain);
	if (st->fd >= 0)
		close(st->fd);
	close(st->folder_fd);
}

/*
 * Bounds
 */

static bool is_beyond(const struct store *s, const struct segment_file *f, uint64_t total)
{
	return total > s->limits.bytes || s->real_ns - f->changed_ns > s->limits.age_ns;
}

/* The segment being written stays; room for what it will become is kept free. */
bool stream_trim(struct stream *st, const struct store *s)
{
	uint64_t total = s->limits.bytes / STORE_SEGMENT_SHARE;
	char name[SEGMENT_FILE_MAX];
	struct segment_file *list;
	bool is_trimmed = false;
	size_t i, n;

	if (segment_list(st->folder_fd, &list, &n))
		return false;
	for (i = 0; i < n; i++)
		total += list[i].bytes;
	for (i = 0; i < n && is_beyond(s, &list[i], total); i++) {
		if (st->fd >= 0 && list[i].number == st->number)
			break;
		segment_file_name(list[i].number, name);
		if (unlinkat(st->folder_fd, name, 0)) {
			log_error("%s: %s stays: %s", st->name, name, strerror(errno));
			break;
		}
		total -= list[i].bytes;
		is_trimmed = true;
	}
	st->first_kept = i < n ? list[i].number : 0;
	free(list);
	if (is_trimmed)
		st->is_marked = false;
	return is_trimmed;
}

/*
 * A segment
 */

/* At the end of the file, or as if nothing had been written */
static int write_at_end(const struct stream *st, const void *bytes, size_t len)
{
	ssize_t n = pwrite(st->fd, bytes, len, st->offset);
	int err = n < 0 ? errno : n == (ssize_t)len ? 0 : ENOSPC;

	if (err && n > 0 && ftruncate(st->fd, st->offset))
		log_error("%s: half a block stays: %s", st->name, strerror(errno));
	return err;
}

static struct segment_header header(const struct stream *st, const struct store *s)
{
	struct segment_header h = {
		.is_host = st->is_host, .number = st->number + 1,
		.first_kept = st->first_kept ? st->first_kept : st->number + 1,
		.run = s->run, .created_ns = s->real_ns,
	};

	memcpy(h.prev, st->prev, SEGMENT_HASH);
	memcpy(h.stream, st->name, sizeof(h.stream));
	segment_header_seal(&h);
	return h;
}

static int begin(struct stream *st, struct store *s)
{
	char name[SEGMENT_FILE_MAX];
	struct segment_header h;
	int err;

	stream_trim(st, s);
	h = header(st, s);
	segment_file_name(h.number, name);
	st->fd = openat(st->folder_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			0600);
	if (st->fd < 0)
		return errno;
	st->offset = 0;
	err = write_at_end(st, &h, sizeof(h));
	/* Its name has to outlive a power cut as well. */
	if (!err && fsync(st->folder_fd))
		err = errno;
	if (err) {
		close(st->fd);
		st->fd = -1;
		unlinkat(st->folder_fd, name, 0);
		return err;
	}
	st->number = h.number;
	st->first_kept = h.first_kept;
	st->offset = sizeof(h);
	st->n_blocks = 0;
	st->begun_ns = s->mono_ns;
	memcpy(st->chain, h.hash, SEGMENT_HASH);
	return 0;
}

/*
 * A block
 */

static char *put(char *at, enum entry_kind kind, uint32_t domid, uint64_t number, int64_t now_ns,
		 const void *body, size_t len)
{
	struct entry e = {
		.len = entry_len(len), .kind = kind, .domid = domid, .number = number,
		.now_ns = now_ns,
	};

	memcpy(at, &e, sizeof(e));
	memset(at + sizeof(e), 0, e.len - sizeof(e));
	memcpy(at + sizeof(e), body, len);
	return at + e.len;
}

static uint64_t first_number(const struct stream *st)
{
	return st->plain_len ? ((const struct entry *)st->plain)->number : 0;
}

/* Who it is, what is missing, and the entries: all that the block is to hold */
static size_t gather(const struct stream *st, struct store *s)
{
	uint32_t domid = st->intro.msg.len ? st->intro.domid : ENTRY_HOST;
	uint64_t before = first_number(st);
	char *at = s->plain;

	if (before)
		before--;
	if (!st->n_blocks && st->intro.msg.len)
		at = put(at, ENTRY_INTRO, domid, before, s->mono_ns, &st->intro,
			 sizeof(st->intro));
	if (st->cut.why)
		at = put(at, ENTRY_GAP, domid, st->cut_run == s->run ? st->cut_number : 0,
			 s->mono_ns, &st->cut, sizeof(st->cut));
	if (st->lost.n_entries)
		at = put(at, ENTRY_GAP, domid, st->lost.last, st->lost.to_ns, &st->lost,
			 sizeof(st->lost));
	memcpy(at, st->plain, st->plain_len);
	return at + st->plain_len - s->plain;
}

static void note(struct segment_block *b, const char *at, size_t left)
{
	const struct entry *e;

	segment_note_begin(b);
	while ((e = entry_next(&at, &left)))
		segment_note(b, e);
}

static int write_block(struct stream *st, struct store *s)
{
	size_t plain = gather(st, s), n;
	ZSTD_CDict *dict = st->dict ? st->dict : segment_dict(s->plain, plain);
	uint8_t chain[SEGMENT_HASH];
	struct segment_block b;
	int err;

	note(&b, s->plain, plain);
	b.wall_ns = s->real_ns - s->mono_ns;
	memcpy(chain, st->chain, sizeof(chain));
	n = dict ? segment_pack(&b, s->plain, plain, s->zstd, st->dict, chain, s->packed) : 0;
	err = n ? write_at_end(st, s->packed, n) : ENOMEM;
	if (err) {
		if (!st->dict)
			ZSTD_freeCDict(dict);
		return err;
	}
	st->dict = dict;
	memcpy(st->chain, chain, sizeof(chain));
	st->offset += n;
	st->n_blocks++;
	st->is_dirty = true;
	s->entries += b.n_entries;
	s->bytes += n;
	return 0;
}

/* All streams hang on it: who keeps this line elsewhere knows if the end was cut off. */
static void tell_hash(const struct stream *st)
{
	char text[2 * SEGMENT_HASH + 1];

	sodium_bin2hex(text, sizeof(text), st->prev, SEGMENT_HASH);
	log_notice("segment %" PRIu64 " of the host's stream is complete, with hash %s", st->number,
		   text);
}

static int sync_it(struct stream *st)
{
	if (fdatasync(st->fd))
		return errno;
	st->is_dirty = false;
	return 0;
}

static int complete(struct stream *st, struct store *s)
{
	struct segment_seal seal = { .n_blocks = st->n_blocks, .end = st->offset };
	int err = st->is_dirty ? sync_it(st) : 0;

	segment_seal_make(&seal, st->chain);
	if (!err)
		err = store_seal_later(s, st->folder, st->number, st->offset, &seal);
	if (err)
		return err;
	memcpy(st->prev, seal.hash, SEGMENT_HASH);
	if (st->is_host)
		tell_hash(st);
	close(st->fd);
	st->fd = -1;
	st->n_blocks = 0;
	ZSTD_freeCDict(st->dict);
	st->dict = NULL;
	st->is_marked = false;
	return 0;
}

static int flush(struct stream *st, struct store *s)
{
	int err = 0;

	/* What was found before the engine has said which run it is waits. */
	if (!s->run || (!st->plain_len && !st->lost.n_entries && !st->cut.why))
		return 0;
	if (st->fd < 0)
		err = begin(st, s);
	if (!err)
		err = write_block(st, s);
	if (err)
		return err;
	st->plain_len = 0;
	memset(&st->cut, 0, sizeof(st->cut));
	memset(&st->lost, 0, sizeof(st->lost));
	return store_is_complete(s, st->offset, st->begun_ns) ? complete(st, s) : 0;
}

int stream_flush(struct stream *st, struct store *s)
{
	st->err = flush(st, s);
	return st->err;
}

int stream_complete(struct stream *st, struct store *s)
{
	if (!stream_flush(st, s) && st->fd >= 0)
		st->err = complete(st, s);
	return st->err;
}

int stream_sync(struct stream *st)
{
	if (st->fd >= 0 && st->is_dirty && !st->err)
		st->err = sync_it(st);
	return st->err;
}

/*
 * Entries
 */

/* A gap that is forgotten makes the new one larger. */
static void forget(struct entry_gap *lost, const struct entry *e)
{
	const struct entry_gap *gap = entry_body(e);
	bool is_gap = e->kind == ENTRY_GAP;

	if (!lost->n_entries) {
		lost->first = is_gap ? gap->first : e->number;
		lost->from_ns = is_gap ? gap->from_ns : e->now_ns;
	}
	lost->last = is_gap ? gap->last : e->number;
	lost->to_ns = is_gap ? gap->to_ns : e->now_ns;
	lost->n_entries += is_gap ? gap->n_entries : 1;
	lost->n_events += is_gap ? gap->n_events : entry_event(e) != 0;
}

/* The older half makes room. */
static void forget_oldest(struct stream *st)
{
	const char *at = st->plain;
	size_t left = st->plain_len;
	const struct entry *e;

	while (left > SEGMENT_BLOCK / 2 && (e = entry_next(&at, &left))) {
		forget(&st->lost, e);
		st->n_forgotten += e->kind != ENTRY_GAP;
	}
	st->lost.why = GAP_DISK;
	st->lost.err = st->err;
	st->plain_len -= at - st->plain;
	memmove(st->plain, at, st->plain_len);
}

int stream_add(struct stream *st, struct store *s, const struct entry *e)
{
	if (st->plain_len + e->len > SEGMENT_BLOCK && !st->err)
		stream_flush(st, s);
	if (st->plain_len + e->len > SEGMENT_BLOCK)
		forget_oldest(st);
	memcpy(st->plain + st->plain_len, e, e->len);
	st->plain_len += e->len;
	return st->err;
}

void stream_mark(const struct stream *st, struct entry_mark *mark)
{
	bool is_open = st->fd >= 0;

	memset(mark, 0, sizeof(*mark));
	mark->first = st->first_kept;
	mark->last = st->first_kept ? st->number - is_open : 0;
	if (mark->last < mark->first)
		mark->last = 0;
	memcpy(mark->hash, st->prev, sizeof(mark->hash));
	memcpy(mark->stream, st->name, sizeof(mark->stream));
}
