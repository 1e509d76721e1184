// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what `starlsmctl top` shows: rates, order, lines
 */
#include "cmocka_all.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl/board.h"
#include "lib/msg_out.h"

#define SECOND	1000000000LL
#define STARTED	(50 * SECOND)

static struct board board;
static char line[BOARD_LINE_MAX];

static int set_up(void **state)
{
	(void)state;
	memset(&board, 0, sizeof(board));
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	board_free(&board);
	return 0;
}

/* As starlsmd says it, with what the test is about put in for %s */
#define GUEST(domid, name, state, events, lost, more) \
	"{\"domid\":" #domid ",\"name\":\"" name "\",\"state\":\"" state "\",\"error\":\"ok\"," \
	"\"events\":" #events ",\"lost\":" #lost ",\"backlog\":4096" more "}"
#define STATUS(guests, daemon)	"{\"guests\":[" guests "],\"daemon\":{" daemon "}}"
#define HEALTHY	"\"dry_run\":false,\"journal\":{\"state\":\"running\",\"error\":\"\",\"lost\":0}"
#define LOOKS(n) ",\"introspection\":{\"findings\":" #n "}"

static void take(const char *status, int64_t now_ns)
{
	assert_int_equal(board_take(&board, status, now_ns), 0);
}

static void count(uint32_t domid, uint32_t state)
{
	struct msg_out_incident m = {
		.msg = { MSG_OUT_INCIDENT, sizeof(m) }, .domid = domid, .state = state,
	};

	assert_int_equal(board_incident(&board, &m.msg), 0);
}

static void figures(void **state)
{
	(void)state;
	take(STATUS(GUEST(5, "web", "streaming", 1000, 3, ",\"lag_us\":1530.4,\"rtt_us\":80.5,"
			  "\"heartbeat_age_ms\":400" LOOKS(2)) ","
		    GUEST(6, "mail", "waiting", 0, 0, ",\"lag_us\":0,\"heartbeat_age_ms\":null,"
			  "\"introspection\":null"), HEALTHY), STARTED);
	assert_int_equal(board.n, 2);
	assert_int_equal(board.n_notices, 0);
	/* by name */
	board_line(&board, 0, 80, line);
	assert_string_equal(line, "mail             waiting              -    4096      -       0"
			    "     -    -      -");
	board_line(&board, 1, 80, line);
	assert_string_equal(line, "web              streaming            -    4096 1.53ms       3"
			    "     2    -  400ms");
	board_heading(&board, 80, line);
	assert_string_equal(line, "vGUEST           STATE         EVENTS/S WAITING    LAG    LOST"
			    "  FIND  INC   BEAT");
	assert_int_equal(board_mood(&board.row[0]), BOARD_WARN);
	assert_int_equal(board_mood(&board.row[1]), BOARD_ALARM);
	board_summary(&board, 80, line);
	assert_string_equal(line, "2 guests  - events/s  3 lost  2 findings  - incidents");
}

static void rates(void **state)
{
	(void)state;
	take(STATUS(GUEST(5, "web", "streaming", 1000, 3, ""), HEALTHY), STARTED);
	assert_int_equal(board.row[0].rate, BOARD_UNKNOWN);
	take(STATUS(GUEST(5, "web", "streaming", 4000, 3, ""), HEALTHY), STARTED + 2 * SECOND);
	assert_int_equal(board.row[0].rate, 1500);
	assert_false(board.row[0].is_losing);
	assert_int_equal(board_mood(&board.row[0]), BOARD_CALM);
	take(STATUS(GUEST(5, "web", "streaming", 4000, 4, ""), HEALTHY), STARTED + 3 * SECOND);
	assert_int_equal(board.row[0].rate, 0);
	assert_true(board.row[0].is_losing);
	assert_int_equal(board_mood(&board.row[0]), BOARD_WARN);
	/* another reader counts from 0; another domain is another guest */
	take(STATUS(GUEST(5, "web", "streaming", 10, 0, ""), HEALTHY), STARTED + 4 * SECOND);
	assert_int_equal(board.row[0].rate, BOARD_UNKNOWN);
	assert_false(board.row[0].is_losing);
	take(STATUS(GUEST(7, "web", "streaming", 20, 0, ""), HEALTHY), STARTED + 5 * SECOND);
	assert_int_equal(board.row[0].rate, BOARD_UNKNOWN);
	/* two samples at one time say nothing */
	take(STATUS(GUEST(7, "web", "streaming", 30, 0, ""), HEALTHY), STARTED + 5 * SECOND);
	assert_int_equal(board.row[0].rate, BOARD_UNKNOWN);
}

