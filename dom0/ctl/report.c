// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl report: a page about an incident, for people
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/report_gather.h"
#include "ctl/report_html.h"
#include "ctl/walk.h"
#include "lib/format.h"

/*
 * The file
 */

static int complain(const char *path, int err)
{
	fprintf(stderr, "starlsmctl: %s: %s\n", path, strerror(err));
	return CTL_FAILED;
}

/* 0 or an errno; f is closed. */
static int write_page(FILE *f, const json_t *model)
{
	int err = 0;

	errno = 0;
	report_html(f, model);
	if (fflush(f) || ferror(f) || fsync(fileno(f)))
		err = errno ? errno : EIO;
	if (fclose(f) && !err)
		err = errno;
	return err;
}

/* Whole or not at all: what was there stays until the page is on the disk. */
static int write_file(const char *path, const json_t *model)
{
	char *temporary;
	int fd, err;
	FILE *f;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return complain(path, ENOMEM);
	fd = mkstemp(temporary);
	if (fd < 0) {
		err = errno;
		free(temporary);
		return complain(path, err);
	}
	f = fdopen(fd, "w");
	err = f ? write_page(f, model) : errno;
	if (!err && rename(temporary, path))
		err = errno;
	if (err)
		unlink(temporary);
	free(temporary);
	return err ? complain(path, err) : CTL_OK;
}

/*
 * The command
 */

static void add_made(json_t *model, const char *directory, const char *key)
{
	struct timespec now;
	struct utsname host;
	char when[64];

	clock_gettime(CLOCK_REALTIME, &now);
	uname(&host);
	format_time_utc(now.tv_sec * 1000000000LL + now.tv_nsec, 0, when, sizeof(when));
	json_object_set_new(model, "made", json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}",
		"time", when, "host", host.nodename, "by", "starlsmctl " STARLSM_VERSION,
		"from", directory ? "the journal" : "what starlsmd still knew",
		"journal", directory ? directory : "", "key", key ? key : VERIFY_KEY));
}

/* Where nobody names a journal and the usual one cannot be read, starlsmd is asked. */
static const char *journal_of(const struct ctl_options *opt)
{
	if (opt->journal)
		return opt->journal;
	return access(WALK_DIRECTORY, R_OK | X_OK) ? NULL : WALK_DIRECTORY;
}

static int report(const struct ctl_options *opt, uint32_t number)
{
	const char *directory = journal_of(opt);
	json_t *model = json_pack("{s:{}}", "left_out");
	unsigned int n_skipped = 0;
	int rc;

	if (directory)
		rc = gather_journal(opt, directory, number, model, &n_skipped);
	else
		rc = gather_daemon(opt, number, model);
	if (!rc) {
		add_made(model, directory, opt->key);
		gather_bundles(model);
		rc = write_file(opt->output, model);
	}
	json_decref(model);
	return !rc && n_skipped ? CTL_FAILED : rc;
}

int ctl_report(const struct ctl_options *opt)
{
	char *end = "";
	unsigned long number = opt->n_args == 1 ? strtoul(opt->args[0], &end, 10) : 0;

	if (!number || *end || number > UINT32_MAX) {
		fprintf(stderr, "starlsmctl: which incident? Its number is in starlsmctl incidents\n");
		return CTL_USAGE;
	}
	if (!opt->output) {
		fprintf(stderr, "starlsmctl: where to? -o FILE.html is missing\n");
		return CTL_USAGE;
	}
	return report(opt, number);
}
