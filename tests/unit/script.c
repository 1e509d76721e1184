// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - records for tests, as a guest would write them
 */
#include "script.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static union {
	struct starlsm_rec rec;
	struct starlsm_rec_task task;
	struct starlsm_rec_hello hello;
	struct starlsm_rec_path path;
	struct starlsm_rec_ask ask;
	struct starlsm_rec_fork fork;
	struct starlsm_rec_exec exec;
	struct starlsm_rec_exit exit;
	struct starlsm_rec_cred cred;
	struct starlsm_rec_open open;
	struct starlsm_rec_create create;
	struct starlsm_rec_unlink unlink;
	struct starlsm_rec_rename rename;
	struct starlsm_rec_module module;
	struct starlsm_rec_kexec kexec;
	struct starlsm_rec_bpf bpf;
	struct starlsm_rec_check check;
	struct starlsm_rec_connect connect;
	struct starlsm_rec_ptrace ptrace;
	struct starlsm_rec_decision decision;
	struct starlsm_rec_digest digest;
	struct starlsm_rec_heartbeat heartbeat;
	char bytes[STARLSM_REC_MAX];
} buf;

static union {
	struct starlsm_rec_path rec;
	char bytes[STARLSM_REC_MAX];
} path_buf;

static uint64_t next_seq;

/* The ids of the paths that scripts name by their text */
#define FIRST_PATH	1000000
#define PATHS_MAX	64

static char *path_text[PATHS_MAX];
static uint64_t n_paths;

void script_reset(void)
{
	next_seq = 0;
	n_paths = 0;
	for (int i = 0; i < PATHS_MAX; i++) {
		free(path_text[i]);
		path_text[i] = NULL;
	}
}

uint64_t script_seq(void)
{
	return next_seq - 1;
}

/* The table is a ring: a text that comes again after many others is another path. */
uint64_t script_path(const char *text)
{
	uint64_t id;

	if (!text)
		return 0;
	for (id = n_paths > PATHS_MAX ? n_paths - PATHS_MAX : 0; id < n_paths; id++)
		if (!strcmp(path_text[id % PATHS_MAX], text))
			return FIRST_PATH + id;
	id = n_paths++;
	free(path_text[id % PATHS_MAX]);
	path_text[id % PATHS_MAX] = strdup(text);
	return FIRST_PATH + id;
}

const struct starlsm_rec *script_path_rec(const struct line *line, int number)
{
	const char *text = number ? line->to : line->path;
	size_t len;

	switch (line->type) {
	case STARLSM_EV_PATH:
	case STARLSM_EV_TASK:
	case STARLSM_EV_BPF:
	case STARLSM_EV_CONNECT:
		return NULL;
	}
	if (!text || number > 1 || (number && line->type == STARLSM_EV_EXEC))
		return NULL;
	len = strlen(text);
	memset(&path_buf, 0, sizeof(path_buf));
	path_buf.rec.rec.type = STARLSM_EV_PATH;
	path_buf.rec.rec.len = (sizeof(path_buf.rec) + len + STARLSM_REC_ALIGN - 1) &
		-STARLSM_REC_ALIGN;
	path_buf.rec.id = script_path(text);
	path_buf.rec.path_len = len;
	memcpy(&path_buf.rec + 1, text, len);
	return &path_buf.rec.rec;
}

static size_t add(size_t at, const char *text, __u16 *len)
{
	*len = text ? strlen(text) : 0;
	assert(at + *len <= sizeof(buf));
	if (text)
		memcpy(buf.bytes + at, text, *len);
	return at + *len;
}

/* It ends with NUL. */
static size_t add_argument(size_t at, const char *text, __u16 *len)
{
	size_t end = add(at, text, len);

	if (!text)
		return end;
	++*len;
	return end + 1;
}

