// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl verify: is the journal what was written?
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/walk.h"
#include "lib/decode.h"
#include "lib/segment_dir.h"
#include "lib/statement.h"

#define SETTLE_TRIES	4

/* What the host's stream says of another, or that one's last header of itself */
struct expected {
	char folder[SEGMENT_FOLDER_MAX];
	uint64_t first, last;	/* last 0: none that is complete */
	uint8_t hash[SEGMENT_HASH];	/* of the last one */
	bool is_seen;
};

struct check {
	uint8_t key[crypto_sign_PUBLICKEYBYTES];
	int directory_fd;
	ZSTD_DCtx *zstd;
	char *plain;
	struct expected *mark;	/* of the host's stream; the last one of each folder */
	size_t n_marks;
	unsigned int n_wrong;
};

/* One stream, while it is looked through */
struct stream {
	const char *folder;
	int fd;
	uint64_t next;		/* the number that comes now, 0: the first one says */
	uint8_t prev[SEGMENT_HASH];
	bool knows_prev;
	uint64_t first, last_complete;
	uint64_t first_kept;	/* as the newest header says */
	uint8_t last_hash[SEGMENT_HASH];
	uint64_t run, number;	/* of the last entry */
	int64_t sealed_ns;
	uint64_t n_signed, n_entries, n_holes;
};

static void __attribute__((format(printf, 4, 5)))
wrong(struct check *c, const char *folder, uint64_t number, const char *fmt, ...)
{
	va_list ap;

	printf("%s: ", folder);
	if (number)
		printf("segment %" PRIu64 ": ", number);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	c->n_wrong++;
}

static void missing(struct check *c, const char *folder, uint64_t first, uint64_t last)
{
	if (first == last)
		wrong(c, folder, first, "it is missing");
	else
		wrong(c, folder, first, "it is missing, and all up to %" PRIu64, last);
}

/*
 * What is in a segment
 */

static struct expected *find_mark(struct check *c, const char *folder)
{
	struct expected *more;

	for (size_t i = 0; i < c->n_marks; i++)
		if (!strcmp(c->mark[i].folder, folder))
			return &c->mark[i];
	more = realloc(c->mark, (c->n_marks + 1) * sizeof(*more));
	if (!more) {
		fprintf(stderr, "starlsmctl: no memory\n");
		exit(CTL_FAILED);
	}
	c->mark = more;
	more += c->n_marks++;
	memset(more, 0, sizeof(*more));
	snprintf(more->folder, sizeof(more->folder), "%s", folder);
	return more;
}

/*
 * A stream that the bounds have emptied begins anew, and a mark says that it was
 * empty; any other that goes back was cut behind the journal's back.
 */
static void take_mark(struct check *c, uint64_t number, const struct entry_mark *m)
{
	char folder[SEGMENT_FOLDER_MAX];
	struct expected *mark;

	segment_folder(m->stream, folder);
	mark = find_mark(c, folder);
	if (m->last && m->last < mark->last)
		wrong(c, SEGMENT_STREAM_HOST, number, "%s went back from segment %" PRIu64
		      " to %" PRIu64, folder, mark->last, m->last);
	else if (m->last && m->last == mark->last && memcmp(m->hash, mark->hash, SEGMENT_HASH))
		wrong(c, SEGMENT_STREAM_HOST, number, "segment %" PRIu64
		      " of %s was written twice", m->last, folder);
	mark->first = m->first;
	/* None is complete yet, or none is there any more. */
	if (!m->last && m->first)
		return;
	mark->last = m->last;
	memcpy(mark->hash, m->hash, SEGMENT_HASH);
}

/* Numbers of one run go up; those of what the journal itself says may stay. */
static bool take_entry(struct check *c, struct stream *st, const struct segment *seg,
		       const struct entry *e)
{
	if (seg->header.run != st->run) {
		st->run = seg->header.run;
		st->number = 0;
	}
	if (e->kind == ENTRY_MARK && seg->header.is_host)
		take_mark(c, seg->header.number, entry_body(e));
	st->n_entries++;
	st->n_holes += e->kind == ENTRY_GAP;
	if (!entry_is_counted(e))
		return true;
	if (e->number <= st->number)
		return false;
	st->number = e->number;
	return true;
}

