// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what is found and may be passing: has it been there for too long?
 */
#include "vmi/patience.h"

void patience_forget(struct patience *p)
{
	p->keys.n = p->n_all = 0;
	p->ticks = 0;
	p->is_over = false;
}

/* One in which the guest did not run does not count. */
static bool has_run(struct patience *p, const struct pulse *now)
{
	bool runs = !now->ticks || now->ticks != p->ticks;

	p->ticks = now->ticks;
	return runs;
}

bool patience_ends(struct patience *p, const struct keys *found, const struct pulse *now)
{
	keys_keep(&p->keys, found);
	if (!p->keys.n || p->since.modules != now->modules) {
		p->since = *now;
		p->n_rounds = 0;
	}
	if (!p->keys.n)
		p->keys = *found;
	if (!has_run(p, now))
		return false;
	p->n_all++;
	p->n_rounds++;
	p->is_over = p->n_all >= PATIENCE_MAX ||
		     (p->n_rounds > PATIENCE_ROUNDS && pulse_is_served(&p->since, now));
	return p->is_over;
}
