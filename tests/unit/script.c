// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - records for tests, as a guest would write them
 */
#include "script.h"

#include <assert.h>
#include <string.h>

static union {
	struct starlsm_rec rec;
	struct starlsm_rec_task task;
	struct starlsm_rec_exe exe;
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
	struct starlsm_rec_heartbeat heartbeat;
	char bytes[STARLSM_REC_MAX];
} buf;

static uint64_t next_seq;

void script_reset(void)
{
	next_seq = 0;
}

uint64_t script_seq(void)
{
	return next_seq - 1;
}

static size_t add(size_t at, const char *text, __u16 *len)
{
	*len = text ? strlen(text) : 0;
	assert(at + *len <= sizeof(buf));
	if (text)
		memcpy(buf.bytes + at, text, *len);
	return at + *len;
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
	case STARLSM_EV_EXE:
		buf.exe.id = l->other;
		return add(sizeof(buf.exe), l->path, &buf.exe.path_len);
	case STARLSM_EV_FORK:
		buf.fork.child = l->other;
		buf.fork.flags = l->op;
		return sizeof(buf.fork);
	case STARLSM_EV_EXEC:
		buf.exec.exe = l->other;
		buf.exec.pid = l->pid;
		buf.exec.uid = l->uid;
		buf.exec.euid = l->euid;
		return add(sizeof(buf.exec), l->path, &buf.exec.path_len);
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
		return add(sizeof(buf.create), l->path, &buf.create.path_len);
	case STARLSM_EV_UNLINK:
		return add(sizeof(buf.unlink), l->path, &buf.unlink.path_len);
	case STARLSM_EV_RENAME:
		buf.rename.flags = l->op;
		return add(add(sizeof(buf.rename), l->path, &buf.rename.from_len), l->to,
			   &buf.rename.to_len);
	case STARLSM_EV_MODULE:
	case STARLSM_EV_KEXEC:
		buf.module.source = l->op ? l->op : STARLSM_FROM_FILE;
		return add(sizeof(buf.module), l->path, &buf.module.path_len);
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
