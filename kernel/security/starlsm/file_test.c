// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of files, and of paths
 */
#include <kunit/test.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/security.h>
#include <linux/shmem_fs.h>

#include "hooks_test.h"
#include "path.h"

static void file_life_is_recorded(struct kunit *test)
{
	const struct starlsm_rec_create *create;
	const struct starlsm_rec_open *open;
	const char *const name = "/starlsm_test";
	struct file *file;

	hooks_test_settle(test);
	file = filp_open(name, O_CREAT | O_EXCL | O_WRONLY, 0640);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	create = EXPECT_REC(test, CREATE, create);
	KUNIT_EXPECT_EQ(test, create->mode & 0170700, 0100600);
	KUNIT_EXPECT_EQ(test, create->flags & O_ACCMODE, O_WRONLY);
	hooks_test_path(test, create->path, name);
	fput(file);

	file = filp_open(name, O_RDONLY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	EXPECT_NOTHING(test);
	fput(file);

	file = filp_open(name, O_RDWR, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	open = EXPECT_REC(test, OPEN, open);
	hooks_test_path(test, open->path, name);

	security_path_unlink(&(struct path) {
		.mnt = file->f_path.mnt,
		.dentry = file->f_path.dentry->d_parent,
	}, file->f_path.dentry);
	hooks_test_path(test, EXPECT_REC(test, UNLINK, unlink)->path, name);
	hooks_test_unlink(file);
	EXPECT_NOTHING(test);
	fput(file);
}

static void rename_has_both_paths(struct kunit *test)
{
	const struct path dir = hooks_test_root(test)->f_path;
	const struct starlsm_rec_rename *rec;

	hooks_test_settle(test);
	security_path_rename(&dir, dir.dentry, &dir, dir.dentry, 0);
	rec = EXPECT_REC(test, RENAME, rename);
	hooks_test_path(test, rec->from, "/");
	KUNIT_EXPECT_EQ(test, rec->from, rec->to);
}

/* Spelled out once, however often it is asked for. */
static void path_is_kept(struct kunit *test)
{
	struct file *const file = hooks_test_root(test);
	struct starlsm_path *const path = starlsm_path_of_file(file);
	struct starlsm_path *const again = starlsm_path_of_file(file);

	KUNIT_ASSERT_NOT_NULL(test, path);
	KUNIT_EXPECT_PTR_EQ(test, path, again);
	starlsm_path_put(again);
	starlsm_path_put(path);
}

static void odd_paths(struct kunit *test)
{
	struct file *const file = shmem_kernel_file_setup("0123456789", 0, 0);
	struct starlsm_path *path;

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	/* Not in any directory: what d_path() makes of it */
	path = starlsm_path_of_file(file);
	KUNIT_ASSERT_NOT_NULL(test, path);
	KUNIT_EXPECT_GT(test, STARLSM_VAR_LEN(path->len), 0);
	KUNIT_EXPECT_EQ(test, path->len & STARLSM_TRUNCATED, 0);
	starlsm_path_put(path);
	fput(file);
}

/*
 * Levels of 250 letters: 1 is spelled on the stack, 2 need a page, 8 are cut by
 * us, 20 overflow the dcache's buffer.
 */
#define LEVEL_LEN	250
#define LEVELS_MAX	20

struct depth_case {
	const char *name;
	unsigned int levels;
	u16 wire_len;
};

static const struct depth_case depth_cases[] = {
	{ "short", 1, LEVEL_LEN + 1 },
	{ "not short", 2, 2 * (LEVEL_LEN + 1) },
	{ "fits", 7, 7 * (LEVEL_LEN + 1) },
	{ "cut by us", 8, STARLSM_PATH_LEN_MAX | STARLSM_TRUNCATED },
	{ "cut by the dcache", 20, STARLSM_PATH_LEN_MAX | STARLSM_TRUNCATED },
};

KUNIT_ARRAY_PARAM_DESC(depth, depth_cases, name);

/* Negative dentries below a directory, each a level of a path */
static void grow(struct kunit *test, struct dentry **level, unsigned int n)
{
	char name[LEVEL_LEN];
	unsigned int i;

	for (i = 1; i <= n; i++) {
		memset(name, 'a' + i, sizeof(name));
		level[i] = d_alloc(level[i - 1],
				   &(struct qstr)QSTR_INIT(name, LEVEL_LEN));
		KUNIT_ASSERT_NOT_NULL(test, level[i]);
	}
}

static void long_path_keeps_its_end(struct kunit *test)
{
	const struct depth_case *const c = test->param_value;
	struct file *const file = hooks_test_root(test);
	struct dentry *level[LEVELS_MAX + 1];
	struct starlsm_path *path;
	const char *end;
	unsigned int i;

	level[0] = file->f_path.dentry;
	grow(test, level, c->levels);
	path = starlsm_path_get(&(struct path) {
		.mnt = file->f_path.mnt,
		.dentry = level[c->levels],
	});
	KUNIT_ASSERT_NOT_NULL(test, path);
	KUNIT_EXPECT_EQ(test, path->len, c->wire_len);
	/* The last level is whole, and so is the one before, if there is one. */
	end = path->name + STARLSM_VAR_LEN(path->len);
	KUNIT_EXPECT_EQ(test, end[-1], 'a' + c->levels);
	KUNIT_EXPECT_EQ(test, end[-LEVEL_LEN], 'a' + c->levels);
	KUNIT_EXPECT_EQ(test, end[-LEVEL_LEN - 1], '/');
	if (c->levels > 1)
		KUNIT_EXPECT_EQ(test, end[-LEVEL_LEN - 2], 'a' + c->levels - 1);
	starlsm_path_put(path);
	for (i = c->levels; i > 0; i--)
		dput(level[i]);
}

static struct kunit_case file_cases[] = {
	KUNIT_CASE(file_life_is_recorded),
	KUNIT_CASE(rename_has_both_paths),
	KUNIT_CASE(path_is_kept),
	KUNIT_CASE(odd_paths),
	KUNIT_CASE_PARAM(long_path_keeps_its_end, depth_gen_params),
	{}
};

static struct kunit_suite file_suite = {
	.name = "starlsm_file",
	.init = hooks_test_init,
	.test_cases = file_cases,
};

kunit_test_suite(file_suite);
