/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - rules that matched, counted and put in order: Sigma's correlations
 *
 * A correlation counts for each group apart: the values of its group-by fields.
 * If one of them is the guest, its groups are that guest's; if none is, events of
 * all guests of the host come together. When it has fired a group begins anew.
 *
 * Bounded: a guest has GROUPS_GUEST groups with GROUPS_ENTRIES times in all, the
 * host GROUPS_HOST more for all its guests; the group that was counted in longest
 * ago makes room. Pure: time comes with what is fed.
 */
#ifndef STARLSM_SIGMA_CORRELATE_H
#define STARLSM_SIGMA_CORRELATE_H

#include "lib/hash.h"
#include "lib/sigma/plan.h"

#define GROUPS_GUEST	1024
#define GROUPS_HOST	4096
#define GROUPS_ENTRIES	32768	/* of 16 bytes */

struct groups;
struct correlator;

/* A guest's groups, for one correlator; NULL without memory. */
struct groups *groups_new(const struct hash_seed *seed, uint32_t size);
void groups_free(struct groups *g);

/* For the rules of one plan; NULL without memory. */
struct correlator *correlator_new(const struct hash_seed *seed);
void correlator_free(struct correlator *c);

/*
 * A rule has matched, at that time, the event that m has just been run on: fires
 * correlations that it completes and that are not silent. To be called from
 * within the matcher's hit. own: the groups of the event's guest, or NULL, then
 * nothing that belongs to one guest is counted.
 */
typedef void (*correlator_fire)(void *arg, const struct sigma_rule *correlation);

void correlator_feed(struct correlator *c, struct matcher *m, const struct sigma_rule *rule,
		     struct groups *own, int64_t now_ns, correlator_fire fire, void *arg);

#endif /* STARLSM_SIGMA_CORRELATE_H */
