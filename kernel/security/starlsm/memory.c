// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - memory from which code can run, and the lowest addresses
 */
#include <linux/fs.h>
#include <linux/lsm_hooks.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sizes.h>

#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"

/* What a pointer of the kernel that is NULL would lead to. */
#define LOW_END		SZ_64K

static noinline int emit_anon(unsigned long prot, unsigned long flags)
{
	const struct starlsm_rec_anon rec = { .prot = prot, .flags = flags };

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(ANON, &rec));
}

static noinline int emit_mmap(const struct file *file, unsigned long prot,
			      unsigned long flags)
{
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_file(file);
	const struct starlsm_rec_mmap rec = {
		.path = starlsm_path_id(path),
		.prot = prot,
		.flags = flags,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(MMAP, &rec));
}

/* @prot is what it will be, @reqprot only what was asked for. */
static int hook_mmap_file(struct file *file, unsigned long reqprot,
			  unsigned long prot, unsigned long flags)
{
	if (starlsm_wants(MMAP) && file && prot & PROT_EXEC)
		return emit_mmap(file, prot, flags);
	if (starlsm_wants(ANON) && !file && prot & PROT_EXEC)
		return emit_anon(prot, flags);
	return 0;
}

/* With the address space locked. One call for each mapping of the range. */
static noinline void emit_mprotect(struct vm_area_struct *vma,
				   unsigned long prot)
{
	struct starlsm_path *path __free(starlsm_path) =
		vma->vm_file ? starlsm_path_of_file(vma->vm_file) : NULL;
	const struct starlsm_rec_mprotect rec = {
		.path = starlsm_path_id(path),
		.start = vma->vm_start,
		.size = vma->vm_end - vma->vm_start,
		.prot = prot,
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(MPROTECT, &rec));
}

static int hook_file_mprotect(struct vm_area_struct *vma, unsigned long reqprot,
			      unsigned long prot)
{
	if (prot & PROT_EXEC && !(vma->vm_flags & VM_EXEC) &&
	    starlsm_wants(MPROTECT))
		emit_mprotect(vma, prot);
	return 0;
}

static noinline void emit_lowmap(unsigned long addr)
{
	const struct starlsm_rec_lowmap rec = { .start = addr };

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(LOWMAP, &rec));
}

/* With the address space locked, for each new mapping */
static int hook_mmap_addr(unsigned long addr)
{
	if (unlikely(addr < LOW_END) && starlsm_wants(LOWMAP))
		emit_lowmap(addr);
	return 0;
}

static struct security_hook_list memory_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(mmap_file, hook_mmap_file),
	LSM_HOOK_INIT(file_mprotect, hook_file_mprotect),
	LSM_HOOK_INIT(mmap_addr, hook_mmap_addr),
};

void __init starlsm_add_memory_hooks(void)
{
	security_add_hooks(memory_hooks, ARRAY_SIZE(memory_hooks),
			   &starlsm_lsmid);
}
