// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - bpf(2): its commands, maps and tokens
 */
#include <linux/bpf.h>
#include <linux/lsm_hooks.h>
#include <linux/string.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"

/* What programs do with their maps, all the time */
static bool is_map_access(int cmd)
{
	switch (cmd) {
	case BPF_MAP_LOOKUP_ELEM:
	case BPF_MAP_UPDATE_ELEM:
	case BPF_MAP_DELETE_ELEM:
	case BPF_MAP_GET_NEXT_KEY:
	case BPF_MAP_LOOKUP_AND_DELETE_ELEM:
	case BPF_MAP_LOOKUP_BATCH:
	case BPF_MAP_LOOKUP_AND_DELETE_BATCH:
	case BPF_MAP_UPDATE_BATCH:
	case BPF_MAP_DELETE_BATCH:
		return true;
	default:
		return false;
	}
}

static noinline int emit_bpfcmd(int cmd)
{
	const struct starlsm_rec_bpfcmd rec = { .cmd = cmd };

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(BPFCMD, &rec));
}

static int hook_bpf(int cmd, union bpf_attr *attr, unsigned int size)
{
	if (starlsm_wants(BPFCMD) && !is_map_access(cmd))
		return emit_bpfcmd(cmd);
	return 0;
}

static noinline int emit_map(struct bpf_map *map)
{
	const struct starlsm_var vars[] = {
		starlsm_var_head(map->name,
				 strnlen(map->name, BPF_OBJ_NAME_LEN),
				 BPF_OBJ_NAME_LEN),
	};
	const struct starlsm_rec_bpfmap rec = {
		.type = map->map_type,
		.entries = map->max_entries,
		.map_len = vars[0].len,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG_VARS(BPFMAP, &rec, vars));
}

static int hook_bpf_map_create(struct bpf_map *map, union bpf_attr *attr,
			       struct bpf_token *token)
{
	return starlsm_wants(BPFMAP) ? emit_map(map) : 0;
}

static noinline int emit_token(struct bpf_token *token)
{
	const struct starlsm_rec_bpftoken rec = { .cmds = token->allowed_cmds };

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(BPFTOKEN, &rec));
}

static int hook_bpf_token_create(struct bpf_token *token, union bpf_attr *attr,
				 const struct path *path)
{
	return starlsm_wants(BPFTOKEN) ? emit_token(token) : 0;
}

static struct security_hook_list bpfcmd_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(bpf, hook_bpf),
	LSM_HOOK_INIT(bpf_map_create, hook_bpf_map_create),
	LSM_HOOK_INIT(bpf_token_create, hook_bpf_token_create),
};

void __init starlsm_add_bpfcmd_hooks(void)
{
	security_add_hooks(bpfcmd_hooks, ARRAY_SIZE(bpfcmd_hooks),
			   &starlsm_lsmid);
}
