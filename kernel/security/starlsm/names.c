// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - names: links, directories, devices, and what is no file's content
 *
 * All of these run with the directory locked.
 */
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/lsm_hooks.h>
#include <linux/stat.h>

#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"

/* A link does not leave the mount: its directory's is the file's too. */
static int hook_path_link(struct dentry *old_dentry, const struct path *new_dir,
			  struct dentry *new_dentry)
{
	if (!starlsm_wants(LINK))
		return 0;

	struct starlsm_path *from __free(starlsm_path) =
		starlsm_path_in(new_dir, old_dentry);
	struct starlsm_path *to __free(starlsm_path) =
		starlsm_path_in(new_dir, new_dentry);
	const struct starlsm_rec_link rec = {
		.from = starlsm_path_id(from),
		.to = starlsm_path_id(to),
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { from, to },
	}, &STARLSM_MSG(LINK, &rec));
	return 0;
}

static int hook_path_symlink(const struct path *dir, struct dentry *dentry,
			     const char *old_name)
{
	if (!starlsm_wants(SYMLINK))
		return 0;

	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_in(dir, dentry);
	const struct starlsm_var vars[] = {
		starlsm_var_word(old_name, STARLSM_PATH_LEN_MAX),
	};
	const struct starlsm_rec_symlink rec = {
		.path = starlsm_path_id(path),
		.target_len = vars[0].len,
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG_VARS(SYMLINK, &rec, vars));
	return 0;
}

static int hook_path_mkdir(const struct path *dir, struct dentry *dentry,
			   umode_t mode)
{
	if (!starlsm_wants(MKDIR))
		return 0;

	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_in(dir, dentry);
	const struct starlsm_rec_mkdir rec = {
		.path = starlsm_path_id(path),
		.mode = S_IFDIR | mode,
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(MKDIR, &rec));
	return 0;
}

static int hook_path_rmdir(const struct path *dir, struct dentry *dentry)
{
	if (!starlsm_wants(RMDIR))
		return 0;

	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_in(dir, dentry);
	const struct starlsm_rec_rmdir rec = { .path = starlsm_path_id(path) };

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(RMDIR, &rec));
	return 0;
}

/* Regular files come here from open(2) as well, which says more: CREATE. */
static noinline void emit_mknod(const struct path *dir, struct dentry *dentry,
				umode_t mode, unsigned int dev)
{
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_in(dir, dentry);
	const struct starlsm_rec_mknod rec = {
		.path = starlsm_path_id(path),
		.mode = mode,
		.device = new_decode_dev(dev),
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(MKNOD, &rec));
}

static int hook_path_mknod(const struct path *dir, struct dentry *dentry,
			   umode_t mode, unsigned int dev)
{
	if (starlsm_wants(MKNOD) && mode & S_IFMT && !S_ISREG(mode))
		emit_mknod(dir, dentry, mode, dev);
	return 0;
}

static struct security_hook_list names_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(path_link, hook_path_link),
	LSM_HOOK_INIT(path_symlink, hook_path_symlink),
	LSM_HOOK_INIT(path_mkdir, hook_path_mkdir),
	LSM_HOOK_INIT(path_rmdir, hook_path_rmdir),
	LSM_HOOK_INIT(path_mknod, hook_path_mknod),
};

void __init starlsm_add_names_hooks(void)
{
	security_add_hooks(names_hooks, ARRAY_SIZE(names_hooks),
			   &starlsm_lsmid);
}
