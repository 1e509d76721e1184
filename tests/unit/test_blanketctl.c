// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: how it stands with the outer Xen, gathered and for people
 */
#include "cmocka_all.h"

#include "blanketctl/gather.h"
#include "blanketctl/print.h"
#include "fake_store.h"
#include "fatal.h"

#define SAID "{\"moves\":2,\"programs\":3,\"programs_max\":32,\"watches\":4,\"watches_max\":96," \
	"\"transactions\":0,\"transactions_max\":10}"

static const char *blanketd_says = SAID;

char *xs_control_command(struct xs_handle *h, const char *cmd, void *data, unsigned int len)
{
	(void)h;
	(void)data;
	assert_string_equal(cmd, "status");
	assert_int_equal(len, 0);
	errno = ENOSYS;
	return blanketd_says ? strdup(blanketd_says) : NULL;
}

static json_t *gathered(void)
{
	json_t *all = gather(xs_open(0));

	assert_non_null(all);
	return all;
}

static void put_vm(void)
{
	store_clear("device/vif/0", "4");
	store_put("device/vif/0/state", "4");
	store_put("domid", "5");
	store_put("name", "rented");
	store_put("control/feature-suspend", "1");
}

static void expect_device(const json_t *device, const char *wanted)
{
	char *is = json_dumps(device, JSON_COMPACT | JSON_SORT_KEYS);

	assert_string_equal(is, wanted);
	free(is);
}

static void test_a_device(void **state)
{
	json_t *all, *devices;

	(void)state;
	put_vm();
	all = gathered();
	assert_int_equal(json_integer_value(json_object_get(all, "domid")), 5);
	assert_true(json_is_true(json_object_get(all, "can_suspend")));
	devices = json_object_get(all, "devices");
	assert_int_equal(json_array_size(devices), 1);
	expect_device(json_array_get(devices, 0),
		      "{\"back\":\"connected\",\"backend\":7,\"front\":\"connected\","
		      "\"kind\":\"vif\",\"number\":\"0\"}");
	json_decref(all);
}

/* One in no state that there is, one whose back end is gone, and what is no device */
static void test_odd_devices(void **state)
{
	json_t *all, *devices;

	(void)state;
	put_vm();
	store_put_back("state", "99");
	store_put("device/vbd/51712/state", "1");
	store_put("device/vbd/51712/backend", "/gone");
	store_put("device/suspend/event-channel", "");
	all = gathered();
	devices = json_object_get(all, "devices");
	assert_int_equal(json_array_size(devices), 2);
	expect_device(json_array_get(devices, 0),
		      "{\"back\":\"unknown\",\"backend\":7,\"front\":\"connected\","
		      "\"kind\":\"vif\",\"number\":\"0\"}");
	expect_device(json_array_get(devices, 1),
		      "{\"back\":\"unknown\",\"backend\":0,\"front\":\"initialising\","
		      "\"kind\":\"vbd\",\"number\":\"51712\"}");
	json_decref(all);
}

static void test_nothing_there(void **state)
{
	json_t *all;

	(void)state;
	memset(store_nodes, 0, sizeof(store_nodes));
	all = gathered();
	assert_int_equal(json_integer_value(json_object_get(all, "domid")), -1);
	assert_true(json_is_false(json_object_get(all, "can_suspend")));
	assert_int_equal(json_array_size(json_object_get(all, "devices")), 0);
	json_decref(all);
}

static void test_escaped(void **state)
{
	json_t *all;

	(void)state;
	put_vm();
	store_put("name", "a\033[2J\xff");
	all = gathered();
	assert_string_equal(json_string_value(json_object_get(all, "name")), "a\\x1b[2J\\xff");
	json_decref(all);
}

static void gather_from(const void *said)
{
	blanketd_says = said;
	put_vm();
	gather(xs_open(0));
}

static void test_not_blanketd(void **state)
{
	(void)state;
	expect_fatal(gather_from, NULL);
	expect_fatal(gather_from, "[]");
	expect_fatal(gather_from, "Supported commands: help");
}

static void expect_printed(json_t *all, const char *wanted)
{
	char is[1024] = "";
	FILE *f = fmemopen(is, sizeof(is), "w");

	json_object_set_new(all, "xen", json_string("4.17"));
	json_object_set_new(all, "socket", json_string("/s"));
	json_object_set_new(all, "pages", json_integer(514));
	json_object_set_new(all, "pages_max", json_integer(2040));
	json_object_set_new(all, "channels", json_integer(3));
	json_object_set_new(all, "channels_max", json_integer(128));
	print_status(all, f);
	fclose(f);
	assert_string_equal(is, wanted);
	json_decref(all);
}

static void test_printed(void **state)
{
	(void)state;
	put_vm();
	expect_printed(gathered(),
		       "outer Xen  4.17, where this VM is domain 5, rented\n"
		       "in use     514 of 2040 pages, 3 of 128 channels\n"
		       "xenstore   /s, 3 of 32 programs, 4 of 96 watches, 0 of 10 transactions\n"
		       "moved      2 times since blanketd was started; can be moved\n"
		       "device     vif/0, connected; its back end in domain 7, connected\n");
	memset(store_nodes, 0, sizeof(store_nodes));
	expect_printed(gathered(),
		       "outer Xen  4.17, where this VM is domain -1, \n"
		       "in use     514 of 2040 pages, 3 of 128 channels\n"
		       "xenstore   /s, 3 of 32 programs, 4 of 96 watches, 0 of 10 transactions\n"
		       "moved      2 times since blanketd was started; cannot be moved, "
		       "blanket-suspend has not run\n"
		       "devices    none\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_device),
		cmocka_unit_test(test_odd_devices),
		cmocka_unit_test(test_nothing_there),
		cmocka_unit_test(test_escaped),
		cmocka_unit_test(test_not_blanketd),
		cmocka_unit_test(test_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
