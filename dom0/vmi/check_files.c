// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - checks: the functions behind files of /proc and behind the root folder,
 * and the programs that the kernel itself starts
 */
#include <inttypes.h>
#include <string.h>

#include "vmi/checks.h"

#define DEPTH_MAX	64	/* of a red-black tree, and of folders together */
#define FILES_MAX	32768
#define OPS_WORDS	64	/* more than any table of operations has */
#define PATH_LEN	64

struct tree {
	struct look *look;
	unsigned int n;
	bool unread;
};

static bool is_known_data(const struct look *look, uint64_t address)
{
	const struct profile *p = look->profile;
	const struct profile_symbol *end = profile_find(p, "_end");
	uint64_t linked = address - look->delta;

	return (end && linked >= p->header->base && linked < end->address) ||
	       look_module_at(look, address);
}

/* A table of functions, of so many bytes, the first of them no function: where it is, where they are */
static void check_ops(struct tree *t, uint64_t ops, uint32_t size, uint32_t first,
		      const char *what)
{
	uint32_t n_words = size / 8 < OPS_WORDS ? size / 8 : OPS_WORDS;
	uint64_t word[OPS_WORDS];
	struct look *look = t->look;

	/* what is in read-only data is compared as a whole */
	if (!ops || look_is_kernel_rodata(look, ops))
		return;
	if (!is_known_data(look, ops)) {
		look_report(look, FINDING_TAMPERED, ops, "the table of %s is nobody's", what);
		return;
	}
	if (!memory_read(look->memory, ops, word, n_words * sizeof(word[0]))) {
		t->unread = true;
		return;
	}
	for (uint32_t i = first; i < n_words; i++)
		if (memory_is_kernel(word[i]) && !look_is_known_code(look, word[i]))
			look_report(look, FINDING_TAMPERED, word[i],
				    "one of %s is code that is nobody's", what);
}

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
	check_ops(t, ops, o->size[M_proc_ops], 1, "the operations of a file in /proc");
	/* seq_ops has its place where another file has one function */
	if (memory_is_kernel(seq) && !look_is_known_code(t->look, seq))
		check_ops(t, seq, o->size[M_seq_operations], 0,
			  "the functions that list a file in /proc");
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

static bool root_inode(struct look *look, uint64_t *inode)
{
	const struct offsets *o = look->offsets;
	uint64_t task, fs, dentry;

	return look_symbol(look, "init_task", &task) &&
	       memory_u64(look->memory, task + o->at[M_task_struct_fs], &fs) &&
	       memory_u64(look->memory, fs + o->at[M_fs_struct_root] + o->at[M_path_dentry],
			  &dentry) &&
	       memory_u64(look->memory, dentry + o->at[M_dentry_d_inode], inode);
}

/* A rootkit of the old kind puts its own functions behind the root folder, and filters. */
enum look_result check_root_folder(struct look *look)
{
	static const enum member need[] = {
		M_file_operations, M_inode_operations, M_task_struct_fs, M_fs_struct_root,
		M_path_dentry, M_dentry_d_inode, M_inode_i_op, M_inode_i_fop, MEMBER_COUNT
	};
	const struct offsets *o = look->offsets;
	struct tree t = { .look = look };
	uint64_t inode, i_op, i_fop;

	if (!look_has(look, need))
		return LOOK_COULD_NOT;
	if (!root_inode(look, &inode) ||
	    !memory_u64(look->memory, inode + o->at[M_inode_i_op], &i_op) ||
	    !memory_u64(look->memory, inode + o->at[M_inode_i_fop], &i_fop))
		return look_could_not(look, "the root folder cannot be read");
	check_ops(&t, i_op, o->size[M_inode_operations], 0, "the inode operations of /");
	/* its owner and flags come first */
	check_ops(&t, i_fop, o->size[M_file_operations], 2, "the file operations of /");
	if (t.unread && !look->n_findings)
		return look_could_not(look, "the operations of / cannot be read");
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
