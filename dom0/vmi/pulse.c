// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a guest's kernel counts itself: whether it has gone on, and with what
 */
#include "vmi/pulse.h"

#define GRACE_STATE	3ULL

static bool find(struct look *look, const char *name, uint64_t *address)
{
	return profile_find(look->profile, name) && look_symbol(look, name, address);
}

void pulse_read(struct look *look, struct pulse *p)
{
	const struct offsets *o = look->offsets;
	uint64_t at;

	*p = (struct pulse){ 0 };
	if (find(look, "jiffies_64", &at))
		memory_u64(look->memory, at, &p->ticks);
	if (o->has[M_rcu_state_gp_seq] && find(look, "rcu_state", &at))
		memory_u64(look->memory, at + o->at[M_rcu_state_gp_seq], &p->grace);
	if (o->has[M_mod_tree_root_root] && o->has[M_latch_tree_root_seq] &&
	    find(look, "mod_tree", &at))
		memory_u32(look->memory, at + o->at[M_mod_tree_root_root] +
			   o->at[M_latch_tree_root_seq], &p->modules);
}

/* As rcu_seq_snap() and rcu_seq_done(): the one that may have been under way does not count. */
bool pulse_is_served(const struct pulse *since, const struct pulse *now)
{
	uint64_t served = (since->grace + 2 * GRACE_STATE + 1) & ~GRACE_STATE;

	return !(now->grace & GRACE_STATE) || (int64_t)(now->grace - served) >= 0;
}
