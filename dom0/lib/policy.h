/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the policy page: what a guest is to record, and when it is to wait
 *
 * Pure. Made by starlsmd from the configuration, checked again by the reader
 * that writes it into the guest.
 */
#ifndef STARLSM_POLICY_H
#define STARLSM_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include <xen/interface/io/starlsm.h>

#define POLICY_COMMIT_MS	50
#define POLICY_VERDICT_MS	1000

/* A set of event types: bit n is type n */
struct policy_events {
	uint64_t bits[STARLSM_EV_LIMIT / 64];
};

static inline void policy_events_add(struct policy_events *events, uint16_t type)
{
	events->bits[type / 64] |= 1ULL << type % 64;
}

/* Everything as in the event table */
void policy_init(struct starlsm_policy_page *p);

/*
 * Add a filter: STARLSM_MATCH_UID from lo to hi, or another STARLSM_MATCH_* with
 * a text. Returns 0, or -1 if there is no room for it.
 */
int policy_add_filter(struct starlsm_policy_page *p, const struct policy_events *events,
		      uint32_t match, uint32_t lo, uint32_t hi, const char *text);

/* Is an event of that type left out by a filter, or by its rate? */
bool policy_drops(const struct starlsm_policy_page *p, uint16_t type);

/*
 * As strict as it can be: everything is recorded, without filters and rates, and
 * waited for where a task can wait; modules and kernels are asked about.
 */
void policy_tighten(struct starlsm_policy_page *p);

/*
 * Would a guest take it, and does it make sense? What is left out is not asked
 * about, so an event of class VERDICT has no filter and no rate. The number is
 * not looked at.
 */
bool policy_check(const struct starlsm_policy_page *p);

#endif /* STARLSM_POLICY_H */
