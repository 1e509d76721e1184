// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the files of rules in a directory, as one piece of memory
 */
#include "lib/rulefiles.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rules that are longer are no rules: see lib/sigma/plan.h */
#define FILE_MAX	(256 * 1024)

struct caller {
	rulefiles_wrong wrong;
	void *arg;
};

void rulefiles_free(struct rulefiles *f)
{
	free(f->bytes);
	memset(f, 0, sizeof(*f));
}

static int make_room(struct rulefiles *f, size_t more)
{
	size_t size = f->size ? f->size : 64 * 1024;
	char *bytes;

	if (more > RULEFILES_MAX || f->len + more > RULEFILES_MAX)
		return -1;
	while (size < f->len + more)
		size *= 2;
	if (size == f->size)
		return 0;
	bytes = realloc(f->bytes, size);
	if (!bytes)
		return -1;
	f->bytes = bytes;
	f->size = size;
	return 0;
}

static void append(struct rulefiles *f, const void *bytes, size_t len)
{
	if (len)
		memcpy(f->bytes + f->len, bytes, len);
	f->len += len;
}

int rulefiles_put(struct rulefiles *f, const char *name, const char *text, size_t len)
{
	const uint32_t lengths[2] = { strlen(name) + 1, len };

	if (make_room(f, sizeof(lengths) + lengths[0] + len))
		return -1;
	append(f, lengths, sizeof(lengths));
	append(f, name, lengths[0]);
	append(f, text, len);
	f->n_files++;
	return 0;
}

static void add_file(struct rulefiles *f, const char *path, const struct caller *c)
{
	char *text = malloc(FILE_MAX);
	FILE *file = fopen(path, "re");
	size_t len;

	len = text && file ? fread(text, 1, FILE_MAX, file) : 0;
	if (!text)
		c->wrong(c->arg, path, "no memory");
	else if (!file || ferror(file))
		c->wrong(c->arg, path, strerror(errno));
	else if (len == FILE_MAX)
		c->wrong(c->arg, path, "is longer than 256 KiB");
	else if (rulefiles_put(f, path, text, len))
		c->wrong(c->arg, path, "more than 16 MiB of rules");
	if (file)
		fclose(file);
	free(text);
}

static bool is_rules(const FTSENT *entry)
{
	const char *dot = strrchr(entry->fts_name, '.');

	/* one that was named is read, whatever its name */
	return entry->fts_level == FTS_ROOTLEVEL ||
	       (dot && (!strcmp(dot, ".yml") || !strcmp(dot, ".yaml")));
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void add_entry(struct rulefiles *f, const FTSENT *entry, const struct caller *c)
{
	switch (entry->fts_info) {
	case FTS_F:
		if (is_rules(entry))
			add_file(f, entry->fts_path, c);
		break;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		c->wrong(c->arg, entry->fts_path, strerror(entry->fts_errno));
		break;
	}
}

void rulefiles_add(struct rulefiles *f, const char *path, rulefiles_wrong wrong, void *arg)
{
	const struct caller c = { wrong, arg };
	char *copy = strdup(path);
	char *const paths[] = { copy, NULL };
	const FTSENT *entry;
	FTS *fts;

	fts = copy ? fts_open(paths, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, by_name) :
		     NULL;
	if (!fts)
		wrong(arg, path, "no memory");
	while (fts && (entry = fts_read(fts)))
		add_entry(f, entry, &c);
	if (fts)
		fts_close(fts);
	free(copy);
}

int rulefiles_next(const char *bytes, size_t len, size_t *at, struct rulefile *file)
{
	uint32_t lengths[2];

	if (*at == len)
		return 0;
	if (len - *at < sizeof(lengths))
		return -1;
	memcpy(lengths, bytes + *at, sizeof(lengths));
	*at += sizeof(lengths);
	if (!lengths[0] || lengths[0] > len - *at || lengths[1] > len - *at - lengths[0] ||
	    bytes[*at + lengths[0] - 1] || memchr(bytes + *at, 0, lengths[0] - 1))
		return -1;
	file->name = bytes + *at;
	file->text = file->name + lengths[0];
	file->len = lengths[1];
	*at += (size_t)lengths[0] + lengths[1];
	return 1;
}
