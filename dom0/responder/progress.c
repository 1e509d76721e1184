// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - how far the runs are, in a file that outlives this process
 */
#include "responder/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "responder/run.h"

/* Some hundred notes: read in no time */
#define LENGTH_MAX	(1024 * 1024)

static int file = -1;
static off_t length;
static bool has_complained;

static struct msg_run *place(struct msg_run *runs, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n; i++)
		if (runs[i].id == id)
			return &runs[i];
	return NULL;
}

/* A later note of it, or a new one: then the oldest may have to go. */
static size_t keep(struct msg_run *runs, size_t n, size_t max, const struct msg_run *r)
{
	struct msg_run *known = place(runs, n, r->id);

	if (known) {
		*known = *r;
		return n;
	}
	if (n == max)
		memmove(runs, runs + 1, --n * sizeof(*runs));
	runs[n] = *r;
	return n + 1;
}

static bool is_note(const struct msg_run *r)
{
	return r->msg.type == MSG_RUN && r->msg.len == sizeof(*r) && r->id && run_is_sane(r);
}

size_t progress_read(const char *path, struct msg_run *runs, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	static struct msg_run r;
	size_t n = 0;

	if (fd < 0)
		return 0;
	while (read(fd, &r, sizeof(r)) == sizeof(r)) {
		if (!is_note(&r)) {
			log_error("%s: not a note of ours, what follows is left out", path);
			break;
		}
		n = keep(runs, n, max, &r);
	}
	close(fd);
	return n;
}

static bool append(int fd, const struct msg_run *r)
{
	return write(fd, r, sizeof(*r)) == sizeof(*r);
}

int progress_begin(const char *path, const struct msg_run *runs, size_t n)
{
	char new[256];
	int fd, err = 0;

	snprintf(new, sizeof(new), "%s.new", path);
	fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno;
	errno = ENOSPC;
	for (size_t i = 0; i < n && !err; i++)
		if (!append(fd, &runs[i]))
			err = errno;
	if (!err && rename(new, path))
		err = errno;
	if (err) {
		close(fd);
		return err;
	}
	if (file >= 0)
		close(file);
	file = fd;
	length = n * sizeof(*runs);
	return 0;
}

bool progress_note(const struct msg_run *r)
{
	if (file < 0)
		return false;
	if (append(file, r)) {
		length += sizeof(*r);
		has_complained = false;
		return length > LENGTH_MAX;
	}
	if (!has_complained)
		log_error("how far run %u is could not be noted: %s", r->id, strerror(errno));
	has_complained = true;
	/* so that the next one is not behind a piece of this one */
	return ftruncate(file, length) != 0;
}
