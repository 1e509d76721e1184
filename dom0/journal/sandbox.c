// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the journal's rights: one directory, two channels
 */
#include "journal/sandbox.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/drop.h"
#include "lib/msg.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

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
	DROP_ALLOW_MALLOC,
};

void sandbox_enter(void)
{
	drop_filter(calls, ARRAY_SIZE(calls));
}
