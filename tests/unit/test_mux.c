// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: many clients of one connection to the outer xenstore
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blanket/mux.h"
#include "cmocka_all.h"

#define ANN	1
#define BOB	2

static struct mux mux;
static struct mux_message msg;

static int setup(void **state)
{
	(void)state;
	memset(&mux, 0, sizeof(mux));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	mux_free(&mux);
	return 0;
}

/* A message whose body is len bytes */
static void make(uint32_t type, uint32_t number, uint32_t transaction, const char *body, size_t len)
{
	msg.head = (struct xsd_sockmsg){
		.type = type, .req_id = number, .tx_id = transaction, .len = len,
	};
	memcpy(msg.body, body, len);
}

#define MAKE(type, number, transaction, body) make(type, number, transaction, body, sizeof(body))

/* What the outer xenstore says to what is in msg */
static void reply(uint32_t type, const char *body)
{
	msg.head.type = type;
	msg.head.len = strlen(body) + 1;
	memcpy(msg.body, body, msg.head.len);
}

/* Ask, and be answered at once; the client whose answer it is */
static uint32_t ask(uint32_t client, uint32_t type, const char *answer)
{
	assert_null(mux_request(&mux, client, &msg));
	reply(type, answer);
	return mux_answer(&mux, &msg);
}

static uint32_t begin(uint32_t client, const char *id)
{
	MAKE(XS_TRANSACTION_START, 1, 0, "");
	return ask(client, XS_TRANSACTION_START, id);
}

static void watch(uint32_t client, const char *path, const char *token)
{
	char body[64];
	int len = snprintf(body, sizeof(body), "%s%c%s", path, 0, token) + 1;

	make(XS_WATCH, 7, 0, body, len);
	assert_int_equal(ask(client, XS_WATCH, "OK"), client);
}

static void test_answers_find_their_way(void **state)
{
	struct mux_message first;

	(void)state;
	MAKE(XS_READ, 5, 0, "a");
	assert_null(mux_request(&mux, ANN, &msg));
	first = msg;
	MAKE(XS_READ, 5, 0, "b");
	assert_null(mux_request(&mux, BOB, &msg));
	assert_int_not_equal(first.head.req_id, msg.head.req_id);
	assert_int_equal(mux_answer(&mux, &msg), BOB);
	assert_int_equal(msg.head.req_id, 5);
	msg = first;
	assert_int_equal(mux_answer(&mux, &msg), ANN);
	msg = first;
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
}

static void test_an_answer_to_nothing_is_nobodys(void **state)
{
	(void)state;
	MAKE(XS_READ, 0, 0, "x");
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
	MAKE(XS_READ, UINT32_MAX, 0, "x");
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
}

static void test_room_is_bounded(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < MUX_REQUESTS; i++) {
		assert_true(mux_has_room(&mux));
		MAKE(XS_READ, i, 0, "x");
		assert_null(mux_request(&mux, ANN, &msg));
	}
	assert_false(mux_has_room(&mux));
	assert_int_equal(mux_answer(&mux, &msg), ANN);
	assert_true(mux_has_room(&mux));
}

static void test_what_only_the_outer_dom0_may(void **state)
{
	static const uint32_t types[] = {
		XS_CONTROL, XS_INTRODUCE, XS_RELEASE, XS_RESUME, XS_SET_TARGET,
		XS_RESET_WATCHES, XS_WATCH_EVENT, XS_ERROR, XS_TYPE_COUNT, UINT32_MAX,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		MAKE(types[i], 1, 0, "x");
		assert_string_equal(mux_request(&mux, ANN, &msg), "ENOSYS");
	}
	mux_refuse(&msg, "ENOSYS");
	assert_int_equal(msg.head.type, XS_ERROR);
	assert_int_equal(msg.head.req_id, 1);
	assert_string_equal(msg.body, "ENOSYS");
}

static void test_a_watch_is_its_clients(void **state)
{
	(void)state;
	watch(ANN, "data", "one");
	watch(BOB, "data", "one");
	MAKE(XS_WATCH_EVENT, 0, 0, "data\0" "00000002:one");
	assert_int_equal(mux_answer(&mux, &msg), BOB);
	assert_int_equal(msg.head.len, sizeof("data\0one"));
	assert_memory_equal(msg.body, "data\0one", msg.head.len);
	MAKE(XS_WATCH_EVENT, 0, 0, "data\0" "00000003:one");
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
}

static void test_odd_events_are_nobodys(void **state)
{
	(void)state;
	watch(ANN, "data", "one");
	MAKE(XS_WATCH_EVENT, 0, 0, "data\0one");
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
	make(XS_WATCH_EVENT, 0, 0, "data", 4);
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
	MAKE(XS_WATCH_EVENT, 0, 0, "data\0" "0000000x:one");
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
	make(XS_WATCH_EVENT, 0, 0, "", 0);
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
}

