// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a disk of the outer Xen as a block device of the inner dom0: starts nbdkit
 * with our plugin, and gives the kernel the other end of its socket
 *
 * This process becomes nbdkit. A child waits until that serves, tells the kernel, and
 * ends; the kernel's device outlives both, and waits for the next.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/options.h"
#include "lib/outer.h"
#include "nbd/greeting.h"
#include "nbd/kernel.h"

/* of who serves disk N, to the kernel and to each other */
#define NAME		"blanket-blkfront %u"
#define PLUGIN		"/usr/libexec/starlsm/blkfront.so"
/* As the kernel has it for disks of other kinds */
#define REQUEST_S	30
#define GONE_S		300

struct disk {
	struct options options;
	unsigned int number;
	unsigned int request_s;
	unsigned int gone_s;
	bool is_to_detach;
	const char *plugin;
};

static void usage(FILE *f)
{
	fputs("Usage: blanket-blkfront [OPTION...]\n"
	      "Makes a disk of the outer Xen a block device. See blanket-blkfront(8).\n"
	      "\n"
	      "  -n, --number N        which disk: 0 is xvda, and becomes /dev/nbd0 (0)\n"
	      "  -t, --timeout S       how long a request may take (30)\n"
	      "  -w, --wait S          how long the device waits for a successor (300)\n"
	      "  -d, --detach          take the device away, and end who serves it\n"
	      "  -s, --socket PATH     the outer xenstore, see blanketd(8) (" OUTER_SOCKET ")\n"
	      "  -u, --user USER       who it runs as, once it has what it needs (" OUTER_USER ")\n"
	      "  -p, --plugin FILE     of nbdkit (" PLUGIN ")\n"
	      "  -h, --help            this text\n"
	      "  -V, --version         the version\n", f);
}

static unsigned int to_number(const struct disk *d, const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*end || !*text || n > INT32_MAX)
		options_refuse(&d->options);
	return n;
}

static void parse(struct disk *d, int argc, char **argv)
{
	static const struct option options[] = {
		{ "number", required_argument, NULL, 'n' },
		{ "timeout", required_argument, NULL, 't' },
		{ "wait", required_argument, NULL, 'w' },
		{ "detach", no_argument, NULL, 'd' },
		{ "plugin", required_argument, NULL, 'p' },
		OPTIONS_COMMON
	};
	int c;

	while ((c = getopt_long(argc, argv, "n:t:w:dp:" OPTIONS_LETTERS, options, NULL)) >= 0) {
		switch (c) {
		case 'n':
			d->number = to_number(d, optarg);
			break;
		case 't':
			d->request_s = to_number(d, optarg);
			break;
		case 'w':
			d->gone_s = to_number(d, optarg);
			break;
		case 'd':
			d->is_to_detach = true;
			break;
		case 'p':
			d->plugin = optarg;
			break;
		default:
			options_take(&d->options, c);
		}
	}
	if (optind < argc || !d->request_s)
		options_refuse(&d->options);
}

/* As a client does; false if the server has ended meanwhile, of which it has said why. */
static bool greet(int fd, uint8_t *hello, uint8_t *told)
{
	return recv(fd, hello, GREETING_HELLO_BYTES, MSG_WAITALL) == GREETING_HELLO_BYTES &&
	       send(fd, greeting_choice, GREETING_CHOICE_BYTES, MSG_NOSIGNAL) ==
		       GREETING_CHOICE_BYTES &&
	       recv(fd, told, GREETING_DISK_BYTES, MSG_WAITALL) == GREETING_DISK_BYTES;
}

/* NULL, or why it cannot be */
static const char *attach(const struct disk *d, int fd)
{
	uint8_t hello[GREETING_HELLO_BYTES], told[GREETING_DISK_BYTES];
	struct greeting_disk disk;
	char owner[32];

	if (!greet(fd, hello, told))
		return "nobody serves it";
	if (!greeting_is_hello(hello) || !greeting_parse(told, &disk))
		return "this is not how an NBD server begins";
	snprintf(owner, sizeof(owner), NAME, d->number);
	return kernel_attach(&(struct nbd_device){
		.index = d->number, .owner = owner, .bytes = disk.bytes, .flags = disk.flags,
		.request_s = d->request_s, .gone_s = d->gone_s,
	}, fd);
}

/* In the child: nbdkit says hello once it is connected. */
static void __attribute__((noreturn)) attach_when_served(const struct disk *d, pid_t nbdkit,
							 int fd)
{
	const char *why = attach(d, fd);

	if (!why) {
		log_notice("disk %u of the outer Xen is /dev/nbd%u", d->number, d->number);
		_exit(0);
	}
	log_error("/dev/nbd%u cannot be had: %s", d->number, why);
	/* so that it does not end well, as it would if we just went */
	if (getppid() == nbdkit)
		kill(nbdkit, SIGKILL);
	_exit(1);
}

static int detach(const struct disk *d)
{
	const char *why = kernel_detach(d->number);

	if (why)
		log_error("/dev/nbd%u stays: %s", d->number, why);
	return why ? 1 : 0;
}

/*
 * Two at a time would end each other at the back end. A name is ours, and nbdkit's,
 * for as long as the process lives.
 */
static void be_the_only_one(const struct disk *d)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	static int fd;
	int len;

	/* it begins with a byte of 0: no file */
	len = 1 + snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, NAME, d->number);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&name,
			   offsetof(struct sockaddr_un, sun_path) + len))
		fatal("disk %u: %s", d->number,
		      errno == EADDRINUSE ? "it is served already" : strerror(errno));
}

static void __attribute__((noreturn)) become_nbdkit(const struct disk *d, int fd)
{
	char number[32], path[256], user[64];
	/* the socket is its standard input and output */
	char *const argv[] = {
		"nbdkit", "--single", (char *)d->plugin, number, path, user, NULL,
	};

	snprintf(number, sizeof(number), "number=%u", d->number);
	snprintf(path, sizeof(path), "socket=%s", d->options.socket);
	snprintf(user, sizeof(user), "user=%s", d->options.user);
	/* memory that it asks for is not made by writing to the disk that it serves */
	if (prctl(PR_SET_IO_FLUSHER, 1, 0, 0, 0))
		fatal("PR_SET_IO_FLUSHER: %s", strerror(errno));
	if (dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0)
		fatal("dup2: %s", strerror(errno));
	execvp(argv[0], argv);
	fatal("nbdkit cannot be started: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	struct disk d = {
		.options = { "blanket-blkfront", usage, OUTER_SOCKET, OUTER_USER },
		.request_s = REQUEST_S, .gone_s = GONE_S, .plugin = PLUGIN,
	};
	pid_t us = getpid(), child;
	int pair[2];

	parse(&d, argc, argv);
	log_init("blanket-blkfront");
	if (d.is_to_detach)
		return detach(&d);
	be_the_only_one(&d);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		fatal("socketpair: %s", strerror(errno));
	/* nobody will ask how the child has ended */
	signal(SIGCHLD, SIG_IGN);
	child = fork();
	if (child < 0)
		fatal("fork: %s", strerror(errno));
	if (!child) {
		close(pair[1]);
		attach_when_served(&d, us, pair[0]);
	}
	become_nbdkit(&d, pair[1]);
}
