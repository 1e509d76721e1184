/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an incident's tasks: who started whom, and which of them alerted
 *
 * Each alert adds the task that asked and those above it in its lineage, as the
 * ledger knows them then. A program that a task executed later is a node of its own
 * below the task's first one. When there is no room the alert is marked at the
 * nearest task above that is there.
 */
#ifndef STARLSM_TREE_H
#define STARLSM_TREE_H

#include "engine/ledger.h"

/* Above the one that asked */
#define TREE_DEPTH_MAX	12

/* Of a checked record, after ledger_define() and before ledger_change(). */
void tree_add(struct msg_out_incident *out, struct ledger *l, const struct starlsm_rec *rec,
	      uint32_t alert);

/* The place of an alert in the list is another's from now on. */
void tree_unmark(struct msg_out_incident *out, uint32_t alert);

#endif /* STARLSM_TREE_H */
