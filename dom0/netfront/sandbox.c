// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - netfront's rights: an event channel, an interface, the outer xenstore
 */
#include "netfront/sandbox.h"

#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <xen/event_channel.h>
#include <xen/sys/evtchn.h>

#include "lib/drop.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct drop_rule calls[] = {
	DROP_ALLOW_IF(ioctl, 1, IOCTL_EVTCHN_NOTIFY),
	/* the event channel's ports, frames, and xenstore's messages */
	DROP_ALLOW(read),
	DROP_ALLOW(write),
	DROP_ALLOW(sendmsg),
	DROP_ALLOW(close),
	DROP_ALLOW(poll),
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
