// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the workloads of make bench: one thing, many times
 *
 * load NAME COUNT    ends with status 0 when all of it was done
 *
 * Single-threaded and without a clock, so that it takes the same instructions
 * each time. Servers' clients are here too: their instructions are in the
 * figures, and the same in all configurations.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FOLDER		"/tmp/load"
#define REDIS_PORT	6379
#define HTTP_PORT	80
#define LOCAL_PORT	20000

static const char *file(unsigned int i)
{
	static char name[64];

	snprintf(name, sizeof(name), FOLDER "/%u", i);
	return name;
}

static void must(int ok, const char *what)
{
	if (!ok)
		err(1, "%s", what);
}

static void touch(const char *name, size_t len)
{
	static const char text[16384];
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	must(fd >= 0, name);
	must(write(fd, text, len) == (ssize_t)len, name);
	close(fd);
}

static void fork_exec(unsigned int i)
{
	int status;
	pid_t pid = vfork();

	(void)i;
	if (pid == 0) {
		execl("/proc/self/exe", "load", "nothing", "0", (char *)NULL);
		_exit(127);
	}
	must(pid > 0 && waitpid(pid, &status, 0) == pid && !status, "exec");
}

static void fork_exit(unsigned int i)
{
	int status;
	pid_t pid = fork();

	(void)i;
	if (pid == 0)
		_exit(0);
	must(pid > 0 && waitpid(pid, &status, 0) == pid && !status, "fork");
}

static void open_as(int flags)
{
	int fd = open(FOLDER "/file", flags);

	must(fd >= 0, "open");
	close(fd);
}

static void open_write(unsigned int i)
{
	(void)i;
	open_as(O_WRONLY);
}

static void open_read(unsigned int i)
{
	(void)i;
	open_as(O_RDONLY);
}

static void stat_file(unsigned int i)
{
	struct stat st;

	(void)i;
	must(!stat(FOLDER "/file", &st), "stat");
}

static void create_unlink(unsigned int i)
{
	int fd = open(file(i), O_WRONLY | O_CREAT | O_EXCL, 0600);

	must(fd >= 0, "create");
	close(fd);
	must(!unlink(file(i)), "unlink");
}

static void rw_byte(unsigned int i)
{
	static int from = -1, to;
	char byte;

	(void)i;
	if (from < 0) {
		from = open("/dev/zero", O_RDONLY);
		to = open("/dev/null", O_WRONLY);
	}
	must(read(from, &byte, 1) == 1 && write(to, &byte, 1) == 1, "rw");
}

static int connected(int port)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	must(fd >= 0 && !connect(fd, (struct sockaddr *)&addr, sizeof(addr)),
	     "connect");
	return fd;
}

static int listening(int port)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	must(!bind(fd, (struct sockaddr *)&addr, sizeof(addr)) && !listen(fd, 8),
	     "listen");
	return fd;
}

/* The end that was connected closes last: no socket stays behind to wait. */
static void connect_accept(unsigned int i)
{
	static int server = -1;
	int client, peer;

	(void)i;
	if (server < 0)
		server = listening(LOCAL_PORT);
	client = connected(LOCAL_PORT);
	peer = accept(server, NULL, NULL);
	must(peer >= 0, "accept");
	close(client);
	close(peer);
}

/* A connection for each request: the dearer way for who watches connections */
static void http_get(unsigned int i)
{
	static const char ask[] = "GET /index.html HTTP/1.0\r\n\r\n";
	char answer[4096];
	size_t got = 0;
	ssize_t n;
	int fd = connected(HTTP_PORT);

	(void)i;
	must(write(fd, ask, sizeof(ask) - 1) == sizeof(ask) - 1, "ask");
	while ((n = read(fd, answer + got, sizeof(answer) - got)) > 0)
		got += n;
	must(got > 12 && !memcmp(answer + 8, " 200", 4), "answer");
	close(fd);
}