static void incidents(void **state)
{
	const struct msg_out_missed other = { .msg = { MSG_OUT_MISSED, sizeof(other) } };

	(void)state;
	take(STATUS(GUEST(5, "web", "streaming", 0, 0, "") "," GUEST(6, "mail", "streaming", 0, 0, ""),
		    HEALTHY), STARTED);
	board_incidents_begin(&board);
	count(5, INCIDENT_OPEN);
	count(5, INCIDENT_ACTING);
	count(5, INCIDENT_FAILED);
	count(5, INCIDENT_CONTAINED);
	count(99, INCIDENT_OPEN);
	board_incidents_end(&board, true);
	board_sort(&board, BOARD_INCIDENTS, false);
	assert_int_equal(board.row[0].domid, 5);
	assert_int_equal(board.row[0].incidents, 3);
	assert_int_equal(board.row[1].incidents, 0);
	assert_int_equal(board_mood(&board.row[0]), BOARD_ALARM);
	/* kept from sample to sample, and where the list did not come whole */
	take(STATUS(GUEST(5, "web", "streaming", 0, 0, ""), HEALTHY), STARTED + SECOND);
	board_incidents_begin(&board);
	count(5, INCIDENT_OPEN);
	assert_int_equal(board_incident(&board, &other.msg), -1);
	board_incidents_end(&board, false);
	assert_int_equal(board.row[0].incidents, 3);
}

static void order_is(const char *names)
{
	char text[64] = "";

	for (size_t i = 0; i < board.n; i++)
		strcat(text, board.row[i].name);
	assert_string_equal(text, names);
}

static void orders(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++)
		take(i ? STATUS(GUEST(1, "b", "streaming", 10, 5, LOOKS(1)) ","
				GUEST(2, "a", "streaming", 20, 5, ",\"lag_us\":7") ","
				GUEST(3, "c", "streaming", 0, 9, LOOKS(3)), HEALTHY) :
			 STATUS(GUEST(1, "b", "streaming", 0, 0, "") ","
				GUEST(2, "a", "streaming", 0, 0, ""), HEALTHY),
		     STARTED + i * SECOND);
	order_is("abc");
	board_sort(&board, BOARD_NAME, true);
	order_is("cba");
	/* c has no rate yet: it is last whichever way */
	board_sort(&board, BOARD_EVENTS, false);
	order_is("abc");
	board_sort(&board, BOARD_EVENTS, true);
	order_is("bac");
	/* the same figure: by name */
	board_sort(&board, BOARD_LOST, false);
	order_is("cab");
	board_sort(&board, BOARD_LOST, true);
	order_is("abc");
	board_sort(&board, BOARD_FINDINGS, false);
	order_is("cba");
	board_sort(&board, BOARD_LAG, true);
	order_is("abc");
	board_heading(&board, 80, line);
	assert_non_null(strstr(line, " ^LAG "));
}