static void look_inside(struct check *c, struct stream *st, struct segment *seg)
{
	struct segment_block b;
	const struct entry *e;
	const void *packed;
	size_t offset = 0;

	while (segment_next(seg, &offset, &b, &packed)) {
		const char *at = c->plain;
		size_t left = b.plain_len;

		if (segment_unpack(seg, &b, packed, c->zstd, c->plain)) {
			wrong(c, st->folder, seg->header.number, "%s",
			      segment_error_text(SEGMENT_ENTRIES));
			return;
		}
		while ((e = entry_next(&at, &left)))
			if (!take_entry(c, st, seg, e)) {
				wrong(c, st->folder, seg->header.number,
				      "entry %" PRIu64 " is out of order", e->number);
				return;
			}
	}
}

/*
 * A segment in its stream
 */

static void check_seal(struct check *c, struct stream *st, const struct segment *seg)
{
	const struct segment_seal *seal = &seg->seal;
	struct statement statement;

	statement_make(&statement, seal->hash, seal->sealed_ns);
	if (memcmp(seal->key_id, c->key, sizeof(seal->key_id)))
		wrong(c, st->folder, seg->header.number, "it was signed with another key");
	else if (!statement_is_signed(&statement, seal->signature, c->key))
		wrong(c, st->folder, seg->header.number, "its signature is not right");
	if (seal->sealed_ns < st->sealed_ns)
		wrong(c, st->folder, seg->header.number, "it was signed before the one before it");
	st->sealed_ns = seal->sealed_ns;
	st->n_signed++;
}

static void check_place(struct check *c, struct stream *st, const struct segment *seg,
			uint64_t number)
{
	const struct segment_header *h = &seg->header;
	char folder[SEGMENT_FOLDER_MAX];

	if (h->is_host)
		strcpy(folder, SEGMENT_STREAM_HOST);
	else
		segment_folder(h->stream, folder);
	if (h->number != number)
		wrong(c, st->folder, number, "it is segment %" PRIu64 ", under another name",
		      h->number);
	if (strcmp(folder, st->folder))
		wrong(c, st->folder, number, "it is one of %s", folder);
	if (st->knows_prev && memcmp(h->prev, st->prev, SEGMENT_HASH))
		wrong(c, st->folder, number, "it does not follow the one before it");
	st->first_kept = h->first_kept;
}

/* The one that is being written has no seal; nothing may come after it. */
static void check_open(struct check *c, struct stream *st, const struct segment *seg, bool is_last)
{
	if (!is_last)
		wrong(c, st->folder, seg->header.number, "it has no seal");
	else if (seg->end < seg->len)
		wrong(c, st->folder, seg->header.number,
		      "it is not complete, and its last %zu bytes are no block", seg->len - seg->end);
}

/*
 * One that is being written, or signed, right now is looked at again: it has a seal,
 * or it is the last one and ends with a block.
 */
static void *read_settled(const struct stream *st, uint64_t number, bool is_last,
			  struct segment *seg, enum segment_error *error)
{
	const struct timespec pause = { .tv_nsec = 200000000 };
	void *bytes = NULL;
	size_t len;

	for (int i = 0; i < SETTLE_TRIES; i++) {
		if (i)
			nanosleep(&pause, NULL);
		free(bytes);
		bytes = segment_read(st->fd, number, &len);
		if (!bytes)
			return NULL;
		*error = segment_open(seg, bytes, len);
		if (*error && *error != SEGMENT_SHORT)
			break;
		if (!*error && (seg->seal.magic || (is_last && seg->end == seg->len)))
			break;
	}
	return bytes;
}

static void check_segment(struct check *c, struct stream *st, uint64_t number, bool is_last)
{
	static struct segment seg;
	enum segment_error error = SEGMENT_SHORT;
	void *bytes = read_settled(st, number, is_last, &seg, &error);

	if (st->next && number != st->next)
		missing(c, st->folder, st->next, number - 1);
	st->next = number + 1;
	if (!bytes || error) {
		wrong(c, st->folder, number, "%s", bytes ? segment_error_text(error) :
		      strerror(errno));
		st->knows_prev = false;
		free(bytes);
		return;
	}
	check_place(c, st, &seg, number);
	look_inside(c, st, &seg);
	st->knows_prev = seg.seal.magic;
	memcpy(st->prev, seg.seal.hash, SEGMENT_HASH);
	if (seg.seal.magic) {
		check_seal(c, st, &seg);
		st->last_complete = number;
		memcpy(st->last_hash, seg.seal.hash, SEGMENT_HASH);
	} else {
		check_open(c, st, &seg, is_last);
	}
	free(bytes);
}

/*
 * A stream
 */

