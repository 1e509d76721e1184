// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - does an exactly known amount of things, so that a test can check
 * that each one arrived, once and in order
 *
 * workload [-d FOLDER] OP COUNT [OP COUNT ...]
 *
 * The operations run one after the other in this one process, the I-th file
 * of an operation is FOLDER/I. An operation that fails ends the program with
 * status 1; so status 0 means that exactly this happened.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/kexec.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORT_FIRST 20000

static const char *folder = "/tmp/workload";

static const char *file(unsigned int i, const char *suffix)
{
	static char names[2][256];
	static int turn;

	turn = !turn;
	snprintf(names[turn], sizeof(names[turn]), "%s/%u%s", folder, i, suffix);
	return names[turn];
}

static int wait_ok(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static int do_fork(unsigned int i)
{
	pid_t pid = fork();

	(void)i;
	if (pid == 0)
		_exit(0);
	return wait_ok(pid);
}

static int do_exec(unsigned int i)
{
	char number[16];
	pid_t pid = fork();

	snprintf(number, sizeof(number), "%u", i);
	if (pid == 0) {
		execl("/proc/self/exe", "workload", "noop", number, (char *)NULL);
		_exit(127);
	}
	return wait_ok(pid);
}

static int open_close(const char *name, int flags)
{
	int fd = open(name, flags, 0600);

	return fd < 0 ? -1 : close(fd);
}

static int do_create(unsigned int i)
{
	return open_close(file(i, ""), O_WRONLY | O_CREAT | O_EXCL);
}

static int do_write(unsigned int i)
{
	return open_close(file(i, ""), O_WRONLY);
}

static int do_read(unsigned int i)
{
	return open_close(file(i, ""), O_RDONLY);
}

static int do_unlink(unsigned int i)
{
	return unlink(file(i, ""));
}

static int do_rename(unsigned int i)
{
	return rename(file(i, ""), file(i, ".new"));
}

static int do_rename_back(unsigned int i)
{
	return rename(file(i, ".new"), file(i, ""));
}

static struct sockaddr_in local(unsigned int i)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(PORT_FIRST + i),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	return addr;
}

