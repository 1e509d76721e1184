// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of a file that is there as a whole, or as it was before
 */
#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "export/textfile.h"

static char folder[] = "/tmp/starlsm-textfile-XXXXXX";
static int folder_fd;

/* The disk: how much it takes, and in which pieces; -1: all */
static ssize_t room = -1;

ssize_t __real_write(int fd, const void *buf, size_t len);
ssize_t __wrap_write(int fd, const void *buf, size_t len);

ssize_t __wrap_write(int fd, const void *buf, size_t len)
{
	if (room < 0 || fd <= STDERR_FILENO)
		return __real_write(fd, buf, len);
	if (!room) {
		errno = ENOSPC;
		return -1;
	}
	len = len < 2 ? len : 2;
	room -= room < (ssize_t)len ? room : (ssize_t)len;
	return __real_write(fd, buf, len);
}

static const char *content(void)
{
	static char text[64];
	int fd = openat(folder_fd, TEXTFILE_NAME, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = 0;
	return n < 0 ? "(none)" : text;
}

static void replaced(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(textfile_write(folder_fd, "one\n", 4), 0);
	assert_string_equal(content(), "one\n");
	assert_int_equal(textfile_write(folder_fd, "two\n", 4), 0);
	assert_string_equal(content(), "two\n");
	assert_int_equal(fstatat(folder_fd, TEXTFILE_NAME, &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(faccessat(folder_fd, TEXTFILE_NEW, F_OK, 0), -1);
}

static void in_pieces(void **state)
{
	(void)state;
	room = 100;
	assert_int_equal(textfile_write(folder_fd, "pieces\n", 7), 0);
	room = -1;
	assert_string_equal(content(), "pieces\n");
}

static void full_disk(void **state)
{
	(void)state;
	assert_int_equal(textfile_write(folder_fd, "before\n", 7), 0);
	room = 4;
	assert_int_equal(textfile_write(folder_fd, "after all\n", 10), ENOSPC);
	room = -1;
	assert_string_equal(content(), "before\n");
	assert_int_equal(faccessat(folder_fd, TEXTFILE_NEW, F_OK, 0), -1);
}

/* Somebody's link is not followed. */
static void a_link(void **state)
{
	(void)state;
	assert_int_equal(symlinkat("/tmp/starlsm-elsewhere", folder_fd, TEXTFILE_NEW), 0);
	assert_int_equal(textfile_write(folder_fd, "x\n", 2), ELOOP);
	assert_int_equal(access("/tmp/starlsm-elsewhere", F_OK), -1);
	unlinkat(folder_fd, TEXTFILE_NEW, 0);
}

static int make_folder(void **state)
{
	(void)state;
	umask(0);
	if (!mkdtemp(folder))
		return -1;
	folder_fd = open(folder, O_RDONLY | O_DIRECTORY);
	return folder_fd < 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlinkat(folder_fd, TEXTFILE_NAME, 0);
	close(folder_fd);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaced),
		cmocka_unit_test(in_pieces),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(a_link),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
