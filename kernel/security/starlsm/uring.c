// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - io_uring: what it does in another's name, or past system calls
 *
 * With the ring locked, some in a worker thread of the kernel.
 */
#include <linux/io_uring/cmd.h>
#include <linux/lsm_hooks.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"

static noinline void emit_uring(u32 op, u32 cmd)
{
	const struct starlsm_rec_uring rec = { .op = op, .cmd = cmd };

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(URING, &rec));
}

static int hook_uring_override_creds(const struct cred *new)
{
	if (starlsm_wants(URING))
		emit_uring(STARLSM_URING_CREDS, 0);
	return 0;
}

static int hook_uring_sqpoll(void)
{
	if (starlsm_wants(URING))
		emit_uring(STARLSM_URING_SQPOLL, 0);
	return 0;
}

static int hook_uring_cmd(struct io_uring_cmd *ioucmd)
{
	if (starlsm_wants(URING))
		emit_uring(STARLSM_URING_CMD, ioucmd->cmd_op);
	return 0;
}

static struct security_hook_list uring_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(uring_override_creds, hook_uring_override_creds),
	LSM_HOOK_INIT(uring_sqpoll, hook_uring_sqpoll),
	LSM_HOOK_INIT(uring_cmd, hook_uring_cmd),
};

void __init starlsm_add_uring_hooks(void)
{
	security_add_hooks(uring_hooks, ARRAY_SIZE(uring_hooks),
			   &starlsm_lsmid);
}
