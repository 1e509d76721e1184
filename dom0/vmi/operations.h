/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - tables of functions by which a guest's kernel calls what is behind a file
 *
 * A table of size bytes, whose first words may be no functions, reports what it has
 * that is nobody's. One in read-only data is in order: that is compared as a whole.
 * False: it cannot be read. what says whose it is, for people.
 */
#ifndef STARLSM_OPERATIONS_H
#define STARLSM_OPERATIONS_H

#include "vmi/look.h"

/* The table has to be in the kernel's data or in a module, and its functions somebody's. */
bool operations_check(struct look *look, uint64_t ops, uint32_t size, uint32_t first,
		      const char *what);

/* Only its functions: Linux itself has made some tables at run time. */
bool operations_check_functions(struct look *look, uint64_t ops, uint32_t size, uint32_t first,
				const char *what);

/* Of a dentry: the operations of its inode, and of its files. No dentry, or no inode: in order. */
bool operations_check_dentry(struct look *look, uint64_t dentry, const char *what);

/* What that needs of the profile */
#define OPERATIONS_OF_DENTRY	M_file_operations, M_inode_operations, M_dentry_d_inode, \
				M_inode_i_op, M_inode_i_fop

#endif /* STARLSM_OPERATIONS_H */
