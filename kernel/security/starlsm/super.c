// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - file systems that are mounted: taken away, changed, made the root,
 * given quotas
 */
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/mount.h>
#include <linux/quota.h>

#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"
#include "wait.h"

/* For quota_on, which is no command of its own. */
#define QUOTA_ON	U32_MAX

static int hook_sb_umount(struct vfsmount *mnt, int flags)
{
	const struct path root = { .mnt = mnt, .dentry = mnt->mnt_root };

	starlsm_names_change_later();
	if (!starlsm_wants(UMOUNT))
		return 0;

	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_get(&root);
	const struct starlsm_rec_umount rec = {
		.path = starlsm_path_id(path),
		.flags = flags,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(UMOUNT, &rec));
}

/* With the super block locked */
static noinline void emit_remount(struct super_block *sb)
{
	struct starlsm_rec_remount rec = {};
	struct starlsm_var vars[1];

	vars[0] = starlsm_var_word(sb->s_type->name, STARLSM_FSTYPE_LEN_MAX);
	rec.flags = sb->s_flags;
	rec.fstype_len = vars[0].len;
	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG_VARS(REMOUNT, &rec, vars));
}

static int hook_sb_remount(struct super_block *sb, void *mnt_opts)
{
	if (starlsm_wants(REMOUNT))
		emit_remount(sb);
	return 0;
}

static int hook_sb_pivotroot(const struct path *old_path,
			     const struct path *new_path)
{
	starlsm_names_change_later();
	if (!starlsm_wants(PIVOT))
		return 0;

	struct starlsm_path *old __free(starlsm_path) =
		starlsm_path_get(old_path);
	struct starlsm_path *new __free(starlsm_path) =
		starlsm_path_get(new_path);
	const struct starlsm_rec_pivot rec = {
		.old = starlsm_path_id(old),
		.new = starlsm_path_id(new),
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { old, new },
	}, &STARLSM_MSG(PIVOT, &rec));
}

static void emit_quota(u32 cmd, u32 id)
{
	const struct starlsm_rec_quota rec = { .cmd = cmd, .id = id };

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(QUOTA, &rec));
}

static bool is_quota_change(int cmd)
{
	switch (cmd) {
	case Q_QUOTAON:
	case Q_QUOTAOFF:
	case Q_SETINFO:
	case Q_SETQUOTA:
	case Q_XQUOTAON:
	case Q_XQUOTAOFF:
	case Q_XSETQLIM:
	case Q_XQUOTARM:
		return true;
	default:
		return false;
	}
}

/* With the super block locked, as below */
static int hook_quotactl(int cmds, int type, int id,
			 const struct super_block *sb)
{
	if (starlsm_wants(QUOTA) && is_quota_change(cmds))
		emit_quota(cmds, id);
	return 0;
}

static int hook_quota_on(struct dentry *dentry)
{
	if (starlsm_wants(QUOTA))
		emit_quota(QUOTA_ON, 0);
	return 0;
}

static struct security_hook_list super_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(sb_umount, hook_sb_umount),
	LSM_HOOK_INIT(sb_remount, hook_sb_remount),
	LSM_HOOK_INIT(sb_pivotroot, hook_sb_pivotroot),
	LSM_HOOK_INIT(quotactl, hook_quotactl),
	LSM_HOOK_INIT(quota_on, hook_quota_on),
};

void __init starlsm_add_super_hooks(void)
{
	security_add_hooks(super_hooks, ARRAY_SIZE(super_hooks),
			   &starlsm_lsmid);
}
