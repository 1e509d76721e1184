// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - what is known of the contents of files that were executed
 *
 * Nothing is allocated: what has no room takes the place of another, which is
 * read again when it is next executed.
 */
#include <linux/array_size.h>
#include <linux/cache.h>
#include <linux/compiler.h>
#include <linux/hash.h>
#include <linux/spinlock.h>

#include "digested.h"
#include "limits.h"
#include "noted.h"

#define N_WAYS	STARLSM_DIGESTED_WAYS

/**
 * struct set - The places where a file's digest can be
 *
 * @lock: Taken in any context.
 * @next: Which of @digest is replaced next.
 * @inode: Whose each of @digest is, NULL for nobody's. Never followed. Read
 *         without the lock as a hint.
 * @digest: What is known.
 */
struct set {
	spinlock_t lock;	/* guards the rest */
	unsigned int next;
	const struct inode *inode[N_WAYS];
	struct starlsm_digested digest[N_WAYS];
} ____cacheline_aligned;

static struct set sets[1 << STARLSM_DIGESTED_BITS] = {
	[0 ... ARRAY_SIZE(sets) - 1] = { .lock = __SPIN_LOCK_UNLOCKED(sets.lock) },
};

static struct set *set_of(const struct inode *inode)
{
	return &sets[hash_ptr(inode, STARLSM_DIGESTED_BITS)];
}

/* Where the inode's is; N_WAYS if it is nowhere */
static unsigned int way_of(const struct set *set, const struct inode *inode)
{
	unsigned int way = 0;

	while (way < N_WAYS && READ_ONCE(set->inode[way]) != inode)
		way++;
	return way;
}

/**
 * starlsm_digested_find - What is known of a file
 *
 * @inode: The file's inode.
 * @digest: Where to.
 *
 * Return: Whether something is.
 */
bool starlsm_digested_find(const struct inode *inode,
			   struct starlsm_digested *digest)
{
	struct set *const set = set_of(inode);
	unsigned long flags;
	unsigned int way;

	spin_lock_irqsave(&set->lock, flags);
	way = way_of(set, inode);
	if (way < N_WAYS)
		*digest = set->digest[way];
	spin_unlock_irqrestore(&set->lock, flags);
	return way < N_WAYS;
}

/**
 * starlsm_digested_keep - Know a file
 *
 * @inode: The file's inode, which the caller holds, and which nobody can write
 *         to at the moment.
 * @digest: What is known.
 */
void starlsm_digested_keep(const struct inode *inode,
			   const struct starlsm_digested *digest)
{
	struct set *const set = set_of(inode);
	unsigned long flags;
	unsigned int way;

	spin_lock_irqsave(&set->lock, flags);
	way = way_of(set, inode);
	if (way == N_WAYS)
		way = way_of(set, NULL);
	if (way == N_WAYS)
		way = set->next++ % N_WAYS;
	starlsm_note(inode);
	if (set->inode[way])
		starlsm_unnote(set->inode[way]);
	WRITE_ONCE(set->inode[way], inode);
	set->digest[way] = *digest;
	spin_unlock_irqrestore(&set->lock, flags);
}

/**
 * starlsm_digested_forget - A file is about to change, or ends
 *
 * @inode: The file's inode. From any context.
 */
void starlsm_digested_forget(const struct inode *inode)
{
	struct set *const set = set_of(inode);
	const unsigned int way = way_of(set, inode);
	unsigned long flags;

	if (way == N_WAYS)
		return;
	spin_lock_irqsave(&set->lock, flags);
	if (set->inode[way] == inode) {
		starlsm_unnote(inode);
		WRITE_ONCE(set->inode[way], NULL);
	}
	spin_unlock_irqrestore(&set->lock, flags);
}
