// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - vmi's list of system calls
 */
#include "vmi/sandbox.h"

#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <xenctrl.h>
#include <xen/sys/privcmd.h>

#include "lib/drop.h"
#include "lib/msg.h"

static const struct drop_rule looking[] = {
	/* a guest's pages: for reading, never for writing */
	DROP_ALLOW_IF(mmap, 2, PROT_READ),
	DROP_ALLOW_IF(ioctl, 1, IOCTL_PRIVCMD_MMAPBATCH_V2),
	DROP_ALLOW(munmap),
	/* malloc: of no file, and never code */
	DROP_ALLOW_IF_BOTH(mmap, 2, PROT_READ | PROT_WRITE, 3, MAP_PRIVATE | MAP_ANONYMOUS),
	DROP_ALLOW(brk),
	DROP_ALLOW_IF(sendmsg, 0, MSG_FD_PARENT),
	DROP_ALLOW_IF(sendmsg, 0, MSG_FD_PEER),
	DROP_ALLOW_IF(recvmsg, 0, MSG_FD_PARENT),
	DROP_ALLOW_IF(write, 0, 2),	/* log */
	/* qsort asks how much memory there is */
	DROP_ALLOW(sysinfo),
	DROP_ALLOW(poll),
	DROP_ALLOW(restart_syscall),
	DROP_ALLOW(clock_gettime),
	DROP_ALLOW(exit_group),
};

void sandbox_looking(void)
{
	drop_filter(looking, sizeof(looking) / sizeof(looking[0]));
}
