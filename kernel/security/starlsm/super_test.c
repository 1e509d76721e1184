// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of mounted file systems
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/quota.h>
#include <linux/security.h>

#include "hooks_test.h"

static void umount_is_recorded(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);
	const struct starlsm_rec_umount *rec;

	hooks_test_settle(test);
	security_sb_umount(file->f_path.mnt, MNT_DETACH);
	rec = EXPECT_REC(test, UMOUNT, umount);
	hooks_test_path(test, rec->path, "/");
	KUNIT_EXPECT_EQ(test, rec->flags, MNT_DETACH);
	EXPECT_NOTHING(test);
}

static void remount_is_recorded(struct kunit *test)
{
	struct super_block *const sb = file_inode(hooks_test_root(test))->i_sb;
	const struct starlsm_rec_remount *rec;

	hooks_test_settle(test);
	security_sb_remount(sb, NULL);
	rec = EXPECT_REC(test, REMOUNT, remount);
	KUNIT_EXPECT_EQ(test, rec->flags, sb->s_flags);
	hooks_test_str(test, rec + 1, rec->fstype_len, sb->s_type->name);
	EXPECT_NOTHING(test);
}

static void pivot_has_both_paths(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);
	const struct starlsm_rec_pivot *rec;

	hooks_test_settle(test);
	security_sb_pivotroot(&file->f_path, &file->f_path);
	rec = EXPECT_REC(test, PIVOT, pivot);
	hooks_test_path(test, rec->old, "/");
	hooks_test_path(test, rec->new, "/");
	EXPECT_NOTHING(test);
}

struct quota_case {
	const char *name;
	int cmd;
	bool recorded;
};

static const struct quota_case quota_cases[] = {
	{ "get", Q_GETQUOTA, false },
	{ "sync", Q_SYNC, false },
	{ "set", Q_SETQUOTA, true },
	{ "off", Q_QUOTAOFF, true },
};

KUNIT_ARRAY_PARAM_DESC(quota, quota_cases, name);

static void quotas_are_recorded(struct kunit *test)
{
	const struct quota_case *const c = test->param_value;
	struct file *const file = hooks_test_root(test);
	const struct starlsm_rec_quota *rec;

	hooks_test_settle(test);
	security_quotactl(c->cmd, USRQUOTA, 33, file_inode(file)->i_sb);
	if (c->recorded) {
		rec = EXPECT_REC(test, QUOTA, quota);
		KUNIT_EXPECT_EQ(test, rec->cmd, c->cmd);
		KUNIT_EXPECT_EQ(test, rec->id, 33);
	}
	EXPECT_NOTHING(test);
	security_quota_on(file->f_path.dentry);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, QUOTA, quota)->cmd, U32_MAX);
	EXPECT_NOTHING(test);
}

static struct kunit_case super_cases[] = {
	KUNIT_CASE(umount_is_recorded),
	KUNIT_CASE(remount_is_recorded),
	KUNIT_CASE(pivot_has_both_paths),
	KUNIT_CASE_PARAM(quotas_are_recorded, quota_gen_params),
	{}
};

static struct kunit_suite super_suite = {
	.name = "starlsm_super",
	.init = hooks_test_init,
	.test_cases = super_cases,
};

kunit_test_suite(super_suite);
