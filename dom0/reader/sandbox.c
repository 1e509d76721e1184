// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the reader's two lists of system calls
 */
#include "reader/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <stdint.h>
#include <xen/event_channel.h>
#include <xen/grant_table.h>
#include <xen/sys/evtchn.h>
#include <xen/sys/gntdev.h>

#include "lib/drop.h"
#include "lib/msg.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct drop_rule mapping[] = {
	DROP_ALLOW(read),
	DROP_ALLOW(write),
	DROP_ALLOW(writev),
	DROP_ALLOW(sendmsg),
	DROP_ALLOW(recvmsg),
	DROP_ALLOW(poll),
	DROP_ALLOW(ppoll),
	DROP_ALLOW(mmap),
	DROP_ALLOW(munmap),
	DROP_ALLOW(mprotect),
	DROP_ALLOW(mremap),
	DROP_ALLOW(madvise),
	DROP_ALLOW(brk),
	DROP_ALLOW(futex),
	DROP_ALLOW(rt_sigaction),
	DROP_ALLOW(rt_sigprocmask),
	DROP_ALLOW(rt_sigreturn),
	DROP_ALLOW(restart_syscall),
	DROP_ALLOW(clock_gettime),
	DROP_ALLOW(clock_nanosleep),
	DROP_ALLOW(nanosleep),
	DROP_ALLOW(close),
	DROP_ALLOW(getrandom),
	DROP_ALLOW(fstat),
	DROP_ALLOW(newfstatat),
	/* The restriction puts /dev/null, for reading, in a handle's place. */
	DROP_ALLOW_IF(openat, 2, O_RDONLY),
	DROP_ALLOW(dup2),
	DROP_ALLOW_IF(ioctl, 1, IOCTL_GNTDEV_MAP_GRANT_REF),
	DROP_ALLOW_IF(ioctl, 1, IOCTL_GNTDEV_UNMAP_GRANT_REF),
	DROP_ALLOW_IF(ioctl, 1, IOCTL_GNTDEV_GET_OFFSET_FOR_VADDR),
	DROP_ALLOW_IF(ioctl, 1, IOCTL_EVTCHN_BIND_INTERDOMAIN),
	DROP_ALLOW_IF(ioctl, 1, IOCTL_EVTCHN_RESTRICT_DOMID),
	DROP_ALLOW_IF(ioctl, 1, IOCTL_EVTCHN_NOTIFY),
	/* The second list */
	DROP_ALLOW(prctl),
	DROP_ALLOW(seccomp),
	DROP_ALLOW(exit),
	DROP_ALLOW(exit_group),
};

void sandbox_mapping(void)
{
	drop_filter(mapping, ARRAY_SIZE(mapping));
}

void sandbox_reading(int evtchn_fd)
{
	const struct drop_rule reading[] = {
		/* xenevtchn_pending and _unmask are read and write */
		DROP_ALLOW_IF(read, 0, (uint64_t)evtchn_fd),
		DROP_ALLOW_IF(write, 0, (uint64_t)evtchn_fd),
		DROP_ALLOW_IF(write, 0, 2),	/* log */
		DROP_ALLOW_IF(ioctl, 1, IOCTL_EVTCHN_NOTIFY),
		DROP_ALLOW_IF(sendmsg, 0, MSG_FD_PARENT),
		DROP_ALLOW_IF(sendmsg, 0, MSG_FD_PEER),
		DROP_ALLOW_IF(recvmsg, 0, MSG_FD_PARENT),
		DROP_ALLOW_IF(recvmsg, 0, MSG_FD_PEER),
		DROP_ALLOW(poll),
		DROP_ALLOW(restart_syscall),
		DROP_ALLOW(clock_gettime),
		DROP_ALLOW(exit_group),
	};

	drop_filter(reading, ARRAY_SIZE(reading));
}