static size_t fill(const struct line *l)
{
	switch (l->type) {
	case STARLSM_EV_TASK:
		buf.task.id = l->other;
		buf.task.parent = l->parent;
		buf.task.exe = l->exe;
		buf.task.pid = buf.task.tgid = l->pid;
		buf.task.uid = l->uid;
		buf.task.euid = l->euid;
		return add(sizeof(buf.task), l->path, &buf.task.comm_len);
	case STARLSM_EV_HELLO:
		buf.hello.epoch = l->op;
		return sizeof(buf.hello);
	case STARLSM_EV_PATH:
		buf.path.id = l->other;
		return add(sizeof(buf.path), l->path, &buf.path.path_len);
	case STARLSM_EV_ASK:
		buf.ask.ticket = l->other;
		buf.ask.event = l->op;
		buf.ask.slot = l->pid;
		return sizeof(buf.ask);
	case STARLSM_EV_DECISION:
		buf.decision.ticket = l->other;
		buf.decision.event = STARLSM_EV_CHECK;
		buf.decision.answer = buf.decision.why = 1;
		return sizeof(buf.decision);
	case STARLSM_EV_FORK:
		buf.fork.child = l->other;
		buf.fork.flags = l->op;
		return sizeof(buf.fork);
	case STARLSM_EV_EXEC:
		buf.exec.path = script_path(l->path);
		buf.exec.pid = l->pid;
		buf.exec.uid = l->uid;
		buf.exec.euid = l->euid;
		return add_argument(sizeof(buf.exec), l->to, &buf.exec.args_len);
	case STARLSM_EV_EXIT:
		buf.exit.pid = l->pid;
		return sizeof(buf.exit);
	case STARLSM_EV_CRED:
		buf.cred.op = l->op;
		buf.cred.old_uid = l->old_uid;
		buf.cred.old_euid = l->old_euid;
		buf.cred.uid = l->uid;
		buf.cred.euid = buf.cred.suid = l->euid;
		return sizeof(buf.cred);
	case STARLSM_EV_OPEN:
	case STARLSM_EV_CREATE:
		buf.create.path = script_path(l->path);
		return sizeof(buf.create);
	case STARLSM_EV_UNLINK:
		buf.unlink.path = script_path(l->path);
		return sizeof(buf.unlink);
	case STARLSM_EV_CHECK:
		buf.check.path = script_path(l->path);
		return sizeof(buf.check);
	case STARLSM_EV_DIGEST:
		buf.digest.path = script_path(l->path);
		buf.digest.sha256_len = l->op ? 32 : 0;
		memset(buf.bytes + sizeof(buf.digest), l->op, buf.digest.sha256_len);
		return sizeof(buf.digest) + buf.digest.sha256_len;
	case STARLSM_EV_PTRACE:
		buf.ptrace.target = l->other;
		buf.ptrace.op = STARLSM_PTRACE_ATTACH;
		return sizeof(buf.ptrace);
	case STARLSM_EV_CONNECT:
		/* 192.0.2.N:443 */
		memcpy(buf.bytes + sizeof(buf.connect), "\2\0\1\273\300\0\2", 7);
		buf.bytes[sizeof(buf.connect) + 7] = l->op;
		buf.connect.addr_len = 16;
		return sizeof(buf.connect) + 16;
	case STARLSM_EV_RENAME:
		buf.rename.flags = l->op;
		buf.rename.from = script_path(l->path);
		buf.rename.to = script_path(l->to);
		return sizeof(buf.rename);
	case STARLSM_EV_MODULE:
	case STARLSM_EV_KEXEC:
		buf.module.source = l->op ? l->op : STARLSM_FROM_FILE;
		buf.module.path = script_path(l->path);
		return sizeof(buf.module);
	case STARLSM_EV_BPF:
		return add(sizeof(buf.bpf), l->path, &buf.bpf.prog_len);
	case STARLSM_EV_HEARTBEAT:
		return sizeof(buf.heartbeat);
	}
	assert(!"a type that script.c does not make yet");
	return 0;
}

const struct starlsm_rec *script_rec(const struct line *line)
{
	size_t len;

	memset(&buf, 0, sizeof(buf));
	len = fill(line);
	buf.rec.type = line->type;
	buf.rec.len = (len + STARLSM_REC_ALIGN - 1) & -STARLSM_REC_ALIGN;
	buf.rec.task = line->task;
	buf.rec.seq = next_seq;
	buf.rec.time_ns = 1000000 * ++next_seq;
	return &buf.rec;
}
