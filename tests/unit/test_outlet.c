// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of a way out: in pieces, full, wrong, and well again
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "export/outlet.h"

/* What the way takes next: so many bytes, or an errno; 0: as many as there are */
static ssize_t takes;
static bool loses_begun;
static char got[4 * OUTLET_BYTES];
static size_t got_len;
static bool was_line;

static ssize_t write_some(struct outlet *o, const char *buf, size_t len, bool is_line, bool *anew)
{
	(void)o;
	was_line = is_line;
	if (takes < 0) {
		*anew = loses_begun;
		return takes;
	}
	if (takes && (size_t)takes < len)
		len = takes;
	memcpy(got + got_len, buf, len);
	got_len += len;
	/* once: then there is no more room */
	if (takes)
		takes = -EAGAIN;
	return len;
}

static struct outlet o;

static int setup(void **state)
{
	(void)state;
	takes = 0;
	got_len = 0;
	loses_begun = false;
	return outlet_init(&o, "test", "nowhere", write_some);
}

static int teardown(void **state)
{
	(void)state;
	outlet_free(&o);
	return 0;
}

static void add(const char *line)
{
	outlet_add(&o, line, strlen(line));
}

static void expect(const char *text)
{
	assert_int_equal(got_len, strlen(text));
	assert_memory_equal(got, text, got_len);
}

static void lines_go_out(void **state)
{
	(void)state;
	assert_false(outlet_waits(&o));
	add("one\n");
	add("two\n");
	assert_true(outlet_waits(&o));
	outlet_flush(&o, 0);
	expect("one\ntwo\n");
	assert_false(outlet_waits(&o));
	assert_int_equal(o.lines, 2);
	assert_int_equal(o.bytes, 8);
	assert_int_equal(o.dropped, 0);
}

static void in_pieces(void **state)
{
	(void)state;
	add("one\n");
	add("two\n");
	takes = 6;
	outlet_flush(&o, 0);
	expect("one\ntw");
	assert_true(outlet_waits(&o));
	takes = 0;
	outlet_flush(&o, 0);
	assert_false(was_line);
	expect("one\ntwo\n");
	add("three\n");
	outlet_flush(&o, 0);
	assert_true(was_line);
	expect("one\ntwo\nthree\n");
}

/* The way has lost the beginning of a line: it comes again as a whole. */
static void begun_and_lost(void **state)
{
	(void)state;
	add("one\n");
	add("two\n");
	takes = 6;
	outlet_flush(&o, 0);
	takes = -EPIPE;
	loses_begun = true;
	outlet_flush(&o, 0);
	got_len = 0;
	takes = 0;
	outlet_flush(&o, OUTLET_RETRY_NS);
	expect("two\n");
}

static void wrong_and_tried_again(void **state)
{
	(void)state;
	takes = -ENOSPC;
	add("one\n");
	outlet_flush(&o, 1000);
	assert_int_equal(o.err, ENOSPC);
	assert_int_equal(o.failures, 1);
	assert_false(outlet_waits(&o));
	takes = 0;
	outlet_flush(&o, 1000 + OUTLET_RETRY_NS - 1);
	assert_int_equal(got_len, 0);
	outlet_flush(&o, 1000 + OUTLET_RETRY_NS);
	expect("one\n");
	assert_int_equal(o.err, 0);
	assert_int_equal(o.failures, 1);
}

/* Full: what comes is dropped and counted, and what waits goes out whole. */
static void full(void **state)
{
	static char line[1000];
	uint64_t n = 0;

	(void)state;
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\n';
	takes = -EAGAIN;
	while (outlet_has_room(&o, sizeof(line))) {
		outlet_add(&o, line, sizeof(line));
		n++;
	}
	outlet_flush(&o, 0);
	for (int i = 0; i < 5; i++)
		outlet_add(&o, line, sizeof(line));
	assert_int_equal(o.dropped, 5);
	assert_int_equal(o.missing, 5);
	assert_int_equal(o.lines, n);
	takes = 0;
	outlet_flush(&o, 0);
	assert_int_equal(got_len, n * sizeof(line));
	assert_int_equal(got[got_len - 1], '\n');
	assert_int_equal(o.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_go_out, setup, teardown),
		cmocka_unit_test_setup_teardown(in_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(begun_and_lost, setup, teardown),
		cmocka_unit_test_setup_teardown(wrong_and_tried_again, setup, teardown),
		cmocka_unit_test_setup_teardown(full, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
