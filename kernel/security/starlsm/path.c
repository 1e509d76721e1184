// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - paths as objects with an id
 */
#include <linux/atomic.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/lsm_hooks.h>
#include <linux/sched/clock.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "define.h"
#include "digested.h"
#include "emit.h"
#include "hooks.h"
#include "kept.h"
#include "noted.h"
#include "path.h"
#include "setup.h"

/*
 * When it is spelled out, a path is good for as long as nothing above the file
 * is renamed (the dcache counts that) or mounted (this does).
 */
static atomic_t mounts_changed;

/**
 * starlsm_names_changed - A mount is about to come, go or move, or just did
 */
void starlsm_names_changed(void)
{
	atomic_inc(&mounts_changed);
}

static u32 names_now(void)
{
	/* Both only count up; one that counts stands out from the sum. */
	return read_seqbegin(&rename_lock) + atomic_read(&mounts_changed);
}

static bool is_name(const struct starlsm_path *known, const struct path *path)
{
	return known->dentry == path->dentry && known->mnt == path->mnt &&
	       known->hash_len == READ_ONCE(path->dentry->d_name.hash_len);
}

/*
 * Spelling
 */

/* Of a path that is too long the dcache has filled the buffer from its end. */
static const char *or_its_end(const char *name, char *buf)
{
	return PTR_ERR(name) == -ENAMETOOLONG ? buf : name;
}

static const char *spell_in_fs(struct dentry *dentry, char *buf, int size)
{
	const char *const type = dentry->d_sb->s_type->name;
	const size_t len = strlen(type);
	char *name = dentry_path_raw(dentry, buf, size);

	if (IS_ERR(name))
		return name;
	if (name - buf <= len)
		return size < PATH_MAX ? ERR_PTR(-ENAMETOOLONG) : name;
	name -= len + 1;
	memcpy(name, type, len);
	name[len] = ':';
	return name;
}

static const char *spell(const struct path *path, char *buf, int size)
{
	const char *name;

	if (!path->mnt)
		return spell_in_fs(path->dentry, buf, size);
	name = d_absolute_path(path, buf, size);
	/* Not below the global root: what the task sees is better than nothing. */
	if (IS_ERR(name) && PTR_ERR(name) != -ENAMETOOLONG)
		name = d_path(path, buf, size);
	return name;
}

static struct starlsm_var spelled(const char *name, const char *end)
{
	if (IS_ERR(name))
		return (struct starlsm_var) { .len = STARLSM_TRUNCATED };
	/* A buffer that was filled to its start ends with a NUL as well. */
	return starlsm_var_tail(name, strnlen(name, end - name),
				STARLSM_PATH_LEN_MAX);
}

/*
 * Objects
 */

static struct starlsm_path *new_path(const struct starlsm_var *name,
				     const struct path *path, u32 names)
{
	const size_t len = STARLSM_VAR_LEN(name->len);
	struct starlsm_path *new;

	new = kmalloc(struct_size(new, name, len), GFP_KERNEL | __GFP_NOWARN);
	if (!new)
		return NULL;
	refcount_set(&new->refs, 1);
	new->defined = 0;
	new->id = starlsm_new_id();
	new->inode = d_backing_inode(path->dentry);
	new->dentry = path->dentry;
	new->mnt = path->mnt;
	new->hash_len = READ_ONCE(path->dentry->d_name.hash_len);
	new->names = names;
	new->len = name->len;
	memcpy(new->name, name->data, len);
	return new;
}

static bool is_spelled(const struct starlsm_path *known,
		       const struct starlsm_var *name)
{
	return known->len == name->len &&
	       !memcmp(known->name, name->data, STARLSM_VAR_LEN(name->len));
}

/*
 * Something was renamed, but rarely this: the object stays what it is, and is
 * good again. Takes @known's reference.
 */
static struct starlsm_path *know_again(const struct path *path,
				       struct starlsm_path *known,
				       const struct starlsm_var *name,
				       u32 names)
{
	if (known && is_name(known, path) && is_spelled(known, name)) {
		WRITE_ONCE(known->names, names);
		return known;
	}
	starlsm_path_put(known);
	return new_path(name, path, names);
}

/* With a page to spell it in, which is zeroed first: most need less. */
static struct starlsm_path *spell_long(const struct path *path,
				       struct starlsm_path *known, u32 names)
{
	char *const buf = __getname();
	struct starlsm_var name;

