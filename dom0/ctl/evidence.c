// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl evidence: list, verify, export
 *
 * Of files alone: starlsmd need not run.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/value.h"
#include "lib/config.h"
#include "lib/decode.h"
#include "lib/evidence.h"

static int open_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		fprintf(stderr, "starlsmctl: %s: %s\n", path, strerror(errno));
	return fd;
}

static void print_escaped(const char *text, const char *after)
{
	char escaped[1024];

	decode_escape(text, strlen(text), escaped, sizeof(escaped));
	printf("%s%s", escaped, after);
}

static void print_bundle(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	json_t *m = fd < 0 ? NULL : evidence_manifest(fd);
	json_int_t bytes = 0;
	json_t *files = json_object_get(m, "files");

	print_escaped(name, "  ");
	for (size_t i = 0; i < json_array_size(files); i++)
		bytes += json_integer_value(json_object_get(json_array_get(files, i), "size"));
	if (m) {
		const char *rule = value_text(m, "rule");

		print_escaped(*rule ? rule : "-", "  ");
		printf("%" PRId64 " MiB, %zu files, %zu missing%s\n", (int64_t)(bytes >> 20),
		       json_array_size(files), json_array_size(json_object_get(m, "missing")),
		       faccessat(fd, EVIDENCE_SIGNATURE, F_OK, 0) ? ", not signed" : "");
	} else {
		puts("not finished, or no bundle");
	}
	json_decref(m);
	if (fd >= 0)
		close(fd);
}

static int list(const char *path)
{
	int fd = open_folder(path), n;
	struct dirent **names;

	if (fd < 0)
		return CTL_FAILED;
	n = scandir(path, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.')
			print_bundle(fd, names[i]->d_name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	close(fd);
	return n < 0 ? CTL_FAILED : CTL_OK;
}

static int verify(const char *path, const char *key)
{
	int fd = open_folder(path);
	bool ok;

	if (fd < 0)
		return CTL_FAILED;
	ok = evidence_verify(fd, key, stderr);
	close(fd);
	if (ok)
		puts(key ? "as it was written, and signed" :
		     "as its manifest says; --key holds the manifest against its signature");
	return ok ? CTL_OK : CTL_FAILED;
}

/* What is not as it was written does not leave as if it were. */
static int export(const char *path, const char *file, const char *key)
{
	char *folder = strdup(path), *name = strdup(path);
	char *argv[] = { "tar", "-c", "-f", (char *)file, "-C", folder ? dirname(folder) : NULL,
			 "--", name ? basename(name) : NULL, NULL };
	int rc = folder && name ? verify(path, key) : CTL_FAILED;

	if (!rc) {
		execvp(argv[0], argv);
		fprintf(stderr, "starlsmctl: tar: %s\n", strerror(errno));
		rc = CTL_FAILED;
	}
	free(folder);
	free(name);
	return rc;
}

int ctl_evidence(const struct ctl_options *opt)
{
	const char *what = opt->n_args ? opt->args[0] : "";

	if (!strcmp(what, "list") && opt->n_args <= 2)
		return list(opt->n_args == 2 ? opt->args[1] : EVIDENCE_FOLDER);
	if (!strcmp(what, "verify") && opt->n_args == 2)
		return verify(opt->args[1], opt->key);
	if (!strcmp(what, "export") && opt->n_args == 3)
		return export(opt->args[1], opt->args[2], opt->key);
	fprintf(stderr, "starlsmctl: evidence: list, verify or export, see --help\n");
	return CTL_USAGE;
}
