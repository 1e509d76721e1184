// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - our events as the records that Linux' audit would write of them
 */
#include "lib/sigma/audit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct calls {
	const char *name[AUDIT_SYSCALLS_MAX + 1];
};

static const struct calls by_type[STARLSM_EV_LIMIT] = {
	[STARLSM_EV_FORK] = { { "clone", "clone3", "fork", "vfork" } },
	[STARLSM_EV_EXEC] = { { "execve", "execveat" } },
	[STARLSM_EV_OPEN] = { { "open", "openat", "openat2" } },
	[STARLSM_EV_CREATE] = { { "open", "openat", "openat2", "creat" } },
	[STARLSM_EV_UNLINK] = { { "unlink", "unlinkat" } },
	[STARLSM_EV_RENAME] = { { "rename", "renameat", "renameat2" } },
	[STARLSM_EV_BIND] = { { "bind" } },
	[STARLSM_EV_LISTEN] = { { "listen" } },
	[STARLSM_EV_CONNECT] = { { "connect" } },
	[STARLSM_EV_ACCEPT] = { { "accept", "accept4" } },
	[STARLSM_EV_MOUNT] = { { "mount", "move_mount" } },
	[STARLSM_EV_BPF] = { { "bpf" } },
	[STARLSM_EV_KILL] = { { "kill", "tkill", "tgkill", "pidfd_send_signal" } },
	[STARLSM_EV_USERNS] = { { "unshare", "clone", "clone3" } },
	[STARLSM_EV_PRCTL] = { { "prctl" } },
	[STARLSM_EV_RLIMIT] = { { "setrlimit", "prlimit64" } },
	[STARLSM_EV_LINK] = { { "link", "linkat" } },
	[STARLSM_EV_SYMLINK] = { { "symlink", "symlinkat" } },
	[STARLSM_EV_MKDIR] = { { "mkdir", "mkdirat" } },
	[STARLSM_EV_RMDIR] = { { "rmdir", "unlinkat" } },
	[STARLSM_EV_MKNOD] = { { "mknod", "mknodat" } },
	[STARLSM_EV_TRUNCATE] = { { "truncate", "ftruncate" } },
	[STARLSM_EV_CHMOD] = { { "chmod", "fchmod", "fchmodat", "fchmodat2" } },
	[STARLSM_EV_CHOWN] = { { "chown", "fchown", "lchown", "fchownat" } },
	[STARLSM_EV_CHROOT] = { { "chroot" } },
	[STARLSM_EV_XATTR] = { { "setxattr", "lsetxattr", "fsetxattr", "removexattr" } },
	[STARLSM_EV_TIMES] = { { "utimensat", "utimes", "utime", "futimesat" } },
	[STARLSM_EV_IOCTL] = { { "ioctl" } },
	[STARLSM_EV_FCNTL] = { { "fcntl" } },
	[STARLSM_EV_RECEIVE] = { { "recvmsg", "recvmmsg" } },
	[STARLSM_EV_MMAP] = { { "mmap" } },
	[STARLSM_EV_ANON] = { { "mmap" } },
	[STARLSM_EV_MPROTECT] = { { "mprotect", "pkey_mprotect" } },
	[STARLSM_EV_SOCKET] = { { "socket" } },
	[STARLSM_EV_SOCKETPAIR] = { { "socketpair" } },
	[STARLSM_EV_SENDTO] = { { "sendto", "sendmsg", "sendmmsg" } },
	[STARLSM_EV_SHUTDOWN] = { { "shutdown" } },
	[STARLSM_EV_SOCKOPT] = { { "setsockopt" } },
	[STARLSM_EV_UMOUNT] = { { "umount2" } },
	[STARLSM_EV_REMOUNT] = { { "mount" } },
	[STARLSM_EV_PIVOT] = { { "pivot_root" } },
	[STARLSM_EV_QUOTA] = { { "quotactl", "quotactl_fd" } },
	[STARLSM_EV_BPFCMD] = { { "bpf" } },
	[STARLSM_EV_BPFMAP] = { { "bpf" } },
	[STARLSM_EV_PERF] = { { "perf_event_open" } },
	[STARLSM_EV_SYSLOG] = { { "syslog" } },
	[STARLSM_EV_SETTIME] = { { "settimeofday", "clock_settime", "adjtimex" } },
};

/* Where one field of the event tells which: by its number, in the order of its names */
static const struct calls by_cred[] = {
	[STARLSM_CRED_SETUID] = { { "setuid", "setreuid", "setresuid", "setfsuid" } },
	[STARLSM_CRED_SETGID] = { { "setgid", "setregid", "setresgid", "setfsgid" } },
	[STARLSM_CRED_SETGROUPS] = { { "setgroups" } },
	[STARLSM_CRED_CAPSET] = { { "capset" } },
};