	if (!buf) {
		starlsm_path_put(known);
		return NULL;
	}
	name = spelled(or_its_end(spell(path, buf, PATH_MAX), buf),
		       buf + PATH_MAX);
	known = know_again(path, known, &name, names);
	__putname(buf);
	return known;
}

static struct starlsm_path *spell_again(const struct path *path,
					struct starlsm_path *known)
{
	char buf[STARLSM_PATH_SHORT] __uninitialized;
	const u32 names = names_now();
	const char *const end = spell(path, buf, sizeof(buf));
	struct starlsm_var name;

	if (PTR_ERR(end) == -ENAMETOOLONG)
		return spell_long(path, known, names);
	name = spelled(end, buf + sizeof(buf));
	return know_again(path, known, &name, names);
}

static struct starlsm_path *get_slowly(const struct path *path,
				       struct starlsm_path *known, bool is_kept)
{
	struct starlsm_path *const got = spell_again(path, known);

	if (!got)
		starlsm_count(STARLSM_NO_MEMORY);
	else if (is_kept && got->inode)
		starlsm_kept_set(got);
	return got;
}

static struct starlsm_path *last_path(const struct dentry *dentry)
{
	const struct inode *const inode = d_backing_inode(dentry);

	return inode ? starlsm_kept_find(inode) : NULL;
}

/**
 * starlsm_path_get - The object of a path
 *
 * @path: The path; its file need not exist.
 *
 * May sleep, and take dcache and mount locks for reading.
 *
 * Return: The object, with a reference that the caller puts; NULL if there is
 * no memory, which is counted.
 */
struct starlsm_path *starlsm_path_get(const struct path *path)
{
	struct starlsm_path *const known = last_path(path->dentry);

	if (known && is_name(known, path) &&
	    READ_ONCE(known->names) == names_now())
		return known;
	return get_slowly(path, known, true);
}

/**
 * starlsm_path_of_dentry - The object of a file whose mount is not known
 *
 * @dentry: The file's.
 *
 * As starlsm_path_get(). If a path of that file is known already it is that one,
 * as it was then.
 */
struct starlsm_path *starlsm_path_of_dentry(struct dentry *dentry)
{
	const struct path path = { .dentry = dentry };
	struct starlsm_path *const known = last_path(dentry);

	if (known && known->dentry == dentry &&
	    READ_ONCE(known->names) == names_now())
		return known;
	/* Not kept: the next hook may know the mount. */
	return get_slowly(&path, known, false);
}

/**
 * starlsm_path_hold - Take another reference
 *
 * @path: The object, or NULL.
 */
struct starlsm_path *starlsm_path_hold(struct starlsm_path *path)
{
	if (path)
		refcount_inc(&path->refs);
	return path;
}

/**
 * starlsm_path_put - Give a reference back; from any context
 *
 * @path: The object, or NULL.
 */
void starlsm_path_put(struct starlsm_path *path)
{
	if (path && refcount_dec_and_test(&path->refs))
		kfree_rcu(path, rcu);
}

/**
 * starlsm_path_describe - Describe a path
 *
 * @stream: Where to.
 * @path: The path.
 * @epoch: The epoch.
 *
 * Return: Whether there was room.
 */
bool starlsm_path_describe(struct starlsm_stream *stream,
			   struct starlsm_path *path, u32 epoch)
{
	const struct starlsm_var vars[] = {
		{ .data = path->name, .len = path->len },
	};
	const struct starlsm_rec_path rec = {
		.id = path->id,
		.path_len = path->len,
	};

	if (!starlsm_record_write(stream, &STARLSM_MSG_VARS(PATH, &rec, vars),
				  sched_clock(), 0))
		return false;
	starlsm_set_defined(&path->defined, epoch);
	return true;
}

static noinline void forget(const struct inode *inode)
{
	starlsm_kept_forget(inode);
	starlsm_digested_forget(inode);
}

static void hook_inode_free_security(struct inode *inode)
{
	if (starlsm_is_noted(inode))
		forget(inode);
}

static struct security_hook_list path_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(inode_free_security, hook_inode_free_security),
};

void __init starlsm_add_path_hooks(void)
{
	security_add_hooks(path_hooks, ARRAY_SIZE(path_hooks), &starlsm_lsmid);
}