static void ask_redis(int fd, const char *ask, size_t len)
{
	char answer[256];

	must(write(fd, ask, len) == (ssize_t)len, "ask");
	must(read(fd, answer, sizeof(answer)) > 0 &&
	     (answer[0] == '+' || answer[0] == '$'), "answer");
}

static void redis_set_get(unsigned int i)
{
	static int fd = -1;
	char ask[128];
	int len;

	if (fd < 0)
		fd = connected(REDIS_PORT);
	len = snprintf(ask, sizeof(ask), "SET key:%u value:%040u\r\n", i % 100, i);
	ask_redis(fd, ask, len);
	len = snprintf(ask, sizeof(ask), "GET key:%u\r\n", i % 100);
	ask_redis(fd, ask, len);
}

/*
 * Like postmark: a pool of small files; a transaction reads or appends to one,
 * then creates or removes one. The sizes and choices are the same each time.
 */
#define POOL	200

static const char *pool_file(unsigned int i)
{
	static char name[64];

	snprintf(name, sizeof(name), FOLDER "/pool-%u", i);
	return name;
}

static unsigned int dice(void)
{
	static unsigned int state = 1;

	state = state * 1103515245 + 12345;
	return state >> 16;
}

static void read_whole(const char *name)
{
	char text[4096];
	int fd = open(name, O_RDONLY);

	must(fd >= 0, name);
	while (read(fd, text, sizeof(text)) > 0)
		;
	close(fd);
}

static void append(const char *name, size_t len)
{
	static const char text[4096];
	int fd = open(name, O_WRONLY | O_APPEND);

	must(fd >= 0 && write(fd, text, len) == (ssize_t)len, name);
	close(fd);
}

static void postmark(unsigned int i)
{
	static unsigned int first, end;
	unsigned int any;

	(void)i;
	while (end - first < POOL)
		touch(pool_file(end++), 500 + dice() % 9500);
	any = first + dice() % (end - first);
	if (dice() % 2)
		read_whole(pool_file(any));
	else
		append(pool_file(any), 1 + dice() % 4095);
	if (dice() % 2)
		touch(pool_file(end++), 500 + dice() % 9500);
	else
		must(!unlink(pool_file(first++)), "unlink");
}

/* A tree like that of a kernel's sources, for find and tar: i is a folder. */
static void make_tree(unsigned int i)
{
	char name[128];
	unsigned int k;

	mkdir("/tmp/tree", 0700);
	snprintf(name, sizeof(name), "/tmp/tree/%u", i / 8);
	mkdir(name, 0700);
	snprintf(name, sizeof(name), "/tmp/tree/%u/%u", i / 8, i);
	mkdir(name, 0700);
	for (k = 0; k < 24; k++) {
		snprintf(name, sizeof(name), "/tmp/tree/%u/%u/file%u.c", i / 8, i, k);
		touch(name, 500 + dice() % 9500);
	}
}

static void nothing(unsigned int i)
{
	(void)i;
}

static const struct {
	const char *name;
	void (*once)(unsigned int i);
} loads[] = {
	{ "fork", fork_exit },
	{ "exec", fork_exec },
	{ "open-write", open_write },
	{ "open-read", open_read },
	{ "stat", stat_file },
	{ "create", create_unlink },
	{ "connect", connect_accept },
	{ "rw1", rw_byte },
	{ "nginx", http_get },
	{ "redis", redis_set_get },
	{ "postmark", postmark },
	{ "make-tree", make_tree },
	{ "nothing", nothing },
};

int main(int argc, char **argv)
{
	unsigned int i, l, count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	for (l = 0; argc > 2 && l < sizeof(loads) / sizeof(loads[0]); l++) {
		if (strcmp(argv[1], loads[l].name))
			continue;
		for (i = 0; i < count; i++)
			loads[l].once(i);
		return 0;
	}
	errx(2, "usage: load NAME COUNT");
}
