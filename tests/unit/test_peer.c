// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of a socket with a reader: missing, slow, gone and back
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "export/peer.h"

static char folder[] = "/tmp/starlsm-peer-XXXXXX";
static char path[100];
static struct peer p;
static int listener = -1;

static void listen_there(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	unlink(path);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(listener, 4), 0);
}

static int setup(void **state)
{
	(void)state;
	return peer_init(&p, path);
}

static int teardown(void **state)
{
	(void)state;
	peer_free(&p);
	if (listener >= 0)
		close(listener);
	listener = -1;
	unlink(path);
	return 0;
}

static void add(const char *line)
{
	outlet_add(&p.outlet, line, strlen(line));
}

static void expect(int fd, const char *text)
{
	char buf[256];
	ssize_t n = recv(fd, buf, sizeof(buf), 0);

	assert_int_equal(n, strlen(text));
	assert_memory_equal(buf, text, n);
}

static void lines_are_read(void **state)
{
	int fd;

	(void)state;
	listen_there();
	add("one\n");
	outlet_flush(&p.outlet, 0);
	fd = accept(listener, NULL, NULL);
	expect(fd, "one\n");
	add("two\n");
	outlet_flush(&p.outlet, 0);
	expect(fd, "two\n");
	close(fd);
}

/* Nobody is there yet: it waits, and comes. */
static void missing(void **state)
{
	int fd;

	(void)state;
	add("one\n");
	outlet_flush(&p.outlet, 0);
	assert_int_equal(p.outlet.err, ENOENT);
	listen_there();
	outlet_flush(&p.outlet, OUTLET_RETRY_NS);
	assert_int_equal(p.outlet.err, 0);
	fd = accept(listener, NULL, NULL);
	expect(fd, "one\n");
	close(fd);
}

/* A reader that has gone: the line that it may have had half comes to the next. */
static void gone_and_back(void **state)
{
	int fd;

	(void)state;
	listen_there();
	add("one\n");
	outlet_flush(&p.outlet, 0);
	fd = accept(listener, NULL, NULL);
	close(fd);
	add("two\n");
	outlet_flush(&p.outlet, 1);
	assert_int_equal(p.outlet.err, EPIPE);
	assert_int_equal(p.outlet.failures, 1);
	outlet_flush(&p.outlet, 1 + OUTLET_RETRY_NS);
	fd = accept(listener, NULL, NULL);
	expect(fd, "two\n");
	close(fd);
}

/* One that does not read: nobody waits, and no line is cut. */
static void slow(void **state)
{
	static char line[1000], buf[OUTLET_BYTES];
	size_t total = 0, n_lines;
	ssize_t n;
	int fd;

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\n';
	listen_there();
	for (int i = 0; i < 4000; i++) {
		outlet_add(&p.outlet, line, sizeof(line));
		outlet_flush(&p.outlet, 0);
	}
	assert_int_equal(p.outlet.err, 0);
	assert_true(outlet_waits(&p.outlet));
	assert_true(p.outlet.dropped > 0);
	n_lines = p.outlet.lines;
	fd = accept(listener, NULL, NULL);
	while (total < n_lines * sizeof(line)) {
		outlet_flush(&p.outlet, 0);
		n = recv(fd, buf, sizeof(buf), 0);
		assert_true(n > 0);
		for (ssize_t i = 0; i < n; i++)
			assert_int_equal(buf[i] == '\n', (total + i + 1) % sizeof(line) == 0);
		total += n;
	}
	assert_int_equal(p.outlet.len, 0);
	close(fd);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/sock", folder);
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
		cmocka_unit_test_setup_teardown(lines_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(missing, setup, teardown),
		cmocka_unit_test_setup_teardown(gone_and_back, setup, teardown),
		cmocka_unit_test_setup_teardown(slow, setup, teardown),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
