// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of profiles: what is in one, and what is not believed of one
 */
#include "cmocka_all.h"

#include "mock_profile.h"

static struct mock_profile mock;
static struct profile profile;

static int set_up(void **state)
{
	(void)state;
	memset(&mock, 0, sizeof(mock));
	mock.base = 0x1000;
	mock_symbol(&mock, "_text", 0x1000, 0, SYMBOL_OTHER);
	mock_symbol(&mock, "first", 0x1000, 16, SYMBOL_FUNCTION);
	mock_symbol(&mock, "second", 0x1040, 16, SYMBOL_FUNCTION);
	mock_symbol(&mock, "data", 0x3000, 8, SYMBOL_OBJECT);
	mock_member(&mock, "task_struct.cred", 24, 8);
	mock_region(&mock, REGION_TEXT, 0x1000, "abcdefgh", 8);
	mock_region(&mock, REGION_RODATA, 0x3000, "ABCD", 4);
	mock_site(&mock, SITE_FTRACE, 0x1000, 5);
	mock_variant(&mock, VARIANT_BYTES, "\x0f\x1f\x44\0\0", 5);
	mock_variant(&mock, VARIANT_BRANCH, "\xe8\0\0\0\0", 5);
	mock_site(&mock, SITE_LOCK, 0x1006, 1);
	mock_variant(&mock, VARIANT_BYTES, "\x3e", 1);
	mock_profile_make(&mock);
	return 0;
}

static void finds(void **state)
{
	char name[8];

	(void)state;
	assert_null(profile_check(mock.file, mock.size, &profile));
	assert_int_equal(profile_find(&profile, "second")->address, 0x1040);
	assert_null(profile_find(&profile, "third"));
	assert_null(profile_find(&profile, ""));
	/* the same place of a name, with another one in it */
	strcpy(name, "second");
	assert_int_equal(profile_find(&profile, name)->address, 0x1040);
	strcpy(name, "first");
	assert_int_equal(profile_find(&profile, name)->address, 0x1000);
	strcpy(name, "third");
	assert_null(profile_find(&profile, name));
	/* of two at one place the one that has a size */
	assert_string_equal(profile_text(&profile, profile_symbol_at(&profile, 0x1008)->name),
			    "first");
	assert_null(profile_symbol_at(&profile, 0xfff));
	assert_true(profile_is_function(&profile, 0x1000));
	assert_false(profile_is_function(&profile, 0x1001));
	assert_false(profile_is_function(&profile, 0x3000));
	assert_int_equal(profile_member(&profile, "task_struct.cred")->offset, 24);
	assert_null(profile_member(&profile, "task_struct"));
	assert_int_equal(profile_site_after(&profile, 0), 0);
	assert_int_equal(profile_site_after(&profile, 0x1004), 0);
	assert_int_equal(profile_site_after(&profile, 0x1005), 1);
	assert_int_equal(profile_site_after(&profile, 0x1007), 2);
}

static void refuses_damage(void **state)
{
	struct profile_header *h = (void *)mock.file;

	(void)state;
	assert_non_null(profile_check(mock.file, 8, &profile));
	assert_non_null(profile_check(mock.file, mock.size - 1, &profile));
	mock.file[mock.size - 1] ^= 1;
	assert_non_null(profile_check(mock.file, mock.size, &profile));
	mock.file[mock.size - 1] ^= 1;
	h->version++;
	assert_non_null(profile_check(mock.file, mock.size, &profile));
	h->version--;
	assert_null(profile_check(mock.file, mock.size, &profile));
}

/* Each word of it wrong in turn, and the checksum right: nothing is read that is not there. */
static void refuses_nonsense(void **state)
{
	static const uint64_t bad[] = { ~0ULL, 0x7fffffff, 1ULL << 63, 0x100000 };
	size_t refused = 0;

	(void)state;
	for (size_t at = 32; at + 8 <= mock.size; at += 8) {
		for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
			uint64_t was;

			memcpy(&was, mock.file + at, 8);
			memcpy(mock.file + at, &bad[i], 8);
			mock_seal(&mock);
			if (profile_check(mock.file, mock.size, &profile)) {
				refused++;
			} else {
				profile_find(&profile, "second");
				profile_symbol_at(&profile, 0x1041);
				profile_member(&profile, "x");
			}
			memcpy(mock.file + at, &was, 8);
		}
	}
	assert_true(refused > 50);
	mock_seal(&mock);
	assert_null(profile_check(mock.file, mock.size, &profile));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(finds, set_up),
		cmocka_unit_test_setup(refuses_damage, set_up),
		cmocka_unit_test_setup(refuses_nonsense, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