static void test_a_watch_is_made_once_and_ended_once(void **state)
{
	(void)state;
	watch(ANN, "data", "one");
	MAKE(XS_WATCH, 1, 0, "data\0one");
	assert_string_equal(mux_request(&mux, ANN, &msg), "EEXIST");
	MAKE(XS_UNWATCH, 1, 0, "data\0one");
	assert_string_equal(mux_request(&mux, BOB, &msg), "ENOENT");
	MAKE(XS_UNWATCH, 1, 0, "data\0one");
	assert_int_equal(ask(ANN, XS_UNWATCH, "OK"), ANN);
	MAKE(XS_UNWATCH, 1, 0, "data\0one");
	assert_string_equal(mux_request(&mux, ANN, &msg), "ENOENT");
}

static void test_a_watch_that_is_refused_is_none(void **state)
{
	(void)state;
	MAKE(XS_WATCH, 1, 0, "data\0one");
	assert_int_equal(ask(ANN, XS_ERROR, "EACCES"), ANN);
	MAKE(XS_WATCH, 1, 0, "data\0one");
	assert_int_equal(ask(ANN, XS_WATCH, "OK"), ANN);
}

static void test_bad_watches_are_refused(void **state)
{
	static char body[XENSTORE_PAYLOAD_MAX];

	(void)state;
	MAKE(XS_WATCH, 1, 0, "data");
	assert_string_equal(mux_request(&mux, ANN, &msg), "EINVAL");
	make(XS_WATCH, 1, 0, "data\0one", 8);
	assert_string_equal(mux_request(&mux, ANN, &msg), "EINVAL");
	MAKE(XS_WATCH, 1, 0, "data\0one\0two");
	assert_string_equal(mux_request(&mux, ANN, &msg), "EINVAL");
	make(XS_WATCH, 1, 0, "", 0);
	assert_string_equal(mux_request(&mux, ANN, &msg), "EINVAL");
	memset(body, 'x', sizeof(body));
	body[10] = 0;
	body[sizeof(body) - 1] = 0;
	make(XS_WATCH, 1, 0, body, sizeof(body));
	assert_string_equal(mux_request(&mux, ANN, &msg), "E2BIG");
}

static void test_watches_are_bounded(void **state)
{
	char token[16];

	(void)state;
	for (int i = 0; i < MUX_WATCHES; i++) {
		snprintf(token, sizeof(token), "%d", i);
		watch(ANN, "data", token);
	}
	MAKE(XS_WATCH, 1, 0, "data\0more");
	assert_string_equal(mux_request(&mux, BOB, &msg), "ENOSPC");
}

static void test_a_transaction_is_its_clients(void **state)
{
	(void)state;
	assert_int_equal(begin(ANN, "17"), ANN);
	MAKE(XS_READ, 1, 17, "a");
	assert_string_equal(mux_request(&mux, BOB, &msg), "ENOENT");
	MAKE(XS_READ, 1, 17, "a");
	assert_int_equal(ask(ANN, XS_READ, "1"), ANN);
	MAKE(XS_TRANSACTION_END, 1, 17, "T");
	assert_int_equal(ask(ANN, XS_TRANSACTION_END, "OK"), ANN);
	MAKE(XS_READ, 1, 17, "a");
	assert_string_equal(mux_request(&mux, ANN, &msg), "ENOENT");
	MAKE(XS_TRANSACTION_END, 1, 0, "T");
	assert_string_equal(mux_request(&mux, ANN, &msg), "EINVAL");
}

static void test_transactions_are_bounded(void **state)
{
	char id[16];

	(void)state;
	for (int i = 1; i < MUX_TRANSACTIONS; i++) {
		snprintf(id, sizeof(id), "%d", i);
		begin(ANN, id);
	}
	MAKE(XS_TRANSACTION_START, 1, 0, "");
	assert_null(mux_request(&mux, ANN, &msg));
	MAKE(XS_TRANSACTION_START, 1, 0, "");
	assert_string_equal(mux_request(&mux, BOB, &msg), "ENOSPC");
}

