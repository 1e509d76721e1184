// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the policy page: what is made, and what a guest would refuse
 */
#include "cmocka_all.h"

#include <string.h>

#include "lib/decode.h"
#include "lib/policy.h"

static struct starlsm_policy_page page;

static int set_up(void **state)
{
	(void)state;
	policy_init(&page);
	return 0;
}

static int add(uint32_t match, uint32_t lo, uint32_t hi, const char *text)
{
	struct policy_events events = { { 0 } };

	policy_events_add(&events, STARLSM_EV_OPEN);
	policy_events_add(&events, STARLSM_EV_IPC);
	return policy_add_filter(&page, &events, match, lo, hi, text);
}

static void by_default(void **state)
{
	(void)state;
	assert_true(policy_check(&page));
	assert_int_equal(page.commit_ms, POLICY_COMMIT_MS);
	assert_int_equal(page.verdict_ms, POLICY_VERDICT_MS);
	assert_int_equal(page.default_answer, STARLSM_ANSWER_ALLOW);
	for (int type = 0; type < STARLSM_EV_LIMIT; type++)
		assert_int_equal(page.class[type], STARLSM_CLASS_DEFAULT);
}

static void filters(void **state)
{
	(void)state;
	assert_int_equal(add(STARLSM_MATCH_PATH, 0, 0, "/var/log"), 0);
	assert_int_equal(add(STARLSM_MATCH_UID, 5, 9, ""), 0);
	assert_int_equal(add(STARLSM_MATCH_CGROUP, 0, 0, "/a"), 0);
	assert_int_equal(page.n_filters, 3);
	assert_int_equal(page.filter[0].events[STARLSM_EV_OPEN / 64], 1ULL << STARLSM_EV_OPEN);
	assert_int_equal(page.filter[0].events[STARLSM_EV_IPC / 64],
			 1ULL << STARLSM_EV_IPC % 64);
	assert_memory_equal(page.filter_text + page.filter[0].text, "/var/log/a", 10);
	assert_int_equal(page.filter[2].text, 8);
	assert_int_equal(page.filter[2].text_len, 2);
	assert_true(policy_check(&page));
}

static void room_for_filters(void **state)
{
	static char text[1001];
	int n;

	(void)state;
	for (n = 0; add(STARLSM_MATCH_UID, 1, 1, "") == 0; n++)
		;
	assert_int_equal(n, STARLSM_FILTERS_MAX);
	assert_true(policy_check(&page));
	policy_init(&page);
	memset(text, '/', sizeof(text) - 1);
	for (n = 0; add(STARLSM_MATCH_PATH, 0, 0, text) == 0; n++)
		;
	assert_int_equal(n, STARLSM_FILTER_TEXT_MAX / 1000);
	assert_true(policy_check(&page));
}

/* Nothing is left out, and a guest takes it, whatever it was before. */
static void as_strict_as_can_be(void **state)
{
	(void)state;
	policy_init(&page);
	assert_int_equal(add(STARLSM_MATCH_UID, 5, 9, ""), 0);
	page.class[STARLSM_EV_OPEN] = STARLSM_CLASS_OFF;
	page.class[STARLSM_EV_CONNECT] = STARLSM_CLASS_VERDICT;
	page.rate[STARLSM_EV_OPEN] = 5;
	page.commit_ms = 77;
	policy_tighten(&page);
	assert_true(policy_check(&page));
	assert_int_equal(page.n_filters, 0);
	assert_int_equal(page.class[STARLSM_EV_OPEN], STARLSM_CLASS_COMMIT);
	assert_int_equal(page.class[STARLSM_EV_CONNECT], STARLSM_CLASS_VERDICT);
	assert_int_equal(page.class[STARLSM_EV_MODULE], STARLSM_CLASS_VERDICT);
	assert_int_equal(page.class[STARLSM_EV_KEXEC], STARLSM_CLASS_VERDICT);
	assert_int_equal(page.commit_ms, 77);
	for (uint16_t type = 0; type < STARLSM_EV_LIMIT; type++)
		assert_false(policy_drops(&page, type));
	for (uint16_t type = DECODE_FIRST_REQUEST; type < STARLSM_EV_LIMIT; type++)
		if (decode_event(type))
			assert_in_range(page.class[type], STARLSM_CLASS_ASYNC,
					STARLSM_CLASS_VERDICT);
}

#define EXPECT_BAD(change) do { \
	policy_init(&page); \
	assert_int_equal(add(STARLSM_MATCH_UID, 5, 9, ""), 0); \
	change; \
	assert_false(policy_check(&page)); \
} while (0)

static void what_is_refused(void **state)
{
	(void)state;
	EXPECT_BAD(page.commit_ms = 0);
	EXPECT_BAD(page.commit_ms = STARLSM_WAIT_MS_MAX + 1);
	EXPECT_BAD(page.verdict_ms = 0);
	EXPECT_BAD(page.default_answer = 0);
	EXPECT_BAD(page.default_answer = 3);
	EXPECT_BAD(page.n_filters = STARLSM_FILTERS_MAX + 1);
	EXPECT_BAD(page.n_filters = 2);
	EXPECT_BAD(page.filter[0].match = 4);
	EXPECT_BAD(page.filter[0].lo = 10);
	EXPECT_BAD(page.filter[0].text = STARLSM_FILTER_TEXT_MAX + 1);
	EXPECT_BAD(page.filter[0].text_len = STARLSM_FILTER_TEXT_MAX + 1);
	EXPECT_BAD(page.class[STARLSM_EV_OPEN] = STARLSM_CLASS_VERDICT);
	EXPECT_BAD(page.class[STARLSM_EV_CONNECT] = STARLSM_CLASS_VERDICT;
		   page.rate[STARLSM_EV_CONNECT] = 1);
	EXPECT_BAD(page.class[STARLSM_EV_CONNECT] = STARLSM_CLASS_VERDICT;
		   page.filter[0].events[0] |= 1ULL << STARLSM_EV_CONNECT);
	EXPECT_BAD(page.class[STARLSM_EV_EXIT] = STARLSM_CLASS_COMMIT);
	EXPECT_BAD(page.class[STARLSM_EV_HELLO] = STARLSM_CLASS_OFF);
	EXPECT_BAD(page.class[STARLSM_EV_LIMIT - 1] = STARLSM_CLASS_OFF);
	EXPECT_BAD(page.class[STARLSM_EV_OPEN] = 4);
}

#define POLICY_TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		POLICY_TEST(by_default),
		POLICY_TEST(filters),
		POLICY_TEST(room_for_filters),
		POLICY_TEST(as_strict_as_can_be),
		POLICY_TEST(what_is_refused),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
