// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what dom0 writes into a guest: its policy, and answers
 */
#include "reader/orders.h"

#include <stddef.h>
#include <string.h>

uint32_t orders_number(const struct starlsm_policy_page *untrusted_page)
{
	return __atomic_load_n(&untrusted_page->number, __ATOMIC_RELAXED) & ~1U;
}

uint32_t orders_policy(struct starlsm_policy_page *untrusted_page, uint32_t number,
		       const struct starlsm_policy_page *policy)
{
	const size_t body = offsetof(struct starlsm_policy_page, commit_ms);

	__atomic_store_n(&untrusted_page->number, number + 1, __ATOMIC_RELAXED);
	/* Who sees some of what follows sees an odd number as well. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	memcpy((char *)untrusted_page + body, (const char *)policy + body,
	       sizeof(*policy) - body);
	number += 2;
	/* 0 is the number of no policy */
	if (!number)
		number = 2;
	/* Release: who sees it even sees all of it. */
	__atomic_store_n(&untrusted_page->number, number, __ATOMIC_RELEASE);
	return number;
}

bool orders_answer(struct starlsm_answers_page *untrusted_page, uint32_t slot,
		   uint64_t ticket, uint32_t answer)
{
	struct starlsm_answer *untrusted_slot;

	if (slot >= STARLSM_ANSWERS_MAX ||
	    (answer != STARLSM_ANSWER_ALLOW && answer != STARLSM_ANSWER_DENY))
		return false;
	untrusted_slot = &untrusted_page->slot[slot];
	__atomic_store_n(&untrusted_slot->answer, answer, __ATOMIC_RELAXED);
	/* Release: the ticket is what makes it an answer. */
	__atomic_store_n(&untrusted_slot->ticket, ticket, __ATOMIC_RELEASE);
	return true;
}
