// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what somebody notices who talks to a guest, until a SIGTERM
 *
 * notice keys|stream ADDRESS PORT [TEXT]    sends TEXT and a new line first. keys:
 * types a key, waits for what comes back and types the next; stream: only listens.
 * notice echo ADDRESS    sends an ICMP echo request every 10 ms: no protocol waits longer
 * and longer before it tries again, so this is how long the guest did not answer.
 * Prints how often something came, and the longest time in ms that nothing did;
 * status 1 if the connection breaks.
 */
#include <arpa/inet.h>
#include <netinet/ip_icmp.h>
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
#define BETWEEN_ECHOS_MS	10

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

static int reach(const char *address, const char *port, int type, int protocol)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(port)) };
	int fd = socket(AF_INET, type, protocol);

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

/* Did an answer to an echo request come? */
static bool take_echo(int fd)
{
	unsigned char packet[256];
	ssize_t size = recv(fd, packet, sizeof(packet), MSG_DONTWAIT);
	size_t head = size > 0 ? (packet[0] & 15) * 4 : 0;

	return size > (ssize_t)head && packet[head] == ICMP_ECHOREPLY;
}

static int watch_echo(int fd)
{
	/* number 0 of identifier 0: its sum is always the same */
	const struct icmphdr ask = { .type = ICMP_ECHO, .checksum = htons(0xf7ff) };
	double since = now_ms(), longest = 0;
	unsigned long came = 0;

	while (!is_over) {
		if (send(fd, &ask, sizeof(ask), 0) < 0 && !came)
			perror("an echo");
		poll(NULL, 0, BETWEEN_ECHOS_MS);
		while (take_echo(fd)) {
			if (came++ && now_ms() - since > longest)
				longest = now_ms() - since;
			since = now_ms();
		}
	}
	if (now_ms() - since > longest)
		longest = now_ms() - since;
	printf("%lu %.0f\n", came, longest);
	return !came;
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

	if (argc < 3)
		return 2;
	sigaction(SIGTERM, &on_end, NULL);
	if (!strcmp(argv[1], "echo"))
		return watch_echo(reach(argv[2], "0", SOCK_RAW, IPPROTO_ICMP));
	if (argc < 4)
		return 2;
	fd = reach(argv[2], argv[3], SOCK_STREAM, 0);
	if (argc > 4)
		dprintf(fd, "%s\n", argv[4]);
	return watch(fd, !strcmp(argv[1], "keys"));
}
