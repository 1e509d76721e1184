/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a rig's journal, and what starlsmctl's commands say of it, for tests
 *
 * Nothing is synced: the kernel does not go away in a test. sync_err is what a
 * disk answers to that.
 */
#ifndef STARLSM_TEST_ASKING_H
#define STARLSM_TEST_ASKING_H

#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "rig.h"

#define WEB	5
#define MAIL	6

static struct rig rig;
static char said[1 << 20];	/* on standard output and error by the last command */
static int sync_err;

int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __wrap_nanosleep(const struct timespec *pause, struct timespec *left);

int __wrap_fdatasync(int fd)
{
	(void)fd;
	errno = sync_err;
	return sync_err ? -1 : 0;
}

int __wrap_fsync(int fd)
{
	return __wrap_fdatasync(fd);
}

/* Nobody writes while verify looks: it need not wait for that. */
int __wrap_nanosleep(const struct timespec *pause, struct timespec *left)
{
	(void)pause;
	(void)left;
	return 0;
}

/*
 * Commands
 */

int64_t ctl_wall_ns(void)
{
	return 0;
}

bool ctl_is_wanted(const struct ctl_options *opt, const char *guest, uint32_t domid)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", domid);
	return !*opt->guest || !strcmp(opt->guest, guest) || !strcmp(opt->guest, number);
}

static inline int run(int (*command)(const struct ctl_options *opt), struct ctl_options opt)
{
	char path[128];
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), fd, rc;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/said", rig.top);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	opt.journal = rig.directory;
	opt.key = opt.key ? opt.key : rig.public;
	opt.guest = opt.guest ? opt.guest : "";
	rc = command(&opt);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	n = pread(fd, said, sizeof(said) - 1, 0);
	assert_true(n >= 0);
	said[n] = 0;
	close(out);
	close(err);
	close(fd);
	return rc;
}

static inline int verify(void)
{
	return run(ctl_verify, (struct ctl_options){ 0 });
}

static inline int replay(void)
{
	return run(ctl_replay, (struct ctl_options){ 0 });
}

static inline int query(struct ctl_options opt)
{
	return run(ctl_query, opt);
}

static inline bool is_said(const char *text)
{
	return strstr(said, text);
}

static inline unsigned int count(const char *text)
{
	unsigned int n = 0;

	for (const char *at = said; (at = strstr(at, text)); at++)
		n++;
	return n;
}

#define assert_said(text) \
	do { \
		if (!is_said(text)) \
			print_error("said: %s\n", said); \
		assert_true(is_said(text)); \
	} while (0)

/*
 * A journal
 */

static inline int set_up(void **state)
{
	(void)state;
	rig_init(&rig);
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	rig_free(&rig);
	return 0;
}

static inline void some_files(uint32_t domid, unsigned int n)
{
	char path[64];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "/srv/file-%u", i);
		rig_line(&rig, domid, &(struct line){ STARLSM_EV_CREATE, .task = 1, .path = path });
	}
}

/* Two guests, an intrusion in one of them, an order that the responder did not get */
static inline void two_guests(void)
{
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	rig_guest(&rig, MAIL, "mail");
	some_files(MAIL, 20);
	rig_tick(&rig);
	rig.verdict_err = 11;
	rig_intrusion(&rig, WEB);
	some_files(MAIL, 20);
	rig_tick(&rig);
}

/*
 * Files
 */

static inline off_t size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : st.st_size;
}

static inline void copy(const char *from, const char *to)
{
	char command[512];

	snprintf(command, sizeof(command), "rm -rf '%s' && cp -a '%s' '%s'", to, from, to);
	assert_int_equal(system(command), 0);
}

static inline void drop(const char *folder, uint64_t number)
{
	char path[160];

	rig_path(&rig, folder, number, path, sizeof(path));
	assert_int_equal(unlink(path), 0);
}

#endif /* STARLSM_TEST_ASKING_H */
