// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of memory
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/security.h>

#include "hooks_test.h"

static void executable_file_is_recorded(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);
	const struct starlsm_rec_mmap *rec;

	hooks_test_settle(test);
	security_mmap_file(file, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	EXPECT_NOTHING(test);
	security_mmap_file(file, PROT_READ | PROT_EXEC, MAP_PRIVATE);
	rec = EXPECT_REC(test, MMAP, mmap);
	hooks_test_path(test, rec->path, "/");
	KUNIT_EXPECT_EQ(test, rec->prot, PROT_READ | PROT_EXEC);
	KUNIT_EXPECT_EQ(test, rec->flags, MAP_PRIVATE);
	EXPECT_NOTHING(test);
}

static void executable_memory_is_recorded(struct kunit *test)
{
	const struct starlsm_rec_anon *rec;

	hooks_test_settle(test);
	security_mmap_file(NULL, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	EXPECT_NOTHING(test);
	security_mmap_file(NULL, PROT_WRITE | PROT_EXEC, MAP_SHARED);
	rec = EXPECT_REC(test, ANON, anon);
	KUNIT_EXPECT_EQ(test, rec->prot, PROT_WRITE | PROT_EXEC);
	KUNIT_EXPECT_EQ(test, rec->flags, MAP_SHARED);
	EXPECT_NOTHING(test);
}

struct mprotect_case {
	const char *name;
	vm_flags_t now;
	unsigned long prot;
	bool recorded;
	bool has_file;
};

static const struct mprotect_case mprotect_cases[] = {
	{ "writable", VM_READ, PROT_READ | PROT_WRITE, false, false },
	{ "executable before", VM_READ | VM_EXEC, PROT_EXEC, false, false },
	{ "executable now", VM_READ, PROT_READ | PROT_EXEC, true, false },
	{ "a file's", VM_READ, PROT_READ | PROT_EXEC, true, true },
};

KUNIT_ARRAY_PARAM_DESC(mprotect, mprotect_cases, name);

static void newly_executable_is_recorded(struct kunit *test)
{
	const struct mprotect_case *const c = test->param_value;
	struct file *const file = hooks_test_root(test);
	struct vm_area_struct *const vma =
		kunit_kzalloc(test, sizeof(*vma), GFP_KERNEL);
	const struct starlsm_rec_mprotect *rec;

	KUNIT_ASSERT_NOT_NULL(test, vma);
	vma->vm_start = 0x10000;
	vma->vm_end = 0x13000;
	vma->vm_file = c->has_file ? file : NULL;
	vm_flags_init(vma, c->now);
	hooks_test_settle(test);
	security_file_mprotect(vma, c->prot, c->prot);
	if (c->recorded) {
		rec = EXPECT_REC(test, MPROTECT, mprotect);
		KUNIT_EXPECT_EQ(test, rec->start, 0x10000);
		KUNIT_EXPECT_EQ(test, rec->size, 0x3000);
		KUNIT_EXPECT_EQ(test, rec->prot, c->prot);
		if (c->has_file)
			hooks_test_path(test, rec->path, "/");
		else
			KUNIT_EXPECT_EQ(test, rec->path, 0);
	}
	EXPECT_NOTHING(test);
}

static void low_addresses_are_recorded(struct kunit *test)
{
	hooks_test_settle(test);
	security_mmap_addr(0x10000);
	EXPECT_NOTHING(test);
	security_mmap_addr(0xf000);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, LOWMAP, lowmap)->start, 0xf000);
	EXPECT_NOTHING(test);
}

static struct kunit_case memory_cases[] = {
	KUNIT_CASE(executable_file_is_recorded),
	KUNIT_CASE(executable_memory_is_recorded),
	KUNIT_CASE_PARAM(newly_executable_is_recorded, mprotect_gen_params),
	KUNIT_CASE(low_addresses_are_recorded),
	{}
};

static struct kunit_suite memory_suite = {
	.name = "starlsm_memory",
	.init = hooks_test_init,
	.test_cases = memory_cases,
};

kunit_test_suite(memory_suite);
