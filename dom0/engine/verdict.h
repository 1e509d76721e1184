/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - may a task do what it asks for? By the configured verdicts
 *
 * Pure. What is not known (a path that nobody told or whose beginning is
 * missing, an unknown user) is no reason to allow: a rule that allows needs to
 * know, one that denies does not.
 */
#ifndef STARLSM_VERDICT_H
#define STARLSM_VERDICT_H

#include <stdbool.h>

#include "engine/ledger.h"
#include "lib/msg.h"

struct verdicts {
	uint32_t otherwise;	/* STARLSM_ANSWER_* to a question without its event */
	uint32_t n_rules;
	struct verdict_rule rule[VERDICT_RULES_MAX];
};

/* The last event of a ring that could be refused, and what was found */
struct verdict {
	uint64_t seq;
	uint32_t event;		/* STARLSM_EV_*; 0: none */
	uint32_t answer;	/* STARLSM_ANSWER_* */
	uint32_t rule;		/* number of the rule, from 1; 0: none matched */
};

/* Allows everything */
void verdicts_init(struct verdicts *v);

/* Take them from a message; false if it makes no sense, and nothing has changed. */
bool verdicts_set(struct verdicts *v, const struct msg_rules *m);

/* Can events of that type be refused at all? */
bool verdict_is_possible(uint16_t type);

/* Judge a checked record of such an event. actor is NULL if unknown. */
struct verdict verdict_on(const struct verdicts *v, struct ledger *l,
			  const struct task *actor, const struct starlsm_rec *rec,
			  uint64_t seq);

#endif /* STARLSM_VERDICT_H */
