// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - the policy: what becomes of each type of event
 */
#include <kunit/static_stub.h>
#include <linux/cgroup.h>
#include <linux/cleanup.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>
#include <linux/uidgid.h>
#include <linux/workqueue.h>

#include "emit.h"
#include "path.h"
#include "policy.h"
#include "rings.h"

#define IN_TABLE_OFF	STARLSM_CLASS_OFF
#define IN_TABLE_ASYNC	STARLSM_CLASS_ASYNC
#define IN_TABLE_COMMIT	STARLSM_CLASS_COMMIT

/* The highest class that an event can have, by where a task can wait for it */
#define HIGHEST_NEVER	STARLSM_CLASS_ASYNC
#define HIGHEST_RETURN	STARLSM_CLASS_COMMIT
#define HIGHEST_NOW	STARLSM_CLASS_COMMIT
#define HIGHEST_REFUSE	STARLSM_CLASS_VERDICT
#define HIGHEST_RESTART	STARLSM_CLASS_VERDICT

/**
 * struct in_table - What the event table says of a type
 *
 * @class: STARLSM_CLASS_* until dom0 says otherwise.
 * @highest: The highest it can have; 0 if there is no such event.
 */
struct in_table {
	u8 class;
	u8 highest;
};

static const struct in_table table[STARLSM_EV_LIMIT] = {
#define STARLSM_EVENT(ID, name, number, hook, class, wait, attack, text) \
	[number] = { IN_TABLE_##class, HIGHEST_##wait },
#define STARLSM_FIELD(name, kind, field, text)
#define STARLSM_EVENT_END(name)
#include <xen/interface/io/starlsm_events.h>
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END
};

/* What the ring says of itself is not dom0's to choose. */
#define FIRST_CHOICE	16

/*
 * Written by dom0's policy alone, from a work item. A key is patched text: it
 * cannot be read-only after init, and nothing in a guest's reach flips it.
 */
struct static_key_false starlsm_wanted[STARLSM_EV_LIMIT] = {
	[0 ... STARLSM_EV_LIMIT - 1] = STATIC_KEY_FALSE_INIT,
};

static struct starlsm_policy policy_of_table;

/* Never NULL after init; replaced by the work item alone. */
static struct starlsm_policy __rcu *current_policy;

/**
 * starlsm_policy - The policy in force
 *
 * Under RCU. A test puts its own in place.
 */
const struct starlsm_policy *starlsm_policy(void)
{
	KUNIT_STATIC_STUB_REDIRECT(starlsm_policy);
	return rcu_dereference(current_policy);
}

/*
 * Filters
 */

static bool has_bit(const u64 *bits, u16 type)
{
	return bits[type / 64] & BIT_ULL(type % 64);
}

/* The path itself, or below it */
static bool is_below(const struct starlsm_path *path,
		     const struct starlsm_rule *rule)
{
	const size_t len = path ? STARLSM_VAR_LEN(path->len) : 0;

	/* The beginning of a long path is not there to be compared. */
	if (len < rule->text_len || path->len & STARLSM_TRUNCATED)
		return false;
	return !memcmp(path->name, rule->text, rule->text_len) &&
	       (len == rule->text_len || path->name[rule->text_len] == '/');
}

static bool is_in_cgroup(struct task_struct *task, struct cgroup *cgroup)
{
	return cgroup && task_under_cgroup_hierarchy(task, cgroup);
}

static bool matches(const struct starlsm_rule *rule,
		    const struct starlsm_about *about)
{
	struct task_struct *const who = about->who;
	u32 uid;

	switch (rule->match) {
	case STARLSM_MATCH_UID:
		if (!who)
			return false;
		uid = from_kuid(&init_user_ns, __task_cred(who)->euid);
		return uid >= rule->lo && uid <= rule->hi;
	case STARLSM_MATCH_CGROUP:
		return who && is_in_cgroup(who, rule->cgroup);
	case STARLSM_MATCH_PATH:
		return is_below(about->path[0], rule);
	default:
		return false;
	}
}

static bool is_filtered(const struct starlsm_policy *policy,
			const struct starlsm_about *about, u16 type)
{
	const struct starlsm_rule *rule;

	for (rule = policy->rule; rule < policy->rule + policy->n_rules; rule++)
		if (has_bit(rule->events, type) && matches(rule, about))
			return true;
	return false;
}

static bool is_too_many(const struct starlsm_policy *policy,
			struct starlsm_stream *stream, u16 type)
{
	const u32 second = div_u64(sched_clock(), NSEC_PER_SEC);

	if (!policy->rate[type])
		return false;
	if (second != stream->second) {
		memset(stream->burst, 0, sizeof(stream->burst));
		stream->second = second;
	}
	if (stream->burst[type] >= policy->rate[type])
		return true;
	stream->burst[type]++;
	return false;
}

/**
 * starlsm_policy_filters - starlsm_policy_drops(), for a type that is looked at
 *
 * @policy: The policy.
 * @stream: Where the record would go.
 * @about: Whom and what it is about.
 * @type: Its type.
 */
bool starlsm_policy_filters(const struct starlsm_policy *policy,
			    struct starlsm_stream *stream,
			    const struct starlsm_about *about, u16 type)
{
	if (!is_filtered(policy, about, type) &&
	    !is_too_many(policy, stream, type))
		return false;
	starlsm_record_filter(stream, type);
	return true;
}

/*
 * Reading
 */

static bool is_event(u32 type)
{
	return type >= FIRST_CHOICE && table[type].highest;
}

static enum starlsm_error parse_classes(struct starlsm_policy *policy,
					const struct starlsm_policy_page *page)
{
	u32 type;

	for (type = 0; type < STARLSM_EV_LIMIT; type++) {
		policy->class[type] = table[type].class;
		if (page->class[type] == STARLSM_CLASS_DEFAULT ||
		    !is_event(type))
			continue;
		if (page->class[type] > table[type].highest)
			return STARLSM_ERR_POLICY;
		policy->class[type] = page->class[type];
	}
	return STARLSM_ERR_OK;
}

static void parse_rates(struct starlsm_policy *policy,
			const struct starlsm_policy_page *page)
{
	u32 type;

	for (type = FIRST_CHOICE; type < STARLSM_EV_LIMIT; type++) {
		policy->rate[type] = page->rate[type];
		if (policy->rate[type])
			policy->looked_at[type / 64] |= BIT_ULL(type % 64);
	}
}

static enum starlsm_error parse_filter(struct starlsm_policy *policy,
				       const struct starlsm_filter *filter)
{
	struct starlsm_rule *const rule = &policy->rule[policy->n_rules];
	u32 i;

	if (filter->match < STARLSM_MATCH_UID ||
	    filter->match > STARLSM_MATCH_PATH ||
	    filter->text + filter->text_len > STARLSM_FILTER_TEXT_MAX)
		return STARLSM_ERR_POLICY;
	*rule = (struct starlsm_rule) {
		.match = filter->match,
		.lo = filter->lo,
		.hi = filter->hi,
		.text = policy->text + filter->text,
		.text_len = filter->text_len,
	};
	for (i = 0; i < ARRAY_SIZE(rule->events); i++) {
		rule->events[i] = filter->events[i];
		policy->looked_at[i] |= filter->events[i];
	}
	policy->n_rules++;
	return STARLSM_ERR_OK;
}

static enum starlsm_error parse_filters(struct starlsm_policy *policy,
					const struct starlsm_policy_page *page)
{
	enum starlsm_error error;
	u32 i;

	if (page->n_filters > STARLSM_FILTERS_MAX)
		return STARLSM_ERR_POLICY;
	memcpy(policy->text, page->filter_text, sizeof(policy->text));
	for (i = 0; i < page->n_filters; i++) {
		error = parse_filter(policy, &page->filter[i]);
		if (error)
			return error;
	}
	/* Filters are for what happens, not for what the ring says of itself. */
	policy->looked_at[0] &= ~GENMASK_ULL(FIRST_CHOICE - 1, 0);
	return STARLSM_ERR_OK;
}

static bool is_wait(u32 ms)
{
	return ms >= 1 && ms <= STARLSM_WAIT_MS_MAX;
}

/**
 * starlsm_policy_parse - Check a policy page, and make a policy of it
 *
 * @policy: The policy, zero; its cgroups are not looked up.
 * @page: A copy of the page that nobody can change.
 *
 * Return: STARLSM_ERR_OK, or STARLSM_ERR_POLICY and @policy is not to be used.
 */
enum starlsm_error
starlsm_policy_parse(struct starlsm_policy *policy,
		     const struct starlsm_policy_page *page)
{
	enum starlsm_error error;

	if (!is_wait(page->commit_ms) || !is_wait(page->verdict_ms) ||
	    page->default_answer < STARLSM_ANSWER_ALLOW ||
	    page->default_answer > STARLSM_ANSWER_DENY)
		return STARLSM_ERR_POLICY;
	policy->commit_ms = page->commit_ms;
	policy->verdict_ms = page->verdict_ms;
	policy->default_answer = page->default_answer;
	error = parse_classes(policy, page);
	if (error)
		return error;
	parse_rates(policy, page);
	return parse_filters(policy, page);
}

/*
 * Applying
 */

static void find_cgroup(struct starlsm_rule *rule)
{
	struct cgroup *cgroup;
	char *path;

	if (rule->match != STARLSM_MATCH_CGROUP)
		return;
	path = kmemdup_nul(rule->text, rule->text_len, GFP_KERNEL);
	if (!path)
		return;
	cgroup = cgroup_get_from_path(path);
	kfree(path);
	if (!IS_ERR(cgroup))
		rule->cgroup = cgroup;
}

static void free_policy(struct starlsm_policy *policy)
{
	u32 i;

	if (!policy || policy == &policy_of_table)
		return;
	for (i = 0; i < policy->n_rules; i++)
		if (policy->rule[i].cgroup)
			cgroup_put(policy->rule[i].cgroup);
	kfree_rcu(policy, rcu);
}

static void turn_keys(const struct starlsm_policy *policy)
{
	u32 type;

	for (type = FIRST_CHOICE; type < STARLSM_EV_LIMIT; type++) {
		if (policy->class[type])
			static_branch_enable(&starlsm_wanted[type]);
		else
			static_branch_disable(&starlsm_wanted[type]);
	}
}

static void apply(struct starlsm_policy *policy)
{
	struct starlsm_policy *old;
	u32 i;

	for (i = 0; i < policy->n_rules; i++)
		find_cgroup(&policy->rule[i]);
	old = unrcu_pointer(xchg(&current_policy, RCU_INITIALIZER(policy)));
	turn_keys(policy);
	/* A reader of the old one may be looking at its cgroups. */
	synchronize_rcu();
	free_policy(old);
}

/* Copies the page, once; 0 if it is being written. */
static u32 copy_of_page(struct starlsm_policy_page *copy)
{
	const struct starlsm_policy_page *const untrusted_page =
		starlsm_rings.policy;
	/* Pairs with dom0's release of an even number: what it is of, is there. */
	const u32 number = virt_load_acquire(&untrusted_page->number);

	memcpy(copy, untrusted_page, sizeof(*copy));
	/* The number is read again after all the rest. */
	virt_rmb();
	if (number & 1 || READ_ONCE(untrusted_page->number) != number)
		return 0;
	return number;
}

static void tell(u32 number, enum starlsm_error error)
{
	const struct starlsm_rec_policy rec = {
		.number = number,
		.error = error,
	};

	if (error)
		starlsm_count(STARLSM_BAD_POLICY);
	starlsm_emit(&(struct starlsm_about) {}, &STARLSM_MSG(POLICY, &rec));
	WRITE_ONCE(starlsm_rings.status->guest.policy, number);
	starlsm_kick();
}

static void read_policy(u32 number, const struct starlsm_policy_page *page)
{
	struct starlsm_policy *const policy =
		kzalloc(sizeof(*policy), GFP_KERNEL | __GFP_NOWARN);
	enum starlsm_error error;

	if (!policy) {
		starlsm_count(STARLSM_NO_MEMORY);
		return;
	}
	error = starlsm_policy_parse(policy, page);
	if (error)
		kfree(policy);
	else
		apply(policy);
	tell(number, error);
}

static void look_at_page(struct work_struct *unused)
{
	struct starlsm_policy_page *page __free(kfree) =
		kmalloc(sizeof(*page), GFP_KERNEL | __GFP_NOWARN);
	u32 number;

	if (!page) {
		starlsm_count(STARLSM_NO_MEMORY);
		return;
	}
	number = copy_of_page(page);
	if (number && number != starlsm_rings.status->guest.policy)
		read_policy(number, page);
}

static DECLARE_WORK(policy_work, look_at_page);

/**
 * starlsm_policy_notified - The collector may have written a policy
 *
 * From its interrupt.
 */
void starlsm_policy_notified(void)
{
	if (READ_ONCE(starlsm_rings.policy->number) !=
	    READ_ONCE(starlsm_rings.status->guest.policy))
		schedule_work(&policy_work);
}

/**
 * starlsm_policy_init - Until dom0 says otherwise: as the event table has it
 */
void __init starlsm_policy_init(void)
{
	struct starlsm_policy *const policy = &policy_of_table;
	u32 type;

	policy->commit_ms = STARLSM_COMMIT_MS;
	policy->verdict_ms = STARLSM_VERDICT_MS;
	policy->default_answer = STARLSM_ANSWER_ALLOW;
	for (type = 0; type < STARLSM_EV_LIMIT; type++)
		policy->class[type] = table[type].class;
	RCU_INIT_POINTER(current_policy, policy);
	turn_keys(policy);
}
