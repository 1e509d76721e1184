// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of which interfaces are a guest's; case playbook takes one down
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdbool.h>

#include "responder/network.h"

static void names(void **state)
{
	static const struct {
		const char *name;
		bool is_its;
	} rows[] = {
		{ "vif5.0", true }, { "vif5.12", true }, { "vif5.0-emu", true },
		{ "vif5", false }, { "vif5.", false }, { "vif5.x", false }, { "vif5.0x", false },
		{ "vif5.0-em", false }, { "vif55.0", false }, { "vif50.0", false },
		{ "vif15.0", false }, { "xvif5.0", false }, { "vif05.0", false }, { "", false },
		{ "vif5.0.1", false }, { "vif5.-emu", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(network_is_its(rows[i].name, 5), rows[i].is_its);
}

/* Without an interface nothing is up, nothing is down, and nothing was done. */
static void none(void **state)
{
	char text[32] = "x";

	(void)state;
	assert_int_equal(network_is(31999, true), -ENODEV);
	assert_int_equal(network_is(31999, false), -ENODEV);
	assert_int_equal(network_set(31999, false), ENODEV);
	network_names(31999, text, sizeof(text));
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
