// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - checks: the functions behind files of /proc and behind the root folder,
 * and the programs that the kernel itself starts
 */
#include <inttypes.h>
#include <string.h>

#include "vmi/checks.h"
#include "vmi/operations.h"

#define DEPTH_MAX	64	/* of a red-black tree, and of folders together */
#define FILES_MAX	32768
#define PATH_LEN	64

struct tree {
	struct look *look;
	unsigned int n;
	bool unread;
};

static void check_entry(struct tree *t, uint64_t entry)
{
	const struct offsets *o = t->look->offsets;
	uint64_t ops, seq;

	if (!memory_u64(t->look->memory, entry + o->at[M_proc_dir_entry_proc_ops], &ops) ||
	    !memory_u64(t->look->memory, entry + o->at[M_proc_dir_entry_seq_ops], &seq)) {
		t->unread = true;
		return;
	}
	/* of a folder it is struct file_operations, which is longer; both begin with no function */
	if (!operations_check(t->look, ops, o->size[M_proc_ops], 1,
			      "the operations of a file in /proc"))
		t->unread = true;
	/* seq_ops has its place where another file has one function */
	if (memory_is_kernel(seq) && !look_is_known_code(t->look, seq) &&
	    !operations_check(t->look, seq, o->size[M_seq_operations], 0,
			      "the functions that list a file in /proc"))
		t->unread = true;
}

static void walk(struct tree *t, uint64_t node, unsigned int depth)
{
	const struct offsets *o = t->look->offsets;
	uint64_t entry, left, right, subdir;

	if (!node || t->unread || t->look->n_findings == LOOK_FINDINGS_MAX)
		return;
	entry = node - o->at[M_proc_dir_entry_subdir_node];
	if (depth == DEPTH_MAX || ++t->n > FILES_MAX ||
	    !memory_u64(t->look->memory, node + o->at[M_rb_node_rb_left], &left) ||
	    !memory_u64(t->look->memory, node + o->at[M_rb_node_rb_right], &right) ||
	    !memory_u64(t->look->memory, entry + o->at[M_proc_dir_entry_subdir] +
			o->at[M_rb_root_rb_node], &subdir)) {
		t->unread = true;
		return;
	}
	check_entry(t, entry);
	walk(t, left, depth + 1);
	walk(t, subdir, depth + 1);
	walk(t, right, depth + 1);
}

static void walk_folder(struct tree *t, uint64_t folder)
{
	const struct offsets *o = t->look->offsets;
	uint64_t first;

	if (memory_u64(t->look->memory, folder + o->at[M_proc_dir_entry_subdir] +
		       o->at[M_rb_root_rb_node], &first))
		walk(t, first, 0);
	else
		t->unread = true;
}

enum look_result check_proc_files(struct look *look)
{
	static const enum member need[] = {
		M_proc_dir_entry_subdir, M_proc_dir_entry_subdir_node,
		M_proc_dir_entry_proc_ops, M_proc_dir_entry_seq_ops, M_rb_root_rb_node,
		M_rb_node_rb_left, M_rb_node_rb_right, M_proc_ops, M_seq_operations,
		M_net_proc_net, MEMBER_COUNT
	};
	struct tree t = { .look = look };
	uint64_t root, init_net, proc_net;

	if (!look_has(look, need) || !look_symbol(look, "proc_root", &root))
		return LOOK_COULD_NOT;
	check_entry(&t, root);
	walk_folder(&t, root);
	/* what is in /proc/net has a root of its own, in each net namespace: here the first's */
	if (look_symbol(look, "init_net", &init_net) &&
	    memory_u64(look->memory, init_net + look->offsets->at[M_net_proc_net], &proc_net) &&
	    proc_net)
		walk_folder(&t, proc_net);
	if (t.unread && !look->n_findings)
		return look_could_not(look, "/proc cannot be read as a whole");
	return look_done(look);
}

/* A rootkit of the old kind puts its own functions behind the root folder, and filters. */
enum look_result check_root_folder(struct look *look)
{
	static const enum member need[] = {
		OPERATIONS_OF_DENTRY, M_task_struct_fs, M_fs_struct_root, M_path_dentry,
		MEMBER_COUNT
	};
	const struct offsets *o = look->offsets;
	uint64_t task, fs, dentry;

	if (!look_has(look, need) || !look_symbol(look, "init_task", &task))
		return LOOK_COULD_NOT;
	if (!memory_u64(look->memory, task + o->at[M_task_struct_fs], &fs) ||
	    !memory_u64(look->memory, fs + o->at[M_fs_struct_root] + o->at[M_path_dentry],
			&dentry) ||
	    !operations_check_dentry(look, dentry, "/"))
		return look_could_not(look, "the root folder cannot be read");
	return look_done(look);
}

/* A place where everybody may write, or none at all */
static bool is_bad_place(const char *path)
{
	static const char * const places[] = { "/tmp/", "/var/tmp/", "/dev/shm/", "/run/user/" };

	if (*path && *path != '/')
		return true;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!strncmp(path, places[i], strlen(places[i])))
			return true;
	return false;
}

/* What the kernel starts as root, by a path in its memory */
enum look_result check_helper_paths(struct look *look)
{
	static const char * const symbols[] = {
		"modprobe_path", "uevent_helper", "poweroff_cmd", "core_pattern",
	};
	char path[PATH_LEN];
	uint64_t at;

	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		const char *program = path;

		if (!profile_find(look->profile, symbols[i]))
			continue;
		if (!look_symbol(look, symbols[i], &at) ||
		    !memory_text(look->memory, at, path, sizeof(path)))
			return look_could_not(look, "%s cannot be read", symbols[i]);
		/* a file's name, and no program, unless it begins so */
		if (!strcmp(symbols[i], "core_pattern") && *program++ != '|')
			continue;
		if (is_bad_place(program))
			look_report(look, FINDING_TAMPERED, at, "the kernel would start %.60s",
				    program);
	}
	return look_done(look);
}
