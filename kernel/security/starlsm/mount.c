// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - mounts, by the old system call and by the new ones
 */
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/mount.h>

#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"
#include "wait.h"

/* @vars: source, type */
static int emit_mount(struct starlsm_path *target, u64 flags,
		      const struct starlsm_var vars[2])
{
	const struct starlsm_rec_mount rec = {
		.target = starlsm_path_id(target),
		.flags = flags,
		.source_len = vars[0].len,
		.fstype_len = vars[1].len,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { target },
	}, &(struct starlsm_msg) {
		.rec = &rec.rec,
		.vars = vars,
		.type = STARLSM_EV_MOUNT,
		.n_vars = 2,
	});
}

static int hook_sb_mount(const char *dev_name, const struct path *path,
			 const char *type, unsigned long flags, void *data)
{
	struct starlsm_var vars[2];

	starlsm_names_change_later();
	if (!starlsm_wants(MOUNT))
		return 0;

	struct starlsm_path *target __free(starlsm_path) =
		starlsm_path_get(path);

	/* Either may be missing: a remount has no source, a move no type. */
	vars[0] = starlsm_var_word(dev_name, STARLSM_SOURCE_LEN_MAX);
	vars[1] = starlsm_var_word(type, STARLSM_FSTYPE_LEN_MAX);
	return emit_mount(target, flags, vars);
}

/* A path that was spelled out already, as a string of the record's own */
static struct starlsm_var source_var(const struct starlsm_path *path)
{
	struct starlsm_var var = {};

	if (!path)
		return var;
	var = starlsm_var_tail(path->name, STARLSM_VAR_LEN(path->len),
			       STARLSM_SOURCE_LEN_MAX);
	var.len |= path->len & STARLSM_TRUNCATED;
	return var;
}

/* Where fsmount(2)'s mounts, and trees being moved, are put into place */
static int hook_move_mount(const struct path *from_path,
			   const struct path *to_path)
{
	struct starlsm_var vars[2];

	starlsm_names_change_later();
	if (!starlsm_wants(MOUNT))
		return 0;

	struct starlsm_path *from __free(starlsm_path) =
		starlsm_path_get(from_path);
	struct starlsm_path *to __free(starlsm_path) =
		starlsm_path_get(to_path);

	vars[0] = source_var(from);
	vars[1] = starlsm_var_word(from_path->mnt->mnt_sb->s_type->name,
				   STARLSM_FSTYPE_LEN_MAX);
	return emit_mount(to, 0, vars);
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
