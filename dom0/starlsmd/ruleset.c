// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the files of rules: read here, where files may be opened, and
 * understood by the engine, which has no rights
 *
 * Only `starlsmd -n`, which observes nobody, looks into them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/rulefiles.h"
#include "lib/sigma/load.h"
#include "starlsmd/daemon.h"

static void unreadable(void *arg, const char *path, const char *why)
{
	(void)arg;
	log_error("%s: %s", path, why);
}

/* In memory that nobody can change any more; -1 with errno */
static int sealed(const struct rulefiles *files)
{
	int fd = memfd_create("rules", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (write(fd, files->bytes, files->len) == (ssize_t)files->len &&
	    !fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE))
		return fd;
	close(fd);
	return -1;
}

bool ruleset_send(struct daemon *d, uint32_t ticket)
{
	struct msg_ruleset m = { .msg = { MSG_RULESET, sizeof(m) }, .ticket = ticket };
	struct rulefiles files = { 0 };
	int fd;

	for (uint32_t i = 0; i < d->config.n_rules; i++)
		rulefiles_add(&files, d->config.rules[i], unreadable, NULL);
	/* none at all is a set too, but not of no bytes */
	if (!files.n_files && rulefiles_put(&files, "none", "", 0))
		log_error("no memory for rules");
	fd = files.len ? sealed(&files) : -1;
	m.len = files.len;
	m.n_files = files.n_files;
	if (fd < 0)
		log_error("the rules were not handed over: %s", strerror(errno));
	else
		workers_tell_engine(d, &m.msg, fd);
	if (fd >= 0)
		close(fd);
	rulefiles_free(&files);
	return fd >= 0;
}

static void print(void *arg, enum report_kind kind, const char *file, unsigned int line,
		  const char *text)
{
	if (kind == REPORT_ERROR)
		*(bool *)arg = true;
	fprintf(stderr, "%s:%u: %s%s\n", file, line, kind == REPORT_ERROR ? "" : "note: ",
		text);
}

bool ruleset_is_wrong(const struct config *c)
{
	const char *paths[CONFIG_RULES_MAX];
	bool is_wrong = false;

	for (uint32_t i = 0; i < c->n_rules; i++)
		paths[i] = c->rules[i];
	plan_free(load_rules(paths, c->n_rules, print, &is_wrong));
	return is_wrong;
}
