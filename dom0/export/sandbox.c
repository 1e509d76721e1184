// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the export's rights: its directories, local sockets, two channels
 */
#include "export/sandbox.h"

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/drop.h"
#include "lib/msg.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct drop_rule calls[] = {
	DROP_ALLOW(openat),
	DROP_ALLOW(renameat),
	DROP_ALLOW(unlinkat),
	DROP_ALLOW(close),
	DROP_ALLOW(pread64),
	DROP_ALLOW(write),
	DROP_ALLOW(fstat),
	DROP_ALLOW(newfstatat),
	/* a reader of lines, and journald; receiving is for the channels only */
	DROP_ALLOW_IF(socket, 0, AF_UNIX),
	DROP_ALLOW(connect),
	DROP_ALLOW(sendto),
	DROP_ALLOW_IF(recvmsg, 0, MSG_FD_PARENT),
	DROP_ALLOW_IF(recvmsg, 0, MSG_FD_PEER),
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
