// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - through a journal: the entries of all its streams in one order
 */
#include "ctl/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/client.h"
#include "lib/segment_dir.h"

/* How far it is in one stream */
struct cursor {
	char folder[SEGMENT_FOLDER_MAX];
	int folder_fd;
	struct segment_file *list;
	size_t n, next;		/* segments, and the one to be read then */
	void *bytes;		/* of the one being read, NULL if none */
	struct segment segment;
	size_t offset;		/* of the next block */
	struct segment_block block;
	char *plain;
	const char *at;		/* in plain */
	size_t left;
	const struct entry *entry;	/* where it is; NULL: at the end */
};

struct walker {
	const struct walk_want *want;
	int directory_fd;
	ZSTD_DCtx *zstd;
	struct cursor **cursor;
	size_t n;
	unsigned int n_skipped;
};

struct walk_want walk_all(void)
{
	return (struct walk_want){
		.guest = "", .since_ns = INT64_MIN, .until_ns = INT64_MAX,
		.types = { UINT64_MAX, UINT64_MAX, UINT64_MAX },
	};
}

static void complain(struct walker *w, const struct cursor *c, uint64_t number, const char *why)
{
	fprintf(stderr, "starlsmctl: %s: segment %" PRIu64 " is skipped: %s\n", c->folder, number,
		why);
	w->n_skipped++;
}

/*
 * One stream
 */

static bool is_block_wanted(const struct walk_want *want, const struct segment_block *b)
{
	bool has_type = false;

	for (int i = 0; i < 3; i++)
		has_type |= (b->types[i] & want->types[i]) != 0;
	return has_type && b->last_ns + b->wall_ns >= want->since_ns &&
	       b->first_ns + b->wall_ns <= want->until_ns;
}

/* A segment changed before, or begun after, cannot have it. */
static bool is_segment_wanted(const struct walker *w, const struct cursor *c,
			      const struct segment_file *f)
{
	struct segment_header h;

	if (f->changed_ns < w->want->since_ns)
		return false;
	if (w->want->until_ns == INT64_MAX || segment_read_header(c->folder_fd, f->number, &h))
		return true;
	return h.created_ns <= w->want->until_ns;
}

static bool next_segment(struct walker *w, struct cursor *c)
{
	while (c->next < c->n) {
		const struct segment_file *f = &c->list[c->next++];
		enum segment_error error;
		size_t len;

		free(c->bytes);
		c->bytes = NULL;
		if (!is_segment_wanted(w, c, f))
			continue;
		c->bytes = segment_read(c->folder_fd, f->number, &len);
		if (!c->bytes) {
			complain(w, c, f->number, strerror(errno));
			continue;
		}
		c->offset = 0;
		error = segment_open(&c->segment, c->bytes, len);
		if (!error)
			return true;
		/* One that has just been begun has nothing yet. */
		if (error != SEGMENT_SHORT || c->next < c->n)
			complain(w, c, f->number, segment_error_text(error));
	}
	return false;
}

static bool next_block(struct walker *w, struct cursor *c)
{
	const void *packed;

	for (;;) {
		while (c->bytes && segment_next(&c->segment, &c->offset, &c->block, &packed)) {
			enum segment_error error;

			if (!is_block_wanted(w->want, &c->block))
				continue;
			error = segment_unpack(&c->segment, &c->block, packed, w->zstd, c->plain);
			if (!error)
				return true;
			complain(w, c, c->segment.header.number, segment_error_text(error));
			break;
		}
		if (!next_segment(w, c))
			return false;
	}
}

static void step(struct walker *w, struct cursor *c)
{
	c->entry = c->left ? entry_next(&c->at, &c->left) : NULL;
	while (!c->entry && next_block(w, c)) {
		c->at = c->plain;
		c->left = c->block.plain_len;
		c->entry = entry_next(&c->at, &c->left);
	}
}

static void cursor_free(struct cursor *c)
{
	free(c->bytes);
	free(c->plain);
	free(c->list);
	if (c->folder_fd >= 0)
		close(c->folder_fd);
	free(c);
}

