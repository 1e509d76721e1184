// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - how long a disk or a network card takes for requests
 *
 * rate read|write DEVICE SIZE DEPTH COUNT     past the page cache, here and there on it
 * rate send|receive ADDRESS SIZE DEPTH COUNT  of who serves there: what is sent is
 *                                             answered with a byte, or a byte with that
 * rate serve                                  for ever
 *
 * SIZE: bytes of one. DEPTH: as many are under way at once, on one connection. Prints
 * the ns from the first one to the last answer.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/fs.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PORT		9
#define DEPTH_MAX	64
/* no two at once are neighbours, that would be merged */
#define STRIDE		1021

struct job {
	size_t size;
	unsigned int depth, count;
};

static uint64_t began_ns;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void *buffer_of(size_t size)
{
	void *buffer = aligned_alloc(4096, (size + 4095) / 4096 * 4096);

	if (!buffer)
		err(1, "a buffer");
	return memset(buffer, 0x5a, size);
}

static void submit(aio_context_t aio, struct iocb *request, uint64_t number, uint64_t n_places)
{
	request->aio_offset = number * STRIDE % n_places * request->aio_nbytes;
	if (syscall(SYS_io_submit, aio, 1, &request) != 1)
		err(1, "a request");
}

static void wait_for(aio_context_t aio, struct iocb **request)
{
	struct io_event event;

	if (syscall(SYS_io_getevents, aio, 1, 1, &event, NULL) != 1)
		err(1, "an answer");
	*request = (struct iocb *)(uintptr_t)event.obj;
	if (event.res != (int64_t)(*request)->aio_nbytes)
		errx(1, "answered with %lld", (long long)event.res);
}

static void use_disk(const char *path, bool is_write, const struct job *job)
{
	static struct iocb requests[DEPTH_MAX];
	unsigned int i;
	struct iocb *done;
	aio_context_t aio = 0;
	uint64_t bytes;
	void *buffer = buffer_of(job->size);
	int fd = open(path, O_RDWR | O_DIRECT);

	if (fd < 0 || ioctl(fd, BLKGETSIZE64, &bytes) || bytes < job->size)
		err(1, "%s", path);
	if (syscall(SYS_io_setup, DEPTH_MAX, &aio))
		err(1, "io_setup");
	began_ns = now_ns();
	for (i = 0; i < job->depth && i < job->count; i++) {
		requests[i].aio_fildes = fd;
		requests[i].aio_lio_opcode = is_write ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD;
		requests[i].aio_buf = (uintptr_t)buffer;
		requests[i].aio_nbytes = job->size;
		submit(aio, &requests[i], i, bytes / job->size);
	}
	for (; i < job->count; i++) {
		wait_for(aio, &done);
		submit(aio, done, i, bytes / job->size);
	}
	for (i = 0; i < job->depth && i < job->count; i++)
		wait_for(aio, &done);
}

static bool get(int fd, void *buffer, size_t size)
{
	return recv(fd, buffer, size, MSG_WAITALL) == (ssize_t)size;
}

static void put(int fd, const void *buffer, size_t size)
{
	if (send(fd, buffer, size, 0) != (ssize_t)size)
		err(1, "send");
}

/* Sizes of a request and of its answer come first. */
static void use_network(const char *address, bool is_send, const struct job *job)
{
	const uint32_t sizes[2] = { is_send ? job->size : 1, is_send ? 1 : job->size };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
	void *buffer = buffer_of(job->size);
	unsigned int i;

	if (inet_pton(AF_INET, address, &to.sin_addr) != 1 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)))
		err(1, "%s", address);
	put(fd, sizes, sizeof(sizes));
	began_ns = now_ns();
	for (i = 0; i < job->count + job->depth; i++) {
		if (i >= job->depth && !get(fd, buffer, sizes[1]))
			errx(1, "no answer");
		if (i < job->count)
			put(fd, buffer, sizes[0]);
	}
}

static void answer(int fd)
{
	uint32_t sizes[2];
	int one = 1;
	void *buffer;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (!get(fd, sizes, sizeof(sizes)))
		return;
	buffer = buffer_of(sizes[0] > sizes[1] ? sizes[0] : sizes[1]);
	while (get(fd, buffer, sizes[0]))
		put(fd, buffer, sizes[1]);
}

static int serve(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	int one = 1, fd, listener = socket(AF_INET, SOCK_STREAM, 0);

	signal(SIGCHLD, SIG_IGN);
	if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
	    bind(listener, (struct sockaddr *)&any, sizeof(any)) || listen(listener, 8))
		err(1, "port %d", PORT);
	for (;;) {
		fd = accept(listener, NULL, NULL);
		if (fd >= 0 && fork() == 0) {
			answer(fd);
			_exit(0);
		}
		close(fd);
	}
}

int main(int argc, char **argv)
{
	struct job job;

	if (argc == 2 && !strcmp(argv[1], "serve"))
		return serve();
	if (argc != 6)
		errx(2, "usage: rate read|write|send|receive WHERE SIZE DEPTH COUNT");
	job.size = strtoul(argv[3], NULL, 10);
	job.depth = strtoul(argv[4], NULL, 10);
	job.count = strtoul(argv[5], NULL, 10);
	if (!job.size || !job.depth || job.depth > DEPTH_MAX)
		errx(2, "not so many at once");
	if (!strcmp(argv[1], "read") || !strcmp(argv[1], "write"))
		use_disk(argv[2], argv[1][0] == 'w', &job);
	else
		use_network(argv[2], argv[1][0] == 's', &job);
	printf("%llu\n", (unsigned long long)(now_ns() - began_ns));
	return 0;
}
