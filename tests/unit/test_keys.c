// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the numbers by which findings are known again
 */
#include "cmocka_all.h"

#include <string.h>

#include "vmi/keys.h"

static void by_place(void **state)
{
	struct msg_finding a = { .address = 0x1000 }, b = { .address = 0x1000 };

	(void)state;
	strcpy(b.text, "4 KiB");
	b.found_bytes[0] = 1;
	assert_int_equal(keys_of(&a, true), keys_of(&b, true));
	assert_int_not_equal(keys_of(&a, false), keys_of(&b, false));
	b.found = 2;
	assert_int_not_equal(keys_of(&a, true), keys_of(&b, true));
	b = a;
	b.address++;
	assert_int_not_equal(keys_of(&a, true), keys_of(&b, true));
}

static void oldest_goes(void **state)
{
	struct keys k = { .n = 0 };

	(void)state;
	for (uint64_t i = 0; i <= LOOK_FINDINGS_MAX; i++)
		keys_add(&k, i);
	assert_int_equal(k.n, LOOK_FINDINGS_MAX);
	assert_false(keys_has(&k, 0));
	assert_true(keys_has(&k, 1));
	assert_true(keys_has(&k, LOOK_FINDINGS_MAX));
}

static void in_both(void **state)
{
	struct keys a = { .key = { 1, 2, 3 }, .n = 3 }, b = { .key = { 3, 4, 1 }, .n = 3 };

	(void)state;
	keys_keep(&a, &b);
	assert_int_equal(a.n, 2);
	assert_true(keys_has(&a, 1) && keys_has(&a, 3));
	keys_drop(&a, &(struct keys){ .key = { 3 }, .n = 1 });
	assert_int_equal(a.n, 1);
	assert_int_equal(a.key[0], 1);
	b.n = 0;
	keys_keep(&a, &b);
	assert_int_equal(a.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_place),
		cmocka_unit_test(oldest_goes),
		cmocka_unit_test(in_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
