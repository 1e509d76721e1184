// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: the two rings of a network device, from the front
 */
#include <string.h>

#include "netfront/queue.h"
#include "cmocka_all.h"

static char page[QUEUE_PAGE] __attribute__((aligned(QUEUE_PAGE)));
static char buffers[QUEUE_SLOTS * QUEUE_PAGE];
static uint32_t ref[QUEUE_SLOTS];
static struct tx_queue tx;
static struct rx_queue rx;
static netif_tx_back_ring_t tx_back;
static netif_rx_back_ring_t rx_back;

static int setup(void **state)
{
	(void)state;
	memset(page, 0, sizeof(page));
	memset(buffers, 0, sizeof(buffers));
	for (unsigned int i = 0; i < QUEUE_SLOTS; i++)
		ref[i] = 1000 + i;
	return 0;
}

static int setup_tx(void **state)
{
	setup(state);
	tx_init(&tx, page, buffers, ref);
	BACK_RING_INIT(&tx_back, (netif_tx_sring_t *)page, QUEUE_PAGE);
	return 0;
}

static int setup_rx(void **state)
{
	setup(state);
	rx_init(&rx, page, buffers, ref);
	BACK_RING_INIT(&rx_back, (netif_rx_sring_t *)page, QUEUE_PAGE);
	rx_offer(&rx);
	return 0;
}

/* The back end takes the next request, and answers for id. */
static netif_tx_request_t back_sends(int id)
{
	netif_tx_request_t request;

	RING_COPY_REQUEST(&tx_back, tx_back.req_cons++, &request);
	*RING_GET_RESPONSE(&tx_back, tx_back.rsp_prod_pvt) = (netif_tx_response_t){
		.id = id < 0 ? request.id : id,
	};
	tx_back.rsp_prod_pvt++;
	RING_PUSH_RESPONSES(&tx_back);
	return request;
}

/* The back end puts text into the next buffer, and says response of it, with the right id. */
static void back_receives(const char *text, netif_rx_response_t response)
{
	netif_rx_request_t request;

	RING_COPY_REQUEST(&rx_back, rx_back.req_cons++, &request);
	assert_int_equal(request.gref, ref[request.id]);
	strcpy(buffers + (size_t)request.id * QUEUE_PAGE + response.offset, text);
	response.id += request.id;
	*RING_GET_RESPONSE(&rx_back, rx_back.rsp_prod_pvt) = response;
	rx_back.rsp_prod_pvt++;
	RING_PUSH_RESPONSES(&rx_back);
}

static void test_a_frame_is_sent(void **state)
{
	netif_tx_request_t request;

	(void)state;
	strcpy(tx_buffer(&tx), "hello");
	assert_true(tx_send(&tx, 5));
	request = back_sends(-1);
	assert_int_equal(request.size, 5);
	assert_int_equal(request.gref, ref[request.id]);
	assert_string_equal(buffers + (size_t)request.id * QUEUE_PAGE, "hello");
	assert_true(tx_reap(&tx));
}

static void test_no_buffer_is_used_twice(void **state)
{
	char *first = tx_buffer(&tx);

	(void)state;
	for (unsigned int i = 0; i < QUEUE_SLOTS; i++) {
		assert_non_null(tx_buffer(&tx));
		assert_true(!i || tx_buffer(&tx) != first);
		tx_send(&tx, 1);
	}
	assert_null(tx_buffer(&tx));
	back_sends(-1);
	assert_true(tx_reap(&tx));
	assert_ptr_equal(tx_buffer(&tx), first);
}

static void test_sending_what_was_not_given(void **state)
{
	(void)state;
	tx_send(&tx, 1);
	back_sends(QUEUE_SLOTS);
	assert_false(tx_reap(&tx));
}

static void test_sending_twice(void **state)
{
	uint16_t id;

	(void)state;
	tx_send(&tx, 1);
	tx_send(&tx, 1);
	id = back_sends(-1).id;
	back_sends(id);
	assert_false(tx_reap(&tx));
}

static void test_more_answers_than_requests(void **state)
{
	(void)state;
	tx_send(&tx, 1);
	tx.ring.sring->rsp_prod = 2;
	assert_false(tx_reap(&tx));
}

static void test_a_frame_comes(void **state)
{
	struct rx_frame frame;

	(void)state;
	assert_int_equal(rx_next(&rx, &frame), 0);
	back_receives("hello", (netif_rx_response_t){ .offset = 2, .status = 5 });
	assert_int_equal(rx_next(&rx, &frame), 1);
	assert_int_equal(frame.len, 5);
	assert_memory_equal(frame.untrusted_data, "hello", 5);
	rx_done(&rx);
	assert_int_equal(rx_next(&rx, &frame), 0);
}

static void test_buffers_go_around(void **state)
{
	struct rx_frame frame;

	(void)state;
	for (unsigned int i = 0; i < 3 * QUEUE_SLOTS; i++) {
		back_receives("x", (netif_rx_response_t){ .status = 1 });
		assert_int_equal(rx_next(&rx, &frame), 1);
		rx_done(&rx);
		rx_offer(&rx);
	}
	assert_int_equal(rx.n_bad, 0);
}

static void test_frames_that_are_none(void **state)
{
	static const netif_rx_response_t bad[] = {
		{ .status = -1 },
		{ .status = 0 },
		{ .status = 5, .flags = NETRXF_more_data },
		{ .status = 5, .flags = NETRXF_extra_info },
	};
	struct rx_frame frame;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		back_receives("hello", bad[i]);
		assert_int_equal(rx_next(&rx, &frame), 1);
		assert_int_equal(frame.len, 0);
		assert_int_equal(rx.n_bad, i + 1);
		rx_done(&rx);
	}
}

static void test_frames_that_cannot_be(void **state)
{
	static const netif_rx_response_t bad[] = {
		{ .offset = QUEUE_PAGE - 4, .status = 5 },
		{ .offset = QUEUE_PAGE, .status = 0 },
		{ .id = 1, .status = 1 },
		{ .id = QUEUE_SLOTS, .status = 1 },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct rx_frame frame;
		netif_rx_response_t r = bad[i];

		setup_rx(state);
		/* the text goes where the response does not reach */
		r.offset = 0;
		back_receives("", r);
		rx.ring.sring->ring[0].rsp.offset = bad[i].offset;
		assert_int_equal(rx_next(&rx, &frame), -1);
	}
}

static void test_more_frames_than_buffers(void **state)
{
	struct rx_frame frame;

	(void)state;
	rx.ring.sring->rsp_prod = QUEUE_SLOTS + 1;
	assert_int_equal(rx_next(&rx, &frame), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_a_frame_is_sent, setup_tx),
		cmocka_unit_test_setup(test_no_buffer_is_used_twice, setup_tx),
		cmocka_unit_test_setup(test_sending_what_was_not_given, setup_tx),
		cmocka_unit_test_setup(test_sending_twice, setup_tx),
		cmocka_unit_test_setup(test_more_answers_than_requests, setup_tx),
		cmocka_unit_test_setup(test_a_frame_comes, setup_rx),
		cmocka_unit_test_setup(test_buffers_go_around, setup_rx),
		cmocka_unit_test_setup(test_frames_that_are_none, setup_rx),
		cmocka_unit_test_setup(test_frames_that_cannot_be, setup_rx),
		cmocka_unit_test_setup(test_more_frames_than_buffers, setup_rx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