static void test_what_is_left_behind_is_ended(void **state)
{
	(void)state;
	watch(ANN, "data", "one");
	watch(BOB, "data", "two");
	begin(ANN, "9");
	mux_gone(&mux, ANN);
	MAKE(XS_WATCH_EVENT, 0, 0, "data\0" "00000001:one");
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
	assert_true(mux_clean(&mux, &msg));
	assert_int_equal(msg.head.type, XS_UNWATCH);
	assert_memory_equal(msg.body, "data\0" "00000001:one", msg.head.len);
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
	assert_true(mux_clean(&mux, &msg));
	assert_int_equal(msg.head.type, XS_TRANSACTION_END);
	assert_int_equal(msg.head.tx_id, 9);
	assert_string_equal(msg.body, "F");
	assert_false(mux_clean(&mux, &msg));
	MAKE(XS_WATCH_EVENT, 0, 0, "data\0" "00000002:two");
	assert_int_equal(mux_answer(&mux, &msg), BOB);
}

static void test_who_goes_while_it_begins_a_transaction(void **state)
{
	(void)state;
	MAKE(XS_TRANSACTION_START, 1, 0, "");
	assert_null(mux_request(&mux, ANN, &msg));
	mux_gone(&mux, ANN);
	reply(XS_TRANSACTION_START, "3");
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
	assert_true(mux_clean(&mux, &msg));
	assert_int_equal(msg.head.tx_id, 3);
}

static void test_no_cleaning_without_room(void **state)
{
	(void)state;
	watch(ANN, "data", "one");
	mux_gone(&mux, ANN);
	while (mux_has_room(&mux)) {
		MAKE(XS_READ, 1, 0, "x");
		assert_null(mux_request(&mux, BOB, &msg));
	}
	assert_false(mux_clean(&mux, &msg));
}

static void test_another_xenstore_answers_nothing(void **state)
{
	(void)state;
	MAKE(XS_READ, 5, 0, "a");
	assert_null(mux_request(&mux, ANN, &msg));
	MAKE(XS_WATCH, 6, 0, "data\0one");
	assert_null(mux_request(&mux, BOB, &msg));
	assert_true(mux_lost(&mux, &msg));
	assert_int_equal(mux_answer(&mux, &msg), ANN);
	assert_int_equal(msg.head.type, XS_ERROR);
	assert_int_equal(msg.head.req_id, 5);
	assert_string_equal(msg.body, "EAGAIN");
	assert_true(mux_lost(&mux, &msg));
	assert_int_equal(mux_answer(&mux, &msg), BOB);
	assert_false(mux_lost(&mux, &msg));
	mux_anew(&mux);
	/* BOB knows that it has no watch */
	assert_false(mux_clean(&mux, &msg));
}

static void test_another_xenstore_is_told_of_watches(void **state)
{
	(void)state;
	watch(ANN, "data", "one");
	watch(BOB, "data", "two");
	mux_gone(&mux, ANN);
	mux_anew(&mux);
	assert_true(mux_clean(&mux, &msg));
	assert_int_equal(msg.head.type, XS_WATCH);
	assert_int_equal(msg.head.len, sizeof("data\0" "00000002:two"));
	assert_memory_equal(msg.body, "data\0" "00000002:two", msg.head.len);
	assert_int_equal(mux_answer(&mux, &msg), MUX_NOBODY);
	assert_false(mux_clean(&mux, &msg));
	MAKE(XS_WATCH_EVENT, 0, 0, "data\0" "00000002:two");
	assert_int_equal(mux_answer(&mux, &msg), BOB);
}

static void test_another_xenstore_knows_no_transaction(void **state)
{
	(void)state;
	assert_int_equal(mux_in_transaction(&mux), MUX_NOBODY);
	begin(ANN, "17");
	assert_int_equal(mux_in_transaction(&mux), ANN);
	mux_gone(&mux, ANN);
	assert_int_equal(mux_in_transaction(&mux), MUX_NOBODY);
	mux_anew(&mux);
	assert_false(mux_clean(&mux, &msg));
	begin(BOB, "17");
	MAKE(XS_READ, 1, 17, "a");
	assert_null(mux_request(&mux, BOB, &msg));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(test_ ## name, setup, teardown)
		TEST(answers_find_their_way),
		TEST(an_answer_to_nothing_is_nobodys),
		TEST(room_is_bounded),
		TEST(what_only_the_outer_dom0_may),
		TEST(a_watch_is_its_clients),
		TEST(odd_events_are_nobodys),
		TEST(a_watch_is_made_once_and_ended_once),
		TEST(a_watch_that_is_refused_is_none),
		TEST(bad_watches_are_refused),
		TEST(watches_are_bounded),
		TEST(a_transaction_is_its_clients),
		TEST(transactions_are_bounded),
		TEST(what_is_left_behind_is_ended),
		TEST(who_goes_while_it_begins_a_transaction),
		TEST(no_cleaning_without_room),
		TEST(another_xenstore_answers_nothing),
		TEST(another_xenstore_is_told_of_watches),
		TEST(another_xenstore_knows_no_transaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
