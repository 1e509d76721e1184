// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: what blanketd says of itself
 */
#include "cmocka_all.h"

#include <string.h>

#include "blanket/status.h"

static struct mux mux;
static struct mux_message msg;

static void put(uint32_t type, const char *body, size_t len)
{
	msg.head = (struct xsd_sockmsg){ .type = type, .req_id = 9, .len = len };
	memcpy(msg.body, body, len);
}

static void test_who_asks(void **state)
{
	(void)state;
	put(XS_CONTROL, "status", 7);
	assert_true(status_is_asked(&msg));
	put(XS_READ, "status", 7);
	assert_false(status_is_asked(&msg));
	put(XS_CONTROL, "status", 6);
	assert_false(status_is_asked(&msg));
	put(XS_CONTROL, "status\0x", 9);
	assert_false(status_is_asked(&msg));
	put(XS_CONTROL, "stotus", 7);
	assert_false(status_is_asked(&msg));
	put(XS_CONTROL, "", 0);
	assert_false(status_is_asked(&msg));
}

/* Two requests are out, one of them for a watch, the other for a transaction. */
static void ask_for_things(void)
{
	put(XS_WATCH, "a\0b", 4);
	assert_null(mux_request(&mux, 1, &msg));
	put(XS_TRANSACTION_START, "", 1);
	assert_null(mux_request(&mux, 1, &msg));
}

static void test_what_is_said(void **state)
{
	const struct status s = { .programs = 2, .programs_max = 32, .moves = 1 };
	static const char wanted[] =
		"{\"moves\":1,\"programs\":2,\"programs_max\":32,\"requests\":2,\"requests_max\":32,"
		"\"watches\":1,\"watches_max\":96,\"transactions\":1,\"transactions_max\":10}";

	(void)state;
	ask_for_things();
	put(XS_CONTROL, "status", 7);
	status_answer(&msg, &s, &mux);
	assert_int_equal(msg.head.type, XS_CONTROL);
	assert_int_equal(msg.head.req_id, 9);
	assert_int_equal(msg.head.len, sizeof(wanted));
	assert_memory_equal(msg.body, wanted, sizeof(wanted));
	mux_free(&mux);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_asks),
		cmocka_unit_test(test_what_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
