/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - whether something is kept of an inode: a path, a digest
 *
 * What is kept has to go when the inode ends. Nearly all that end were never
 * spoken of, sockets' first of all: one look here tells so.
 */
#ifndef _SECURITY_STARLSM_NOTED_H
#define _SECURITY_STARLSM_NOTED_H

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/types.h>

#include "limits.h"

struct inode;

/* How much is kept of the inodes that have a hash in common */
extern atomic_t starlsm_noted[1 << STARLSM_NOTED_BITS];

static inline atomic_t *starlsm_noted_of(const struct inode *inode)
{
	return &starlsm_noted[hash_ptr(inode, STARLSM_NOTED_BITS)];
}

/**
 * starlsm_note - Something is going to be kept of an inode
 *
 * @inode: The inode, which the caller holds: it ends after this.
 */
static inline void starlsm_note(const struct inode *inode)
{
	atomic_inc(starlsm_noted_of(inode));
}

/**
 * starlsm_unnote - It is not kept any more
 *
 * @inode: The inode. Not followed.
 */
static inline void starlsm_unnote(const struct inode *inode)
{
	atomic_dec(starlsm_noted_of(inode));
}

/**
 * starlsm_is_noted - May something be kept of an inode?
 *
 * @inode: The inode. Not followed.
 */
static inline bool starlsm_is_noted(const struct inode *inode)
{
	return atomic_read(starlsm_noted_of(inode));
}

#endif /* _SECURITY_STARLSM_NOTED_H */