static const struct calls by_module[] = {
	[STARLSM_FROM_FILE] = { { "finit_module" } },
	[STARLSM_FROM_MEMORY] = { { "init_module" } },
};

static const struct calls by_kexec[] = {
	[STARLSM_FROM_FILE] = { { "kexec_file_load" } },
	[STARLSM_FROM_MEMORY] = { { "kexec_load" } },
};

static const struct calls by_ptrace[] = {
	[STARLSM_PTRACE_ATTACH] = { { "ptrace" } },
	[STARLSM_PTRACE_TRACEME] = { { "ptrace" } },
	[STARLSM_PTRACE_MEMORY] = { { "process_vm_readv", "process_vm_writev", "ptrace" } },
};

struct which {
	uint16_t type;
	const char *field;
	const struct calls *calls;
	size_t n;
};

#define CALLS(list) list, ARRAY_SIZE(list)

static const struct which which[] = {
	{ STARLSM_EV_CRED, "op", CALLS(by_cred) },
	{ STARLSM_EV_MODULE, "source", CALLS(by_module) },
	{ STARLSM_EV_KEXEC, "source", CALLS(by_kexec) },
	{ STARLSM_EV_PTRACE, "op", CALLS(by_ptrace) },
};

static bool has_name(const struct calls *calls, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < AUDIT_SYSCALLS_MAX && calls[i].name[k]; k++)
			if (!strcasecmp(calls[i].name[k], name))
				return true;
	return false;
}

/* x86-64's, as in Linux' arch/x86/entry/syscalls/syscall_64.tbl */
static const char * const by_number[] = {
	[2] = "open", [9] = "mmap", [10] = "mprotect", [16] = "ioctl", [41] = "socket",
	[42] = "connect", [43] = "accept", [44] = "sendto", [46] = "sendmsg",
	[47] = "recvmsg", [48] = "shutdown", [49] = "bind", [50] = "listen",
	[53] = "socketpair", [54] = "setsockopt", [56] = "clone", [57] = "fork",
	[58] = "vfork", [59] = "execve", [62] = "kill", [72] = "fcntl",
	[76] = "truncate", [77] = "ftruncate", [82] = "rename", [83] = "mkdir",
	[84] = "rmdir", [85] = "creat", [86] = "link", [87] = "unlink", [88] = "symlink",
	[90] = "chmod", [91] = "fchmod", [92] = "chown", [93] = "fchown",
	[94] = "lchown", [99] = "sysinfo", [101] = "ptrace", [103] = "syslog",
	[105] = "setuid", [106] = "setgid", [113] = "setreuid", [114] = "setregid",
	[116] = "setgroups", [117] = "setresuid", [119] = "setresgid",
	[122] = "setfsuid", [123] = "setfsgid", [126] = "capset", [132] = "utime",
	[133] = "mknod", [135] = "personality", [155] = "pivot_root", [157] = "prctl",
	[159] = "adjtimex", [160] = "setrlimit", [161] = "chroot",
	[164] = "settimeofday", [165] = "mount", [166] = "umount2",
	[175] = "init_module", [179] = "quotactl", [188] = "setxattr",
	[189] = "lsetxattr", [190] = "fsetxattr", [197] = "removexattr", [200] = "tkill",
	[227] = "clock_settime", [234] = "tgkill", [235] = "utimes",
	[246] = "kexec_load", [257] = "openat", [258] = "mkdirat", [259] = "mknodat",
	[260] = "fchownat", [261] = "futimesat", [263] = "unlinkat", [264] = "renameat",
	[265] = "linkat", [266] = "symlinkat", [268] = "fchmodat", [272] = "unshare",
	[275] = "splice", [278] = "vmsplice", [280] = "utimensat", [288] = "accept4",
	[298] = "perf_event_open", [299] = "recvmmsg", [302] = "prlimit64",
	[307] = "sendmmsg", [310] = "process_vm_readv", [311] = "process_vm_writev",
	[313] = "finit_module", [316] = "renameat2", [319] = "memfd_create",
	[320] = "kexec_file_load", [321] = "bpf", [322] = "execveat",
	[329] = "pkey_mprotect", [424] = "pidfd_send_signal", [428] = "open_tree",
	[429] = "move_mount", [435] = "clone3", [437] = "openat2", [443] = "quotactl_fd",
	[452] = "fchmodat2",
};

const char *audit_syscall_name(const char *text)
{
	unsigned long number;
	char *end;

	number = strtoul(text, &end, 10);
	if (*end || end == text || number >= ARRAY_SIZE(by_number) || !by_number[number])
		return text;
	return by_number[number];
}

