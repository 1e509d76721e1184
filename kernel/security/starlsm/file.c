// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - files: opened for writing, created, removed, renamed
 */
#include <linux/fs.h>
#include <linux/lsm_hooks.h>

#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"

/* Created is an open with another name. */
static_assert(sizeof(struct starlsm_rec_open) ==
	      sizeof(struct starlsm_rec_create));

static int hook_file_open(struct file *file)
{
	const bool created = file->f_mode & FMODE_CREATED;
	struct starlsm_rec_open rec = {};
	struct starlsm_var vars[1];
	struct starlsm_msg msg;

	if (!starlsm_is_recording() || !(created || file->f_mode & FMODE_WRITE))
		return 0;

	char *buf __free(path_buf) = starlsm_path_buf();

	vars[0] = starlsm_path_var(&file->f_path, buf);
	rec.flags = file->f_flags;
	rec.mode = file_inode(file)->i_mode;
	rec.path_len = vars[0].len;
	msg = STARLSM_MSG_VARS(OPEN, &rec, vars);
	if (created)
		msg.type = STARLSM_EV_CREATE;
	starlsm_emit(current, NULL, &msg);
	return 0;
}

static int hook_path_unlink(const struct path *dir, struct dentry *dentry)
{
	const struct path path = { .mnt = dir->mnt, .dentry = dentry };
	struct starlsm_rec_unlink rec = {};
	struct starlsm_var vars[1];

	if (!starlsm_is_recording())
		return 0;

	char *buf __free(path_buf) = starlsm_path_buf();

	vars[0] = starlsm_path_var(&path, buf);
	rec.path_len = vars[0].len;
	starlsm_emit(current, NULL, &STARLSM_MSG_VARS(UNLINK, &rec, vars));
	return 0;
}

static int hook_path_rename(const struct path *old_dir,
			    struct dentry *old_dentry,
			    const struct path *new_dir,
			    struct dentry *new_dentry, const unsigned int flags)
{
	const struct path from = { .mnt = old_dir->mnt, .dentry = old_dentry };
	const struct path to = { .mnt = new_dir->mnt, .dentry = new_dentry };
	struct starlsm_rec_rename rec = { .flags = flags };
	struct starlsm_var vars[2];

	if (!starlsm_is_recording())
		return 0;

	char *from_buf __free(path_buf) = starlsm_path_buf();
	char *to_buf __free(path_buf) = starlsm_path_buf();

	vars[0] = starlsm_path_var(&from, from_buf);
	vars[1] = starlsm_path_var(&to, to_buf);
	rec.from_len = vars[0].len;
	rec.to_len = vars[1].len;
	starlsm_emit(current, NULL, &STARLSM_MSG_VARS(RENAME, &rec, vars));
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
