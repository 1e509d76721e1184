/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what dom0 writes into a guest: its policy, and answers
 *
 * Pure. The pages are the guest's memory: what is in them is never read back,
 * but for the number that the first policy of this reader goes on from.
 */
#ifndef STARLSM_ORDERS_H
#define STARLSM_ORDERS_H

#include <stdbool.h>
#include <stdint.h>

#include <xen/interface/io/starlsm.h>

/* The number to give to orders_policy() first: what is there, made even. */
uint32_t orders_number(const struct starlsm_policy_page *untrusted_page);

/*
 * Write a policy after the one of that even number; returns the new one's
 * number. The caller has checked it, and notifies the guest.
 */
uint32_t orders_policy(struct starlsm_policy_page *untrusted_page, uint32_t number,
		       const struct starlsm_policy_page *policy);

/* Write an answer; false if it is none. The caller notifies the guest. */
bool orders_answer(struct starlsm_answers_page *untrusted_page, uint32_t slot,
		   uint64_t ticket, uint32_t answer);

#endif /* STARLSM_ORDERS_H */
