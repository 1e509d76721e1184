// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of names
 */
#include <kunit/test.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/security.h>

#include "hooks_test.h"

/* A name that nothing has yet, as these hooks get it */
static struct dentry *new_name(struct kunit *test, struct file *dir,
			       const char *name)
{
	struct dentry *const dentry =
		d_alloc(dir->f_path.dentry,
			&(struct qstr)QSTR_INIT(name, strlen(name)));

	KUNIT_ASSERT_NOT_NULL(test, dentry);
	return dentry;
}

static void link_has_both_paths(struct kunit *test)
{
	struct file *const dir = hooks_test_root(test);
	struct dentry *const name = new_name(test, dir, "starlsm_link");
	const struct starlsm_rec_link *rec;

	hooks_test_settle(test);
	security_path_link(dir->f_path.dentry, &dir->f_path, name);
	rec = EXPECT_REC(test, LINK, link);
	hooks_test_path(test, rec->from, "/");
	hooks_test_path(test, rec->to, "/starlsm_link");
	EXPECT_NOTHING(test);
	dput(name);
}

static void symlink_has_its_target(struct kunit *test)
{
	struct file *const dir = hooks_test_root(test);
	struct dentry *const name = new_name(test, dir, "starlsm_symlink");
	const struct starlsm_rec_symlink *rec;

	hooks_test_settle(test);
	security_path_symlink(&dir->f_path, name, "../where");
	rec = EXPECT_REC(test, SYMLINK, symlink);
	hooks_test_path(test, rec->path, "/starlsm_symlink");
	hooks_test_str(test, rec + 1, rec->target_len, "../where");
	EXPECT_NOTHING(test);
	dput(name);
}

static void directories_are_recorded(struct kunit *test)
{
	struct file *const dir = hooks_test_root(test);
	struct dentry *const name = new_name(test, dir, "starlsm_dir");
	const struct starlsm_rec_mkdir *rec;

	hooks_test_settle(test);
	security_path_mkdir(&dir->f_path, name, 0750);
	rec = EXPECT_REC(test, MKDIR, mkdir);
	KUNIT_EXPECT_EQ(test, rec->mode, 040750);
	hooks_test_path(test, rec->path, "/starlsm_dir");
	security_path_rmdir(&dir->f_path, name);
	hooks_test_path(test, EXPECT_REC(test, RMDIR, rmdir)->path,
			"/starlsm_dir");
	EXPECT_NOTHING(test);
	dput(name);
}

struct mknod_case {
	const char *name;
	umode_t mode;
	unsigned int dev;	/* as user space encodes it */
	u32 device;
	bool recorded;
};

static const struct mknod_case mknod_cases[] = {
	{ "regular file", S_IFREG | 0600, 0, 0, false },
	{ "regular file by default", 0600, 0, 0, false },
	{ "pipe", S_IFIFO | 0600, 0, 0, true },
	{ "socket", S_IFSOCK | 0600, 0, 0, true },
	{ "null", S_IFCHR | 0666, 0x103, 1 << 20 | 3, true },
	{ "high minor", S_IFBLK | 0600, 0x100801, 8 << 20 | 257, true },
};

KUNIT_ARRAY_PARAM_DESC(mknod, mknod_cases, name);

static void devices_are_recorded(struct kunit *test)
{
	const struct mknod_case *const c = test->param_value;
	struct file *const dir = hooks_test_root(test);
	struct dentry *const name = new_name(test, dir, "starlsm_node");
	const struct starlsm_rec_mknod *rec;

	hooks_test_settle(test);
	security_path_mknod(&dir->f_path, name, c->mode, c->dev);
	if (c->recorded) {
		rec = EXPECT_REC(test, MKNOD, mknod);
		hooks_test_path(test, rec->path, "/starlsm_node");
		KUNIT_EXPECT_EQ(test, rec->mode, c->mode);
		KUNIT_EXPECT_EQ(test, rec->device, c->device);
	}
	EXPECT_NOTHING(test);
	dput(name);
}

static struct kunit_case names_cases[] = {
	KUNIT_CASE(link_has_both_paths),
	KUNIT_CASE(symlink_has_its_target),
	KUNIT_CASE(directories_are_recorded),
	KUNIT_CASE_PARAM(devices_are_recorded, mknod_gen_params),
	{}
};

static struct kunit_suite names_suite = {
	.name = "starlsm_names",
	.init = hooks_test_init,
	.test_cases = names_cases,
};

kunit_test_suite(names_suite);
