// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of lines on several ways: who has what, and what is missing is told
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export/lines.h"

/* Two ways that are memory; one of them may take nothing. */
struct memory {
	struct outlet outlet;
	char text[4 * OUTLET_BYTES];
	size_t len;
	int err;
};

static struct memory a, b;
static struct lines l;

static ssize_t write_memory(struct outlet *o, const char *buf, size_t len, bool is_line,
			    bool *anew)
{
	struct memory *m = (struct memory *)o;

	(void)is_line;
	(void)anew;
	if (m->err)
		return -m->err;
	memcpy(m->text + m->len, buf, len);
	m->len += len;
	m->text[m->len] = 0;
	return len;
}

static int setup(void **state)
{
	(void)state;
	memset(&l, 0, sizeof(l));
	a.len = b.len = a.err = b.err = 0;
	a.text[0] = b.text[0] = 0;
	if (outlet_init(&a.outlet, "a", "there", write_memory) ||
	    outlet_init(&b.outlet, "b", "there", write_memory))
		return -1;
	lines_add_way(&l, &a.outlet, EXPORT_ALL);
	lines_add_way(&l, &b.outlet, EXPORT_FINDINGS);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	outlet_free(&a.outlet);
	outlet_free(&b.outlet);
	return 0;
}

static json_t *line(int n)
{
	return json_pack("{s:i}", "n", n);
}

/* The last line of it */
static json_t *last(const struct memory *m)
{
	const char *at = m->text + m->len - 1;

	assert_int_equal(*at, '\n');
	while (at > m->text && at[-1] != '\n')
		at--;
	return json_loads(at, 0, NULL);
}

static void who_has_what(void **state)
{
	(void)state;
	assert_true(lines_want_events(&l));
	lines_give(&l, line(1), EXPORT_ALL);
	lines_give(&l, line(2), EXPORT_FINDINGS);
	lines_flush(&l);
	assert_string_equal(a.text, "{\"n\":1}\n{\"n\":2}\n");
	assert_string_equal(b.text, "{\"n\":2}\n");
	l.what[0] = EXPORT_FINDINGS;
	assert_false(lines_want_events(&l));
}

/* One way takes nothing for long: the other has all, the line that says so is first. */
static void one_is_full(void **state)
{
	json_t *missed;
	int n = 0;

	(void)state;
	a.err = ENOSPC;
	lines_flush(&l);
	while (!a.outlet.dropped) {
		lines_give(&l, line(n++), EXPORT_FINDINGS);
		lines_flush(&l);
	}
	for (int i = 0; i < 9; i++)
		lines_give(&l, line(i), EXPORT_FINDINGS);
	assert_int_equal(a.outlet.missing, 10);
	assert_int_equal(b.outlet.dropped, 0);
	a.err = 0;
	l.now_ns = OUTLET_RETRY_NS;
	/* what waited, then what is missing behind it */
	lines_flush(&l);
	lines_flush(&l);
	assert_int_equal(a.outlet.missing, 0);
	assert_int_equal(a.outlet.dropped, 10);
	missed = last(&a);
	assert_int_equal(json_integer_value(json_object_get(missed, "count")), 10);
	assert_int_equal(json_integer_value(json_object_get(missed, "class_uid")), 0);
	json_decref(missed);
	lines_give(&l, line(77), EXPORT_FINDINGS);
	lines_flush(&l);
	missed = last(&a);
	assert_int_equal(json_integer_value(json_object_get(missed, "n")), 77);
	json_decref(missed);
}

/* No memory for a line: it is missing on each way that would have had it. */
static void without_memory(void **state)
{
	json_t *missed;

	(void)state;
	lines_give(&l, NULL, EXPORT_ALL);
	assert_int_equal(a.outlet.missing, 1);
	assert_int_equal(b.outlet.missing, 0);
	lines_give(&l, line(1), EXPORT_FINDINGS);
	lines_flush(&l);
	assert_string_equal(b.text, "{\"n\":1}\n");
	assert_non_null(strstr(a.text, "1 lines are missing here"));
	missed = last(&a);
	assert_int_equal(json_integer_value(json_object_get(missed, "n")), 1);
	json_decref(missed);
}

static void what_the_engine_dropped(void **state)
{
	(void)state;
	lines_missed(&l, 1000, "too fast");
	lines_flush(&l);
	assert_non_null(strstr(a.text, "1000 lines are missing here: too fast"));
	assert_string_equal(a.text, b.text);
}

/* A line that is longer than any is dropped, not cut. */
static void too_long(void **state)
{
	char *text = test_malloc(OUTLET_BYTES);

	(void)state;
	memset(text, 'x', OUTLET_BYTES - 1);
	text[OUTLET_BYTES - 1] = 0;
	lines_give(&l, json_pack("{s:s}", "text", text), EXPORT_FINDINGS);
	lines_flush(&l);
	assert_int_equal(a.outlet.dropped, 1);
	assert_non_null(strstr(a.text, "1 lines are missing here"));
	test_free(text);
}

/* journald, with nobody at the other end: tried again, told when it goes on */
static void no_journald(void **state)
{
	(void)state;
	assert_int_equal(journald_init(&l.journald, "/tmp/starlsm-no-journald"), 0);
	lines_add_way(&l, &l.journald.outlet, EXPORT_FINDINGS);
	for (int i = 0; i < 3; i++)
		lines_give(&l, line(i), EXPORT_FINDINGS);
	lines_flush(&l);
	assert_int_equal(l.journald.outlet.missing, 3);
	assert_int_equal(l.journald.outlet.dropped, 3);
	assert_int_equal(l.journald.outlet.failures, 1);
	l.now_ns = OUTLET_RETRY_NS;
	lines_flush(&l);
	assert_int_equal(l.journald.outlet.missing, 3);
	assert_int_equal(l.journald.outlet.failures, 2);
	assert_int_equal(a.outlet.lines, 3);
	journald_free(&l.journald);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_has_what, setup, teardown),
		cmocka_unit_test_setup_teardown(one_is_full, setup, teardown),
		cmocka_unit_test_setup_teardown(without_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(what_the_engine_dropped, setup, teardown),
		cmocka_unit_test_setup_teardown(too_long, setup, teardown),
		cmocka_unit_test_setup_teardown(no_journald, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
