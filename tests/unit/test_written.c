// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of which pages of what was linked were written to
 */
#include "small_guest.h"

#define FRAMES	((RODATA + 0x1000 - TEXT) / MEMORY_PAGE)

static struct msg_written answer;

/* Xen's answer about all that there is, with nothing in it */
static struct msg_written *ask(void)
{
	memset(&answer, 0, sizeof(answer));
	answer.first_frame = watch.written.frame;
	answer.n_frames = watch.written.n;
	return &answer;
}

static void asked(void)
{
	round_of();
	assert_int_equal(watch.written.n, FRAMES);
	assert_int_equal(watch.written.address, TEXT);
	assert_false(written_add(&watch.written, ask()));
}

static void first_is_not_taken(void **state)
{
	uint64_t from, until;

	(void)state;
	round_of();
	memset(ask()->bits, 0xff, sizeof(answer.bits));
	assert_false(written_add(&watch.written, &answer));
	assert_false(written_next(&watch.written, &from, &until));
	assert_true(written_add(&watch.written, &answer));
	assert_true(written_next(&watch.written, &from, &until));
	assert_int_equal(from, TEXT);
	assert_int_equal(until, TEXT + WRITTEN_TOGETHER * MEMORY_PAGE);
	assert_true(written_next(&watch.written, &from, &until));
	assert_int_equal(from, TEXT + WRITTEN_TOGETHER * MEMORY_PAGE);
	assert_int_equal(until, TEXT + FRAMES * MEMORY_PAGE);
	assert_false(written_next(&watch.written, &from, &until));
}

/* About other frames, or not as many */
static void of_others(void **state)
{
	(void)state;
	asked();
	ask()->first_frame++;
	assert_false(written_add(&watch.written, &answer));
	ask()->n_frames--;
	assert_false(written_add(&watch.written, &answer));
}

static void neighbours_together(void **state)
{
	struct written w = { .address = TEXT, .n = 100, .is_asked = true };
	struct msg_written m = { .n_frames = 100 };
	uint64_t from, until;

	(void)state;
	m.bits[0] = 1ULL << 3 | 1ULL << 5 | 1ULL << 63;
	m.bits[1] = 1ULL << 0;
	assert_true(written_add(&w, &m));
	assert_true(written_next(&w, &from, &until));
	assert_int_equal(from, TEXT + 3 * MEMORY_PAGE);
	assert_int_equal(until, TEXT + 6 * MEMORY_PAGE);
	/* what is written while others wait waits behind them */
	assert_true(written_add(&w, &m));
	assert_true(written_next(&w, &from, &until));
	assert_int_equal(from, TEXT + 63 * MEMORY_PAGE);
	assert_int_equal(until, TEXT + 65 * MEMORY_PAGE);
	assert_true(written_next(&w, &from, &until));
	assert_int_equal(from, TEXT + 3 * MEMORY_PAGE);
	assert_false(written_next(&w, &from, &until));
}

/* Frames that are not one behind the other, as a PV guest's: nothing is asked for. */
static void scattered(void **state)
{
	(void)state;
	asked();
	watch.look.is_pv = true;
	round_of();
	assert_int_equal(watch.written.n, 0);
}

/* A round that has no time sees it at once, tells it once, and until it is over. */
static void seen_at_once(void **state)
{
	(void)state;
	watch_limit(&watch, clock_us, 1);
	asked();
	for (int i = 0; i < 3; i++)
		round_of();
	*mock_at(&guest, TEXT + 0x1010) ^= 0xff;
	*mock_at(&guest, RODATA + 0x10) ^= 0xff;
	ask()->bits[0] = 1ULL << 1 | 1ULL << 4;
	assert_true(written_add(&watch.written, &answer));
	round_of();
	assert_int_equal(n_told, 2);
	assert_string_equal(told[0].name, "text");
	assert_string_equal(told[1].name, "rodata");
	for (int i = 0; i < 40; i++) {
		round_of();
		assert_int_equal(result_of("text"), LOOK_FINDING);
	}
	assert_int_equal(n_told, 2);
	*mock_at(&guest, TEXT + 0x1010) ^= 0xff;
	*mock_at(&guest, RODATA + 0x10) ^= 0xff;
	for (int i = 0; i < 80; i++)
		round_of();
	assert_int_equal(result_of("text"), LOOK_CLEAN);
	assert_int_equal(result_of("rodata"), LOOK_CLEAN);
	assert_int_equal(n_told, 2);
}

/* Written, and as it was: in order */
static void honest(void **state)
{
	(void)state;
	asked();
	memset(ask()->bits, 0xff, sizeof(answer.bits));
	assert_true(written_add(&watch.written, &answer));
	round_of();
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("text"), LOOK_CLEAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(first_is_not_taken, set_up),
		cmocka_unit_test_setup(of_others, set_up),
		cmocka_unit_test_setup(neighbours_together, set_up),
		cmocka_unit_test_setup(scattered, set_up),
		cmocka_unit_test_setup(seen_at_once, set_up),
		cmocka_unit_test_setup(honest, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down_all);
}
