// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - mounts, by the old system call and by the new ones
 */
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/mount.h>
#include <linux/string.h>

#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"

/* Any of them may be missing: a remount has no source, a move no type. */
static struct starlsm_var word_var(const char *word, size_t max)
{
	return starlsm_var_head(word, word ? strlen(word) : 0, max);
}

/* @vars: source, target, type */
static void emit_mount(u64 flags, const struct starlsm_var vars[3])
{
	const struct starlsm_rec_mount rec = {
		.flags = flags,
		.source_len = vars[0].len,
		.target_len = vars[1].len,
		.fstype_len = vars[2].len,
	};

	starlsm_emit(current, NULL, &(struct starlsm_msg) {
		.rec = &rec.rec,
		.vars = vars,
		.type = STARLSM_EV_MOUNT,
		.n_vars = 3,
	});
}

static int hook_sb_mount(const char *dev_name, const struct path *path,
			 const char *type, unsigned long flags, void *data)
{
	struct starlsm_var vars[3];

	if (!starlsm_is_recording())
		return 0;

	char *buf __free(path_buf) = starlsm_path_buf();

	vars[0] = word_var(dev_name, STARLSM_SOURCE_LEN_MAX);
	vars[1] = starlsm_path_var(path, buf);
	vars[2] = word_var(type, STARLSM_FSTYPE_LEN_MAX);
	emit_mount(flags, vars);
	return 0;
}

static struct starlsm_var source_var(const struct path *path, char *buf)
{
	const struct starlsm_var whole = starlsm_path_var(path, buf);
	struct starlsm_var var =
		starlsm_var_tail(whole.data, STARLSM_VAR_LEN(whole.len),
				 STARLSM_SOURCE_LEN_MAX);

	var.len |= whole.len & STARLSM_TRUNCATED;
	return var;
}

/* Where fsmount(2)'s mounts, and trees being moved, are put into place */
static int hook_move_mount(const struct path *from_path,
			   const struct path *to_path)
{
	struct starlsm_var vars[3];

	if (!starlsm_is_recording())
		return 0;

	char *from_buf __free(path_buf) = starlsm_path_buf();
	char *to_buf __free(path_buf) = starlsm_path_buf();

	vars[0] = source_var(from_path, from_buf);
	vars[1] = starlsm_path_var(to_path, to_buf);
	vars[2] = word_var(from_path->mnt->mnt_sb->s_type->name,
			   STARLSM_FSTYPE_LEN_MAX);
	emit_mount(0, vars);
	return 0;
}

static struct security_hook_list mount_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(sb_mount, hook_sb_mount),
	LSM_HOOK_INIT(move_mount, hook_move_mount),
};

void __init starlsm_add_mount_hooks(void)
{
	security_add_hooks(mount_hooks, ARRAY_SIZE(mount_hooks),
			   &starlsm_lsmid);
}
