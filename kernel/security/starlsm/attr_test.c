// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of sizes, modes, owners and attributes
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/security.h>
#include <linux/xattr.h>

#include "hooks_test.h"

static void truncations_are_recorded(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);

	hooks_test_settle(test);
	security_path_truncate(&file->f_path);
	hooks_test_path(test, EXPECT_REC(test, TRUNCATE, truncate)->path, "/");
	security_file_truncate(file);
	hooks_test_path(test, EXPECT_REC(test, TRUNCATE, truncate)->path, "/");
	EXPECT_NOTHING(test);
}

static void chmod_has_both_modes(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);
	const umode_t mode = file_inode(file)->i_mode;
	const struct starlsm_rec_chmod *rec;

	hooks_test_settle(test);
	/* What user space sets above the mode is not part of it. */
	security_path_chmod(&file->f_path, 0104711);
	rec = EXPECT_REC(test, CHMOD, chmod);
	hooks_test_path(test, rec->path, "/");
	KUNIT_EXPECT_EQ(test, rec->old_mode, mode);
	KUNIT_EXPECT_EQ(test, rec->mode, 0044711);
	EXPECT_NOTHING(test);
}

static void chown_has_both_owners(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);
	const struct starlsm_rec_chown *rec;

	hooks_test_settle(test);
	security_path_chown(&file->f_path, KUIDT_INIT(33), INVALID_GID);
	rec = EXPECT_REC(test, CHOWN, chown);
	hooks_test_path(test, rec->path, "/");
	KUNIT_EXPECT_EQ(test, rec->old_uid, file_inode(file)->i_uid.val);
	KUNIT_EXPECT_EQ(test, rec->uid, 33);
	KUNIT_EXPECT_EQ(test, rec->gid, U32_MAX);
	EXPECT_NOTHING(test);
}

static void chroot_is_recorded(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);

	hooks_test_settle(test);
	security_path_chroot(&file->f_path);
	hooks_test_path(test, EXPECT_REC(test, CHROOT, chroot)->path, "/");
	EXPECT_NOTHING(test);
}

/* These hooks do not know the mount: what was found before is what they tell. */
static void find_path(struct kunit *test, struct file *file)
{
	security_path_chroot(&file->f_path);
	EXPECT_REC(test, CHROOT, chroot);
}

static void attributes_are_recorded(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);
	struct dentry *const dentry = file->f_path.dentry;
	const struct starlsm_rec_xattr *rec;

	hooks_test_settle(test);
	find_path(test, file);
	security_inode_setxattr(&nop_mnt_idmap, dentry, "user.x", "abc", 3, 0);
	rec = EXPECT_REC(test, XATTR, xattr);
	hooks_test_path(test, rec->path, "/");
	KUNIT_EXPECT_EQ(test, rec->op, STARLSM_CHANGE_SET);
	KUNIT_EXPECT_EQ(test, rec->size, 3);
	hooks_test_str(test, rec + 1, rec->attr_len, "user.x");
	security_inode_removexattr(&nop_mnt_idmap, dentry, "user.y");
	rec = EXPECT_REC(test, XATTR, xattr);
	KUNIT_EXPECT_EQ(test, rec->op, STARLSM_CHANGE_REMOVE);
	KUNIT_EXPECT_EQ(test, rec->size, 0);
	hooks_test_str(test, rec + 1, rec->attr_len, "user.y");
	EXPECT_NOTHING(test);
}

static void acls_are_recorded(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);
	struct dentry *const dentry = file->f_path.dentry;
	const struct starlsm_rec_acl *rec;

	hooks_test_settle(test);
	find_path(test, file);
	security_inode_set_acl(&nop_mnt_idmap, dentry,
			       XATTR_NAME_POSIX_ACL_ACCESS, NULL);
	rec = EXPECT_REC(test, ACL, acl);
	hooks_test_path(test, rec->path, "/");
	KUNIT_EXPECT_EQ(test, rec->op, STARLSM_CHANGE_SET);
	hooks_test_str(test, rec + 1, rec->attr_len,
		       XATTR_NAME_POSIX_ACL_ACCESS);
	security_inode_remove_acl(&nop_mnt_idmap, dentry,
				  XATTR_NAME_POSIX_ACL_DEFAULT);
	rec = EXPECT_REC(test, ACL, acl);
	KUNIT_EXPECT_EQ(test, rec->op, STARLSM_CHANGE_REMOVE);
	EXPECT_NOTHING(test);
}

struct times_case {
	const char *name;
	unsigned int valid;
	bool recorded;
	u64 mtime_ns;
	u64 atime_ns;
};

static const struct times_case times_cases[] = {
	{ "touched", ATTR_MTIME | ATTR_ATIME, false, 0, 0 },
	{ "mode", ATTR_MODE, false, 0, 0 },
	{ "mtime", ATTR_MTIME | ATTR_MTIME_SET, true, 5000000007, 0 },
	{ "atime", ATTR_ATIME | ATTR_ATIME_SET, true, 0, 6000000008 },
	{ "both", ATTR_MTIME | ATTR_MTIME_SET | ATTR_ATIME | ATTR_ATIME_SET,
	  true, 5000000007, 6000000008 },
};

KUNIT_ARRAY_PARAM_DESC(times, times_cases, name);

static void given_times_are_recorded(struct kunit *test)
{
	const struct times_case *const c = test->param_value;
	struct file *const file = hooks_test_root(test);
	const struct starlsm_rec_times *rec;
	struct iattr attr = {
		.ia_valid = c->valid,
		.ia_mtime = { .tv_sec = 5, .tv_nsec = 7 },
		.ia_atime = { .tv_sec = 6, .tv_nsec = 8 },
	};

	hooks_test_settle(test);
	find_path(test, file);
	security_inode_setattr(&nop_mnt_idmap, file->f_path.dentry, &attr);
	if (c->recorded) {
		rec = EXPECT_REC(test, TIMES, times);
		hooks_test_path(test, rec->path, "/");
		KUNIT_EXPECT_EQ(test, rec->mtime_ns, c->mtime_ns);
		KUNIT_EXPECT_EQ(test, rec->atime_ns, c->atime_ns);
	}
	EXPECT_NOTHING(test);
}

static struct kunit_case attr_cases[] = {
	KUNIT_CASE(truncations_are_recorded),
	KUNIT_CASE(chmod_has_both_modes),
	KUNIT_CASE(chown_has_both_owners),
	KUNIT_CASE(chroot_is_recorded),
	KUNIT_CASE(attributes_are_recorded),
	KUNIT_CASE(acls_are_recorded),
	KUNIT_CASE_PARAM(given_times_are_recorded, times_gen_params),
	{}
};

static struct kunit_suite attr_suite = {
	.name = "starlsm_attr",
	.init = hooks_test_init,
	.test_cases = attr_cases,
};

kunit_test_suite(attr_suite);
