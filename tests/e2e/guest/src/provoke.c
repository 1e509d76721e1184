// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - asks the kernel for one thing of each kind that the sensor hooks
 *
 * provoke VERB...
 *
 * Files are made below /tmp/provoke, on a tmpfs. A verb that fails ends the
 * program with status 1; some are meant to be refused by the kernel after the
 * hook, and say so here.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/if_tun.h>
#include <linux/io_uring.h>
#include <linux/kexec.h>
#include <linux/keyctl.h>
#include <linux/mount.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/quota.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

/* <linux/mount.h> and <sys/mount.h> do not go together. */
int mount(const char *source, const char *target, const char *type,
	  unsigned long flags, const void *data);
int umount2(const char *target, int flags);

#define MNT_DETACH 2

/* What the host's headers do not know yet */
#define BPF_TOKEN_CREATE 36
#ifndef SYS_quotactl_fd
#define SYS_quotactl_fd 443
#endif

#define TOP "/tmp/provoke"
#define A_FILE TOP "/file"

/* in_child RUN: its result in a task of its own, which keeps what it changes */
static int in_child(int (*run)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(run() ? 1 : 0);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

/* Names */

static int do_link(void)
{
	return link(A_FILE, TOP "/link");
}

static int do_symlink(void)
{
	return symlink("../where", TOP "/symlink");
}

static int do_mkdir(void)
{
	return mkdir(TOP "/dir", 0750);
}

static int do_rmdir(void)
{
	return rmdir(TOP "/dir");
}

static int do_mknod(void)
{
	return mknod(TOP "/null", S_IFCHR | 0600, makedev(1, 3));
}

/* Attributes */

static int do_truncate(void)
{
	return truncate(A_FILE, 100);
}

static int do_chmod(void)
{
	return chmod(A_FILE, 04755);
}

static int do_chown(void)
{
	return chown(A_FILE, 33, 34);
}

static int chroot_here(void)
{
	return chroot(TOP);
}

static int do_chroot(void)
{
	return in_child(chroot_here);
}

static int do_xattr(void)
{
	return setxattr(A_FILE, "user.provoke", "abc", 3, 0);
}

/* Owner may read and write, group and others read: a plain mode as a list */
static int do_acl(void)
{
	static const uint16_t list[] = {
		2, 0, /* version, 32 bits */
		0x01, 6, 0xffff, 0xffff,
		0x04, 4, 0xffff, 0xffff,
		0x20, 4, 0xffff, 0xffff,
	};

	return setxattr(A_FILE, "system.posix_acl_access", list, sizeof(list),
			0);
}

static int do_times(void)
{
	const struct timespec times[] = { { 6, 8 }, { 5, 7 } };

	return utimensat(AT_FDCWD, A_FILE, times, 0);
}

/* Open files */

static int do_ioctl(void)
{
	int fd = open(A_FILE, O_RDONLY), flags = 0, rc;

	rc = ioctl(fd, FS_IOC_SETFLAGS, &flags);
	close(fd);
	return rc;
}

static int do_fcntl(void)
{
	int fd = open(A_FILE, O_RDONLY), rc;

	rc = fcntl(fd, F_SETFL, O_APPEND);
	close(fd);
	return rc;
}

static int send_fd(int to, int fd)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {};
	struct iovec part = { "x", 1 };
	struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(to, &msg, 0) == 1 ? 0 : -1;
}

static int receive_fd(int from)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec part = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	return recvmsg(from, &msg, 0) == 1 && msg.msg_controllen ? 0 : -1;
}

/* Also one socketpair */
static int do_receive(void)
{
	int pair[2], fd = open(A_FILE, O_RDONLY);

	if (fd < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		return -1;
	return send_fd(pair[0], fd) || receive_fd(pair[1]);
}

/* Memory */

static int do_mmap(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);

	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) ==
	       MAP_FAILED;
}

static int do_anon(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int do_mprotect(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED || mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static int do_lowmap(void)
{
	return mmap((void *)4096, 4096, PROT_READ,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED;
}

/* Sockets */

static int do_sendto(void)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(20053),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)) != 1;
}

static int do_shutdown(void)
{
	int pair[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, pair) ||
	       shutdown(pair[0], SHUT_WR);
}

/* A filter that takes everything */
static int do_sockopt(void)
{
	struct sock_filter all = { BPF_RET | BPF_K, 0, 0, 0xffff };
	struct sock_fprog program = { 1, &all };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof(program));
}

static int do_unix(void)
{
	struct sockaddr_un name = {
		.sun_family = AF_UNIX, .sun_path = TOP "/socket",
	};
	int server = socket(AF_UNIX, SOCK_STREAM, 0);
	int client = socket(AF_UNIX, SOCK_STREAM, 0);

	return bind(server, (struct sockaddr *)&name, sizeof(name)) ||
	       listen(server, 1) ||
	       connect(client, (struct sockaddr *)&name, sizeof(name)) ||
	       accept(server, NULL, NULL) < 0;
}

