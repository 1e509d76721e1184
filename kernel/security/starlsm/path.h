/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - paths as objects with an id
 *
 * A record names a file by the id of a path; what the path is has been said in
 * a PATH record before. An object never changes: when a file gets another name
 * it gets another object. The last one of a file is kept (kept.h), so that a path
 * is spelled out once, not with every record.
 */
#ifndef _SECURITY_STARLSM_PATH_H
#define _SECURITY_STARLSM_PATH_H

#include <linux/cleanup.h>
#include <linux/fs.h>
#include <linux/path.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>

#include "define.h"
#include "record.h"

/**
 * struct starlsm_path - A path
 *
 * @refs: One for being kept, one for each task that executes it,
 *        one for each hook at work with it.
 * @defined: Epoch in which the collector was told of it, plus 1; 0 for never.
 * @id: Never used again.
 * @rcu: Frees it when no CPU reads it any more.
 * @inode: Whose path this is; NULL if there was none. Never followed.
 * @dentry: With @mnt and @hash_len, which name this is. Never followed.
 * @mnt: NULL if the hook did not know.
 * @hash_len: The last component's.
 * @names: How often names had changed, of whatever files, when this was found
 *         to be right.
 * @len: Length of @name, as on the wire.
 * @name: From the global root, not ended by NUL. When @mnt is NULL: type of the
 *        file system, a colon, and the path there.
 */
struct starlsm_path {
	refcount_t refs;
	u32 defined;
	u64 id;
	struct rcu_head rcu;
	const struct inode *inode;
	const struct dentry *dentry;
	const struct vfsmount *mnt;
	u64 hash_len;
	u32 names;
	u16 len;
	char name[];
};

struct starlsm_path *starlsm_path_get(const struct path *path);
struct starlsm_path *starlsm_path_of_dentry(struct dentry *dentry);
struct starlsm_path *starlsm_path_hold(struct starlsm_path *path);
void starlsm_path_put(struct starlsm_path *path);
bool starlsm_path_describe(struct starlsm_stream *stream,
			   struct starlsm_path *path, u32 epoch);
void starlsm_names_changed(void);

static inline struct starlsm_path *starlsm_path_of_file(const struct file *file)
{
	return starlsm_path_get(&file->f_path);
}

/* Of a name in a directory, whose file need not exist */
static inline struct starlsm_path *starlsm_path_in(const struct path *dir,
						   struct dentry *dentry)
{
	return starlsm_path_get(&(struct path) {
		.mnt = dir->mnt,
		.dentry = dentry,
	});
}

/**
 * starlsm_path_define - Describe a path, once an epoch
 *
 * @stream: Where to.
 * @path: The path, or NULL.
 * @epoch: The epoch.
 *
 * Return: Whether the consumer knows it, or will when it reads on.
 */
static inline bool starlsm_path_define(struct starlsm_stream *stream,
				       struct starlsm_path *path, u32 epoch)
{
	return !path || starlsm_is_defined(&path->defined, epoch) ||
	       starlsm_path_describe(stream, path, epoch);
}

static inline u64 starlsm_path_id(const struct starlsm_path *path)
{
	return path ? path->id : 0;
}

DEFINE_FREE(starlsm_path, struct starlsm_path *, starlsm_path_put(_T))

#endif /* _SECURITY_STARLSM_PATH_H */
