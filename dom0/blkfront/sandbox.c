// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - blkfront's rights: an event channel, nbdkit's sockets, the outer xenstore
 */
#include "blkfront/sandbox.h"

#include <asm/termbits.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <xen/event_channel.h>
#include <xen/sys/evtchn.h>

#include "lib/drop.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What the C library asks for when it makes a thread; no process is made so. */
#define CLONE_OF_A_THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SYSVSEM | CLONE_SIGHAND | \
	CLONE_THREAD | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

static const struct drop_rule calls[] = {
	DROP_ALLOW_IF(ioctl, 1, IOCTL_EVTCHN_NOTIFY),
	/* the event channel's ports, xenstore's messages, nbdkit's pipes */
	DROP_ALLOW(read),
	DROP_ALLOW(write),
	DROP_ALLOW(sendmsg),
	DROP_ALLOW(poll),
	/* nbdkit's connections */
	DROP_ALLOW(accept4),
	DROP_ALLOW(recvfrom),
	DROP_ALLOW(sendto),
	DROP_ALLOW(shutdown),
	DROP_ALLOW(close),
	DROP_ALLOW(pipe2),
	DROP_ALLOW(fcntl),
	DROP_ALLOW_IF(getsockopt, 2, SO_TYPE),
	DROP_ALLOW_IF(setsockopt, 1, IPPROTO_TCP),
	/* and its threads; it asks whether its messages go to a terminal */
	DROP_ABSENT(clone3),
	DROP_ALLOW_IF(clone, 0, CLONE_OF_A_THREAD),
	DROP_ALLOW_IF(mmap, 2, PROT_NONE),
	DROP_ALLOW_IF(mprotect, 2, PROT_READ | PROT_WRITE),
	DROP_ALLOW(set_robust_list),
	DROP_ALLOW(rseq),
	DROP_ALLOW(exit),
	DROP_ALLOW_IF(prctl, 0, PR_SET_NAME),
	DROP_ALLOW_IF(ioctl, 1, TCGETS),
	DROP_ALLOW(rt_sigaction),
	DROP_ALLOW(rt_sigprocmask),
	DROP_ALLOW(futex),
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
