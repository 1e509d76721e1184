// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - blanketctl's rights: the outer xenstore, its output
 */
#include "blanketctl/sandbox.h"

#include <seccomp.h>
#include <stdint.h>
#include <sys/mman.h>

#include "lib/drop.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct drop_rule calls[] = {
	/* xenstore's messages; lines */
	DROP_ALLOW(read),
	DROP_ALLOW(write),
	DROP_ALLOW(sendmsg),
	DROP_ALLOW(close),
	DROP_ALLOW(rt_sigaction),
	DROP_ALLOW(rt_sigprocmask),
	DROP_ALLOW(futex),
	DROP_ALLOW(exit_group),
	DROP_ALLOW(rt_sigreturn),
	DROP_ALLOW_MALLOC,
};

void sandbox_enter(void)
{
	drop_filter(calls, ARRAY_SIZE(calls));
}
