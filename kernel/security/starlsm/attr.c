// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - what a file is, beside its content: size, mode, owner, attributes
 *
 * All but those of truncation and chroot run with the inode locked.
 */
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/time64.h>
#include <linux/uidgid.h>
#include <linux/xattr.h>

#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"

static int hook_path_truncate(const struct path *file)
{
	if (!starlsm_wants(TRUNCATE))
		return 0;

	struct starlsm_path *path __free(starlsm_path) = starlsm_path_get(file);
	const struct starlsm_rec_truncate rec = {
		.path = starlsm_path_id(path),
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(TRUNCATE, &rec));
}

/* ftruncate(2), and open(2) with O_TRUNC */
static int hook_file_truncate(struct file *file)
{
	return hook_path_truncate(&file->f_path);
}

static noinline void emit_chmod(const struct path *file, umode_t mode)
{
	const umode_t old_mode = d_backing_inode(file->dentry)->i_mode;

	struct starlsm_path *path __free(starlsm_path) = starlsm_path_get(file);
	const struct starlsm_rec_chmod rec = {
		.path = starlsm_path_id(path),
		.old_mode = old_mode,
		.mode = (old_mode & ~S_IALLUGO) | (mode & S_IALLUGO),
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(CHMOD, &rec));
}

static int hook_path_chmod(const struct path *file, umode_t mode)
{
	if (starlsm_wants(CHMOD))
		emit_chmod(file, mode);
	return 0;
}

static noinline void emit_chown(const struct path *file, kuid_t uid, kgid_t gid)
{
	struct starlsm_path *path __free(starlsm_path) = starlsm_path_get(file);
	const struct starlsm_rec_chown rec = {
		.path = starlsm_path_id(path),
		.old_uid = from_kuid(&init_user_ns,
				     d_backing_inode(file->dentry)->i_uid),
		.uid = from_kuid(&init_user_ns, uid),
		.gid = from_kgid(&init_user_ns, gid),
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(CHOWN, &rec));
}

static int hook_path_chown(const struct path *file, kuid_t uid, kgid_t gid)
{
	if (starlsm_wants(CHOWN))
		emit_chown(file, uid, gid);
	return 0;
}

static int hook_path_chroot(const struct path *root)
{
	if (!starlsm_wants(CHROOT))
		return 0;

	struct starlsm_path *path __free(starlsm_path) = starlsm_path_get(root);
	const struct starlsm_rec_chroot rec = {
		.path = starlsm_path_id(path),
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(CHROOT, &rec));
}

static void emit_xattr(struct dentry *dentry, u32 op, const char *name,
		       size_t size)
{
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_dentry(dentry);
	const struct starlsm_var vars[] = {
		starlsm_var_word(name, XATTR_NAME_MAX),
	};
	const struct starlsm_rec_xattr rec = {
		.path = starlsm_path_id(path),
		.op = op,
		.size = size,
		.attr_len = vars[0].len,
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG_VARS(XATTR, &rec, vars));
}

static int hook_inode_setxattr(struct mnt_idmap *idmap, struct dentry *dentry,
			       const char *name, const void *value,
			       size_t size, int flags)
{
	if (starlsm_wants(XATTR))
		emit_xattr(dentry, STARLSM_CHANGE_SET, name, size);
	return 0;
}

static int hook_inode_removexattr(struct mnt_idmap *idmap,
				  struct dentry *dentry, const char *name)
{
	if (starlsm_wants(XATTR))
		emit_xattr(dentry, STARLSM_CHANGE_REMOVE, name, 0);
	return 0;
}

static void emit_acl(struct dentry *dentry, u32 op, const char *name)
{
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_dentry(dentry);
	const struct starlsm_var vars[] = {
		starlsm_var_word(name, XATTR_NAME_MAX),
	};
	const struct starlsm_rec_acl rec = {
		.path = starlsm_path_id(path),
		.op = op,
		.attr_len = vars[0].len,
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG_VARS(ACL, &rec, vars));
}

static int hook_inode_set_acl(struct mnt_idmap *idmap, struct dentry *dentry,
			      const char *acl_name, struct posix_acl *kacl)
{
	if (starlsm_wants(ACL))
		emit_acl(dentry, STARLSM_CHANGE_SET, acl_name);
	return 0;
}

static int hook_inode_remove_acl(struct mnt_idmap *idmap,
				 struct dentry *dentry, const char *acl_name)
{
	if (starlsm_wants(ACL))
		emit_acl(dentry, STARLSM_CHANGE_REMOVE, acl_name);
	return 0;
}

/*
 * Mode and owner have come by with their mounts already. That a file was
 * touched just now hides nothing; that it was touched long ago may.
 */
static noinline void emit_times(struct dentry *dentry, struct iattr *attr)
{
	const unsigned int valid = attr->ia_valid;

	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_dentry(dentry);
	const struct starlsm_rec_times rec = {
		.path = starlsm_path_id(path),
		.mtime_ns = valid & ATTR_MTIME_SET ?
			timespec64_to_ns(&attr->ia_mtime) : 0,
		.atime_ns = valid & ATTR_ATIME_SET ?
			timespec64_to_ns(&attr->ia_atime) : 0,
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(TIMES, &rec));
}

static int hook_inode_setattr(struct mnt_idmap *idmap, struct dentry *dentry,
			      struct iattr *attr)
{
	if (starlsm_wants(TIMES) &&
	    attr->ia_valid & (ATTR_MTIME_SET | ATTR_ATIME_SET))
		emit_times(dentry, attr);
	return 0;
}

static struct security_hook_list attr_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(path_truncate, hook_path_truncate),
	LSM_HOOK_INIT(file_truncate, hook_file_truncate),
	LSM_HOOK_INIT(path_chmod, hook_path_chmod),
	LSM_HOOK_INIT(path_chown, hook_path_chown),
	LSM_HOOK_INIT(path_chroot, hook_path_chroot),
	LSM_HOOK_INIT(inode_setxattr, hook_inode_setxattr),
	LSM_HOOK_INIT(inode_removexattr, hook_inode_removexattr),
	LSM_HOOK_INIT(inode_set_acl, hook_inode_set_acl),
	LSM_HOOK_INIT(inode_remove_acl, hook_inode_remove_acl),
	LSM_HOOK_INIT(inode_setattr, hook_inode_setattr),
};

void __init starlsm_add_attr_hooks(void)
{
	security_add_hooks(attr_hooks, ARRAY_SIZE(attr_hooks), &starlsm_lsmid);
}
