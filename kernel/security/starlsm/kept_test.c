// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit: the paths that are kept
 */
#include <kunit/test.h>
#include <linux/array_size.h>
#include <linux/slab.h>

#include "kept.h"
#include "limits.h"
#include "noted.h"
#include "path.h"

/* More than there is room for */
#define N_INODES	(2 * STARLSM_KEPT_WAYS << STARLSM_KEPT_BITS)

/* Addresses of inodes, which nobody follows */
static u64 inodes[N_INODES];

static const struct inode *inode(unsigned int i)
{
	return (const struct inode *)&inodes[i];
}

static struct starlsm_path *kept(struct kunit *test, unsigned int i, u64 id)
{
	struct starlsm_path *path = kzalloc(sizeof(*path), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, path);
	refcount_set(&path->refs, 1);
	path->id = id;
	path->inode = inode(i);
	starlsm_kept_set(path);
	return path;
}

/* Kept, and nobody else's: its id; 0 if it is not kept */
static u64 found(unsigned int i)
{
	struct starlsm_path *path = starlsm_kept_find(inode(i));
	const u64 id = starlsm_path_id(path);

	starlsm_path_put(path);
	return id;
}

static void last_is_found(struct kunit *test)
{
	const int noted = atomic_read(starlsm_noted_of(inode(0)));
	struct starlsm_path *const first = kept(test, 0, 1);
	struct starlsm_path *const second = kept(test, 0, 2);

	KUNIT_EXPECT_EQ(test, found(0), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(starlsm_noted_of(inode(0))), noted + 1);
	/* The first is ours alone again, the second is not. */
	KUNIT_EXPECT_EQ(test, refcount_read(&first->refs), 1);
	KUNIT_EXPECT_EQ(test, refcount_read(&second->refs), 2);
	starlsm_kept_set(second);
	KUNIT_EXPECT_EQ(test, refcount_read(&second->refs), 2);
	KUNIT_EXPECT_EQ(test, found(1), 0);
	starlsm_kept_forget(inode(1));
	KUNIT_EXPECT_EQ(test, found(0), 2);
	starlsm_kept_forget(inode(0));
	KUNIT_EXPECT_EQ(test, found(0), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(starlsm_noted_of(inode(0))), noted);
	KUNIT_EXPECT_EQ(test, refcount_read(&second->refs), 1);
	starlsm_path_put(first);
	starlsm_path_put(second);
}

static void room_is_bounded(struct kunit *test)
{
	unsigned int i, n = 0;

	for (i = 0; i < N_INODES; i++) {
		starlsm_path_put(kept(test, i, i + 1));
		KUNIT_EXPECT_TRUE(test, starlsm_is_noted(inode(i)));
	}
	/* The last one is there, whoever had to go. */
	KUNIT_EXPECT_EQ(test, found(N_INODES - 1), N_INODES);
	for (i = 0; i < N_INODES; i++) {
		if (!found(i))
			continue;
		KUNIT_EXPECT_EQ(test, found(i), i + 1);
		n++;
	}
	KUNIT_EXPECT_LE(test, n, STARLSM_KEPT_WAYS << STARLSM_KEPT_BITS);
	KUNIT_EXPECT_GE(test, n, 1 << STARLSM_KEPT_BITS);
	for (i = 0; i < N_INODES; i++)
		starlsm_kept_forget(inode(i));
	for (i = 0; i < N_INODES; i++)
		KUNIT_EXPECT_EQ(test, found(i), 0);
}

static struct kunit_case kept_cases[] = {
	KUNIT_CASE(last_is_found),
	KUNIT_CASE(room_is_bounded),
	{}
};

static struct kunit_suite kept_suite = {
	.name = "starlsm_kept",
	.test_cases = kept_cases,
};

kunit_test_suite(kept_suite);
