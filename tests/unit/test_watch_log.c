// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of watching a guest: the ring of its kernel's log
 */
#include "small_guest.h"

#define N_DESCS		16
#define SIZE_BITS	15
#define DESCS		(MORE + 0x000)
#define INFOS		(MORE + 0x400)
#define RING		(MORE + 0x800)
#define TEXT_AT		(MORE + 0x1000)
#define FINAL		(2ULL << 62)
#define REUSABLE	(3ULL << 62)
#define IDS		(~0ULL >> 2)

/* The number of the first record, and where its text begins, as printk has it */
#define FIRST_ID	((0 - (N_DESCS + 1ULL) + 1) & IDS)
#define FIRST_LPOS	(0 - (1ULL << SIZE_BITS))

static uint64_t head_id, head_lpos;

static uint64_t desc_of(uint64_t id)
{
	return DESCS + id % N_DESCS * 24;
}

static void put_ends(void)
{
	mock_u64(&guest, RING + 24, head_id);
	mock_u64(&guest, RING + 40 + 16, head_lpos);
}

/* A record with that text; returns where it is */
static uint64_t print(const char *line)
{
	uint64_t len = (8 + strlen(line) + 7) & ~7ULL, at;
	uint16_t text_len = strlen(line);

	head_id = (head_id + 1) & IDS;
	at = TEXT_AT + head_lpos % (1 << SIZE_BITS) + 8;
	mock_u64(&guest, desc_of(head_id), FINAL | head_id);
	mock_u64(&guest, desc_of(head_id) + 8, head_lpos);
	mock_u64(&guest, desc_of(head_id) + 16, head_lpos + len);
	mock_u64(&guest, INFOS + head_id % N_DESCS * 16, head_id);
	mock_put(&guest, INFOS + head_id % N_DESCS * 16 + 8, &text_len, 2);
	mock_put(&guest, at, line, text_len);
	head_lpos += len;
	put_ends();
	return at;
}

static uint64_t first, second;

static int with_log(void **state)
{
	set_up(state);
	head_id = FIRST_ID - 1;
	head_lpos = FIRST_LPOS;
	mock_u64(&guest, LOG, RING);
	mock_u32(&guest, RING, 4);
	mock_u64(&guest, RING + 8, DESCS);
	mock_u64(&guest, RING + 16, INFOS);
	mock_u64(&guest, RING + 32, head_id);
	mock_u32(&guest, RING + 40, SIZE_BITS);
	mock_u64(&guest, RING + 48, TEXT_AT);
	mock_u64(&guest, RING + 64, head_lpos);
	mock_u64(&guest, desc_of(head_id), REUSABLE | head_id);
	first = print("Linux version 6.12");
	second = print("a module was loaded");
	round_of();
	assert_int_equal(result_of("kernel-log"), LOOK_CLEAN);
	return 0;
}

/* What comes, and is not final, or is empty, is in order. */
static void goes_on(void **state)
{
	(void)state;
	print("more");
	head_id++;
	mock_u64(&guest, desc_of(head_id), head_id);
	put_ends();
	round_of();
	mock_u64(&guest, desc_of(head_id), FINAL | head_id);
	mock_u64(&guest, desc_of(head_id) + 8, 3);
	mock_u64(&guest, desc_of(head_id) + 16, 3);
	round_of();
	round_of();
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("kernel-log"), LOOK_CLEAN);
}

static void text_is_wiped(void **state)
{
	(void)state;
	*mock_at(&guest, second) = 'A';
	assert_one("kernel-log");
	assert_string_equal(told[0].text,
			    "a record of the kernel's log was written to: A module was loaded");
	*mock_at(&guest, second) = 'a';
	round_of();
	assert_int_equal(result_of("kernel-log"), LOOK_CLEAN);
}

static void time_is_another(void **state)
{
	(void)state;
	*mock_at(&guest, INFOS + FIRST_ID % N_DESCS * 16) ^= 1;
	assert_one("kernel-log");
}

static void record_is_taken_out(void **state)
{
	(void)state;
	mock_u64(&guest, desc_of(head_id), REUSABLE | head_id);
	assert_one("kernel-log");
	assert_string_equal(told[0].text, "a record was taken out of the kernel's log");
}

/* It waits: who takes one out may be printk, which is not done. */
static void record_is_being_taken_out(void **state)
{
	(void)state;
	watch.is_hasty = false;
	mock_u64(&guest, desc_of(FIRST_ID), REUSABLE | FIRST_ID);
	round_of();
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, RING + 64, FIRST_LPOS + 32);
	for (uint64_t lpos = head_lpos; head_lpos - lpos < (1 << SIZE_BITS) - 200;)
		head_lpos += 1000;
	put_ends();
	for (int i = 0; i < 8; i++)
		round_of();
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("kernel-log"), LOOK_CLEAN);
}

static void set_back(void **state)
{
	(void)state;
	mock_u64(&guest, RING + 24, head_id - 1);
	assert_one("kernel-log");
	assert_string_equal(told[0].text, "the kernel's log was set back");
}

static void begins_later(void **state)
{
	(void)state;
	mock_u64(&guest, RING + 32, head_id);
	assert_one("kernel-log");
	assert_string_equal(told[0].text, "the kernel's log is not full, and begins later than it did");
}

static void text_begins_later(void **state)
{
	(void)state;
	mock_u64(&guest, RING + 64, head_lpos);
	assert_one("kernel-log");
	assert_non_null(strstr(told[0].text, "its text begins later"));
}

/* A full one has the newest, in the places of the oldest. */
static void full(void **state)
{
	uint64_t tail = head_id;

	(void)state;
	for (int i = 0; i < 40; i++) {
		print("one of many that all look alike");
		mock_u64(&guest, RING + 32, (head_id - (N_DESCS - 1)) & IDS);
		if (i % 3 == 0)
			round_of();
	}
	assert_int_not_equal(head_id, tail);
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("kernel-log"), LOOK_CLEAN);
	*mock_at(&guest, INFOS) ^= 1;
	assert_one("kernel-log");
}

static void no_ring(void **state)
{
	(void)state;
	mock_u32(&guest, RING, 20);
	round_of();
	assert_int_equal(result_of("kernel-log"), LOOK_COULD_NOT);
	mock_u64(&guest, LOG, 0);
	round_of();
	assert_int_equal(result_of("kernel-log"), LOOK_COULD_NOT);
	assert_int_equal(n_told, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(goes_on, with_log),
		cmocka_unit_test_setup(text_is_wiped, with_log),
		cmocka_unit_test_setup(time_is_another, with_log),
		cmocka_unit_test_setup(record_is_taken_out, with_log),
		cmocka_unit_test_setup(record_is_being_taken_out, with_log),
		cmocka_unit_test_setup(set_back, with_log),
		cmocka_unit_test_setup(begins_later, with_log),
		cmocka_unit_test_setup(text_begins_later, with_log),
		cmocka_unit_test_setup(full, with_log),
		cmocka_unit_test_setup(no_ring, with_log),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down_all);
}
