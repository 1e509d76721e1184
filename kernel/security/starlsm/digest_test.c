// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the digest of what is about to be executed
 */
#include <kunit/test.h>
#include <linux/binfmts.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/security.h>
#include <linux/shmem_fs.h>

#include "digested.h"
#include "hooks_test.h"
#include "limits.h"

#define NAME	"/starlsm_digest_test"

static struct file *open_it(struct kunit *test, int flags)
{
	struct file *const file = filp_open(NAME, flags, 0700);

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	return file;
}

/* As often as it takes: a write at a time is a page at most. */
static void append(struct kunit *test, struct file *file, char c, size_t n)
{
	loff_t pos = i_size_read(file_inode(file));

	while (n--)
		KUNIT_ASSERT_EQ(test, kernel_write(file, &c, 1, &pos), 1);
}

static void remove_it(void *unused)
{
	struct file *const file = filp_open(NAME, O_RDONLY, 0);

	if (IS_ERR(file))
		return;
	hooks_test_unlink(file);
	__fput_sync(file);
}

/* There while the test runs */
static void make(struct kunit *test, char c, size_t n)
{
	struct file *const file = open_it(test, O_CREAT | O_EXCL | O_WRONLY);

	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, remove_it, NULL));
	append(test, file, c, n);
	__fput_sync(file);
}

/* As execve(2) does, up to where a security module is asked */
static void check(struct kunit *test, struct file *file)
{
	struct linux_binprm *const bprm =
		kunit_kzalloc(test, sizeof(*bprm), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, bprm);
	KUNIT_ASSERT_EQ(test, 0, deny_write_access(file));
	bprm->file = file;
	KUNIT_EXPECT_EQ(test, 0, security_bprm_check(bprm));
	allow_write_access(file);
}

static void execute(struct kunit *test)
{
	struct file *const file = open_it(test, O_RDONLY);

	check(test, file);
	__fput_sync(file);
}

/* The next DIGEST, whatever else was recorded */
static const struct starlsm_rec_digest *told(struct kunit *test)
{
	const struct starlsm_rec *rec;

	do {
		rec = hooks_test_next(test);
	} while (rec && rec->type != STARLSM_EV_DIGEST);
	return rec ? container_of_const(rec, struct starlsm_rec_digest, rec) :
		     NULL;
}

struct content_case {
	const char *name;
	size_t n;
	u8 sha256[SHA256_DIGEST_SIZE];
};

/* So many letters a; from Python's hashlib */
static const struct content_case content_cases[] = {
	{ "nothing", 0, {
		0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14,
		0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
		0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c,
		0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
	} },
	{ "a letter", 1, {
		0xca, 0x97, 0x81, 0x12, 0xca, 0x1b, 0xbd, 0xca,
		0xfa, 0xc2, 0x31, 0xb3, 0x9a, 0x23, 0xdc, 0x4d,
		0xa7, 0x86, 0xef, 0xf8, 0x14, 0x7c, 0x4e, 0x72,
		0xb9, 0x80, 0x77, 0x85, 0xaf, 0xee, 0x48, 0xbb,
	} },
	{ "a page", 4096, {
		0xc9, 0x3e, 0xee, 0x2d, 0x0d, 0xb0, 0x2f, 0x10,
		0xac, 0xc7, 0x46, 0x0d, 0x95, 0x76, 0xe1, 0x22,
		0xdc, 0xf8, 0xcd, 0x53, 0xc4, 0xbf, 0x8d, 0xfc,
		0xae, 0x1b, 0x3e, 0x74, 0xeb, 0xcf, 0xff, 0x5a,
	} },
	{ "pages, and a piece", 10000, {
		0x27, 0xdd, 0x1f, 0x61, 0xb8, 0x67, 0xb6, 0xa0,
		0xf6, 0xe9, 0xd8, 0xa4, 0x1c, 0x43, 0x23, 0x1d,
		0xe5, 0x21, 0x07, 0xe5, 0x3a, 0xe4, 0x24, 0xde,
		0x8f, 0x84, 0x7b, 0x82, 0x1d, 0xb4, 0xb7, 0x11,
	} },
};

KUNIT_ARRAY_PARAM_DESC(content, content_cases, name);

static void content_is_told(struct kunit *test)
{
	const struct content_case *const c = test->param_value;
	const struct starlsm_rec_digest *rec;

	hooks_test_settle(test);
	make(test, 'a', c->n);
	execute(test);
	rec = told(test);
	KUNIT_ASSERT_NOT_NULL(test, rec);
	hooks_test_path(test, rec->path, NAME);
	KUNIT_EXPECT_EQ(test, rec->size, c->n);
	KUNIT_EXPECT_EQ(test, rec->again, 0);
	KUNIT_ASSERT_EQ(test, rec->sha256_len, sizeof(c->sha256));
	KUNIT_EXPECT_MEMEQ(test, rec + 1, c->sha256, sizeof(c->sha256));
	KUNIT_EXPECT_NULL(test, told(test));
}

