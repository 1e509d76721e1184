// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of `starlsmctl status`, of very many guests
 */
#include "printing.h"

#define N_GUESTS	300
#define LINE_MAX_LEN	400

static char printed[1 << 20];

static int status_of(const char *text)
{
	return print_answer(ctl_status, "", text, printed, sizeof(printed));
}

/* Names in no order, every tenth as long as one can be, and not fit for a terminal */
static char *guests(void)
{
	char *text = malloc(N_GUESTS * 1024);
	int len;

	assert_non_null(text);
	len = sprintf(text, "{\"guests\":[");
	for (unsigned int i = 0; i < N_GUESTS; i++)
		len += sprintf(text + len, "%s{\"domid\":%u,\"name\":\"g%03u%s\",\"type\":\"pvh\","
			       "\"state\":\"streaming\",\"error\":\"ok\",\"events\":%u,\"lost\":0}",
			       i ? "," : "", i + 1, i * 7 % N_GUESTS, i % 10 ? "" :
			       "\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b"
			       "\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b"
			       "\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b"
			       "\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b"
			       "\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b"
			       "\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b\\u001b", i);
	strcpy(text + len, "],\"daemon\":{\"dry_run\":false,\"journal\":null}}");
	return text;
}

static void hundreds(void **state)
{
	char *text = guests(), *line, *next;
	unsigned int n = 0;

	(void)state;
	assert_int_equal(status_of(text), CTL_OK);
	free(text);
	assert_null(strchr(printed, '\033'));
	assert_int_equal(strncmp(printed, "GUEST ", 6), 0);
	for (line = strchr(printed, '\n') + 1; *line; line = next, n++) {
		next = strchr(line, '\n');
		assert_non_null(next++);
		assert_true(next - line < LINE_MAX_LEN);
		assert_int_equal(*line, 'g');
		assert_int_equal(strtoul(line + 1, NULL, 10), n);
	}
	assert_int_equal(n, N_GUESTS);
}

static void none(void **state)
{
	(void)state;
	assert_int_equal(status_of("{\"guests\":[],\"daemon\":{\"dry_run\":true}}"), CTL_OK);
	assert_non_null(strstr(printed, "\nno guest is observed\ndry-run is on"));
	assert_int_equal(status_of("{\"guests\":7}"), CTL_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hundreds),
		cmocka_unit_test(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