static int bound(unsigned int i, int type)
{
	struct sockaddr_in addr = local(i);
	int one = 1;
	int fd = socket(AF_INET, type, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (!bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return fd;
	close(fd);
	return -1;
}

static int do_bind(unsigned int i)
{
	int fd = bound(i, SOCK_STREAM);

	return fd < 0 ? -1 : close(fd);
}

/* One bind, one listen, one connect and one accept. */
static int do_tcp(unsigned int i)
{
	struct sockaddr_in addr = local(i);
	int rc, server, client, peer;

	server = bound(i, SOCK_STREAM);
	client = socket(AF_INET, SOCK_STREAM, 0);
	if (server < 0 || client < 0 || listen(server, 1))
		return -1;
	rc = connect(client, (struct sockaddr *)&addr, sizeof(addr));
	peer = accept(server, NULL, NULL);
	close(peer);
	close(client);
	close(server);
	return rc || peer < 0 ? -1 : 0;
}

static int do_connect(unsigned int i)
{
	struct sockaddr_in addr = local(i);
	int rc, fd = socket(AF_INET, SOCK_DGRAM, 0);

	rc = connect(fd, (struct sockaddr *)&addr, sizeof(addr));
	close(fd);
	return rc;
}

static int do_setuid(unsigned int i)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(setuid(1000 + i) ? 1 : 0);
	return wait_ok(pid);
}

static int do_mount(unsigned int i)
{
	(void)i;
	if (mount("workload", folder, "tmpfs", 0, NULL))
		return -1;
	return umount(folder);
}

/* Root signals a process of somebody else, once it is somebody else's. */
static int do_kill(unsigned int i)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		return -1;
	pid = fork();
	if (pid == 0) {
		if (setuid(1000 + i) || write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1 || kill(pid, SIGTERM))
		return -1;
	close(ready[0]);
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static int do_ptrace(unsigned int i)
{
	pid_t pid = fork();
	int rc;

	(void)i;
	if (pid == 0) {
		pause();
		_exit(0);
	}
	rc = ptrace(PTRACE_SEIZE, pid, NULL, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return rc ? -1 : 0;
}

/* r0 = 0; exit */
static int do_bpf(unsigned int i)
{
	struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr;
	int fd;

	(void)i;
	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (unsigned long)insns;
	attr.insn_cnt = 2;
	attr.license = (unsigned long)"GPL";
	fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	return fd < 0 ? -1 : close(fd);
}

/* This program is no kernel: it is read, then refused. */
static int do_kexec(unsigned int i)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	long rc;

	(void)i;
	if (fd < 0)
		return -1;
	rc = syscall(SYS_kexec_file_load, fd, -1, 1UL, "",
		     KEXEC_FILE_NO_INITRAMFS);
	close(fd);
	return rc == -1 && errno == ENOEXEC ? 0 : -1;
}

/* Doubles BOMB_GENERATIONS times, then all is over: 2 + 4 + ... + 64 forks. */
#define BOMB_GENERATIONS	6

static int explode(unsigned int generation)
{
	pid_t child[2];
	int i, rc = 0;

	if (generation == BOMB_GENERATIONS)
		return 0;
	for (i = 0; i < 2; i++) {
		child[i] = fork();
		if (child[i] == 0)
			_exit(explode(generation + 1) ? 1 : 0);
	}
	for (i = 0; i < 2; i++)
		rc |= wait_ok(child[i]);
	return rc;
}

static int do_bomb(unsigned int i)
{
	(void)i;
	return explode(0);
}

/* One fork; the child takes memory until the kernel kills it for that. */
static int do_eat(unsigned int i)
{
	enum { STEP = 1 << 20 };
	pid_t pid = fork();
	int status;
	char *bite;

	(void)i;
	if (pid == 0) {
		while ((bite = malloc(STEP)))
			memset(bite, 1, STEP);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL ? 0 : -1;
}

static int do_noop(unsigned int i)
{
	(void)i;
	return 0;
}

static const struct {
	const char *name;
	int (*once)(unsigned int i);
} operations[] = {
	{ "fork", do_fork },
	{ "exec", do_exec },
	{ "create", do_create },
	{ "write", do_write },
	{ "read", do_read },
	{ "unlink", do_unlink },
	{ "rename", do_rename },
	{ "rename-back", do_rename_back },
	{ "bind", do_bind },
	{ "tcp", do_tcp },
	{ "connect", do_connect },
	{ "setuid", do_setuid },
	{ "mount", do_mount },
	{ "kill", do_kill },
	{ "ptrace", do_ptrace },
	{ "bpf", do_bpf },
	{ "kexec", do_kexec },
	{ "bomb", do_bomb },
	{ "eat", do_eat },
	{ "noop", do_noop },
};

static int repeat(const char *name, unsigned int count)
{
	unsigned int i, op;

	for (op = 0; op < sizeof(operations) / sizeof(operations[0]); op++)
		if (!strcmp(name, operations[op].name))
			break;
	if (op == sizeof(operations) / sizeof(operations[0])) {
		fprintf(stderr, "workload: no operation %s\n", name);
		return -1;
	}
	for (i = 0; i < count; i++) {
		if (operations[op].once(i)) {
			fprintf(stderr, "workload: %s %u: %s\n", name, i,
				strerror(errno));
			return -1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	int arg = 1;

	if (argc > 2 && !strcmp(argv[1], "-d")) {
		folder = argv[2];
		arg = 3;
	}
	if (argc > arg && strcmp(argv[arg], "noop"))
		mkdir(folder, 0700);
	for (; arg + 1 < argc; arg += 2)
		if (repeat(argv[arg], strtoul(argv[arg + 1], NULL, 10)))
			return 1;
	return 0;
}
