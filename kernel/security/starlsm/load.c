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

static int emit_module(struct starlsm_path *path, u32 source)
{
	const struct starlsm_rec_module rec = {
		.path = starlsm_path_id(path),
		.source = source,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(MODULE, &rec));
}

static int emit_kexec(struct starlsm_path *path, u32 source)
{
	const struct starlsm_rec_kexec rec = {
		.path = starlsm_path_id(path),
		.source = source,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(KEXEC, &rec));
}

static int load_file(int (*emit)(struct starlsm_path *path, u32 source),
		     const struct file *file)
{
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_file(file);

	return emit(path, STARLSM_FROM_FILE);
}

static int hook_kernel_read_file(struct file *file, enum kernel_read_file_id id,
				 bool contents)
{
	if (id == READING_MODULE && starlsm_wants(MODULE))
		return load_file(emit_module, file);
	if (id == READING_KEXEC_IMAGE && starlsm_wants(KEXEC))
		return load_file(emit_kexec, file);
	return 0;
}

static int hook_kernel_load_data(enum kernel_load_data_id id, bool contents)
{
	if (id == LOADING_MODULE && starlsm_wants(MODULE))
		return emit_module(NULL, STARLSM_FROM_MEMORY);
	if (id == LOADING_KEXEC_IMAGE && starlsm_wants(KEXEC))
		return emit_kexec(NULL, STARLSM_FROM_MEMORY);
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
