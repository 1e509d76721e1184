/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the records of the BPF sensor that StarLSM is measured against
 *
 * The same fields as StarLSM's records of the same events. What varies in
 * length has a fixed place: bpf_ringbuf_reserve() wants a constant.
 */
#ifndef BENCH_RECORD_H
#define BENCH_RECORD_H

#define PATH_MAX_LEN	256
#define ARGS_MAX_LEN	512
#define ADDR_MAX_LEN	128

enum { REC_FORK = 1, REC_EXEC, REC_EXIT, REC_CRED, REC_OPEN, REC_CREATE,
	REC_UNLINK, REC_RENAME, REC_BIND, REC_LISTEN, REC_CONNECT, REC_ACCEPT };

struct rec {
	unsigned short type, len;
	unsigned int seq;
	unsigned long long time_ns;
	unsigned long long task;
};

struct rec_fork { struct rec rec; unsigned long long child, flags; };
struct rec_exit { struct rec rec; unsigned int code, pid; };
struct rec_cred {
	struct rec rec;
	unsigned long long cap_effective, cap_permitted;
	unsigned int op, old_uid, old_euid, uid, euid, suid, gid, egid;
};
struct rec_exec {
	struct rec rec;
	unsigned long long exe, cap_effective;
	unsigned int pid, uid, euid, argc, envc;
	unsigned short path_len, args_len;
	char path[PATH_MAX_LEN];
	char args[ARGS_MAX_LEN];
};
struct rec_path {	/* open, create, unlink */
	struct rec rec;
	unsigned int flags, mode;
	unsigned short path_len;
	char path[PATH_MAX_LEN];
};
struct rec_rename {
	struct rec rec;
	unsigned int flags;
	unsigned short from_len, to_len;
	char from[PATH_MAX_LEN], to[PATH_MAX_LEN];
};
struct rec_sock {
	struct rec rec;
	unsigned int type, backlog;
	unsigned short addr_len;
	char addr[ADDR_MAX_LEN];
};

#endif /* BENCH_RECORD_H */
