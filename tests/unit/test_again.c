// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what is started once more, on a loop of its own
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "starlsmd/again.h"

#define SOON_US		1000

static sd_event *event;
static struct again again;
static int n_started;

static void start(void *owner)
{
	assert_ptr_equal(owner, &n_started);
	/* it may ask for the next time at once */
	assert_null(again.timer);
	if (++n_started == 2)
		sd_event_exit(event, 0);
	else
		again_later(&again, event, SOON_US, start, owner);
}

static int set_up(void **state)
{
	(void)state;
	n_started = 0;
	return sd_event_new(&event) < 0 ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	again_never(&again);
	event = sd_event_unref(event);
	return 0;
}

static void once_and_once_more(void **state)
{
	(void)state;
	again_later(&again, event, SOON_US, start, &n_started);
	assert_non_null(again.timer);
	assert_int_equal(sd_event_loop(event), 0);
	assert_int_equal(n_started, 2);
	assert_null(again.timer);
}

static void not_any_more(void **state)
{
	(void)state;
	again_later(&again, event, SOON_US, start, &n_started);
	again_never(&again);
	again_never(&again);
	assert_null(again.timer);
	assert_int_equal(sd_event_run(event, 50 * SOON_US), 0);
	assert_int_equal(n_started, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(once_and_once_more, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_any_more, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
