/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - the policy: what becomes of each type of event
 *
 * dom0 decides, the event table does until it has. Nobody in the guest can
 * write it.
 */
#ifndef _SECURITY_STARLSM_POLICY_H
#define _SECURITY_STARLSM_POLICY_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/init.h>
#include <linux/jump_label.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "limits.h"

struct cgroup;
struct starlsm_about;
struct starlsm_stream;

/**
 * struct starlsm_rule - A filter, ready to be used
 *
 * @events: As in &struct starlsm_filter.
 * @match: STARLSM_MATCH_*
 * @lo: Lowest user id.
 * @hi: Highest user id.
 * @cgroup: The cgroup, with a reference; NULL if there is none of that path.
 * @text: A path, not ended by NUL.
 * @text_len: Its length.
 */
struct starlsm_rule {
	u64 events[STARLSM_EV_LIMIT / 64];
	u32 match;
	u32 lo, hi;
	struct cgroup *cgroup;
	const u8 *text;
	u16 text_len;
};

/**
 * struct starlsm_policy - A policy that has been read and found good
 *
 * @class: STARLSM_CLASS_*, none of them DEFAULT, none that the event cannot
 *         have.
 * @rate: Records a second and CPU; 0 for any number.
 * @looked_at: Bit n: records of type n may be filtered, or have a rate.
 * @commit_ms: How long a task waits for a copy.
 * @verdict_ms: How long a task waits for an answer.
 * @default_answer: The answer when there is none.
 * @n_rules: Number of @rule.
 * @rule: The filters.
 * @text: What their texts point into.
 * @rcu: Frees it when no CPU reads it any more.
 */
struct starlsm_policy {
	u8 class[STARLSM_EV_LIMIT];
	u16 rate[STARLSM_EV_LIMIT];
	u64 looked_at[STARLSM_EV_LIMIT / 64];
	u32 commit_ms;
	u32 verdict_ms;
	u32 default_answer;
	u32 n_rules;
	struct starlsm_rule rule[STARLSM_FILTERS_MAX];
	u8 text[STARLSM_FILTER_TEXT_MAX];
	struct rcu_head rcu;
};

/* Whether a type's class is not off */
extern struct static_key_false starlsm_wanted[STARLSM_EV_LIMIT];

void __init starlsm_policy_init(void);
void starlsm_policy_notified(void);
const struct starlsm_policy *starlsm_policy(void);
bool starlsm_policy_filters(const struct starlsm_policy *policy,
			    struct starlsm_stream *stream,
			    const struct starlsm_about *about, u16 type);
enum starlsm_error
starlsm_policy_parse(struct starlsm_policy *policy,
		     const struct starlsm_policy_page *page);

/**
 * starlsm_policy_drops - Does the policy keep a record from being written?
 *
 * @policy: The policy.
 * @stream: Where the record would go; the caller is its producer.
 * @about: Whom and what it is about.
 * @type: Its type.
 *
 * Under RCU. What is dropped is counted.
 */
static inline bool starlsm_policy_drops(const struct starlsm_policy *policy,
					struct starlsm_stream *stream,
					const struct starlsm_about *about,
					u16 type)
{
	return unlikely(policy->looked_at[type / 64] & BIT_ULL(type % 64)) &&
	       starlsm_policy_filters(policy, stream, about, type);
}

#endif /* _SECURITY_STARLSM_POLICY_H */
