// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - code for the kernel itself: modules, and other kernels
 */
#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/lsm_hooks.h>

#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"

/* A kernel is loaded as a module is, by another name. */
static_assert(sizeof(struct starlsm_rec_module) ==
	      sizeof(struct starlsm_rec_kexec));

static void emit_load(u16 type, u32 source, struct starlsm_var path)
{
	const struct starlsm_var vars[] = { path };
	const struct starlsm_rec_module rec = {
		.source = source,
		.path_len = path.len,
	};
	struct starlsm_msg msg = STARLSM_MSG_VARS(MODULE, &rec, vars);

	msg.type = type;
	starlsm_emit(current, NULL, &msg);
}

static void load_file(u16 type, const struct file *file)
{
	char *buf __free(path_buf) = starlsm_path_buf();

	emit_load(type, STARLSM_FROM_FILE,
		  starlsm_path_var(&file->f_path, buf));
}

static int hook_kernel_read_file(struct file *file, enum kernel_read_file_id id,
				 bool contents)
{
	if (!starlsm_is_recording())
		return 0;
	if (id == READING_MODULE)
		load_file(STARLSM_EV_MODULE, file);
	else if (id == READING_KEXEC_IMAGE)
		load_file(STARLSM_EV_KEXEC, file);
	return 0;
}

static int hook_kernel_load_data(enum kernel_load_data_id id, bool contents)
{
	const struct starlsm_var no_path = {};

	if (!starlsm_is_recording())
		return 0;
	if (id == LOADING_MODULE)
		emit_load(STARLSM_EV_MODULE, STARLSM_FROM_MEMORY, no_path);
	else if (id == LOADING_KEXEC_IMAGE)
		emit_load(STARLSM_EV_KEXEC, STARLSM_FROM_MEMORY, no_path);
	return 0;
}

static struct security_hook_list load_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(kernel_read_file, hook_kernel_read_file),
	LSM_HOOK_INIT(kernel_load_data, hook_kernel_load_data),
};

void __init starlsm_add_load_hooks(void)
{
	security_add_hooks(load_hooks, ARRAY_SIZE(load_hooks), &starlsm_lsmid);
}
