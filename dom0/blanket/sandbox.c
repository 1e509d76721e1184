// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - blanketd's rights: an event channel, sockets that are open
 */
#include "blanket/sandbox.h"

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
	/* the event channel's ports */
	DROP_ALLOW(read),
	DROP_ALLOW(write),
	DROP_ALLOW(accept),
	DROP_ALLOW(recvfrom),
	DROP_ALLOW(sendto),
	DROP_ALLOW(close),
	DROP_ALLOW(poll),
	DROP_ALLOW(restart_syscall),
	DROP_ALLOW(exit_group),
	DROP_ALLOW(rt_sigreturn),
	DROP_ALLOW_MALLOC,
};

void sandbox_enter(void)
{
	drop_filter(calls, ARRAY_SIZE(calls));
}
