// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of what the kernel loads, and of mounts
 */
#include <kunit/test.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/security.h>

#include "hooks_test.h"

struct load_case {
	const char *name;
	int id;
	bool memory;
	u16 type;
};

static const struct load_case image_cases[] = {
	{ "module from a file", READING_MODULE, false, STARLSM_EV_MODULE },
	{ "module from memory", LOADING_MODULE, true, STARLSM_EV_MODULE },
	{ "kernel from a file", READING_KEXEC_IMAGE, false, STARLSM_EV_KEXEC },
	{ "kernel from memory", LOADING_KEXEC_IMAGE, true, STARLSM_EV_KEXEC },
	{ "firmware from a file", READING_FIRMWARE, false, STARLSM_EV_IMAGE },
	{ "policy from memory", LOADING_POLICY, true, STARLSM_EV_IMAGE },
};

KUNIT_ARRAY_PARAM_DESC(load, image_cases, name);

/* The fields of a module and of another kernel, and those of any image */
static_assert(offsetof(struct starlsm_rec_image, source) ==
	      offsetof(struct starlsm_rec_module, source));
static_assert(sizeof(struct starlsm_rec_module) ==
	      sizeof(struct starlsm_rec_kexec));

static void loads_are_recorded(struct kunit *test)
{
	const struct load_case *const c = test->param_value;
	struct file *const file = hooks_test_root(test);
	const struct starlsm_rec_image *rec;

	hooks_test_settle(test);
	if (c->memory)
		security_kernel_load_data(c->id, true);
	else
		security_kernel_read_file(file, c->id, true);
	rec = (const void *)hooks_test_next(test);
	KUNIT_ASSERT_NOT_NULL(test, rec);
	KUNIT_EXPECT_EQ(test, rec->rec.type, c->type);
	if (c->memory) {
		KUNIT_EXPECT_EQ(test, rec->source, STARLSM_FROM_MEMORY);
		KUNIT_EXPECT_EQ(test, rec->path, 0);
	} else {
		KUNIT_EXPECT_EQ(test, rec->source, STARLSM_FROM_FILE);
		hooks_test_path(test, rec->path, "/");
	}
	if (c->type == STARLSM_EV_IMAGE)
		KUNIT_EXPECT_EQ(test, rec->what, c->id);
}

static void mounts_are_recorded(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);
	const struct starlsm_rec_mount *rec;

	hooks_test_settle(test);
	security_sb_mount("/dev/x", &file->f_path, "ext4", 0x20, NULL);
	rec = EXPECT_REC(test, MOUNT, mount);
	hooks_test_path(test, rec->target, "/");
	KUNIT_EXPECT_EQ(test, rec->flags, 0x20);
	KUNIT_ASSERT_EQ(test, rec->source_len, 6);
	KUNIT_ASSERT_EQ(test, rec->fstype_len, 4);
	KUNIT_EXPECT_MEMEQ(test, rec + 1, "/dev/xext4", 10);

	/* A change of an old mount has neither source nor type. */
	security_sb_mount(NULL, &file->f_path, NULL, 0, NULL);
	rec = EXPECT_REC(test, MOUNT, mount);
	KUNIT_EXPECT_EQ(test, rec->source_len, 0);
	KUNIT_EXPECT_EQ(test, rec->fstype_len, 0);
	security_move_mount(&file->f_path, &file->f_path);
	EXPECT_REC(test, MOUNT, mount);
}

static struct kunit_case load_cases[] = {
	KUNIT_CASE_PARAM(loads_are_recorded, load_gen_params),
	KUNIT_CASE(mounts_are_recorded),
	{}
};

static struct kunit_suite load_suite = {
	.name = "starlsm_load",
	.init = hooks_test_init,
	.test_cases = load_cases,
};

kunit_test_suite(load_suite);
