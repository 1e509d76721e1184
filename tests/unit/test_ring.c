// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of reading one ring: an honest producer, and every lie
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "lib/decode.h"
#include "producer.h"

static struct producer p;
static struct ring r;

static void begin(uint64_t at, uint64_t seq)
{
	producer_init(&p, 0, at, seq);
	producer_ring(&p, &r);
	assert_int_equal(ring_open(&r), 0);
}

/* Take all there is; returns how many. */
static int take_all(void)
{
	int n = 0, rc;

	assert_int_equal(ring_poll(&r), 0);
	while ((rc = ring_peek(&r)) > 0) {
		ring_take(&r);
		n++;
	}
	return rc < 0 ? rc : n;
}

static void expect_lie(enum starlsm_error error, uint64_t found)
{
	assert_int_equal(r.error, error);
	assert_int_equal(r.error_found, found);
	/* It stays a lie, whatever the guest does now. */
	assert_int_equal(ring_poll(&r), -1);
	assert_int_equal(ring_peek(&r), -1);
	assert_int_equal(ring_sleep(&r, 1), -1);
}

/* Overwrite the header of the record at position */
static void forge(uint64_t position, uint16_t type, uint16_t len, uint32_t seq)
{
	struct { uint16_t type, len; uint32_t seq; } head = { type, len, seq };

	memcpy(p.data + position % PRODUCER_SIZE, &head, sizeof(head));
}

static void empty_ring_has_nothing(void **state)
{
	(void)state;
	begin(0, 0);
	assert_int_equal(take_all(), 0);
	assert_int_equal(r.cons, 0);
}

static void record_comes_out_as_it_was(void **state)
{
	struct value v;

	(void)state;
	begin(0, 0);
	producer_path(&p, 48, 1000);
	assert_int_equal(ring_poll(&r), 0);
	assert_int_equal(ring_peek(&r), 1);
	assert_int_equal(r.seq, 0);
	assert_int_equal(r.rec_len, 48);
	assert_int_equal(r.order_ns, 1000);
	assert_true(r.known);
	assert_true(decode_find(r.rec, "path", &v));
	assert_int_equal(v.len, 48 - sizeof(struct starlsm_rec_path));
	/* Peeking again changes nothing. */
	assert_int_equal(ring_peek(&r), 1);
	assert_int_equal(r.cons, 0);
	ring_take(&r);
	assert_int_equal(r.cons, 48);
	assert_int_equal(ring_peek(&r), 0);
}

static void copy_is_kept_when_the_guest_writes(void **state)
{
	struct starlsm_rec rec;

	(void)state;
	begin(0, 0);
	producer_exit(&p, 1);
	assert_int_equal(ring_poll(&r), 0);
	assert_int_equal(ring_peek(&r), 1);
	memset(p.data, 0xff, sizeof(p.data));
	assert_int_equal(ring_peek(&r), 1);
	memcpy(&rec, r.rec, sizeof(rec));
	assert_int_equal(rec.type, STARLSM_EV_EXIT);
	ring_take(&r);
	assert_int_equal(r.cons, sizeof(struct starlsm_rec_exit));
}

static void many_rounds_with_pad(void **state)
{
	int i, n = 0;

	(void)state;
	begin(0, 0);
	for (i = 0; i < 5000; i++) {
		producer_path(&p, 40 + 8 * (i % 100), i);
		if (i % 7 == 0) {
			n += take_all();
			ring_commit(&r);
			assert_int_equal(p.control.cons, p.prod);
		}
	}
	n += take_all();
	assert_int_equal(n, 5000);
	assert_int_equal(r.n_events, 5000);
	assert_int_equal(r.next_seq, 5000);
	assert_int_equal(r.n_bytes, p.prod);
}

static void positions_and_sequences_wrap(void **state)
{
	int i;

	(void)state;
	begin(UINT64_MAX - 63, UINT32_MAX - 10ULL);
	for (i = 0; i < 100; i++)
		producer_exit(&p, i);
	assert_int_equal(take_all(), 100);
	assert_int_equal(r.next_seq, UINT32_MAX + 90ULL);
	assert_int_equal(r.cons, p.prod);
	assert_true(r.cons < 100 * 32);
}