static int cursor_new(const struct walker *w, const char *folder, struct cursor **made)
{
	struct cursor *c = calloc(1, sizeof(*c));
	int err;

	if (!c)
		return ENOMEM;
	snprintf(c->folder, sizeof(c->folder), "%s", folder);
	c->plain = malloc(SEGMENT_PLAIN_MAX);
	c->folder_fd = openat(w->directory_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!c->plain)
		err = ENOMEM;
	else
		err = c->folder_fd < 0 ? errno : segment_list(c->folder_fd, &c->list, &c->n);
	if (err)
		cursor_free(c);
	else
		*made = c;
	return err;
}

/*
 * All of them
 */

static bool is_stream_wanted(const struct walk_want *want, const char *folder)
{
	char own[SEGMENT_FOLDER_MAX];

	if (!*want->guest)
		return true;
	if (strlen(want->guest) >= MSG_NAME_MAX)
		return false;
	segment_folder(want->guest, own);
	return !strcmp(own, folder);
}

static int add_cursor(void *arg, const char *folder)
{
	struct walker *w = arg;
	struct cursor **more;
	int err;

	if (strlen(folder) >= SEGMENT_FOLDER_MAX || !is_stream_wanted(w->want, folder))
		return 0;
	more = realloc(w->cursor, (w->n + 1) * sizeof(struct cursor *));
	if (!more)
		return ENOMEM;
	w->cursor = more;
	err = cursor_new(w, folder, &w->cursor[w->n]);
	w->n += !err;
	return err;
}

static uint64_t run_of(const struct cursor *c)
{
	return c->segment.header.run;
}

static bool is_before(const struct cursor *a, const struct cursor *b)
{
	if (run_of(a) != run_of(b))
		return run_of(a) < run_of(b);
	if (a->entry->number != b->entry->number)
		return a->entry->number < b->entry->number;
	/* START comes before who is there then. */
	return a->segment.header.is_host && !b->segment.header.is_host;
}

/* The first, and who is next: up to there it can go on. */
static struct cursor *first(const struct walker *w, struct cursor **second)
{
	struct cursor *least = NULL;

	*second = NULL;
	for (size_t i = 0; i < w->n; i++) {
		struct cursor *c = w->cursor[i];

		if (!c->entry)
			continue;
		if (!least || is_before(c, least)) {
			*second = least;
			least = c;
		} else if (!*second || is_before(c, *second)) {
			*second = c;
		}
	}
	return least;
}

static bool give(const struct cursor *c, walk_take take, void *arg)
{
	const struct walk_place at = {
		.stream = c->segment.header.stream, .run = run_of(c),
		.wall_ns = c->block.wall_ns,
	};

	return take(arg, &at, c->entry);
}

static void merge(struct walker *w, walk_take take, void *arg)
{
	struct cursor *c, *second;

	for (size_t i = 0; i < w->n; i++)
		step(w, w->cursor[i]);
	while ((c = first(w, &second))) {
		do {
			if (!give(c, take, arg))
				return;
			step(w, c);
		} while (c->entry && (!second || !is_before(second, c)));
	}
}

int walk(const char *directory, const struct walk_want *want, walk_take take, void *arg,
	 unsigned int *n_skipped)
{
	struct walker w = { .want = want, .zstd = ZSTD_createDCtx() };
	int err = 0;

	w.directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w.directory_fd < 0 || !w.zstd)
		err = w.zstd ? errno : ENOMEM;
	if (!err)
		err = segment_folders(w.directory_fd, add_cursor, &w);
	if (!err)
		merge(&w, take, arg);
	else
		fprintf(stderr, "starlsmctl: %s: %s\n", directory, strerror(err));
	for (size_t i = 0; i < w.n; i++)
		cursor_free(w.cursor[i]);
	free(w.cursor);
	ZSTD_freeDCtx(w.zstd);
	if (w.directory_fd >= 0)
		close(w.directory_fd);
	*n_skipped = w.n_skipped;
	return err ? CTL_FAILED : CTL_OK;
}
