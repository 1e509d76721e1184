// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a file of lines that is bounded
 */
#include "export/rotated.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whoever passes the lines on is in the folder's group, or root. */
#define MODE	0640

static void close_file(struct rotated *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

/* Of a file that was not ended in order: its last line is ended. */
static int end_last_line(struct rotated *r)
{
	char last = '\n';

	if (r->size && pread(r->fd, &last, 1, r->size - 1) != 1)
		return errno ? errno : EIO;
	if (last == '\n')
		return 0;
	if (write(r->fd, "\n", 1) != 1)
		return errno;
	r->size++;
	return 0;
}

static int open_file(struct rotated *r)
{
	struct stat st;
	int err;

	r->fd = openat(r->directory_fd, r->name, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC |
		       O_NOFOLLOW | O_NONBLOCK, MODE);
	if (r->fd < 0)
		return errno;
	err = fstat(r->fd, &st) ? errno : !S_ISREG(st.st_mode) ? EINVAL : 0;
	if (!err) {
		r->size = st.st_size;
		err = end_last_line(r);
	}
	if (err)
		close_file(r);
	return err;
}

/* Somebody has taken it away: what is written to it nobody reads. */
static bool is_gone(const struct rotated *r)
{
	struct stat st;

	return fstat(r->fd, &st) || !st.st_nlink;
}

static void number_name(const struct rotated *r, uint32_t n, char *name, size_t size)
{
	if (n)
		snprintf(name, size, "%s.%u", r->name, n);
	else
		snprintf(name, size, "%s", r->name);
}

/* NAME.KEEP goes, each other one becomes the next; there may be none. */
static int shift(struct rotated *r)
{
	char from[ROTATED_NAME_MAX + 16], to[ROTATED_NAME_MAX + 16];

	for (uint32_t n = r->keep; n; n--) {
		number_name(r, n - 1, from, sizeof(from));
		number_name(r, n, to, sizeof(to));
		if (renameat(r->directory_fd, from, r->directory_fd, to) && errno != ENOENT)
			return errno;
	}
	if (!r->keep && unlinkat(r->directory_fd, r->name, 0) && errno != ENOENT)
		return errno;
	return 0;
}

/* As many whole lines as fit; one that is longer than a file has one of its own. */
static size_t fitting(const struct rotated *r, const char *buf, size_t len)
{
	uint64_t left = r->bytes_max > r->size ? r->bytes_max - r->size : 0;
	const char *end;

	if (len <= left)
		return len;
	end = memrchr(buf, '\n', left);
	if (end)
		return end + 1 - buf;
	if (r->size)
		return 0;
	end = memchr(buf, '\n', len);
	return end ? (size_t)(end + 1 - buf) : len;
}

/* *anew: it is another file than the one that has the line's beginning. */
static int prepare(struct rotated *r, bool is_line, bool *anew)
{
	if (r->fd >= 0 && is_gone(r)) {
		close_file(r);
		*anew = !is_line;
	}
	if (*anew)
		return EAGAIN;
	return r->fd < 0 ? open_file(r) : 0;
}

static int begin_anew(struct rotated *r)
{
	int err = shift(r);

	if (err)
		return err;
	close_file(r);
	return open_file(r);
}

static ssize_t rotated_write(struct outlet *o, const char *buf, size_t len, bool is_line,
			     bool *anew)
{
	struct rotated *r = (struct rotated *)o;
	int err = prepare(r, is_line, anew);
	ssize_t n;

	if (!err && is_line && !fitting(r, buf, len))
		err = begin_anew(r);
	if (err)
		return -err;
	if (is_line)
		len = fitting(r, buf, len);
	n = write(r->fd, buf, len);
	if (n < 0)
		return -errno;
	r->size += n;
	return n;
}

int rotated_init(struct rotated *r, int directory_fd, const char *path, uint64_t bytes_max,
		 uint32_t keep)
{
	const char *slash = strrchr(path, '/');

	memset(r, 0, sizeof(*r));
	r->directory_fd = directory_fd;
	snprintf(r->name, sizeof(r->name), "%s", slash ? slash + 1 : path);
	r->bytes_max = bytes_max;
	r->keep = keep;
	r->fd = -1;
	return outlet_init(&r->outlet, "file", path, rotated_write);
}

void rotated_free(struct rotated *r)
{
	close_file(r);
	close(r->directory_fd);
	outlet_free(&r->outlet);
}
