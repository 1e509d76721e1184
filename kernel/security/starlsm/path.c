// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - paths from the global root, as they stand in records
 */
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "emit.h"
#include "path.h"

/**
 * starlsm_path_buf - Get PATH_MAX bytes to spell a path in
 *
 * May sleep. The caller gives it back.
 *
 * Return: The buffer, or NULL, which is counted.
 */
char *starlsm_path_buf(void)
{
	char *const buf = __getname();

	if (!buf)
		starlsm_count(STARLSM_NO_MEMORY);
	return buf;
}

/**
 * starlsm_path_buf_free - Give a buffer back
 *
 * @buf: The buffer, or NULL.
 */
void starlsm_path_buf_free(char *buf)
{
	if (buf)
		__putname(buf);
}

static const char *spell(const struct path *path, char *buf)
{
	const char *name = d_absolute_path(path, buf, PATH_MAX);

	/* Not below the global root: what the task sees is better than nothing. */
	if (IS_ERR(name) && PTR_ERR(name) != -ENAMETOOLONG)
		name = d_path(path, buf, PATH_MAX);
	return name;
}

/**
 * starlsm_path_var - A path as a variable part of a record
 *
 * @path: The path.
 * @buf: PATH_MAX bytes, in which the part then points; or NULL.
 *
 * May take dcache and mount locks for reading. Of a path that is too long the
 * end is kept; without a buffer nothing is.
 */
struct starlsm_var starlsm_path_var(const struct path *path, char *buf)
{
	const char *name;

	if (!buf)
		return (struct starlsm_var) { .len = STARLSM_TRUNCATED };
	name = spell(path, buf);
	if (!IS_ERR(name))
		return starlsm_var_tail(name, strlen(name),
					STARLSM_PATH_LEN_MAX);
	if (PTR_ERR(name) != -ENAMETOOLONG)
		return (struct starlsm_var) { .len = STARLSM_TRUNCATED };
	/* The dcache fills a buffer from its end: it holds the path's, and a NUL. */
	return starlsm_var_tail(buf, PATH_MAX - 1, STARLSM_PATH_LEN_MAX);
}
