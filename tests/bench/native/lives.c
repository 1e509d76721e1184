// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - processes that live
 */
#include "lives.h"

#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Ids of paths, apart from those of tasks */
#define FILE_IDS	(1ULL << 32)
#define FIRST_TASK	2

static const char args[] = "program\0--with\0arguments";

static void put(struct lives *l, const struct starlsm_msg *msg, uint64_t task)
{
	l->random = l->random * 6364136223846793005ULL + 1442695040888963407ULL;
	l->now_ns += 1 + (l->random >> 33) % l->step_ns;
	if (!starlsm_record_write(l->stream, msg, l->now_ns, task))
		errx(1, "no room");
}

static void put_path(struct lives *l, uint64_t id, const char *text)
{
	const struct starlsm_rec_path rec = { .id = id, .path_len = strlen(text) };
	const struct starlsm_var vars[] = { { text, strlen(text) } };

	put(l, &STARLSM_MSG_VARS(PATH, &rec, vars), 0);
}

/* It executes what was defined once, and makes a file that nobody knew. */
void lives_write(struct lives *l)
{
	const uint64_t id = FIRST_TASK + l->n++;
	const struct starlsm_rec_fork rec_fork = { .child = id, .flags = 0x11 };
	const struct starlsm_rec_exec rec_exec = {
		.path = FILE_IDS, .pid = id % 32768, .argc = 3, .envc = 9,
		.args_len = sizeof(args),
	};
	const struct starlsm_rec_create create = {
		.path = FILE_IDS + id, .flags = 0101, .mode = 0100644,
	};
	const struct sockaddr_in addr = {
		.sin_family = AF_INET, .sin_port = htons(1024 + id % 60000),
		.sin_addr.s_addr = htonl(0xc0000200 + id % 251),
	};
	const struct starlsm_rec_connect connect = {
		.sock = id, .type = SOCK_STREAM, .addr_len = sizeof(addr),
	};
	const struct starlsm_rec_unlink rec_unlink = { .path = FILE_IDS + id };
	const struct starlsm_rec_exit rec_exit = { .pid = id % 32768 };
	const struct starlsm_var args_vars[] = { { args, sizeof(args) } };
	const struct starlsm_var addr_vars[] = { { &addr, sizeof(addr) } };
	char text[64];

	snprintf(text, sizeof(text), "/var/lib/program/session-%08llx",
		 (unsigned long long)(id * 2654435761ULL & 0xffffffff));
	put(l, &STARLSM_MSG(FORK, &rec_fork), 1);
	put(l, &STARLSM_MSG_VARS(EXEC, &rec_exec, args_vars), id);
	put_path(l, FILE_IDS + id, text);
	put(l, &STARLSM_MSG(CREATE, &create), id);
	put(l, &STARLSM_MSG_VARS(CONNECT, &connect, addr_vars), id);
	put(l, &STARLSM_MSG(UNLINK, &rec_unlink), id);
	put(l, &STARLSM_MSG(EXIT, &rec_exit), id);
}

void lives_write_module(struct lives *l)
{
	const struct starlsm_rec_module rec = { .path = FILE_IDS, .source = STARLSM_FROM_FILE };

	put(l, &STARLSM_MSG(MODULE, &rec), 1);
}
