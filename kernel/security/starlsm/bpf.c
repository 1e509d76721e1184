// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - bpf programs
 */
#include <linux/bpf.h>
#include <linux/lsm_hooks.h>
#include <linux/string.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"

static noinline int emit_prog(struct bpf_prog *prog)
{
	const char *const name = prog->aux->name;
	const struct starlsm_var vars[] = {
		starlsm_var_head(name, strnlen(name, BPF_OBJ_NAME_LEN),
				 BPF_OBJ_NAME_LEN),
	};
	const struct starlsm_rec_bpf rec = {
		.type = prog->type,
		.insns = prog->len,
		.prog_len = vars[0].len,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) { .who = current },
				     &STARLSM_MSG_VARS(BPF, &rec, vars));
}

static int hook_bpf_prog_load(struct bpf_prog *prog, union bpf_attr *attr,
			      struct bpf_token *token)
{
	return starlsm_wants(BPF) ? emit_prog(prog) : 0;
}

static struct security_hook_list bpf_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(bpf_prog_load, hook_bpf_prog_load),
};

void __init starlsm_add_bpf_hooks(void)
{
	security_add_hooks(bpf_hooks, ARRAY_SIZE(bpf_hooks), &starlsm_lsmid);
}
