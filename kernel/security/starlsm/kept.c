// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - the paths that are kept: each inode's last one, while there is room
 */
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/cleanup.h>
#include <linux/hash.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>

#include "kept.h"
#include "limits.h"
#include "noted.h"
#include "path.h"

/**
 * struct set - The places where an inode's path can be
 *
 * @way: Each a path with a reference, or NULL; read by any CPU under RCU,
 *       replaced by exchange. Two of the same inode's may be there for a
 *       while; the first is the later one, or will be found wrong.
 */
struct set {
	struct starlsm_path __rcu *way[STARLSM_KEPT_WAYS];
};

static struct set sets[1 << STARLSM_KEPT_BITS];

static struct set *set_of(const struct inode *inode)
{
	return &sets[hash_ptr(inode, STARLSM_KEPT_BITS)];
}

/**
 * starlsm_kept_find - An inode's last path
 *
 * @inode: The inode.
 *
 * Return: The path, with a reference that the caller puts; or NULL.
 */
struct starlsm_path *starlsm_kept_find(const struct inode *inode)
{
	struct starlsm_path __rcu **way = set_of(inode)->way;
	struct starlsm_path __rcu **const end = way + STARLSM_KEPT_WAYS;
	struct starlsm_path *path;

	guard(rcu)();
	for (; way < end; way++) {
		path = rcu_dereference(*way);
		if (path && path->inode == inode)
			return refcount_inc_not_zero(&path->refs) ? path : NULL;
	}
	return NULL;
}

/* Where the inode's is, else where none is, else any. Under RCU. */
static unsigned int way_for(const struct set *set,
			    const struct starlsm_path *path)
{
	unsigned int way = path->id % STARLSM_KEPT_WAYS;
	const struct starlsm_path *other;
	unsigned int i;

	for (i = 0; i < STARLSM_KEPT_WAYS; i++) {
		other = rcu_dereference(set->way[i]);
		if (other && other->inode == path->inode)
			return i;
		if (!other)
			way = i;
	}
	return way;
}

/* What is not in a set any more, or NULL */
static void let_go(struct starlsm_path *path)
{
	if (path)
		starlsm_unnote(path->inode);
	starlsm_path_put(path);
}

/**
 * starlsm_kept_set - Keep a path as its inode's last one
 *
 * @path: The path, with an inode, which the caller holds.
 */
void starlsm_kept_set(struct starlsm_path *path)
{
	struct set *const set = set_of(path->inode);
	struct starlsm_path *old;
	unsigned int way;

	guard(rcu)();
	way = way_for(set, path);
	if (rcu_access_pointer(set->way[way]) == path)
		return;
	starlsm_note(path->inode);
	old = unrcu_pointer(xchg(&set->way[way],
				 RCU_INITIALIZER(starlsm_path_hold(path))));
	let_go(old);
}

/**
 * starlsm_kept_forget - An inode ends
 *
 * @inode: The inode, which nobody can find any more. From any context.
 */
void starlsm_kept_forget(const struct inode *inode)
{
	struct starlsm_path __rcu **way = set_of(inode)->way;
	struct starlsm_path __rcu **const end = way + STARLSM_KEPT_WAYS;
	struct starlsm_path *path;

	guard(rcu)();
	for (; way < end; way++) {
		path = rcu_dereference(*way);
		if (path && path->inode == inode &&
		    unrcu_pointer(cmpxchg(way, RCU_INITIALIZER(path),
					  NULL)) == path)
			let_go(path);
	}
}