static int do_tun(void)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR);

	return fd < 0 || ioctl(fd, TUNSETIFF, &request);
}

/* The loopback interface is up, and shall be. */
static int do_netlink(void)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} message = {
		.header.nlmsg_len = sizeof(message),
		.header.nlmsg_type = RTM_NEWLINK,
		.header.nlmsg_flags = NLM_F_REQUEST,
		.link.ifi_index = 1,
		.link.ifi_flags = IFF_UP,
		.link.ifi_change = IFF_UP,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	return send(fd, &message, sizeof(message), 0) != sizeof(message);
}

/* Mounts */

static int do_umount(void)
{
	return mkdir(TOP "/mnt", 0700) ||
	       mount("provoke", TOP "/mnt", "tmpfs", 0, NULL) ||
	       umount2(TOP "/mnt", MNT_DETACH);
}

static int do_remount(void)
{
	return mount(NULL, TOP, NULL, MS_REMOUNT | MS_NOATIME, "size=8m");
}

/* Refused: the root of an initramfs stays. Where it is none, nobody sees it. */
static int pivot(void)
{
	if (unshare(CLONE_NEWNS))
		return -1;
	return syscall(SYS_pivot_root, TOP, TOP "/dir") == -1 && errno != EINVAL;
}

static int do_pivot(void)
{
	return mkdir(TOP "/dir", 0700) || in_child(pivot);
}

static int do_quota(void)
{
	struct if_dqblk limits = {};
	int fd = open(TOP, O_RDONLY | O_DIRECTORY);

	return syscall(SYS_quotactl_fd, fd, QCMD(Q_SETQUOTA, USRQUOTA), 33,
		       &limits);
}

/* Tasks */

static int new_userns(void)
{
	return unshare(CLONE_NEWUSER);
}

static int do_userns(void)
{
	return in_child(new_userns);
}

static int do_prctl(void)
{
	return prctl(PR_SET_DUMPABLE, 0) || prctl(PR_SET_DUMPABLE, 1);
}

static int do_rlimit(void)
{
	struct rlimit limit = { .rlim_cur = 5, .rlim_max = 6 };

	return setrlimit(RLIMIT_MSGQUEUE, &limit);
}

static int do_sched(void)
{
	return setpriority(PRIO_PROCESS, 0, 5);
}

/* The kernel */

/* A family that nobody has: the kernel asks for its module, and gives up. */
static int do_modreq(void)
{
	return socket(AF_BRIDGE + 15, SOCK_STREAM, 0) != -1;
}

/*
 * The header of a kernel that can be loaded, so that its initramfs, which is
 * any file, is read as well; then there is not enough of either.
 */
static int write_kernel(void)
{
	unsigned char image[4096] = {};
	int fd = open(TOP "/kernel", O_RDWR | O_CREAT | O_TRUNC, 0600);

	image[0x1f1] = 4; /* sectors of its set-up */
	memcpy(image + 0x1fe, "\x55\xaa", 2);
	memcpy(image + 0x202, "HdrS", 4);
	memcpy(image + 0x206, "\x0f\x02", 2); /* protocol 2.15 */
	image[0x211] = 1; /* loaded high */
	image[0x236] = 0x63; /* 64 bits, above 4 GiB, 5 levels */
	if (write(fd, image, sizeof(image)) != sizeof(image))
		return -1;
	/* Who has it open for writing cannot have it loaded. */
	close(fd);
	return open(TOP "/kernel", O_RDONLY);
}

static int do_image(void)
{
	int kernel = write_kernel();
	int initramfs = open(A_FILE, O_RDONLY);

	if (kernel < 0 || initramfs < 0)
		return -1;
	syscall(SYS_kexec_file_load, kernel, initramfs, 1UL, "", 0);
	syscall(SYS_kexec_file_load, -1, -1, 1UL, "", KEXEC_FILE_UNLOAD);
	return 0;
}

/* Nothing to load: another kernel is asked for, and none. */
static int do_lockdown(void)
{
	return syscall(SYS_kexec_load, 0UL, 0UL, NULL, 0UL);
}

static int do_bpfmap(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4,
		.value_size = 4, .max_entries = 17, .map_name = "provoke",
	};

	return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) < 0;
}

static int bpffs = -1, ready[2], made[2];

static int write_text(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY);
	ssize_t n = write(fd, text, strlen(text));

	close(fd);
	return n == (ssize_t)strlen(text) ? 0 : -1;
}

/* A token is of a bpf file system in a user namespace of its own. */
static int make_token(void)
{
	struct {
		uint32_t flags;
		uint32_t bpffs_fd;
	} attr = {};
	char byte;
	int dir;

	if (!unshare(CLONE_NEWUSER | CLONE_NEWNS) &&
	    !write_text("/proc/self/uid_map", "0 0 1") &&
	    !write_text("/proc/self/setgroups", "deny") &&
	    !write_text("/proc/self/gid_map", "0 0 1"))
		bpffs = syscall(SYS_fsopen, "bpf", 0);
	if (write(ready[1], &bpffs, sizeof(bpffs)) < 0 || bpffs < 0 ||
	    read(made[0], &byte, 1) != 1)
		return -1;
	dir = syscall(SYS_fsmount, bpffs, 0, 0);
	attr.bpffs_fd = openat(dir, ".", O_RDONLY | O_DIRECTORY);
	return syscall(SYS_bpf, BPF_TOKEN_CREATE, &attr, sizeof(attr)) < 0;
}

