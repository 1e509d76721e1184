// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - performance events
 */
#include <linux/lsm_hooks.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"

/* Once to open it at all, and once more for each right that it needs */
static noinline int emit_perf(int type)
{
	const struct starlsm_rec_perf rec = { .type = type };

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(PERF, &rec));
}

static int hook_perf_event_open(int type)
{
	return starlsm_wants(PERF) ? emit_perf(type) : 0;
}

static struct security_hook_list perf_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(perf_event_open, hook_perf_event_open),
};

void __init starlsm_add_perf_hooks(void)
{
	security_add_hooks(perf_hooks, ARRAY_SIZE(perf_hooks), &starlsm_lsmid);
}
