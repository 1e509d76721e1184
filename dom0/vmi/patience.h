/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what is found and may be passing: has it been there for too long?
 *
 * Linux 6.12 takes what was executed off its list, waits for a grace period of RCU,
 * and only then takes the page away: a module's text (free_module()), what only its
 * init has run (do_free_init()), a trampoline of ftrace, instructions of kprobes. In
 * between the page is nobody's. And it writes to text by way of a breakpoint, which
 * all processors have to have seen (text_poke_bp_batch()). Neither is so for long unless
 * the guest does not run, or the grace period does not end; but whoever looks only now
 * and then may meet one module after the other in that moment, at the same address.
 */
#ifndef STARLSM_PATIENCE_H
#define STARLSM_PATIENCE_H

#include "vmi/keys.h"
#include "vmi/pulse.h"

/*
 * Rounds in which the guest has run: so many without a module that came or went; and
 * so many in all, as a rootkit could have modules come and go, or its page move, for
 * ever.
 */
#define PATIENCE_ROUNDS	5
#define PATIENCE_MAX	60

struct patience {
	struct keys keys;	/* what waits: it was in every round since then */
	struct pulse since;	/* no module has come or gone since */
	uint64_t ticks;		/* in the last round; 0: none */
	unsigned int n_rounds;	/* of the guest's, from then on */
	unsigned int n_all;	/* in which anything was found */
	bool is_over;
};

/* It was not found any more, or was told. */
void patience_forget(struct patience *p);

/* In each round, what was found: whether that in p->keys has been there for too long. */
bool patience_ends(struct patience *p, const struct keys *found, const struct pulse *now);

#endif /* STARLSM_PATIENCE_H */
