// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: a disk of the outer Xen, as xenstore has it
 */
#include "cmocka_all.h"

#include "blkfront/device.h"
#include "fake_store.h"
#include "fatal.h"

#define XVDB	"device/vbd/51728"

static void test_sizes(void **state)
{
	(void)state;
	assert_int_equal(device_bytes("1"), 512);
	assert_int_equal(device_bytes("131072"), 64 << 20);
	assert_int_equal(device_bytes("1801439850948197"), 1801439850948197 * 512);
	assert_true(device_bytes("1801439850948197") < INT64_MAX);
}

static void test_what_is_no_size(void **state)
{
	static const char *const bad[] = {
		"", "0", "-1", "0x10", " 1", "1 ", "1.5", "18014398509481984",
		"36028797018963968", "18446744073709551616", "99999999999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(device_bytes(bad[i]), 0);
}

static void open_xvdb(struct device *d)
{
	*d = (struct device){ 0 };
	store_clear(XVDB, "2");
	store_put_back("sectors", "131072");
	device_open(d, "/", 1);
}

static void connect_to(struct device *d, size_t n_pages)
{
	static const uint32_t ref[] = { 11, 12 };

	device_connect(d, &(struct device_ring){ .n_pages = n_pages, .ref = ref, .outer_port = 9 });
}

static void test_ring_pages(void **state)
{
	static const struct { const char *order; size_t pages; } rows[] = {
		{ "0", 1 }, { "1", 2 }, { "4", 16 }, { "10", 1024 }, { "11", 1024 },
		{ "18446744073709551615", 1024 }, { "-1", 1024 }, { "x", 1 },
	};
	struct device d;

	(void)state;
	open_xvdb(&d);
	assert_int_equal(device_ring_pages(&d), 1);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		store_put_back("max-ring-page-order", rows[i].order);
		assert_int_equal(device_ring_pages(&d), rows[i].pages);
	}
}

static void test_a_ring_of_two(void **state)
{
	struct device d;

	(void)state;
	open_xvdb(&d);
	connect_to(&d, 2);
	assert_string_equal(store_get(XVDB "/ring-page-order"), "1");
	assert_string_equal(store_get(XVDB "/ring-ref0"), "11");
	assert_string_equal(store_get(XVDB "/ring-ref1"), "12");
	assert_null(store_get(XVDB "/ring-ref"));
	assert_string_equal(store_get(XVDB "/event-channel"), "9");
	assert_string_equal(store_get(XVDB "/feature-persistent"), "1");
	assert_string_equal(store_get(XVDB "/protocol"), "x86_64-abi");
}

/* Nothing is left that says otherwise. */
static void test_a_ring_of_one_after_one_of_two(void **state)
{
	struct device d;

	(void)state;
	open_xvdb(&d);
	connect_to(&d, 2);
	connect_to(&d, 1);
	assert_string_equal(store_get(XVDB "/ring-ref"), "11");
	assert_null(store_get(XVDB "/ring-page-order"));
}

static void test_what_there_is(void **state)
{
	struct device d;

	(void)state;
	open_xvdb(&d);
	connect_to(&d, 1);
	assert_int_equal(d.handle, 51728);
	assert_int_equal(d.bytes, 64 << 20);
	assert_false(d.can_flush || d.can_discard || d.is_readonly);
	store_put_back("feature-flush-cache", "1");
	store_put_back("feature-discard", "1");
	store_put_back("sector-size", "512");
	store_put_back("mode", "w");
	store_put_back("info", "0");
	connect_to(&d, 1);
	assert_true(d.can_flush && d.can_discard && !d.is_readonly);
	store_put_back("mode", "r");
	connect_to(&d, 1);
	assert_true(d.is_readonly);
	store_put_back("mode", "w");
	store_put_back("info", "4");
	connect_to(&d, 1);
	assert_true(d.is_readonly);
}

struct said {
	const char *node, *value;
};

static void connect_where_it_is_said(const void *arg)
{
	const struct said *said = arg;
	struct device d;

	open_xvdb(&d);
	store_put_back(said->node, said->value);
	connect_to(&d, 1);
}

static void test_disks_that_are_none(void **state)
{
	static const struct said bad[] = {
		{ "sectors", "0" }, { "sectors", "many" }, { "sector-size", "4096" },
		{ "sector-size", "1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		expect_fatal(connect_where_it_is_said, &bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_what_is_no_size),
		cmocka_unit_test(test_ring_pages),
		cmocka_unit_test(test_a_ring_of_two),
		cmocka_unit_test(test_a_ring_of_one_after_one_of_two),
		cmocka_unit_test(test_what_there_is),
		cmocka_unit_test(test_disks_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