/* What the bounds have removed is not missing; what is behind the first is. */
static void check_ends(struct check *c, struct stream *st)
{
	struct expected *mark = find_mark(c, st->folder);
	uint64_t first = mark->first > st->first_kept ? mark->first : st->first_kept;

	mark->is_seen = true;
	if (st->first > first && st->first)
		missing(c, st->folder, first, st->first - 1);
	if (mark->last >= st->next)
		missing(c, st->folder, st->next, mark->last);
	else if (mark->last && mark->last == st->last_complete &&
		 memcmp(mark->hash, st->last_hash, SEGMENT_HASH))
		wrong(c, st->folder, mark->last, "the host's stream knows another one");
}

static void tell_stream(const struct stream *st)
{
	char hash[2 * SEGMENT_HASH + 1];

	sodium_bin2hex(hash, sizeof(hash), st->last_hash, SEGMENT_HASH);
	printf("%s: segments %" PRIu64 " to %" PRIu64 ", %" PRIu64 " signed, %" PRIu64 " entries",
	       st->folder, st->first, st->next - 1, st->n_signed, st->n_entries);
	if (st->n_holes)
		printf(", %" PRIu64 " holes", st->n_holes);
	if (st->last_complete)
		printf("; %" PRIu64 " has hash %s", st->last_complete, hash);
	putchar('\n');
}

static int check_stream(void *arg, const char *folder)
{
	struct check *c = arg;
	int fd = openat(c->directory_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stream st = { .folder = folder, .fd = fd };
	struct segment_file *list;
	size_t n;
	int err;

	if (fd < 0)
		return errno;
	err = segment_list(fd, &list, &n);
	for (size_t i = 0; i < n && !err; i++)
		check_segment(c, &st, list[i].number, i + 1 == n);
	st.first = n ? list[0].number : 0;
	if (!err && n) {
		check_ends(c, &st);
		tell_stream(&st);
	}
	free(list);
	close(fd);
	return err;
}

/* The host's first: it knows of the others. */
static int check_others(void *arg, const char *folder)
{
	return strcmp(folder, SEGMENT_STREAM_HOST) ? check_stream(arg, folder) : 0;
}

static void check_marks(struct check *c)
{
	for (size_t i = 0; i < c->n_marks; i++)
		if (!c->mark[i].is_seen && c->mark[i].last)
			wrong(c, c->mark[i].folder, 0, "all its segments are missing");
}

/*
 * The command
 */

static int read_key(const char *path, uint8_t *key)
{
	char text[128] = "";
	FILE *f = fopen(path, "re");
	size_t len = f ? fread(text, 1, sizeof(text) - 1, f) : 0, n = 0;

	if (f)
		fclose(f);
	while (len && text[len - 1] == '\n')
		len--;
	if (f && !sodium_hex2bin(key, crypto_sign_PUBLICKEYBYTES, text, len, NULL, &n, NULL) &&
	    n == crypto_sign_PUBLICKEYBYTES)
		return CTL_OK;
	fprintf(stderr, "starlsmctl: %s: %s\n", path, f ? "this is no public key" :
		strerror(errno));
	return CTL_FAILED;
}

static int check_all(struct check *c, const char *directory)
{
	int err = 0;

	c->directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	c->zstd = ZSTD_createDCtx();
	c->plain = malloc(SEGMENT_PLAIN_MAX);
	if (c->directory_fd < 0)
		err = errno;
	else if (!c->zstd || !c->plain)
		err = ENOMEM;
	if (!err)
		err = check_stream(c, SEGMENT_STREAM_HOST);
	if (!err)
		err = segment_folders(c->directory_fd, check_others, c);
	if (!err)
		check_marks(c);
	else
		fprintf(stderr, "starlsmctl: %s: %s\n", directory, err == ENOENT ?
			"this is no journal" : strerror(err));
	if (c->directory_fd >= 0)
		close(c->directory_fd);
	ZSTD_freeDCtx(c->zstd);
	free(c->plain);
	free(c->mark);
	return err ? CTL_FAILED : CTL_OK;
}

int ctl_verify(const struct ctl_options *opt)
{
	struct check c = { 0 };
	int rc;

	if (sodium_init() < 0)
		return CTL_FAILED;
	rc = read_key(opt->key ? opt->key : VERIFY_KEY, c.key);
	if (!rc)
		rc = check_all(&c, opt->journal ? opt->journal : WALK_DIRECTORY);
	if (rc)
		return rc;
	if (c.n_wrong)
		printf("NOT WHAT WAS WRITTEN: %u of the lines above say why\n", c.n_wrong);
	else
		printf("all is as it was written\n");
	return c.n_wrong ? CTL_FAILED : CTL_OK;
}