/* Every figure in its columns, however large it is */
static void large_figures(void **state)
{
	static const struct {
		int64_t n;
		const char *events, *us;
	} rows[] = {
		{ 0, "0", "0.00ms" }, { 9994, "9994", "9.99ms" }, { 9996, "9996", "10ms" },
		{ 99999, "99999", "100ms" }, { 100000, "100.0k", "100ms" },
		{ 999949, "999.9k", "1.0s" }, { 999951, "1.0M", "1.0s" },
		{ 99940000, "99.9M", "99.9s" }, { 99960000, "100.0M", "2min" },
		{ 5960000000, "6.0G", "99min" }, { 7200000000, "7.2G", "2h" },
		{ INT64_MAX, "9.2E", ">999h" },
	};
	char want[16];

	(void)state;
	take(STATUS(GUEST(5, "web", "streaming", 0, 0, ""), HEALTHY), STARTED);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		board.row[0].rate = rows[i].n;
		board.row[0].lag_us = rows[i].n;
		board_line(&board, 0, 80, line);
		assert_int_equal(strlen(line), 79 + 1);
		snprintf(want, sizeof(want), " %s ", rows[i].events);
		assert_non_null(strstr(line, want));
		snprintf(want, sizeof(want), " %s ", rows[i].us);
		assert_non_null(strstr(line, want));
	}
}

/* A name is an administrator's, and may be anything, and of any length. */
static void names(void **state)
{
	(void)state;
	take(STATUS(GUEST(5, "a\\u001b[2J\\u202eb", "streaming", 0, 0, ""), HEALTHY), STARTED);
	board_line(&board, 0, 80, line);
	assert_null(strchr(line, '\033'));
	assert_int_equal(strncmp(line, "a\\x1b[2J\\xe2\\x8~ streaming", 26), 0);
	take(STATUS(GUEST(5, "0123456789abcdef", "streaming", 0, 0, ""), HEALTHY), STARTED);
	board_line(&board, 0, 80, line);
	assert_int_equal(strncmp(line, "0123456789abcdef streaming", 26), 0);
	take(STATUS(GUEST(5, "0123456789abcdefg", "streaming", 0, 0, ""), HEALTHY), STARTED);
	board_line(&board, 0, 80, line);
	assert_int_equal(strncmp(line, "0123456789abcde~ streaming", 26), 0);
	/* characters of two columns: seven, one blank, one '~' */
	take(STATUS(GUEST(5, "\xe5\xae\xa2\xe5\xae\xa2\xe5\xae\xa2\xe5\xae\xa2\xe5\xae\xa2\xe5\xae\xa2"
			  "\xe5\xae\xa2\xe5\xae\xa2\xe5\xae\xa2", "streaming", 0, 0, ""), HEALTHY),
	     STARTED);
	board_line(&board, 0, 80, line);
	assert_int_equal(strncmp(line + 7 * 3, "~  streaming", 12), 0);
	/* a terminal that can only show ASCII */
	setlocale(LC_CTYPE, "C");
	board_line(&board, 0, 80, line);
	assert_int_equal(strncmp(line, "???????????????~ streaming", 26), 0);
}

static void a_wide_screen(void **state)
{
	(void)state;
	take(STATUS(GUEST(517, "0123456789abcdefghij", "streaming", 123456789, 0, ",\"rtt_us\":81"),
		    HEALTHY), STARTED);
	board_heading(&board, 132, line);
	assert_non_null(strstr(line, "DOMID"));
	assert_true(strlen(line) <= 132);
	board_line(&board, 0, 132, line);
	assert_int_equal(strncmp(line, "0123456789abcdefghij ", 21), 0);
	assert_non_null(strstr(line, "   517 streaming "));
	assert_non_null(strstr(line, " 123.5M "));
	assert_non_null(strstr(line, " 0.08ms"));
	assert_true(strlen(line) <= 132);
	board_line(&board, 0, 100000, line);
	assert_true(strlen(line) <= 132);
}

/*
 * Very many
 */

#define FEW	1000
#define MANY	(16 * FEW)

