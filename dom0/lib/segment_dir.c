// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - where segments are: a folder a stream, a file a segment
 */
#include "lib/segment_dir.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIGITS	16
#define SUFFIX	".seg"

void segment_folder(const char *guest, char *text)
{
	for (const char *at = guest; *at; at++) {
		bool is_plain = isascii(*at) && (isalnum(*at) || strchr("-_.", *at));

		if (is_plain && !(*at == '.' && at == guest))
			*text++ = *at;
		else
			text += sprintf(text, "%%%02X", (unsigned char)*at);
	}
	*text = 0;
}

void segment_file_name(uint64_t number, char *text)
{
	snprintf(text, SEGMENT_FILE_MAX, "%016" PRIx64 SUFFIX, number);
}

/* 0 if it is none */
static uint64_t number_of(const char *name)
{
	if (strlen(name) != DIGITS + strlen(SUFFIX) || strcmp(name + DIGITS, SUFFIX) ||
	    strspn(name, "0123456789abcdef") != DIGITS)
		return 0;
	return strtoull(name, NULL, 16);
}

/* A stream of its own, so that the caller's descriptor keeps its position */
static DIR *open_dir(int dir_fd)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !dir)
		close(fd);
	return dir;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = ((const struct segment_file *)a)->number;
	uint64_t y = ((const struct segment_file *)b)->number;

	return x < y ? -1 : x > y;
}

static int add_file(int folder_fd, const char *name, struct segment_file **list, size_t *n)
{
	uint64_t number = number_of(name);
	struct segment_file *more;
	struct stat st;

	if (!number || fstatat(folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISREG(st.st_mode))
		return 0;
	more = realloc(*list, (*n + 1) * sizeof(*more));
	if (!more)
		return ENOMEM;
	more[*n] = (struct segment_file){
		.number = number, .bytes = st.st_size,
		.changed_ns = st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec,
	};
	*list = more;
	(*n)++;
	return 0;
}

int segment_list(int folder_fd, struct segment_file **list, size_t *n)
{
	DIR *dir = open_dir(folder_fd);
	const struct dirent *e;
	int err = 0;

	*list = NULL;
	*n = 0;
	if (!dir)
		return errno;
	while (!err && (e = readdir(dir)))
		err = add_file(folder_fd, e->d_name, list, n);
	closedir(dir);
	if (!err && *n)
		qsort(*list, *n, sizeof(**list), by_number);
	if (err) {
		free(*list);
		*list = NULL;
	}
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of all that is there, "." and ".." left out */
static int names_in(int directory_fd, char ***names, size_t *n)
{
	DIR *dir = open_dir(directory_fd);
	const struct dirent *e;
	char **more;
	int err = dir ? 0 : errno;

	while (!err && (e = readdir(dir))) {
		if (e->d_name[0] == '.')
			continue;
		more = realloc(*names, (*n + 1) * sizeof(*more));
		if (more) {
			*names = more;
			more[*n] = strdup(e->d_name);
		}
		if (!more || !more[(*n)++])
			err = ENOMEM;
	}
	if (dir)
		closedir(dir);
	return err;
}

int segment_folders(int directory_fd, segment_folder_fn fn, void *arg)
{
	char **names = NULL;
	size_t i, n = 0;
	struct stat st;
	int err = names_in(directory_fd, &names, &n);

	if (!err && n)
		qsort(names, n, sizeof(*names), by_name);
	for (i = 0; i < n; i++) {
		if (!err && !fstatat(directory_fd, names[i], &st, AT_SYMLINK_NOFOLLOW) &&
		    S_ISDIR(st.st_mode))
			err = fn(arg, names[i]);
		free(names[i]);
	}
	free(names);
	return err;
}

static ssize_t read_all(int fd, char *bytes, size_t len)
{
	size_t at = 0;
	ssize_t n;

	while (at < len) {
		n = read(fd, bytes + at, len - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		at += n;
	}
	return at;
}

static int open_segment(int folder_fd, uint64_t number)
{
	char name[SEGMENT_FILE_MAX];

	segment_file_name(number, name);
	return openat(folder_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
}

int segment_read_header(int folder_fd, uint64_t number, struct segment_header *h)
{
	int fd = open_segment(folder_fd, number);
	ssize_t n;

	if (fd < 0)
		return errno;
	n = read_all(fd, (char *)h, sizeof(*h));
	close(fd);
	return n == sizeof(*h) && segment_is_header(h) ? 0 : EBADMSG;
}

void *segment_read(int folder_fd, uint64_t number, size_t *len)
{
	int fd = open_segment(folder_fd, number);
	void *bytes = NULL;
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && st.st_size <= SEGMENT_MAX)
		bytes = malloc(st.st_size + 1);
	else
		errno = EFBIG;
	n = bytes ? read_all(fd, bytes, st.st_size) : 0;
	close(fd);
	if (n < 0) {
		free(bytes);
		return NULL;
	}
	*len = n;
	return bytes;
}