static void full_ring_is_read(void **state)
{
	int i;

	(void)state;
	begin(0, 0);
	for (i = 0; i < PRODUCER_SIZE / 32; i++)
		producer_exit(&p, i);
	assert_int_equal(p.prod, PRODUCER_SIZE);
	assert_int_equal(take_all(), PRODUCER_SIZE / 32);
}

static void largest_record(void **state)
{
	(void)state;
	begin(0, 0);
	producer_path(&p, 4088, 1);
	producer_path(&p, STARLSM_REC_MAX, 2);
	assert_int_equal(take_all(), 2);
}

static void pad_before_its_record_is_published(void **state)
{
	(void)state;
	begin(PRODUCER_SIZE - 8, 0);
	producer_reserve(&p, 32);
	producer_publish(&p);
	assert_int_equal(take_all(), 0);
	assert_int_equal(r.cons, PRODUCER_SIZE);
	producer_exit(&p, 1);
	assert_int_equal(take_all(), 1);
}

static void lost_counts_are_summed(void **state)
{
	(void)state;
	begin(0, 0);
	producer_lost(&p, 5, 1);
	producer_exit(&p, 2);
	producer_lost(&p, UINT32_MAX, 3);
	assert_int_equal(take_all(), 3);
	assert_int_equal(r.n_lost, 5ULL + UINT32_MAX);
}

static void commit_tells_the_producer(void **state)
{
	(void)state;
	begin(0, 0);
	producer_exit(&p, 1);
	assert_int_equal(take_all(), 1);
	assert_int_equal(p.control.cons, 0);
	ring_commit(&r);
	assert_int_equal(p.control.cons, 32);
	assert_int_equal(p.control.next_seq, 1);
}

static void next_reader_goes_on(void **state)
{
	int i;

	(void)state;
	begin(0, 0);
	for (i = 0; i < 10; i++)
		producer_exit(&p, i);
	assert_int_equal(take_all(), 10);
	ring_commit(&r);
	producer_exit(&p, 10);
	producer_ring(&p, &r);
	assert_int_equal(ring_open(&r), 0);
	assert_int_equal(take_all(), 1);
	assert_int_equal(r.next_seq, 11);
}

/* The last reader died after it had stored next_seq and before cons. */
static void death_between_two_stores(void **state)
{
	(void)state;
	begin(0, 0);
	producer_exit(&p, 1);
	producer_exit(&p, 2);
	p.control.next_seq = 2;
	producer_ring(&p, &r);
	assert_int_equal(ring_open(&r), 0);
	assert_int_equal(ring_poll(&r), 0);
	assert_int_equal(ring_peek(&r), 1);
	assert_int_equal(r.seq, 0);
	assert_int_equal(take_all(), 2);
	assert_int_equal(r.next_seq, 2);
}

