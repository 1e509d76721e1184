// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - files: opened for writing, created, removed, renamed
 */
#include <linux/fs.h>
#include <linux/lsm_hooks.h>

#include "digest.h"
#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"

/* Created is an open with another name. */
static_assert(sizeof(struct starlsm_rec_open) ==
	      sizeof(struct starlsm_rec_create));

static noinline int emit_open(struct file *file, u16 type)
{
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_file(file);
	const struct starlsm_rec_open rec = {
		.path = starlsm_path_id(path),
		.flags = file->f_flags,
		.mode = file_inode(file)->i_mode,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &(struct starlsm_msg) { .rec = &rec.rec, .type = type });
}

static int hook_file_open(struct file *file)
{
	if (starlsm_wants(DIGEST) && file->f_mode & FMODE_WRITE)
		starlsm_digest_open(file);
	if (starlsm_wants(CREATE) && file->f_mode & FMODE_CREATED)
		return emit_open(file, STARLSM_EV_CREATE);
	if (starlsm_wants(OPEN) &&
	    (file->f_mode & (FMODE_WRITE | FMODE_CREATED)) == FMODE_WRITE)
		return emit_open(file, STARLSM_EV_OPEN);
	return 0;
}

static int hook_path_unlink(const struct path *dir, struct dentry *dentry)
{
	if (!starlsm_wants(UNLINK))
		return 0;

	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_in(dir, dentry);
	const struct starlsm_rec_unlink rec = {
		.path = starlsm_path_id(path),
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(UNLINK, &rec));
	return 0;
}

static int hook_path_rename(const struct path *old_dir,
			    struct dentry *old_dentry,
			    const struct path *new_dir,
			    struct dentry *new_dentry, const unsigned int flags)
{
	if (!starlsm_wants(RENAME))
		return 0;

	struct starlsm_path *from __free(starlsm_path) =
		starlsm_path_in(old_dir, old_dentry);
	struct starlsm_path *to __free(starlsm_path) =
		starlsm_path_in(new_dir, new_dentry);
	const struct starlsm_rec_rename rec = {
		.from = starlsm_path_id(from),
		.to = starlsm_path_id(to),
		.flags = flags,
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { from, to },
	}, &STARLSM_MSG(RENAME, &rec));
	return 0;
}

static struct security_hook_list file_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(file_open, hook_file_open),
	LSM_HOOK_INIT(path_unlink, hook_path_unlink),
	LSM_HOOK_INIT(path_rename, hook_path_rename),
};

void __init starlsm_add_file_hooks(void)
{
	security_add_hooks(file_hooks, ARRAY_SIZE(file_hooks), &starlsm_lsmid);
}