/* n guests, their numbers from the highest down, with so many events each by then */
static char *status_of(unsigned int n, unsigned int sample)
{
	char *text = malloc(n * 200 + 100);
	int len;

	assert_non_null(text);
	len = sprintf(text, "{\"guests\":[");
	for (unsigned int i = 0; i < n; i++)
		len += sprintf(text + len, "%s{\"domid\":%u,\"name\":\"g%05u\",\"state\":\"streaming\","
			       "\"events\":%u,\"lost\":0}", i ? "," : "", n - i, i * 7 % n,
			       sample * i);
	strcpy(text + len, "],\"daemon\":{}}");
	return text;
}

/* Two samples and an incident of each guest; the CPU time of that */
static int64_t ns_of(unsigned int n)
{
	char *first = status_of(n, 0), *second = status_of(n, 1);
	struct timespec from, to;

	board_free(&board);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	take(first, STARTED);
	take(second, STARTED + SECOND);
	board_incidents_begin(&board);
	for (unsigned int i = 0; i < n; i++)
		count(i + 1, INCIDENT_OPEN);
	board_incidents_end(&board, true);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	free(first);
	free(second);
	return (to.tv_sec - from.tv_sec) * SECOND + to.tv_nsec - from.tv_nsec;
}

/* Each of the guests is found, and none is looked for among all others. */
static void thousands(void **state)
{
	int64_t few_ns = INT64_MAX, many_ns;

	(void)state;
	for (int i = 0; i < 3; i++) {
		int64_t ns = ns_of(FEW);

		few_ns = ns < few_ns ? ns : few_ns;
	}
	many_ns = ns_of(MANY);
	assert_int_equal(board.n, MANY);
	board_sort(&board, BOARD_EVENTS, false);
	for (unsigned int i = 0; i < MANY; i++) {
		assert_int_equal(board.row[i].rate, MANY - 1 - i);
		assert_int_equal(board.row[i].incidents, 1);
		board_line(&board, i, 80, line);
		assert_true(strlen(line) <= 80);
	}
	/* 16 times as many; quadratic would be 256 times as long */
	print_message("# %u guests: %lld us, %u guests: %lld us\n", FEW, (long long)few_ns / 1000,
		      MANY, (long long)many_ns / 1000);
	assert_true(many_ns < 64 * few_ns);
}

static void notices(void **state)
{
	(void)state;
	take(STATUS("", "\"dry_run\":true,\"journal\":{\"state\":\"stopped\","
		    "\"error\":\"No space\\u0007 left\",\"lost\":12}"), STARTED);
	assert_int_equal(board.n, 0);
	assert_int_equal(board.n_notices, 3);
	assert_string_equal(board.notice[0], "THE JOURNAL HAS STOPPED: No space\\x07 left");
	assert_string_equal(board.notice[1], "entries that the journal lost: 12");
	assert_string_equal(board.notice[2], "dry-run is on: what is decided is not done");
	take(STATUS("", "\"dry_run\":false,\"journal\":{\"state\":\"away\"}"), STARTED);
	assert_int_equal(board.n_notices, 1);
	take(STATUS("", "\"dry_run\":false,\"journal\":null"), STARTED);
	assert_int_equal(board.n_notices, 0);
}

static void what_is_no_status(void **state)
{
	static const char * const wrong[] = {
		"", "{", "[]", "{}", "{\"guests\":5}", "{\"guests\":{}}",
	};

	(void)state;
	take(STATUS(GUEST(5, "web", "streaming", 0, 0, ""), HEALTHY), STARTED);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(board_take(&board, wrong[i], STARTED + SECOND), -1);
	assert_int_equal(board.n, 1);
	/* a guest that is none is one of which nothing is known */
	take("{\"guests\":[7]}", STARTED + SECOND);
	board_line(&board, 0, 80, line);
	assert_int_equal(board.row[0].events, BOARD_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(figures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rates, set_up, tear_down),
		cmocka_unit_test_setup_teardown(incidents, set_up, tear_down),
		cmocka_unit_test_setup_teardown(orders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(large_figures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_wide_screen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(thousands, set_up, tear_down),
		cmocka_unit_test_setup_teardown(notices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_status, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
