// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of watching a guest: file systems, and files that are open
 */
#include "small_guest.h"

/* One that is mounted, its root, its type; in the guest's own data but for the tables */
#define SB		(MORE + 0x000)
#define DENTRY		(MORE + 0x100)
#define INODE		(MORE + 0x140)
#define TYPE		(MORE + 0x180)
#define NAME		(MORE + 0x1c0)
#define FILES		(MORE + 0x200)
#define FDTABLE		(MORE + 0x220)
#define FDS		(MORE + 0x240)
#define FILE_AT		(MORE + 0x400)
#define TABLE		(MORE + 0x600)	/* that somebody has made */
#define OPS		(DATA + 0x800)	/* that the kernel has, and writes to */
#define FUNCTION	(TEXT + 0x400)

static int with_files(void **state)
{
	set_up(state);
	put_list(MOUNTS, SB);
	mock_u64(&guest, SB + 16, TYPE);
	mock_u64(&guest, SB + 24, OPS);
	mock_u64(&guest, SB + 40, DENTRY);
	mock_u64(&guest, DENTRY + 8, INODE);
	mock_u64(&guest, INODE, RODATA + 0x100);
	mock_u64(&guest, INODE + 8, OPS);
	mock_u64(&guest, TYPES, TYPE);
	mock_u64(&guest, TYPE, NAME);
	mock_put(&guest, NAME, "tmpfs", 6);
	mock_u64(&guest, TYPE + 24, FUNCTION);
	mock_u64(&guest, OPS + 16, FUNCTION);
	/* the second process has file 70 */
	mock_u64(&guest, TASK + TASK_LEN + 120, FILES);
	mock_u64(&guest, FILES, FDTABLE);
	mock_u32(&guest, FDTABLE, 72);
	mock_u64(&guest, FDTABLE + 8, FDS);
	mock_u64(&guest, FDS + 70 * 8, FILE_AT);
	mock_u64(&guest, FILE_AT + 16, OPS);
	mock_u64(&guest, TABLE + 24, FUNCTION);
	round_of();
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("file-systems"), LOOK_CLEAN);
	assert_int_equal(result_of("open-files"), LOOK_CLEAN);
	return 0;
}

static void operations_of_a_file_system(void **state)
{
	(void)state;
	mock_u64(&guest, SB + 24, TABLE);
	assert_one("file-systems");
	assert_non_null(strstr(told[0].text, "the table of the operations of tmpfs is nobody's"));
}

static void operations_of_its_names(void **state)
{
	(void)state;
	mock_u64(&guest, SB + 32, TABLE);
	assert_one("file-systems");
}

static void operations_of_its_root(void **state)
{
	(void)state;
	mock_u64(&guest, INODE + 8, TABLE);
	assert_one("file-systems");
	assert_non_null(strstr(told[0].text, "the file operations of the root of tmpfs"));
	mock_u64(&guest, INODE + 8, OPS);
	mock_u64(&guest, INODE, TABLE);
	round_of();
	assert_int_equal(n_told, 2);
}

static void what_mounts(void **state)
{
	(void)state;
	mock_u64(&guest, TYPE + 24, HEAP + 0xf00);
	assert_one("file-systems");
	assert_non_null(strstr(told[0].text, "what mounts tmpfs"));
}

/* One that is being mounted has no root; one whose list leads nowhere is not in order. */
static void not_whole(void **state)
{
	(void)state;
	mock_u64(&guest, SB + 40, 0);
	round_of();
	assert_int_equal(result_of("file-systems"), LOOK_CLEAN);
	mock_u64(&guest, SB + 40, 0xffff999900000000ULL);
	round_of();
	assert_int_equal(result_of("file-systems"), LOOK_COULD_NOT);
	mock_u64(&guest, MOUNTS, 0);
	round_of();
	assert_int_equal(result_of("file-systems"), LOOK_COULD_NOT);
	assert_int_equal(n_told, 0);
}

/* A table may be anywhere, as debugfs has them; its functions may not. */
static void open_file(void **state)
{
	(void)state;
	mock_u64(&guest, FILE_AT + 16, TABLE);
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, TABLE + 32, HEAP + 0xf00);
	assert_one("open-files");
	assert_non_null(strstr(told[0].text, "a file of process 2 (some?)"));
}

/* A file that is closed meanwhile, and a table of files that is none */
static void no_files(void **state)
{
	(void)state;
	mock_u64(&guest, FDS + 70 * 8, 0x1234567);
	mock_u64(&guest, FDS + 69 * 8, 0xffff999900000000ULL);
	round_of();
	mock_u32(&guest, FDTABLE, UINT32_MAX);
	round_of();
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("open-files"), LOOK_CLEAN);
}

/* In parts, when there is no time */
static void little_time(void **state)
{
	unsigned int n = 0;

	(void)state;
	watch_limit(&watch, clock_us, 1);
	mock_u64(&guest, SB + 24, TABLE);
	while (!n_told && n++ < 100)
		round_of();
	assert_int_equal(n_told, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(operations_of_a_file_system, with_files),
		cmocka_unit_test_setup(operations_of_its_names, with_files),
		cmocka_unit_test_setup(operations_of_its_root, with_files),
		cmocka_unit_test_setup(what_mounts, with_files),
		cmocka_unit_test_setup(not_whole, with_files),
		cmocka_unit_test_setup(open_file, with_files),
		cmocka_unit_test_setup(no_files, with_files),
		cmocka_unit_test_setup(little_time, with_files),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down_all);
}
