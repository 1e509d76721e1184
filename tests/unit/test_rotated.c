// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of a file that is bounded: rotated, cut short, taken away, full
 */
#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "export/rotated.h"

static char folder[] = "/tmp/starlsm-rotated-XXXXXX";
static char path[128];
static struct rotated r;

/* The disk: bytes that it still takes */
static ssize_t room = -1;

ssize_t __real_write(int fd, const void *buf, size_t len);
ssize_t __wrap_write(int fd, const void *buf, size_t len);

ssize_t __wrap_write(int fd, const void *buf, size_t len)
{
	ssize_t n;

	if (fd == STDERR_FILENO || room < 0)
		return __real_write(fd, buf, len);
	if (!room) {
		errno = ENOSPC;
		return -1;
	}
	n = __real_write(fd, buf, len < (size_t)room ? len : (size_t)room);
	room -= n;
	return n;
}

static void begin(uint64_t bytes_max, uint32_t keep)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY);

	assert_true(fd >= 0);
	assert_int_equal(rotated_init(&r, fd, path, bytes_max, keep), 0);
}

static void add(const char *line, int64_t now_ns)
{
	outlet_add(&r.outlet, line, strlen(line));
	outlet_flush(&r.outlet, now_ns);
}

static const char *text_of(const char *suffix)
{
	static char text[4096];
	char name[160];
	FILE *file;
	size_t len;

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	file = fopen(name, "r");
	if (!file)
		return "(none)";
	len = fread(text, 1, sizeof(text) - 1, file);
	text[len] = 0;
	fclose(file);
	return text;
}

static int clean(void **state)
{
	static const char * const suffixes[] = { "", ".1", ".2", ".3" };
	char name[160];

	(void)state;
	room = -1;
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
	return 0;
}

static int end(void **state)
{
	rotated_free(&r);
	return clean(state);
}

static void lines_in_a_file(void **state)
{
	struct stat st;

	(void)state;
	begin(1000, 2);
	add("one\n", 0);
	add("two\n", 0);
	assert_string_equal(text_of(""), "one\ntwo\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
}

static void rotation(void **state)
{
	(void)state;
	begin(10, 2);
	add("line1\n", 0);
	add("line2\n", 0);
	assert_string_equal(text_of(""), "line2\n");
	assert_string_equal(text_of(".1"), "line1\n");
	add("line3\n", 0);
	add("line4\n", 0);
	assert_string_equal(text_of(""), "line4\n");
	assert_string_equal(text_of(".1"), "line3\n");
	assert_string_equal(text_of(".2"), "line2\n");
	assert_string_equal(text_of(".3"), "(none)");
}

/* Many lines at once, and one that is longer than a file may be */
static void many_at_once(void **state)
{
	const char *all = "a1\nb2\nc3\nd4\nthis is longer than ten\ne5\n";

	(void)state;
	begin(10, 3);
	outlet_add(&r.outlet, all, strlen(all));
	outlet_flush(&r.outlet, 0);
	assert_string_equal(text_of(".3"), "a1\nb2\nc3\n");
	assert_string_equal(text_of(".2"), "d4\n");
	assert_string_equal(text_of(".1"), "this is longer than ten\n");
	assert_string_equal(text_of(""), "e5\n");
}

static void keep_none(void **state)
{
	(void)state;
	begin(10, 0);
	add("line1\n", 0);
	add("line2\n", 0);
	assert_string_equal(text_of(""), "line2\n");
	assert_string_equal(text_of(".1"), "(none)");
}

static void put_file(const char *text)
{
	FILE *file = fopen(path, "w");

	fputs(text, file);
	fclose(file);
}

/* What was there is gone on with; half a line of a killed process is ended. */
static void after_a_kill(void **state)
{
	(void)state;
	put_file("old\nhal");
	begin(1000, 2);
	add("new\n", 0);
	assert_string_equal(text_of(""), "old\nhal\nnew\n");
}

static void taken_away(void **state)
{
	(void)state;
	begin(1000, 2);
	add("one\n", 0);
	unlink(path);
	add("two\n", 0);
	assert_string_equal(text_of(""), "two\n");
}

/* In the middle of a line: no line is cut, none is there twice. */
static void full_disk(void **state)
{
	(void)state;
	begin(1000, 2);
	room = 6;
	add("one\ntwo\n", 0);
	assert_int_equal(r.outlet.err, ENOSPC);
	assert_string_equal(text_of(""), "one\ntw");
	add("three\n", 1);
	assert_string_equal(text_of(""), "one\ntw");
	room = -1;
	outlet_flush(&r.outlet, OUTLET_RETRY_NS);
	assert_int_equal(r.outlet.err, 0);
	assert_string_equal(text_of(""), "one\ntwo\nthree\n");
	assert_int_equal(r.outlet.dropped, 0);
}

/* It goes away with half a line: that one comes again, whole. */
static void full_disk_and_taken_away(void **state)
{
	(void)state;
	begin(1000, 2);
	room = 6;
	add("one\ntwo\n", 0);
	unlink(path);
	room = -1;
	outlet_flush(&r.outlet, OUTLET_RETRY_NS);
	outlet_flush(&r.outlet, OUTLET_RETRY_NS);
	assert_string_equal(text_of(""), "two\n");
}

/* A link instead of a file is not followed, a directory is none. */
static void no_file(void **state)
{
	(void)state;
	assert_int_equal(symlink("/tmp/starlsm-elsewhere", path), 0);
	begin(1000, 2);
	add("one\n", 0);
	assert_int_equal(r.outlet.err, ELOOP);
	assert_int_equal(access("/tmp/starlsm-elsewhere", F_OK), -1);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	outlet_flush(&r.outlet, OUTLET_RETRY_NS);
	assert_int_equal(r.outlet.err, EINVAL);
	unlink(path);
	outlet_flush(&r.outlet, 2 * OUTLET_RETRY_NS);
	assert_string_equal(text_of(""), "one\n");
}

static int make_folder(void **state)
{
	(void)state;
	umask(0);
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/lines.jsonl", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_in_a_file, clean, end),
		cmocka_unit_test_setup_teardown(rotation, clean, end),
		cmocka_unit_test_setup_teardown(many_at_once, clean, end),
		cmocka_unit_test_setup_teardown(keep_none, clean, end),
		cmocka_unit_test_setup_teardown(after_a_kill, clean, end),
		cmocka_unit_test_setup_teardown(taken_away, clean, end),
		cmocka_unit_test_setup_teardown(full_disk, clean, end),
		cmocka_unit_test_setup_teardown(full_disk_and_taken_away, clean, end),
		cmocka_unit_test_setup_teardown(no_file, clean, end),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
