// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a stream's last segment was left as
 */
#include "journal/recover.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"

/* Most have one, and then nothing else of the file has to be read. */
static bool has_seal(const struct stream *st, const struct segment_file *last,
		     struct segment_seal *seal)
{
	char name[SEGMENT_FILE_MAX], tail[sizeof(*seal)];
	bool is_one;
	int fd;

	if (last->bytes < sizeof(struct segment_header) + sizeof(*seal))
		return false;
	segment_file_name(last->number, name);
	fd = openat(st->folder_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	is_one = pread(fd, tail, sizeof(tail), last->bytes - sizeof(tail)) == sizeof(tail) &&
		 segment_tail(tail, last->bytes, seal);
	close(fd);
	return is_one;
}

/* The last block that is there; false if there is none. */
static bool last_block(const struct segment *seg, struct segment_block *b, const void **packed)
{
	size_t offset = 0;
	bool is_one = false;

	while (segment_next(seg, &offset, b, packed))
		is_one = true;
	return is_one;
}

/* Does it end with END? */
static bool is_ended(struct segment *seg, struct store *s, const struct segment_block *b,
		     const void *packed)
{
	ZSTD_DCtx *zstd = ZSTD_createDCtx();
	const struct entry *e, *last = NULL;
	const char *at = s->plain;
	size_t left = b->plain_len;

	if (zstd && !segment_unpack(seg, b, packed, zstd, s->plain))
		while ((e = entry_next(&at, &left)))
			last = e;
	ZSTD_freeDCtx(zstd);
	return last && last->kind == ENTRY_END;
}

static void tell_cut(struct stream *st, const struct store *s, const struct segment *seg,
		     const struct segment_block *b)
{
	st->cut = (struct entry_gap){
		.why = GAP_CUT, .n_bytes = seg->seal.n_cut, .to_ns = s->real_ns,
		.from_ns = b ? b->last_ns + b->wall_ns : seg->header.created_ns,
		.first = b ? b->last + 1 : 0,
	};
	st->cut_run = seg->header.run;
	st->cut_number = b ? b->last : 0;
	log_warning("%s: segment %" PRIu64 " was not ended in order: what came in the second before may be missing, and %"
		    PRIu64 " bytes of a half-written block are", st->name, seg->header.number,
		    seg->seal.n_cut);
}

static int seal_it(struct stream *st, struct store *s, struct segment *seg)
{
	struct segment_block b;
	const void *packed;
	bool has_block = last_block(seg, &b, &packed);

	seg->seal = (struct segment_seal){
		.n_blocks = seg->n_blocks, .end = seg->end, .n_cut = seg->len - seg->end,
	};
	segment_seal_make(&seg->seal, seg->chain);
	memcpy(st->prev, seg->seal.hash, SEGMENT_HASH);
	if (!has_block || !is_ended(seg, s, &b, packed))
		tell_cut(st, s, seg, has_block ? &b : NULL);
	return store_seal_later(s, st->folder, seg->header.number, seg->len, &seg->seal);
}

static int look_at(struct stream *st, struct store *s, const struct segment_file *last)
{
	static struct segment seg;
	struct segment_seal seal;
	enum segment_error error;
	size_t len;
	void *bytes;
	int err = 0;

	st->number = last->number;
	if (has_seal(st, last, &seal)) {
		memcpy(st->prev, seal.hash, SEGMENT_HASH);
		return 0;
	}
	bytes = segment_read(st->folder_fd, last->number, &len);
	if (!bytes)
		return errno;
	error = segment_open(&seg, bytes, len);
	if (error)
		log_error("%s: segment %" PRIu64 ": %s", st->name, last->number,
			  segment_error_text(error));
	else
		err = seal_it(st, s, &seg);
	free(bytes);
	return err;
}

/* It was complete when the next one began, but nobody was there to sign it. */
static int seal_earlier(const struct stream *st, struct store *s, uint64_t number)
{
	struct segment_seal seal = { 0 };
	static struct segment seg;
	size_t len;
	void *bytes = segment_read(st->folder_fd, number, &len);
	int err;

	if (!bytes)
		return errno;
	err = segment_open(&seg, bytes, len) || seg.end != len ? EBADMSG : 0;
	free(bytes);
	if (err) {
		log_error("%s: segment %" PRIu64 " has no seal, and gets none", st->name,
			  number);
		return 0;
	}
	seal.n_blocks = seg.n_blocks;
	seal.end = len;
	segment_seal_make(&seal, seg.chain);
	return store_seal_later(s, st->folder, number, len, &seal);
}

/* In their order, so that signatures are */
static int seal_all_earlier(const struct stream *st, struct store *s,
			    const struct segment_file *list, size_t n)
{
	struct segment_seal seal;
	size_t first = n;
	int err = 0;

	while (first && !has_seal(st, &list[first - 1], &seal))
		first--;
	for (; first < n && !err; first++)
		err = seal_earlier(st, s, list[first].number);
	return err;
}

static bool is_nothing(const struct segment_file *f)
{
	return f->bytes < sizeof(struct segment_header);
}

/* The power went before it had a header. */
static int remove_nothing(const struct stream *st, const struct segment_file *f)
{
	char name[SEGMENT_FILE_MAX];

	segment_file_name(f->number, name);
	return unlinkat(st->folder_fd, name, 0) ? errno : 0;
}

static int recover_list(struct stream *st, struct store *s, const struct segment_file *list,
			size_t n)
{
	int err = 0;

	while (n && !err && is_nothing(&list[n - 1]))
		err = remove_nothing(st, &list[--n]);
	if (err || !n)
		return err;
	st->first_kept = list[0].number;
	err = seal_all_earlier(st, s, list, n - 1);
	return err ? err : look_at(st, s, &list[n - 1]);
}

int recover(struct stream *st, struct store *s)
{
	struct segment_file *list;
	size_t n;
	int err = segment_list(st->folder_fd, &list, &n);

	if (err)
		return err;
	err = recover_list(st, s, list, n);
	free(list);
	return err;
}
