// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of `starlsmctl inspect`
 */
#include "printing.h"

static char printed[1 << 16];

static int inspect(const char *text)
{
	return print_answer(ctl_inspect, "web", text, printed, sizeof(printed));
}

#define assert_has(text)	assert_non_null(strstr(printed, text))

static void all_of_it(void **state)
{
	(void)state;
	assert_int_equal(inspect("{\"guests\":[{\"introspection\":{\"profile\":\"d4cb\",\"base\":-2130706432,"
		"\"looks\":7,\"turns\":2,\"pages\":900,\"findings\":1,\"busy_s\":0.5,\"lists_s\":0.2,"
		"\"modules_came\":3,\"modules_coming\":2,\"written_pages\":12,"
		"\"vcpus\":[{\"vcpu\":0,\"online\":true,\"rip\":\"0xffffffff81000010\","
		"\"cr0\":\"0x80050033\",\"events\":\"0x0\"},{\"vcpu\":1,\"online\":false,\"rip\":\"0x0\"}],"
		"\"checks\":[{\"name\":\"te\\u001bxt\",\"result\":\"could not look\","
		"\"why\":\"no \\u001b\",\"busy_s\":0.25}]}}]}"), CTL_OK);
	assert_has("kernel d4cb at 0xffffffff81000000\n");
	assert_has("7 rounds, 2 turns, 900 pages touched, 1 findings, 0.5 s, 0.2 s of it on lists\n");
	assert_has("3 modules came, 2 of them seen before their init had returned\n");
	assert_has("12 pages of text and read-only data were written to, as Xen says\n");
	assert_has("vCPU 0  rip 0xffffffff81000010  cr0 0x80050033\n");
	assert_has("vCPU 1  offline\n");
	/* what vmi says is escaped */
	assert_has("te\\x1bxt");
	assert_has("could not look, no \\x1b\n");
	assert_null(strchr(printed, '\033'));
}

static void nobody_looks(void **state)
{
	(void)state;
	assert_int_equal(inspect("{\"guests\":[{\"introspection\":null}]}"), CTL_FAILED);
	assert_int_equal(inspect("{\"guests\":[]}"), CTL_FAILED);
	assert_int_equal(inspect("{\"guests\":[{\"introspection\":{\"profile\":null,\"checks\":[]}}]}"),
			 CTL_OK);
	assert_has("there is no profile of its kernel\n");
	assert_null(strstr(printed, "written to"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(nobody_looks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
