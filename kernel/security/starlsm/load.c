// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - what the kernel loads for itself: modules, other kernels, firmware
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

static int emit_code(u16 type, struct starlsm_path *path, u32 source)
{
	const struct starlsm_rec_module rec = {
		.path = starlsm_path_id(path),
		.source = source,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &(struct starlsm_msg) { .rec = &rec.rec, .type = type });
}

/* What is read and what is handed over have the same numbers. */
static_assert((int)READING_FIRMWARE == (int)LOADING_FIRMWARE &&
	      (int)READING_MODULE == (int)LOADING_MODULE &&
	      (int)READING_KEXEC_IMAGE == (int)LOADING_KEXEC_IMAGE &&
	      (int)READING_X509_CERTIFICATE == (int)LOADING_X509_CERTIFICATE);

static noinline int emit_image(struct starlsm_path *path, u32 source, u32 what)
{
	const struct starlsm_rec_image rec = {
		.path = starlsm_path_id(path),
		.source = source,
		.what = what,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(IMAGE, &rec));
}

static noinline int read_image(const struct file *file, u32 what)
{
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_file(file);

	return emit_image(path, STARLSM_FROM_FILE, what);
}

static noinline int read_code(u16 type, const struct file *file)
{
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_file(file);

	return emit_code(type, path, STARLSM_FROM_FILE);
}

/* @id: of either */
static __always_inline bool wants_code(int id)
{
	switch (id) {
	case READING_MODULE:
		return starlsm_wants(MODULE);
	case READING_KEXEC_IMAGE:
		return starlsm_wants(KEXEC);
	default:
		return starlsm_wants(IMAGE);
	}
}

static noinline int emit_read(struct file *file, enum kernel_read_file_id id)
{
	switch (id) {
	case READING_MODULE:
		return read_code(STARLSM_EV_MODULE, file);
	case READING_KEXEC_IMAGE:
		return read_code(STARLSM_EV_KEXEC, file);
	default:
		return read_image(file, id);
	}
}

static int hook_kernel_read_file(struct file *file, enum kernel_read_file_id id,
				 bool contents)
{
	return wants_code(id) ? emit_read(file, id) : 0;
}

static noinline int emit_loaded(enum kernel_load_data_id id)
{
	switch (id) {
	case LOADING_MODULE:
		return emit_code(STARLSM_EV_MODULE, NULL, STARLSM_FROM_MEMORY);
	case LOADING_KEXEC_IMAGE:
		return emit_code(STARLSM_EV_KEXEC, NULL, STARLSM_FROM_MEMORY);
	default:
		return emit_image(NULL, STARLSM_FROM_MEMORY, id);
	}
}

static int hook_kernel_load_data(enum kernel_load_data_id id, bool contents)
{
	return wants_code(id) ? emit_loaded(id) : 0;
}

static struct security_hook_list load_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(kernel_read_file, hook_kernel_read_file),
	LSM_HOOK_INIT(kernel_load_data, hook_kernel_load_data),
};

void __init starlsm_add_load_hooks(void)
{
	security_add_hooks(load_hooks, ARRAY_SIZE(load_hooks), &starlsm_lsmid);
}
