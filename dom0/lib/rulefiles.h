/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the files of rules in a directory, as one piece of memory
 *
 * Whoever may open files reads them, and need not understand them; whoever
 * understands them need not open any. The piece is, for each file, two 32-bit
 * lengths, its name with a NUL, and its text.
 */
#ifndef STARLSM_RULEFILES_H
#define STARLSM_RULEFILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Twice what Sigma's whole published set has */
#define RULEFILES_MAX	(16 << 20)

struct rulefiles {
	char *bytes;
	size_t len, size;
	uint32_t n_files;
};

struct rulefile {
	const char *name;
	const char *text;
	size_t len;
};

/* One of zeroes is empty. */
void rulefiles_free(struct rulefiles *f);

/*
 * Adds a file; or of a directory, and of those in it, all files whose names end in
 * .yml or .yaml, in the order of their names; symbolic links in it are not
 * followed. What cannot be read is told to wrong(), and is left out.
 */
typedef void (*rulefiles_wrong)(void *arg, const char *path, const char *why);

void rulefiles_add(struct rulefiles *f, const char *path, rulefiles_wrong wrong, void *arg);

/* A file of that name and text; -1 if there is no room. */
int rulefiles_put(struct rulefiles *f, const char *name, const char *text, size_t len);

/*
 * The next file at *at, which is moved on; *at begins at 0. Returns 1, 0 at the
 * end, -1 if that is no such piece.
 */
int rulefiles_next(const char *bytes, size_t len, size_t *at, struct rulefile *file);

#endif /* STARLSM_RULEFILES_H */