/* Its parent, with which it shares its open files, says what is given away. */
static int do_bpftoken(void)
{
	int status, fs, rc = -1;
	pid_t pid;

	if (pipe(ready) || pipe(made))
		return -1;
	pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		_exit(make_token() ? 1 : 0);
	if (read(ready[0], &fs, sizeof(fs)) == sizeof(fs))
		rc = syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING,
			     "delegate_cmds", "0x20", 0) ||
		     syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
	if (rc || write(made[1], "", 1) != 1)
		kill(pid, SIGKILL);
	return waitpid(pid, &status, 0) != pid || status;
}

static int do_perf(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_TASK_CLOCK,
	};

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) < 0;
}

static int do_uring(void)
{
	struct io_uring_params params = { .flags = IORING_SETUP_SQPOLL };
	int fd = syscall(SYS_io_uring_setup, 4, &params);

	return fd < 0 || close(fd);
}

static int do_key(void)
{
	return syscall(SYS_add_key, "user", "provoke", "x", 1UL,
		       KEY_SPEC_PROCESS_KEYRING) < 0;
}

static int do_syslog(void)
{
	char some[128];

	return klogctl(3, some, sizeof(some)) < 0;
}

static int do_settime(void)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME, &now) ||
	       clock_settime(CLOCK_REALTIME, &now);
}

static int do_ipc(void)
{
	int id = shmget(4711, 4096, IPC_CREAT | 0600);

	return id < 0 || shmat(id, NULL, 0) == (void *)-1 ||
	       shmctl(id, IPC_RMID, NULL);
}

static const struct {
	const char *name;
	int (*once)(void);
} verbs[] = {
	{ "link", do_link },
	{ "symlink", do_symlink },
	{ "mkdir", do_mkdir },
	{ "rmdir", do_rmdir },
	{ "mknod", do_mknod },
	{ "truncate", do_truncate },
	{ "chmod", do_chmod },
	{ "chown", do_chown },
	{ "chroot", do_chroot },
	{ "xattr", do_xattr },
	{ "acl", do_acl },
	{ "times", do_times },
	{ "ioctl", do_ioctl },
	{ "fcntl", do_fcntl },
	{ "receive", do_receive },
	{ "mmap", do_mmap },
	{ "anon", do_anon },
	{ "mprotect", do_mprotect },
	{ "lowmap", do_lowmap },
	{ "sendto", do_sendto },
	{ "shutdown", do_shutdown },
	{ "sockopt", do_sockopt },
	{ "unix", do_unix },
	{ "tun", do_tun },
	{ "netlink", do_netlink },
	{ "umount", do_umount },
	{ "remount", do_remount },
	{ "pivot", do_pivot },
	{ "quota", do_quota },
	{ "userns", do_userns },
	{ "prctl", do_prctl },
	{ "rlimit", do_rlimit },
	{ "sched", do_sched },
	{ "modreq", do_modreq },
	{ "image", do_image },
	{ "lockdown", do_lockdown },
	{ "bpfmap", do_bpfmap },
	{ "bpftoken", do_bpftoken },
	{ "perf", do_perf },
	{ "uring", do_uring },
	{ "key", do_key },
	{ "syslog", do_syslog },
	{ "settime", do_settime },
	{ "ipc", do_ipc },
};

static int provoke(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (strcmp(name, verbs[i].name))
			continue;
		errno = 0;
		if (!verbs[i].once())
			return 0;
		fprintf(stderr, "provoke: %s: %s\n", name, strerror(errno));
		return 1;
	}
	fprintf(stderr, "provoke: no verb %s\n", name);
	return 1;
}

static int prepare(void)
{
	int fd;

	mkdir(TOP, 0755);
	if (mount("provoke", TOP, "tmpfs", 0, "size=4m,usrquota"))
		return -1;
	fd = open(A_FILE, O_WRONLY | O_CREAT, 0600);
	return fd < 0 || close(fd);
}

/* "all" is every verb, in order; what fails is said, and the next is tried. */
int main(int argc, char **argv)
{
	int rc = 0, i;

	if (prepare()) {
		perror("provoke: " TOP);
		return 1;
	}
	if (argc == 2 && !strcmp(argv[1], "all")) {
		for (i = 0; i < (int)(sizeof(verbs) / sizeof(verbs[0])); i++)
			rc |= provoke(verbs[i].name);
		return rc;
	}
	for (i = 1; i < argc; i++)
		rc |= provoke(argv[i]);
	return rc;
}