bool audit_knows_syscall(const char *name)
{
	if (has_name(by_type, ARRAY_SIZE(by_type), name))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(which); i++)
		if (has_name(which[i].calls, which[i].n, name))
			return true;
	return false;
}

static const struct which *find_which(uint16_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(which); i++)
		if (which[i].type == type)
			return &which[i];
	return NULL;
}

static int field_number(uint16_t type, const char *name)
{
	const struct event *ev = decode_event(type);

	for (unsigned int i = 0; ev && i < ev->n_fields; i++)
		if (!strcmp(ev->fields[i].name, name))
			return i;
	return -1;
}

const char * const *audit_syscalls(const struct facts *f)
{
	static const struct calls none;
	const struct which *w = find_which(f->type);
	uint64_t number;

	if (!w)
		return by_type[f->type].name;
	number = f->field[field_number(f->type, w->field)].number;
	return number < w->n ? w->calls[number].name : none.name;
}

/*
 * Records
 */

static const char * const type_names[] = {
	[AUDIT_SYSCALL] = "SYSCALL",
	[AUDIT_EXECVE] = "EXECVE",
	[AUDIT_PROCTITLE] = "PROCTITLE",
	[AUDIT_PATH] = "PATH",
};

const char *audit_type_name(enum audit_kind kind)
{
	return type_names[kind];
}

enum audit_kind audit_kind_of(const char *type)
{
	enum audit_kind kind = AUDIT_SYSCALL;

	while (kind < AUDIT_KINDS && strcasecmp(type_names[kind], type))
		kind++;
	return kind;
}

bool audit_shows(uint16_t type)
{
	return type < STARLSM_EV_LIMIT && (by_type[type].name[0] || find_which(type));
}

/* The event's n-th path that there is; -1 if it has not so many. */
static int path_field(const struct facts *f, unsigned int n)
{
	const struct event *ev = decode_event(f->type);

	for (unsigned int i = 0; i < ev->n_fields; i++)
		if (ev->fields[i].kind == FIELD_PATH && f->field[i].bytes && n-- == 0)
			return i;
	return -1;
}

static unsigned int before_paths(const struct facts *f)
{
	return f->type == STARLSM_EV_EXEC ? AUDIT_PATH : AUDIT_EXECVE;
}

unsigned int audit_records(const struct facts *f)
{
	unsigned int n = 0;

	if (!audit_shows(f->type))
		return 0;
	while (path_field(f, n) >= 0)
		n++;
	return before_paths(f) + n;
}

struct audit_record audit_record(const struct facts *f, unsigned int number)
{
	unsigned int before = before_paths(f);

	if (number < before)
		return (struct audit_record){ .kind = number };
	return (struct audit_record){
		.kind = AUDIT_PATH, .field = path_field(f, number - before),
	};
}

const char *audit_nametype(const struct facts *f, unsigned int field)
{
	switch (f->type) {
	case STARLSM_EV_CREATE:
	case STARLSM_EV_MKDIR:
	case STARLSM_EV_MKNOD:
	case STARLSM_EV_SYMLINK:
		return "CREATE";
	case STARLSM_EV_UNLINK:
	case STARLSM_EV_RMDIR:
		return "DELETE";
	case STARLSM_EV_RENAME:
		return field ? "CREATE" : "DELETE";
	case STARLSM_EV_LINK:
		return field ? "CREATE" : "NORMAL";
	default:
		return "NORMAL";
	}
}

struct arguments {
	uint16_t type;
	const char *field[4];	/* NULL: a pointer or a descriptor, which nobody tells */
};

static const struct arguments arguments[] = {
	{ STARLSM_EV_SOCKET, { "family", "type", "protocol" } },
	{ STARLSM_EV_SYSLOG, { "action" } },
	{ STARLSM_EV_PRCTL, { "option", "arg" } },
	{ STARLSM_EV_KILL, { "pid", "sig" } },
	{ STARLSM_EV_BPFCMD, { "cmd" } },
	{ STARLSM_EV_SHUTDOWN, { NULL, "how" } },
	{ STARLSM_EV_SOCKOPT, { NULL, "level", "option" } },
	{ STARLSM_EV_IOCTL, { NULL, "cmd" } },
	{ STARLSM_EV_FCNTL, { NULL, "cmd", "arg" } },
	{ STARLSM_EV_LISTEN, { NULL, "backlog" } },
};

int audit_arg_field(uint16_t type, unsigned int arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(arguments); i++)
		if (arguments[i].type == type && arg < ARRAY_SIZE(arguments[i].field) &&
		    arguments[i].field[arg])
			return field_number(type, arguments[i].field[arg]);
	return -1;
}
