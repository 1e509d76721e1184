// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the journal's rights: one directory, two channels
 */
#include "journal/sandbox.h"

#include <errno.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/drop.h"
#include "lib/log.h"
#include "lib/msg.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Of the interface's third version, not in the headers of Linux 6.1 */
#define ACCESS_TRUNCATE	(1ULL << 14)

/* All that the first version knows, executing included */
#define ACCESS_FIRST	(LANDLOCK_ACCESS_FS_REFER - 1)

#define ACCESS_KEPT	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
			 LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
			 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
			 LANDLOCK_ACCESS_FS_MAKE_DIR)

static uint64_t access_known(long version)
{
	uint64_t access = ACCESS_FIRST;

	if (version >= 2)
		access |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		access |= ACCESS_TRUNCATE;
	return access;
}

bool sandbox_directory(int directory_fd)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr all = { .handled_access_fs = access_known(version) };
	struct landlock_path_beneath_attr below = {
		.allowed_access = (ACCESS_KEPT | ACCESS_TRUNCATE) & all.handled_access_fs,
		.parent_fd = directory_fd,
	};
	int rules;

	if (version < 1)
		return false;
	rules = syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (rules < 0 ||
	    syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) ||
	    syscall(SYS_landlock_restrict_self, rules, 0))
		fatal("Landlock: %s", strerror(errno));
	close(rules);
	return true;
}

static const struct drop_rule calls[] = {
	DROP_ALLOW(openat),
	DROP_ALLOW(mkdirat),
	DROP_ALLOW(unlinkat),
	DROP_ALLOW(close),
	DROP_ALLOW(read),
	DROP_ALLOW(pread64),
	DROP_ALLOW(pwrite64),
	DROP_ALLOW(fsync),
	DROP_ALLOW(fdatasync),
	DROP_ALLOW(ftruncate),
	DROP_ALLOW(fstat),
	DROP_ALLOW(newfstatat),
	DROP_ALLOW(getdents64),
	DROP_ALLOW(fcntl),
	DROP_ALLOW_IF(recvmsg, 0, MSG_FD_PARENT),
	DROP_ALLOW_IF(recvmsg, 0, MSG_FD_PEER),
	DROP_ALLOW_IF(sendmsg, 0, MSG_FD_PARENT),
	DROP_ALLOW_IF(write, 0, STDERR_FILENO),
	DROP_ALLOW(poll),
	DROP_ALLOW(restart_syscall),
	DROP_ALLOW(clock_gettime),
	DROP_ALLOW(exit_group),
	DROP_ALLOW(rt_sigreturn),
	/* malloc */
	DROP_ALLOW(brk),
	DROP_ALLOW_IF(mmap, 2, PROT_READ | PROT_WRITE),
	DROP_ALLOW(munmap),
	DROP_ALLOW(mremap),
	DROP_ALLOW(madvise),
};

void sandbox_enter(void)
{
	drop_filter(calls, ARRAY_SIZE(calls));
}
