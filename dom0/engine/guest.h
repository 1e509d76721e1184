/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the engine knows of one guest, and of which guests it knows
 */
#ifndef STARLSM_GUEST_H
#define STARLSM_GUEST_H

#include "engine/detect.h"
#include "engine/drops.h"
#include "engine/engine_core.h"
#include "engine/findings.h"
#include "engine/ledger.h"
#include "engine/links.h"
#include "engine/rules.h"
#include "engine/seen.h"
#include "engine/verdict.h"

/* An event that can be refused, as long as a question about it may come */
struct judged {
	struct verdict verdict;
	struct incident_step step;	/* if it is denied */
	struct links links;
};

struct guest {
	uint32_t domid;
	uint32_t policy;	/* enum respond_policy */
	struct incident_policy incidents;
	struct rules_expect expect;
	char name[MSG_NAME_MAX];
	bool clock_known;
	int64_t offset_ns;	/* CLOCK_MONOTONIC less the guest's time */
	uint64_t rtt_ns;
	int64_t define_ns;	/* when it was last asked to define everything, 0 never */
	struct ledger ledger;
	struct drops drops;
	struct groups *groups;	/* counted for correlations; NULL: none yet */
	struct verdicts verdicts;
	struct findings_kernel kernel;
	struct seen seen;
	struct judged last[STARLSM_RINGS_MAX];	/* of each ring */
};

/* One of zeroes is empty. */
struct guests {
	struct guest *place[ENGINE_GUESTS_MAX];	/* NULL: empty */
};

/* The one of that number, or NULL. */
struct guest *guest_find(const struct guests *all, uint32_t domid);

/*
 * A new one, of a number that there is not yet. Returns 0; -ENOSPC or -ENOMEM, then
 * nothing has changed.
 */
int guest_new(struct guests *all, const struct hash_seed *seed, uint32_t domid,
	      struct guest **made);

/* One after the other: at counts from 0, and is set to the next. NULL at the end. */
struct guest *guest_next(const struct guests *all, uint32_t *at);

/* It and all that is known of it */
void guest_free(struct guests *all, struct guest *g);

#endif /* STARLSM_GUEST_H */
