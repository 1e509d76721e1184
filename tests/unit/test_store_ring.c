// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: the bytes of the ring between a domain and its xenstore
 */
#include <string.h>

#include "blanket/ring.h"
#include "cmocka_all.h"

static struct xenstore_domain_interface ring;
static char buf[2 * XENSTORE_RING_SIZE];
static uint32_t req_prod;

static int setup(void **state)
{
	(void)state;
	memset(&ring, 0, sizeof(ring));
	memset(buf, 0, sizeof(buf));
	req_prod = 0;
	return 0;
}

static void test_as_much_as_there_is(void **state)
{
	(void)state;
	memcpy(ring.rsp, "hello", 5);
	ring.rsp_prod = 5;
	assert_int_equal(ring_read(&ring, buf, sizeof(buf)), 5);
	assert_string_equal(buf, "hello");
	assert_int_equal(ring.rsp_cons, 5);
	assert_int_equal(ring_read(&ring, buf, sizeof(buf)), 0);
}

static void test_not_more_than_is_wanted(void **state)
{
	(void)state;
	memcpy(ring.rsp, "hello", 5);
	ring.rsp_prod = 5;
	assert_int_equal(ring_read(&ring, buf, 2), 2);
	assert_int_equal(ring_read(&ring, buf, 9), 3);
	assert_memory_equal(buf, "llo", 3);
}

static void test_reads_around_the_end(void **state)
{
	(void)state;
	ring.rsp_prod = ring.rsp_cons = UINT32_MAX - 1;
	for (uint32_t i = 0; i < 4; i++)
		ring.rsp[MASK_XENSTORE_IDX(ring.rsp_prod++)] = "ring"[i];
	assert_int_equal(ring_read(&ring, buf, 4), 4);
	assert_memory_equal(buf, "ring", 4);
	assert_int_equal(ring.rsp_cons, 2);
}

static void test_writes_as_much_as_fits(void **state)
{
	(void)state;
	memset(buf, 'x', sizeof(buf));
	req_prod = ring.req_prod = ring.req_cons = 1000;
	assert_int_equal(ring_write(&ring, &req_prod, buf, sizeof(buf)), XENSTORE_RING_SIZE);
	assert_int_equal(ring_write(&ring, &req_prod, buf, 1), 0);
	ring.req_cons += 3;
	assert_int_equal(ring_write(&ring, &req_prod, "abcdef", 6), 3);
	assert_int_equal(req_prod, 1000 + XENSTORE_RING_SIZE + 3);
	assert_int_equal(ring.req_prod, req_prod);
	assert_int_equal(ring.req[MASK_XENSTORE_IDX(1000 + XENSTORE_RING_SIZE)], 'a');
}

static void test_positions_that_cannot_be(void **state)
{
	(void)state;
	ring.rsp_prod = XENSTORE_RING_SIZE + 1;
	assert_int_equal(ring_read(&ring, buf, sizeof(buf)), -1);
	ring.req_cons = 1;
	assert_int_equal(ring_write(&ring, &req_prod, buf, 1), -1);
}

/* This machine goes on elsewhere: whatever we were about to write, it is not for this one. */
static void test_another_ring(void **state)
{
	(void)state;
	assert_int_equal(ring_write(&ring, &req_prod, "hello", 5), 5);
	assert_true(ring_is_at(&ring, req_prod));
	memset(&ring, 0, sizeof(ring));
	assert_false(ring_is_at(&ring, req_prod));
	assert_int_equal(ring_write(&ring, &req_prod, "again", 5), 0);
	assert_int_equal(ring.req_prod, 0);
	assert_int_equal(req_prod, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_as_much_as_there_is, setup),
		cmocka_unit_test_setup(test_not_more_than_is_wanted, setup),
		cmocka_unit_test_setup(test_reads_around_the_end, setup),
		cmocka_unit_test_setup(test_writes_as_much_as_fits, setup),
		cmocka_unit_test_setup(test_positions_that_cannot_be, setup),
		cmocka_unit_test_setup(test_another_ring, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
