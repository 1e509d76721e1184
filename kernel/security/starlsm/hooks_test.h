/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - what the tests of all families of hooks share
 *
 * What a test's own task does goes to a stream in the test's memory; what the
 * rest of the system does meanwhile goes where it always goes.
 */
#ifndef _SECURITY_STARLSM_HOOKS_TEST_H
#define _SECURITY_STARLSM_HOOKS_TEST_H

#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/sched.h>

#include "emit.h"
#include "test_stream.h"

/* The first test's epoch; each test begins another. Not one of real life. */
#define TEST_EPOCH	1000000

/* More than any test defines */
#define TEST_DEFINED_MAX	16

/**
 * struct hooks_test - A test's stream, and what was defined in it
 *
 * @ts: The stream.
 * @epoch: The epoch that records are written in.
 * @n_paths: Number of @path.
 * @path: PATH records that were read: id, and text ended by NUL.
 * @n_socks: Number of @sock.
 * @sock: SOCK records that were read.
 */
struct hooks_test {
	struct test_stream *ts;
	u32 epoch;
	unsigned int n_paths;
	struct {
		u64 id;
		char text[64];
	} path[TEST_DEFINED_MAX];
	unsigned int n_socks;
	struct starlsm_rec_sock sock[TEST_DEFINED_MAX];
};

static inline struct hooks_test *hooks_of(struct kunit *test)
{
	return test->priv;
}

int hooks_test_init(struct kunit *test);
void hooks_test_settle(struct kunit *test);
const struct starlsm_rec *hooks_test_next(struct kunit *test);
void hooks_test_str(struct kunit *test, const void *at, u16 len,
		    const char *text);
void hooks_test_path(struct kunit *test, u64 id, const char *text);
void hooks_test_sock(struct kunit *test, u64 id, u32 family, u32 type);
struct file *hooks_test_root(struct kunit *test);
void hooks_test_unlink(struct file *file);
void hooks_test_want(struct kunit *test, u16 type);
unsigned int hooks_test_as_user(void);

/* Whatever is not recorded of kernel threads is, until this is given back. */
static inline void hooks_test_as_before(unsigned int flags)
{
	current->flags |= flags;
}

/* The next record but definitions, which must be of this type. */
#define EXPECT_REC(test, ID, name) ({ \
	const struct starlsm_rec *const __rec = hooks_test_next(test); \
	KUNIT_ASSERT_NOT_NULL(test, __rec); \
	KUNIT_ASSERT_EQ(test, __rec->type, STARLSM_EV_##ID); \
	container_of_const(__rec, struct starlsm_rec_##name, rec); \
})

#define EXPECT_NOTHING(test) KUNIT_EXPECT_NULL(test, hooks_test_next(test))

#endif /* _SECURITY_STARLSM_HOOKS_TEST_H */
