// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tables of functions by which a guest's kernel calls what is behind a file
 */
#include "vmi/operations.h"

#include <stdio.h>

#define WORDS_MAX	64	/* more than any table of operations has */
#define NAME_MAX	96

static bool is_known_data(const struct look *look, uint64_t address)
{
	const struct profile *p = look->profile;
	const struct profile_symbol *end = profile_find(p, "_end");
	uint64_t linked = address - look->delta;

	return (end && linked >= p->header->base && linked < end->address) ||
	       look_module_at(look, address);
}

bool operations_check_functions(struct look *look, uint64_t ops, uint32_t size, uint32_t first,
				const char *what)
{
	uint32_t n_words = size / 8 < WORDS_MAX ? size / 8 : WORDS_MAX;
	uint64_t word[WORDS_MAX];

	if (!ops || look_is_kernel_rodata(look, ops))
		return true;
	if (!memory_read(look->memory, ops, word, n_words * sizeof(word[0])))
		return false;
	for (uint32_t i = first; i < n_words; i++)
		if (memory_is_kernel(word[i]) && !look_is_known_code(look, word[i]))
			look_report(look, FINDING_TAMPERED, word[i],
				    "one of %s is code that is nobody's", what);
	return true;
}

bool operations_check(struct look *look, uint64_t ops, uint32_t size, uint32_t first,
		      const char *what)
{
	if (!ops || is_known_data(look, ops))
		return operations_check_functions(look, ops, size, first, what);
	look_report(look, FINDING_TAMPERED, ops, "the table of %s is nobody's", what);
	return true;
}

bool operations_check_dentry(struct look *look, uint64_t dentry, const char *what)
{
	const struct offsets *o = look->offsets;
	uint64_t inode, i_op, i_fop;
	char name[NAME_MAX];

	if (!dentry)
		return true;
	if (!memory_u64(look->memory, dentry + o->at[M_dentry_d_inode], &inode))
		return false;
	if (!inode)
		return true;
	if (!memory_u64(look->memory, inode + o->at[M_inode_i_op], &i_op) ||
	    !memory_u64(look->memory, inode + o->at[M_inode_i_fop], &i_fop))
		return false;
	snprintf(name, sizeof(name), "the inode operations of %s", what);
	if (!operations_check(look, i_op, o->size[M_inode_operations], 0, name))
		return false;
	/* its owner and flags come first */
	snprintf(name, sizeof(name), "the file operations of %s", what);
	return operations_check(look, i_fop, o->size[M_file_operations], 2, name);
}
