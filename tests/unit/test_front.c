// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: a device of the outer Xen, from the front, and the states of both
 */
#include "cmocka_all.h"

#include "fake_store.h"
#include "fatal.h"
#include "lib/front.h"

static struct front front;

/* wait_for() does not have to, or must not */
static bool must_not_wait;

int __wrap_usleep(useconds_t us);

int __wrap_usleep(useconds_t us)
{
	(void)us;
	if (must_not_wait)
		_exit(78);
	return 0;
}

static void open_in(const char *state)
{
	store_clear("device/kind/0", state);
	front_open(&front, "/", "kind", 0);
}

static void test_open(void **state)
{
	(void)state;
	open_in("2");
	assert_string_equal(front.front, "device/kind/0");
	assert_string_equal(front.back, STORE_BACK);
	assert_int_equal(front.backend, 7);
}

/* Wherever a predecessor has left the back end, it waits for us afterwards. */
static void test_reset(void **state)
{
	static const struct { const char *from, *said; } ways[] = {
		{ "1", "1" }, { "2", "1" }, { "3", "61" }, { "4", "561" }, { "5", "561" },
		{ "6", "61" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		open_in(ways[i].from);
		front_reset(&front);
		assert_string_equal(store_states, ways[i].said);
		assert_string_equal(store_get(STORE_BACK "/state"), "2");
	}
}

static bool say(struct front *f, xs_transaction_t t, const void *arg)
{
	return front_write(f, t, "number", *(const uint32_t *)arg);
}

static void test_connect(void **state)
{
	uint32_t number = 4294967295U;

	(void)state;
	open_in("2");
	store_conflicts = 3;
	front_connect(&front, say, &number);
	assert_int_equal(store_conflicts, 0);
	assert_string_equal(store_get("device/kind/0/number"), "4294967295");
	assert_string_equal(store_states, "4");
	assert_true(front_is_connected(&front));
	front_close(&front);
	assert_false(front_is_connected(&front));
}

static void test_values(void **state)
{
	char text[4];

	(void)state;
	open_in("2");
	store_put_back("long", "123456");
	assert_true(front_read(&front, front.back, "long", text, sizeof(text)));
	assert_string_equal(text, "123");
	assert_false(front_read(&front, front.back, "none", text, sizeof(text)));
}

static void open_another(const void *none)
{
	(void)none;
	store_clear("device/kind/0", "2");
	front_open(&front, "/", "kind", 1);
}

static void test_there_is_none(void **state)
{
	(void)state;
	expect_fatal(open_another, NULL);
}

static void look_at(const void *back_state)
{
	open_in(back_state);
	front_look(&front);
}

static void test_it_goes(void **state)
{
	(void)state;
	expect_fatal(look_at, "5");
	look_at("4");
	assert_int_not_equal(front.looked, 0);
}

static void reset_what_is_detached(const void *none)
{
	(void)none;
	open_in("4");
	store_detaches = true;
	must_not_wait = true;
	front_reset(&front);
}

/* At once: the next device may be there already. */
static void test_it_is_detached(void **state)
{
	(void)state;
	expect_fatal(reset_what_is_detached, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_connect),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_there_is_none),
		cmocka_unit_test(test_it_goes),
		cmocka_unit_test(test_it_is_detached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
