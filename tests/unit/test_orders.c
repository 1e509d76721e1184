// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what dom0 writes into a guest's pages
 */
#include "cmocka_all.h"

#include <pthread.h>
#include <string.h>

#include "reader/orders.h"

static struct starlsm_policy_page page, policy;
static struct starlsm_answers_page answers;

static void a_policy(void **state)
{
	(void)state;
	memset(&page, 0, sizeof(page));
	memset(&policy, 0x11, sizeof(policy));
	assert_int_equal(orders_policy(&page, 0, &policy), 2);
	assert_int_equal(page.number, 2);
	assert_memory_equal((char *)&page + 4, (char *)&policy + 4, sizeof(page) - 4);
	assert_int_equal(orders_policy(&page, 2, &policy), 4);
	/* what the guest writes there does not matter */
	page.number = 77;
	assert_int_equal(orders_policy(&page, 4, &policy), 6);
	assert_int_equal(page.number, 6);
}

static void numbers(void **state)
{
	(void)state;
	page.number = 7;
	assert_int_equal(orders_number(&page), 6);
	page.number = 8;
	assert_int_equal(orders_number(&page), 8);
	/* 0 would be no policy */
	assert_int_equal(orders_policy(&page, UINT32_MAX - 1, &policy), 2);
	assert_int_equal(page.number, 2);
}

static bool is_over;

/* As a guest reads it: what was read between two equal even numbers is whole. */
static void *read_it(void *arg)
{
	unsigned long *n_whole = arg;
	uint32_t number, commit_ms, verdict_ms;

	while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED)) {
		number = __atomic_load_n(&page.number, __ATOMIC_ACQUIRE);
		commit_ms = __atomic_load_n(&page.commit_ms, __ATOMIC_RELAXED);
		verdict_ms = __atomic_load_n((uint32_t *)&page.reserved1[75], __ATOMIC_RELAXED);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (number % 2 || number != __atomic_load_n(&page.number, __ATOMIC_RELAXED))
			continue;
		if (commit_ms != verdict_ms)
			return NULL;
		++*n_whole;
	}
	return arg;
}

static void a_reader_meanwhile(void **state)
{
	unsigned long n_whole = 0;
	uint32_t number = 0;
	pthread_t thread;
	void *rc;

	(void)state;
	memset(&page, 0, sizeof(page));
	assert_int_equal(pthread_create(&thread, NULL, read_it, &n_whole), 0);
	for (uint32_t i = 0; i < 200000; i++) {
		policy.commit_ms = i;
		policy.reserved1[75] = i;
		number = orders_policy(&page, number, &policy);
	}
	while (!__atomic_load_n(&n_whole, __ATOMIC_RELAXED))
		;
	__atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
	pthread_join(thread, &rc);
	assert_non_null(rc);
	print_message("# %lu whole readings\n", n_whole);
}

static void an_answer(void **state)
{
	(void)state;
	assert_true(orders_answer(&answers, 0, 5, STARLSM_ANSWER_DENY));
	assert_int_equal(answers.slot[0].ticket, 5);
	assert_int_equal(answers.slot[0].answer, STARLSM_ANSWER_DENY);
	assert_true(orders_answer(&answers, STARLSM_ANSWERS_MAX - 1, 6, STARLSM_ANSWER_ALLOW));
	assert_int_equal(answers.slot[STARLSM_ANSWERS_MAX - 1].ticket, 6);
	assert_false(orders_answer(&answers, STARLSM_ANSWERS_MAX, 7, STARLSM_ANSWER_ALLOW));
	assert_false(orders_answer(&answers, UINT32_MAX, 7, STARLSM_ANSWER_ALLOW));
	assert_false(orders_answer(&answers, 1, 7, 0));
	assert_false(orders_answer(&answers, 1, 7, 3));
	assert_int_equal(answers.slot[1].ticket, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_policy),
		cmocka_unit_test(numbers),
		cmocka_unit_test(a_reader_meanwhile),
		cmocka_unit_test(an_answer),
	};

	return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
