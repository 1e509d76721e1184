// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: how an NBD server and its client begin
 */
#include <linux/nbd.h>
#include <string.h>

#include "cmocka_all.h"

#include "nbd/greeting.h"

static const uint8_t hello[GREETING_HELLO_BYTES] = "NBDMAGICIHAVEOPT\x00\x03";
/* 64 MiB, with flush and trim */
static const uint8_t told[GREETING_DISK_BYTES] = "\x00\x00\x00\x00\x04\x00\x00\x00\x00\x25";

static void test_hello(void **state)
{
	(void)state;
	assert_true(greeting_is_hello(hello));
}

/* Each byte of it counts, but that of flags which nobody has. */
static void test_what_is_no_hello(void **state)
{
	uint8_t bad[GREETING_HELLO_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(bad); i++) {
		memcpy(bad, hello, sizeof(bad));
		bad[i] ^= 1;
		assert_int_equal(greeting_is_hello(bad), i == 16);
	}
}

static void test_our_choice(void **state)
{
	static const uint8_t wanted[GREETING_CHOICE_BYTES] =
		"\x00\x00\x00\x03" "IHAVEOPT" "\x00\x00\x00\x01" "\x00\x00\x00\x00";

	(void)state;
	assert_memory_equal(greeting_choice, wanted, sizeof(wanted));
}

static void test_a_disk(void **state)
{
	struct greeting_disk disk;

	(void)state;
	assert_true(greeting_parse(told, &disk));
	assert_int_equal(disk.bytes, 64 << 20);
	assert_int_equal(disk.flags, NBD_FLAG_HAS_FLAGS | NBD_FLAG_SEND_FLUSH | NBD_FLAG_SEND_TRIM);
}

/* Of no bytes, or with flags that do not say that there are any */
static void test_what_is_no_disk(void **state)
{
	static const uint8_t bad[][GREETING_DISK_BYTES] = {
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x25",
		"\x00\x00\x00\x00\x04\x00\x00\x00\x00\x24",
	};
	struct greeting_disk disk;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(greeting_parse(bad[i], &disk));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hello),
		cmocka_unit_test(test_what_is_no_hello),
		cmocka_unit_test(test_our_choice),
		cmocka_unit_test(test_a_disk),
		cmocka_unit_test(test_what_is_no_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
