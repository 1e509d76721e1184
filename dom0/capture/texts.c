// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what dom0 knows of a guest in words: xenstore, logs, programs
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xenstore.h>

#include "capture/pieces.h"
#include "lib/decode.h"

/* A guest can write some thousand nodes; deeper than this nobody looks. */
#define NODES_MAX	16384
#define DEPTH_MAX	16
#define PATH_LEN	3072	/* XENSTORE_ABS_PATH_MAX */
#define CONSOLE_MAX	(4 << 20)
#define OUTPUT_MAX	(64 << 20)
#define PROGRAM_MS	60000

/*
 * Xenstore
 */

struct walk {
	struct bundle *b;
	struct xs_handle *xs;
	unsigned int n;
	char path[PATH_LEN];
};

static void write_node(struct walk *w)
{
	static char text[4 * 4096 + 1];
	unsigned int len = 0;
	char *untrusted_value = xs_read(w->xs, XBT_NULL, w->path, &len);

	decode_escape(w->path, strlen(w->path), text, sizeof(text));
	bundle_write(w->b, text, strlen(text));
	bundle_write(w->b, " = ", 3);
	if (untrusted_value) {
		decode_escape(untrusted_value, len, text, sizeof(text));
		bundle_write(w->b, text, strlen(text));
	}
	bundle_write(w->b, "\n", 1);
	free(untrusted_value);
}

static void walk_below(struct walk *w, unsigned int depth)
{
	size_t len = strlen(w->path);
	unsigned int n = 0;
	char **untrusted_names;

	if (w->n++ >= NODES_MAX || depth > DEPTH_MAX)
		return;
	write_node(w);
	untrusted_names = xs_directory(w->xs, XBT_NULL, w->path, &n);
	for (unsigned int i = 0; untrusted_names && i < n; i++) {
		int added = snprintf(w->path + len, sizeof(w->path) - len, "/%s",
				     untrusted_names[i]);

		if (added > 0 && len + added < sizeof(w->path))
			walk_below(w, depth + 1);
		w->path[len] = '\0';
	}
	free(untrusted_names);
}

int piece_xenstore(struct bundle *b, const struct subject *s)
{
	struct walk w = { .b = b, .xs = xs_open(0) };
	int err = bundle_open(b, "xenstore.txt");

	if (!err && !w.xs)
		err = bundle_close(b, errno);
	if (!err) {
		snprintf(w.path, sizeof(w.path), "/local/domain/%u", s->domid);
		walk_below(&w, 0);
		err = bundle_close(b, w.n > NODES_MAX ? E2BIG : 0);
	}
	if (w.xs)
		xs_close(w.xs);
	return err;
}

/*
 * The console
 */

int piece_console(struct bundle *b, const struct subject *s)
{
	char path[256], buf[65536];
	int fd, err;
	off_t end;
	ssize_t n;

	snprintf(path, sizeof(path), "/var/log/xen/console/guest-%s.log", s->name);
	fd = strchr(s->name, '/') ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		bundle_missing(b, "console.log", errno ? errno : EINVAL);
		return 0;
	}
	err = bundle_open(b, "console.log");
	if (!err) {
		end = lseek(fd, 0, SEEK_END);
		lseek(fd, end > CONSOLE_MAX ? end - CONSOLE_MAX : 0, SEEK_SET);
		while ((n = read(fd, buf, sizeof(buf))) > 0)
			bundle_write(b, buf, n);
		err = bundle_close(b, n < 0 ? errno : 0);
	}
	close(fd);
	return err;
}

/*
 * Programs
 */

static int start(const char *const argv[], int *output, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	int pair[2], err;

	if (pipe2(pair, O_CLOEXEC))
		return errno;
	err = posix_spawn_file_actions_init(&files);
	if (!err) {
		err = posix_spawn_file_actions_adddup2(&files, pair[1], STDOUT_FILENO);
		if (!err)
			err = posix_spawnp(pid, argv[0], &files, NULL, (char *const *)argv,
					   environ);
		posix_spawn_file_actions_destroy(&files);
	}
	close(pair[1]);
	if (err)
		close(pair[0]);
	else
		*output = pair[0];
	return err;
}

/* Until it has said all, too much, or nothing for too long */
static int copy_output(struct bundle *b, int output)
{
	struct pollfd p = { .fd = output, .events = POLLIN };
	char buf[65536];
	ssize_t n;

	while (poll(&p, 1, PROGRAM_MS) > 0) {
		n = read(output, buf, sizeof(buf));
		if (n <= 0)
			return n < 0 ? errno : 0;
		bundle_write(b, buf, n);
		if (b->size > OUTPUT_MAX)
			return E2BIG;
	}
	return ETIMEDOUT;
}

static int take_output(struct bundle *b, const char *file_name, const char *const argv[])
{
	int output = -1, status = 0, err = bundle_open(b, file_name);
	pid_t pid = -1;

	if (err)
		return err;
	err = start(argv, &output, &pid);
	if (err)
		return bundle_close(b, err);
	err = copy_output(b, output);
	close(output);
	if (err)
		kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) == pid && status && !err)
		err = EIO;
	return bundle_close(b, err);
}

int piece_config(struct bundle *b, const struct subject *s)
{
	char domid[16];
	const char *const argv[] = { "xl", "list", "-l", domid, NULL };

	snprintf(domid, sizeof(domid), "%u", s->domid);
	return take_output(b, "config.json", argv);
}

static int ask(struct bundle *b, const struct subject *s, const char *file_name,
	       const char *what)
{
	char domid[16];
	const char *const argv[] = { "starlsmctl", what, "--json", "--guest", domid, NULL };

	snprintf(domid, sizeof(domid), "%u", s->domid);
	return take_output(b, file_name, argv);
}

int piece_incidents(struct bundle *b, const struct subject *s)
{
	return ask(b, s, "incidents.json", "incidents");
}

int piece_runs(struct bundle *b, const struct subject *s)
{
	return ask(b, s, "runs.json", "runs");
}

int piece_events(struct bundle *b, const struct subject *s)
{
	return ask(b, s, "events.json", "events");
}