static void too_large_is_told_without(struct kunit *test)
{
	const struct starlsm_rec_digest *rec;
	struct file *file;

	hooks_test_settle(test);
	make(test, 'a', 1);
	file = open_it(test, O_RDONLY);
	KUNIT_ASSERT_EQ(test, 0, vfs_truncate(&file->f_path,
					      STARLSM_DIGEST_SIZE_MAX + 1));
	__fput_sync(file);
	execute(test);
	rec = told(test);
	KUNIT_ASSERT_NOT_NULL(test, rec);
	KUNIT_EXPECT_EQ(test, rec->size, STARLSM_DIGEST_SIZE_MAX + 1);
	KUNIT_EXPECT_EQ(test, rec->sha256_len, 0);
	/* Nor is it told again. */
	execute(test);
	KUNIT_EXPECT_NULL(test, told(test));
}

static void nothing(struct kunit *test, struct file *file)
{
}

static void open_for_writing(struct kunit *test, struct file *file)
{
	__fput_sync(open_it(test, O_WRONLY));
}

static void cut(struct kunit *test, struct file *file)
{
	KUNIT_EXPECT_EQ(test, 0, vfs_truncate(&file->f_path, 2));
}

static void change_time(struct kunit *test, struct file *file)
{
	inode_set_ctime(file_inode(file), inode_get_ctime_sec(file_inode(file)),
			inode_get_ctime_nsec(file_inode(file)) ^ 1);
}

/* No system call can. */
static void make_old(struct kunit *test, struct file *file)
{
	inode_set_ctime(file_inode(file), 1, 0);
}

static void end_inode(struct kunit *test, struct file *file)
{
	starlsm_digested_forget(file_inode(file));
}

/* Another collector has come: what this epoch has seen is described. */
static void begin_epoch(struct kunit *test, struct file *file)
{
	hooks_of(test)->ts->stream.epoch = ++hooks_of(test)->epoch;
	hooks_test_settle(test);
}

struct again_case {
	const char *name;
	void (*between)(struct kunit *test, struct file *file);
	bool is_told;
	u32 again;
};

static const struct again_case again_cases[] = {
	{ "the same", nothing, false },
	{ "opened for writing", open_for_writing, true },
	{ "cut by its name", cut, true },
	{ "its time changed", change_time, true },
	{ "older than the boot", make_old, false },
	{ "forgotten", end_inode, true },
	{ "another epoch", begin_epoch, true, 1 },
};

KUNIT_ARRAY_PARAM_DESC(again, again_cases, name);

static void told_again_if(struct kunit *test)
{
	const struct again_case *const c = test->param_value;
	const struct starlsm_rec_digest *rec;
	struct file *file;

	hooks_test_settle(test);
	make(test, 'a', 3);
	execute(test);
	KUNIT_EXPECT_NOT_NULL(test, told(test));
	file = open_it(test, O_RDONLY);
	c->between(test, file);
	__fput_sync(file);
	execute(test);
	rec = told(test);
	KUNIT_ASSERT_EQ(test, !!rec, c->is_told);
	if (rec)
		KUNIT_EXPECT_EQ(test, rec->again, c->again);
	execute(test);
	KUNIT_EXPECT_NULL(test, told(test));
}

/* Whoever made it can still write to it. */
static void nameless_is_told_each_time(struct kunit *test)
{
	struct file *const file = shmem_file_setup("starlsm", 0, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	hooks_test_settle(test);
	check(test, file);
	KUNIT_EXPECT_NOT_NULL(test, told(test));
	check(test, file);
	KUNIT_EXPECT_NOT_NULL(test, told(test));
	__fput_sync(file);
}

/* The record that finds no room is told with the next exec. */
static void lost_is_told_later(struct kunit *test)
{
	struct test_stream *const ts = hooks_of(test)->ts;

	hooks_test_settle(test);
	make(test, 'a', 3);
	test_stream_start_at(ts, 2 * TEST_RING_SIZE);
	ts->stream.ring.cons = TEST_RING_SIZE;
	ts->peer.cons = TEST_RING_SIZE;
	execute(test);
	KUNIT_EXPECT_EQ(test, ts->stream.lost.count[STARLSM_EV_DIGEST], 1);
	test_stream_drain(ts);
	execute(test);
	KUNIT_EXPECT_NOT_NULL(test, told(test));
}

static struct kunit_case digest_cases[] = {
	KUNIT_CASE_PARAM(content_is_told, content_gen_params),
	KUNIT_CASE(too_large_is_told_without),
	KUNIT_CASE_PARAM(told_again_if, again_gen_params),
	KUNIT_CASE(nameless_is_told_each_time),
	KUNIT_CASE(lost_is_told_later),
	{}
};

static struct kunit_suite digest_suite = {
	.name = "starlsm_digest",
	.init = hooks_test_init,
	.test_cases = digest_cases,
};

kunit_test_suite(digest_suite);
