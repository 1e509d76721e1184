// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: the address of a network device, as xenstore has it
 */
#include "cmocka_all.h"

#include "netfront/device.h"

static void test_an_address(void **state)
{
	static const uint8_t wanted[MAC_LEN] = { 0x00, 0x16, 0x3e, 0xab, 0xCD, 0x01 };
	uint8_t mac[MAC_LEN];

	(void)state;
	assert_true(device_mac("00:16:3e:ab:CD:01", mac));
	assert_memory_equal(mac, wanted, MAC_LEN);
}

static void test_what_is_no_address(void **state)
{
	static const char *const bad[] = {
		"", "00:16:3e:ab:cd", "00:16:3e:ab:cd:0g", "00:16:3e:ab:cd:01:02",
		"00-16-3e-ab-cd-01", "00:16:3e:ab:cd:01 ", "00:16:3e:ab:cd:012",
	};
	uint8_t mac[MAC_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(device_mac(bad[i], mac));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_address),
		cmocka_unit_test(test_what_is_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
