// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what the user of a connection to a guest notices, until a SIGTERM
 *
 * notice keys|stream ADDRESS PORT [TEXT]    sends TEXT and a new line first. keys:
 * types a key, waits for what comes back and types the next; stream: only listens.
 * Prints how often something came, and the longest time in ms that nothing did;
 * status 1 if the connection breaks.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BETWEEN_KEYS_MS	50

static volatile sig_atomic_t is_over;

static void end(int number)
{
	(void)number;
	is_over = 1;
}

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static int reach(const char *address, const char *port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror(address);
		exit(1);
	}
	return fd;
}

/* A key, and another that takes it back: the line does not grow. */
static void type(int fd)
{
	static bool is_back;

	poll(NULL, 0, BETWEEN_KEYS_MS);
	if (write(fd, is_back ? "\177" : "x", 1) != 1)
		perror("a key");
	is_back = !is_back;
}

/* 0 if the connection ended */
static int take(int fd)
{
	char buffer[4096];
	ssize_t size = read(fd, buffer, sizeof(buffer));

	if (size < 0)
		perror("a connection");
	return size > 0;
}

static int watch(int fd, bool with_keys)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };
	double since = now_ms(), longest = 0;
	unsigned long came = 0;

	while (!is_over) {
		if (poll(&in, 1, -1) < 0)
			continue;
		if (!take(fd))
			return 1;
		if (came++ && now_ms() - since > longest)
			longest = now_ms() - since;
		if (with_keys)
			type(fd);
		since = now_ms();
	}
	if (now_ms() - since > longest)
		longest = now_ms() - since;
	printf("%lu %.0f\n", came, longest);
	return 0;
}

int main(int argc, char **argv)
{
	const struct sigaction on_end = { .sa_handler = end };
	int fd;

	if (argc < 4)
		return 2;
	sigaction(SIGTERM, &on_end, NULL);
	fd = reach(argv[2], argv[3]);
	if (argc > 4)
		dprintf(fd, "%s\n", argv[4]);
	return watch(fd, !strcmp(argv[1], "keys"));
}