/* Told by the position that the task wrote before it slept */
static void who_waits_is_told(void **state)
{
	static const struct { uint64_t commit; bool is_awaited; } cases[] = {
		{ 0, false }, { 32, false }, { 64, false },	/* told before */
		{ 65, true }, { 96, true }, { 128, true },	/* reached, or passed */
		{ 129, false }, { 160, false }, { UINT64_MAX, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(0, 0);
		producer_exit(&p, 1);
		producer_exit(&p, 2);
		take_all();
		ring_commit(&r);
		producer_exit(&p, 3);
		producer_exit(&p, 4);
		p.status.commit = cases[i].commit;
		assert_false(ring_commit(&r));
		take_all();
		assert_int_equal(ring_commit(&r), cases[i].is_awaited);
		assert_false(ring_commit(&r));
	}
}

/* Positions are free-running, and so is this one. */
static void waiting_over_the_end_of_numbers(void **state)
{
	(void)state;
	begin(UINT64_MAX - 31, 0);
	producer_exit(&p, 1);
	producer_exit(&p, 2);
	p.status.commit = 32;
	take_all();
	assert_true(ring_commit(&r));
}

static void clock_that_goes_back_is_a_lie(void **state)
{
	(void)state;
	begin(0, 0);
	producer_exit(&p, 1000);
	producer_exit(&p, 1000);
	assert_int_equal(take_all(), 2);
	producer_exit(&p, 999);
	assert_int_equal(take_all(), -1);
	expect_lie(STARLSM_ERR_CONTENT, 999);
}

/* A new epoch: the guest may have been moved to another host. */
static void clock_begins_anew_with_an_epoch(void **state)
{
	(void)state;
	begin(0, 0);
	producer_exit(&p, 1000);
	producer_hello(&p, 0, 1, 10);
	producer_exit(&p, 11);
	assert_int_equal(take_all(), 3);
	producer_exit(&p, 9);
	assert_int_equal(take_all(), -1);
	expect_lie(STARLSM_ERR_CONTENT, 9);
}

static void slot_of_a_question(void **state)
{
	struct starlsm_rec_ask ask = { .event = STARLSM_EV_CHECK, .slot = STARLSM_ANSWERS_MAX - 1 };

	(void)state;
	begin(0, 0);
	producer_put(&p, &ask, STARLSM_EV_ASK, sizeof(ask), 1);
	producer_publish(&p);
	assert_int_equal(take_all(), 1);
	ask.slot++;
	producer_put(&p, &ask, STARLSM_EV_ASK, sizeof(ask), 2);
	producer_publish(&p);
	assert_int_equal(take_all(), -1);
	expect_lie(STARLSM_ERR_CONTENT, STARLSM_ANSWERS_MAX);
}

static void hello_is_checked(void **state)
{
	(void)state;
	begin(0, 1ULL << 40);
	producer_hello(&p, 0, 1ULL << 40, 1);
	assert_int_equal(take_all(), 1);
	producer_hello(&p, 0, 1, 2);
	assert_int_equal(take_all(), -1);
	expect_lie(STARLSM_ERR_SEQUENCE, 1);
}

static void hello_of_another_ring(void **state)
{
	(void)state;
	begin(0, 0);
	producer_hello(&p, 3, 0, 1);
	assert_int_equal(take_all(), -1);
	expect_lie(STARLSM_ERR_CONTENT, 3);
}

/* A newer minor version may have types that we do not know. */
static void newer_types_are_stepped_over(void **state)
{
	uint8_t rec[64] = { 0 };

	(void)state;
	begin(0, 0);
	r.minor = STARLSM_VERSION_MINOR + 1;
	producer_put(&p, rec, STARLSM_EV_LIMIT - 1, sizeof(rec), 1);
	producer_exit(&p, 2);
	assert_int_equal(take_all(), 2);
	assert_int_equal(r.n_unknown, 1);
}

static void sleep_says_where_to_wake(void **state)
{
	(void)state;
	begin(0, 0);
	assert_int_equal(ring_sleep(&r, 1), 0);
	assert_int_equal(p.control.wake, 1);
	producer_exit(&p, 1);
	/* It came before we slept. */
	assert_int_equal(ring_sleep(&r, 1), 1);
	assert_int_equal(take_all(), 1);
	assert_int_equal(ring_sleep(&r, PRODUCER_SIZE / 4), 0);
	assert_int_equal(p.control.wake, 32 + PRODUCER_SIZE / 4);
	/* Something came, but not that much: a kick will tell. */
	producer_exit(&p, 2);
	assert_int_equal(ring_sleep(&r, PRODUCER_SIZE / 4), 0);
}

/*
 * The producer got past the place, perhaps to the end of its room, after we had
 * last looked and before it could see the place: it will not kick.
 */
static void sleep_sees_what_no_kick_tells(void **state)
{
	(void)state;
	begin(0, 0);
	producer_path(&p, PRODUCER_SIZE / 4, 1);
	assert_int_equal(ring_sleep(&r, PRODUCER_SIZE / 4), 1);
	assert_int_equal(take_all(), 1);
	assert_int_equal(ring_sleep(&r, PRODUCER_SIZE / 4), 0);
}

/*
 * Lies at the start
 */

struct start {
	const char *what;
	uint64_t cons, prod, found;
};

static void lies_about_where_to_start(void **state)
{
	static const struct start starts[] = {
		{ "more than a ring", 0, PRODUCER_SIZE + 8, PRODUCER_SIZE + 8 },
		{ "prod before cons", 64, 32, 32 },
		{ "prod not aligned", 0, 33, 33 },
		{ "cons not aligned", 4, 32, 4 },
		{ "far apart", UINT64_MAX - 7, UINT64_MAX / 2 + 1, UINT64_MAX / 2 + 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		print_message("# %s\n", starts[i].what);
		producer_init(&p, 0, 0, 0);
		p.control.cons = starts[i].cons;
		p.status.prod = starts[i].prod;
		producer_ring(&p, &r);
		assert_int_equal(ring_open(&r), -1);
		expect_lie(STARLSM_ERR_POSITION, starts[i].found);
	}
}

static void lies_about_prod(void **state)
{
	static const uint64_t lies[] = {
		0, 32, 65, 64 + PRODUCER_SIZE + 8, UINT64_MAX & ~7ULL,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		begin(0, 0);
		producer_exit(&p, 1);
		producer_exit(&p, 2);
		assert_int_equal(take_all(), 2);
		p.status.prod = lies[i];
		assert_int_equal(ring_poll(&r), -1);
		expect_lie(STARLSM_ERR_POSITION, lies[i]);
		assert_int_equal(r.error_position, 64);
	}
}

/* Also while something is unread, and cons alone would not tell. */
static void prod_goes_back_to_unread(void **state)
{
	(void)state;
	begin(0, 0);
	producer_exit(&p, 1);
	producer_exit(&p, 2);
	assert_int_equal(ring_poll(&r), 0);
	p.status.prod = 32;
	assert_int_equal(ring_poll(&r), -1);
	expect_lie(STARLSM_ERR_POSITION, 32);
}

struct forgery {
	const char *what;
	uint16_t type, len;
	uint32_t seq;
	enum starlsm_error error;
	uint64_t found;
};

static void lies_in_the_header(void **state)
{
	static const struct forgery forgeries[] = {
		{ "length 0", STARLSM_EV_EXIT, 0, 0, STARLSM_ERR_LENGTH, 0 },
		{ "only a header's half", STARLSM_EV_EXIT, 8, 0, STARLSM_ERR_LENGTH, 8 },
		{ "one less than a header", STARLSM_EV_EXIT, 16, 0, STARLSM_ERR_LENGTH, 16 },
		{ "not aligned", STARLSM_EV_EXIT, 33, 0, STARLSM_ERR_LENGTH, 33 },
		{ "beyond prod", STARLSM_EV_EXIT, 72, 0, STARLSM_ERR_LENGTH, 72 },
		{ "more than a page", STARLSM_EV_EXIT, 4104, 0, STARLSM_ERR_LENGTH, 4104 },
		{ "as much as can be said", STARLSM_EV_EXIT, 65528, 0, STARLSM_ERR_LENGTH, 65528 },
		{ "swallows the next", STARLSM_EV_EXIT, 64, 0, STARLSM_ERR_LENGTH, STARLSM_EV_EXIT },
		{ "too short for its type", STARLSM_EV_HELLO, 32, 0, STARLSM_ERR_LENGTH, STARLSM_EV_HELLO },
		{ "unknown type", 127, 32, 0, STARLSM_ERR_TYPE, 127 },
		{ "type of no version", 128, 32, 0, STARLSM_ERR_TYPE, 128 },
		{ "largest type", 65535, 32, 0, STARLSM_ERR_TYPE, 65535 },
		{ "pad in the middle", STARLSM_EV_PAD, 32, 0, STARLSM_ERR_LENGTH, 32 },
		{ "pad of nothing", STARLSM_EV_PAD, 0, 0, STARLSM_ERR_LENGTH, 0 },
		{ "sequence ahead", STARLSM_EV_EXIT, 32, 6, STARLSM_ERR_SEQUENCE, 6 },
		{ "sequence behind", STARLSM_EV_EXIT, 32, 4, STARLSM_ERR_SEQUENCE, 4 },
	};
	const struct forgery *f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(forgeries) / sizeof(forgeries[0]); i++) {
		f = &forgeries[i];
		print_message("# %s\n", f->what);
		begin(0, 0);
		producer_exit(&p, 1);
		assert_int_equal(take_all(), 1);
		p.seq = 5;
		r.next_seq = 5;
		producer_exit(&p, 2);
		producer_exit(&p, 3);
		forge(32, f->type, f->len, f->seq ? f->seq : 5);
		assert_int_equal(take_all(), -1);
		expect_lie(f->error, f->found);
		assert_int_equal(r.error_position, 32);
		assert_int_equal(r.cons, 32);
	}
}

static void pad_longer_than_published(void **state)
{
	(void)state;
	begin(PRODUCER_SIZE - 64, 0);
	producer_exit(&p, 1);
	forge(PRODUCER_SIZE - 64, STARLSM_EV_PAD, 64, 0);
	assert_int_equal(take_all(), -1);
	expect_lie(STARLSM_ERR_LENGTH, 64);
}

static void record_over_the_end(void **state)
{
	(void)state;
	begin(PRODUCER_SIZE - 32, 0);
	producer_exit(&p, 1);
	producer_exit(&p, 2);
	forge(PRODUCER_SIZE - 32, STARLSM_EV_EXIT, 64, 0);
	assert_int_equal(take_all(), -1);
	expect_lie(STARLSM_ERR_LENGTH, 64);
}

/* A resumed reader forgives one crash, not any number. */
static void lies_about_next_seq(void **state)
{
	static const uint64_t lies[] = { 0, PRODUCER_SIZE, UINT64_MAX, 1ULL << 32 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		producer_init(&p, 0, 0, 5);
		producer_exit(&p, 1);
		p.control.next_seq = lies[i];
		producer_ring(&p, &r);
		assert_int_equal(ring_open(&r), 0);
		assert_int_equal(take_all(), -1);
		expect_lie(STARLSM_ERR_SEQUENCE, 5);
	}
}

static void bad_content_is_a_lie(void **state)
{
	struct starlsm_rec_lost rec = { .event = 9999, .count = 1 };

	(void)state;
	begin(0, 0);
	producer_put(&p, &rec, STARLSM_EV_LOST, sizeof(rec), 1);
	producer_publish(&p);
	assert_int_equal(take_all(), -1);
	expect_lie(STARLSM_ERR_CONTENT, STARLSM_EV_LOST);
}

/* Bytes at random: never anything but records, nothing, or a lie. */
static void noise_is_survived(void **state)
{
	unsigned int round;
	size_t i;
	int rc;

	(void)state;
	srand(1);
	for (round = 0; round < 20000; round++) {
		begin(0, 0);
		for (i = 0; i < 256; i++)
			p.data[i] = rand();
		/* Often near the truth */
		if (round % 2)
			forge(0, 1 + rand() % 83, 24 + 8 * (rand() % 40), 0);
		p.status.prod = 8 * (rand() % 64);
		rc = take_all();
		assert_true(rc < 0 || r.cons <= r.prod);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_ring_has_nothing),
		cmocka_unit_test(record_comes_out_as_it_was),
		cmocka_unit_test(copy_is_kept_when_the_guest_writes),
		cmocka_unit_test(many_rounds_with_pad),
		cmocka_unit_test(positions_and_sequences_wrap),
		cmocka_unit_test(full_ring_is_read),
		cmocka_unit_test(largest_record),
		cmocka_unit_test(pad_before_its_record_is_published),
		cmocka_unit_test(lost_counts_are_summed),
		cmocka_unit_test(commit_tells_the_producer),
		cmocka_unit_test(next_reader_goes_on),
		cmocka_unit_test(death_between_two_stores),
		cmocka_unit_test(who_waits_is_told),
		cmocka_unit_test(waiting_over_the_end_of_numbers),
		cmocka_unit_test(clock_that_goes_back_is_a_lie),
		cmocka_unit_test(clock_begins_anew_with_an_epoch),
		cmocka_unit_test(slot_of_a_question),
		cmocka_unit_test(hello_is_checked),
		cmocka_unit_test(hello_of_another_ring),
		cmocka_unit_test(newer_types_are_stepped_over),
		cmocka_unit_test(sleep_says_where_to_wake),
		cmocka_unit_test(sleep_sees_what_no_kick_tells),
		cmocka_unit_test(lies_about_where_to_start),
		cmocka_unit_test(lies_about_prod),
		cmocka_unit_test(prod_goes_back_to_unread),
		cmocka_unit_test(lies_in_the_header),
		cmocka_unit_test(pad_longer_than_published),
		cmocka_unit_test(record_over_the_end),
		cmocka_unit_test(lies_about_next_seq),
		cmocka_unit_test(bad_content_is_a_lie),
		cmocka_unit_test(noise_is_survived),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
