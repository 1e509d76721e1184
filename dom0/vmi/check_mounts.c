// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - checks: the functions behind file systems, and behind the files that are open
 */
#include <stdio.h>

#include "vmi/checks.h"
#include "vmi/lists.h"
#include "vmi/operations.h"
#include "vmi/tasks.h"

#define FILES_MAX	65536	/* of one process */
#define FILES_AT_ONCE	64
#define TYPE_MAX	24
#define NAME_MAX	64

struct mounts {
	uint64_t n;	/* of the one that is looked at: its place */
	bool unread;
	bool ends;	/* this part does, here */
};

/* "the root of tmpfs" */
static void name_it(struct look *look, uint64_t type, const char *what, char *name)
{
	uint64_t at;
	char text[TYPE_MAX];

	if (!memory_u64(look->memory, type + look->offsets->at[M_file_system_type_name], &at) ||
	    !memory_text(look->memory, at, text, sizeof(text)))
		snprintf(text, sizeof(text), "?");
	snprintf(name, NAME_MAX, "%s %s", what, text);
}

static bool check_operations(struct look *look, uint64_t sb, uint64_t type)
{
	static const struct {
		enum member at, table;
		const char *what;
	} tables[] = {
		{ M_super_block_s_op, M_super_operations, "the operations of" },
		{ M_super_block_s_d_op, M_dentry_operations, "the names' operations of" },
	};
	const struct offsets *o = look->offsets;
	char name[NAME_MAX];
	uint64_t ops;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		name_it(look, type, tables[i].what, name);
		if (!memory_u64(look->memory, sb + o->at[tables[i].at], &ops) ||
		    !operations_check(look, ops, o->size[tables[i].table], 0, name))
			return false;
	}
	return true;
}

static bool from_mounts(struct look *look, uint64_t node, void *arg)
{
	const struct offsets *o = look->offsets;
	uint64_t sb = node - o->at[M_super_block_s_list], type, root;
	struct mounts *m = arg;
	char name[NAME_MAX];

	if (++m->n < look->from)
		return true;
	m->ends = look_ends_here(look, m->n);
	if (m->ends)
		return false;
	if (!memory_u64(look->memory, sb + o->at[M_super_block_s_type], &type) ||
	    !memory_u64(look->memory, sb + o->at[M_super_block_s_root], &root) ||
	    !check_operations(look, sb, type)) {
		m->unread = true;
		return true;
	}
	/* one that is being mounted has no root yet */
	name_it(look, type, "the root of", name);
	m->unread |= !operations_check_dentry(look, root, name);
	return true;
}

static bool from_types(struct look *look, uint64_t type, void *arg)
{
	static const enum member functions[] = {
		M_file_system_type_init_fs_context, M_file_system_type_mount,
		M_file_system_type_kill_sb,
	};
	struct mounts *m = arg;
	char name[NAME_MAX];
	uint64_t fn;

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if (!memory_u64(look->memory, type + look->offsets->at[functions[i]], &fn)) {
			m->unread = true;
			return true;
		}
		if (!fn || look_is_known_code(look, fn))
			continue;
		name_it(look, type, "what mounts", name);
		look_report(look, FINDING_TAMPERED, fn, "%s is code that is nobody's", name);
	}
	return true;
}

enum look_result check_file_systems(struct look *look)
{
	static const enum member need[] = {
		OPERATIONS_OF_DENTRY, M_super_block_s_list, M_super_block_s_type,
		M_super_block_s_op, M_super_block_s_d_op, M_super_block_s_root,
		M_super_operations, M_dentry_operations, M_file_system_type_name,
		M_file_system_type_next, M_file_system_type_init_fs_context,
		M_file_system_type_mount, M_file_system_type_kill_sb, MEMBER_COUNT
	};
	struct mounts m = { .n = 0 };
	uint64_t mounts, types, first;

	if (!look_has(look, need) || !look_symbol(look, "super_blocks", &mounts) ||
	    !look_symbol(look, "file_systems", &types) ||
	    !list_each(look, "the list of file systems", mounts, from_mounts, &m))
		return LOOK_COULD_NOT;
	if (!m.ends && (!memory_u64(look->memory, types, &first) ||
			!chain_each(look, "the list of file system types", first,
				    look->offsets->at[M_file_system_type_next], 0, from_types, &m)))
		return LOOK_COULD_NOT;
	if (m.unread && !look->n_findings)
		return look_could_not(look, "a file system cannot be read");
	return look_done(look);
}

/* Files come and go meanwhile: what leads nowhere is none. */
static void check_files(struct look *look, const struct task *t, const uint64_t *file, uint32_t n)
{
	const struct offsets *o = look->offsets;
	char name[NAME_MAX];
	uint64_t ops;

	for (uint32_t i = 0; i < n; i++) {
		if (!file[i] || !memory_is_kernel(file[i]) ||
		    !memory_u64(look->memory, file[i] + o->at[M_file_f_op], &ops) ||
		    !memory_is_kernel(ops) || look_is_kernel_rodata(look, ops))
			continue;
		snprintf(name, sizeof(name), "the operations of a file of process %u (%s)",
			 t->seen.pid, t->seen.comm);
		/* debugfs makes a table for each file */
		operations_check_functions(look, ops, o->size[M_file_operations], 2, name);
	}
}

static void check_task(struct look *look, const struct task *t)
{
	const struct offsets *o = look->offsets;
	uint64_t files, table, fd, file[FILES_AT_ONCE];
	uint32_t n;

	if (!memory_u64(look->memory, t->address + o->at[M_task_struct_files], &files) || !files ||
	    !memory_u64(look->memory, files + o->at[M_files_struct_fdt], &table) ||
	    !memory_u32(look->memory, table + o->at[M_fdtable_max_fds], &n) ||
	    !memory_u64(look->memory, table + o->at[M_fdtable_fd], &fd))
		return;
	for (uint32_t i = 0; i < n && i < FILES_MAX; i += FILES_AT_ONCE) {
		uint32_t k = n - i < FILES_AT_ONCE ? n - i : FILES_AT_ONCE;

		if (!memory_read(look->memory, fd + i * 8ULL, file, k * sizeof(file[0])))
			return;
		check_files(look, t, file, k);
	}
}

enum look_result check_open_files(struct look *look)
{
	static const enum member need[] = {
		M_task_struct_files, M_files_struct_fdt, M_fdtable_max_fds, M_fdtable_fd,
		M_file_f_op, M_file_operations, MEMBER_COUNT
	};
	const struct tasks_list *l = look->tasks->now;

	if (!look_has(look, need))
		return LOOK_COULD_NOT;
	for (unsigned int i = 0; i < l->n; i++) {
		const struct task *t = &l->task[i];

		if (t->address < look->from || (t->pf & PF_KTHREAD))
			continue;
		if (look_ends_here(look, t->address))
			break;
		check_task(look, t);
	}
	return look_done(look);
}
