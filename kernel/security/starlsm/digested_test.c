// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit: what is known of the contents of files
 */
#include <kunit/test.h>
#include <linux/types.h>

#include "digested.h"
#include "limits.h"
#include "noted.h"

#define ROOM		(STARLSM_DIGESTED_WAYS << STARLSM_DIGESTED_BITS)
/* More than there is room for */
#define N_INODES	(2 * ROOM)

/* Addresses of inodes, which nobody follows */
static u64 inodes[N_INODES];

static const struct inode *inode(unsigned int i)
{
	return (const struct inode *)&inodes[i];
}

static void keep(unsigned int i, u64 size)
{
	starlsm_digested_keep(inode(i), &(struct starlsm_digested) {
		.size = size,
	});
}

/* The size that is known of it, 0 if nothing is */
static u64 known(unsigned int i)
{
	struct starlsm_digested digest;

	return starlsm_digested_find(inode(i), &digest) ? digest.size : 0;
}

static void last_is_known(struct kunit *test)
{
	const int noted = atomic_read(starlsm_noted_of(inode(0)));

	keep(0, 1);
	KUNIT_EXPECT_EQ(test, known(0), 1);
	keep(0, 2);
	KUNIT_EXPECT_EQ(test, atomic_read(starlsm_noted_of(inode(0))), noted + 1);
	KUNIT_EXPECT_EQ(test, known(0), 2);
	KUNIT_EXPECT_EQ(test, known(1), 0);
	starlsm_digested_forget(inode(1));
	KUNIT_EXPECT_EQ(test, known(0), 2);
	starlsm_digested_forget(inode(0));
	KUNIT_EXPECT_EQ(test, known(0), 0);
	/* Not the one before either */
	starlsm_digested_forget(inode(0));
	KUNIT_EXPECT_EQ(test, known(0), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(starlsm_noted_of(inode(0))), noted);
}

static void room_is_bounded(struct kunit *test)
{
	unsigned int i, n = 0;

	for (i = 0; i < N_INODES; i++) {
		keep(i, i + 1);
		KUNIT_EXPECT_EQ(test, known(i), i + 1);
	}
	for (i = 0; i < N_INODES; i++) {
		if (!known(i))
			continue;
		KUNIT_EXPECT_EQ(test, known(i), i + 1);
		n++;
	}
	KUNIT_EXPECT_LE(test, n, ROOM);
	KUNIT_EXPECT_GE(test, n, 1 << STARLSM_DIGESTED_BITS);
	for (i = 0; i < N_INODES; i++)
		starlsm_digested_forget(inode(i));
	for (i = 0; i < N_INODES; i++)
		KUNIT_EXPECT_EQ(test, known(i), 0);
}

static struct kunit_case digested_cases[] = {
	KUNIT_CASE(last_is_known),
	KUNIT_CASE(room_is_bounded),
	{}
};

static struct kunit_suite digested_suite = {
	.name = "starlsm_digested",
	.test_cases = digested_cases,
};

kunit_test_suite(digested_suite);
