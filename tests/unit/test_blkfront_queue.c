// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: the ring of a disk, from the front, and a back end that may lie
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "blkfront/queue.h"
#include "cmocka_all.h"

#define DEVICE_NUMBER	51712
#define FIRST_REF	1000
#define PIECE_MAX	(BLKIF_MAX_SEGMENTS_PER_REQUEST * QUEUE_PAGE)

static uint8_t pages[QUEUE_RING_PAGES * QUEUE_PAGE] __attribute__((aligned(QUEUE_PAGE)));
static uint8_t buffers[QUEUE_BUFFERS * QUEUE_PAGE];
static uint32_t ref[QUEUE_BUFFERS];
static uint8_t data[4 * QUEUE_BUFFERS * QUEUE_PAGE], disk[sizeof(data)];
static struct queue q;
static blkif_back_ring_t back;
static unsigned int n_done;

static void set_up(size_t n_pages)
{
	memset(pages, 0, sizeof(pages));
	memset(buffers, 0xbb, sizeof(buffers));
	memset(disk, 0, sizeof(disk));
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = i * 7 + i / QUEUE_PAGE;
	for (unsigned int i = 0; i < QUEUE_BUFFERS; i++)
		ref[i] = FIRST_REF + i;
	queue_init(&q, pages, n_pages, buffers, ref, DEVICE_NUMBER);
	BACK_RING_INIT(&back, (blkif_sring_t *)pages, n_pages * QUEUE_PAGE);
	n_done = 0;
}

static int setup(void **state)
{
	(void)state;
	set_up(QUEUE_RING_PAGES);
	return 0;
}

static void done(struct job *job)
{
	assert_int_equal(job->n_out, 0);
	assert_true(job->is_sent);
	n_done++;
}

static struct job job_of(uint8_t op, uint64_t sector, void *bytes, uint64_t len)
{
	return (struct job){ .op = op, .sector = sector, .data = bytes, .len = len, .done = done };
}

static void answer(uint64_t id, uint8_t operation, int16_t status)
{
	*RING_GET_RESPONSE(&back, back.rsp_prod_pvt) = (blkif_response_t){
		.id = id, .operation = operation, .status = status,
	};
	back.rsp_prod_pvt++;
	RING_PUSH_RESPONSES(&back);
}

/* The next request; false: there is none */
static bool take(blkif_request_t *r)
{
	if (!RING_HAS_UNCONSUMED_REQUESTS(&back))
		return false;
	RING_COPY_REQUEST(&back, back.req_cons, r);
	back.req_cons++;
	assert_int_equal(r->handle, DEVICE_NUMBER);
	return true;
}

/* Bytes of a request's data; it is done with the disk */
static size_t carry_out(const blkif_request_t *r)
{
	uint64_t at = r->sector_number * QUEUE_SECTOR, start = at;

	if (r->operation != BLKIF_OP_FLUSH_DISKCACHE)
		assert_in_range(r->nr_segments, 1, BLKIF_MAX_SEGMENTS_PER_REQUEST);
	for (unsigned int i = 0; i < r->nr_segments; i++) {
		const struct blkif_request_segment *s = &r->seg[i];
		size_t len = (s->last_sect + 1) * QUEUE_SECTOR;
		uint8_t *page = buffers + (size_t)(s->gref - FIRST_REF) * QUEUE_PAGE;

		assert_in_range(s->gref, FIRST_REF, FIRST_REF + QUEUE_BUFFERS - 1);
		assert_in_range(s->last_sect, 0, 7);
		assert_int_equal(s->first_sect, 0);
		assert_true(at + len <= sizeof(disk));
		if (r->operation == BLKIF_OP_WRITE)
			memcpy(disk + at, page, len);
		else
			memcpy(page, disk + at, len);
		at += len;
	}
	return at - start;
}

/* An honest back end, until there is nothing to do */
static void serve(void)
{
	blkif_request_t r;

	while (take(&r)) {
		carry_out(&r);
		answer(r.id, r.operation, BLKIF_RSP_OKAY);
		assert_true(queue_reap(&q) >= 0);
	}
	assert_null(q.first);
	assert_int_equal(q.n_free_buffers, QUEUE_BUFFERS);
	assert_int_equal(q.n_free_slots, RING_SIZE(&q.ring));
}

static void test_one_sector(void **state)
{
	struct job write = job_of(BLKIF_OP_WRITE, 3, data, QUEUE_SECTOR);
	uint8_t read_back[QUEUE_SECTOR];
	struct job read = job_of(BLKIF_OP_READ, 3, read_back, sizeof(read_back));

	(void)state;
	assert_true(queue_submit(&q, &write));
	serve();
	assert_int_equal(n_done, 1);
	assert_memory_equal(disk + 3 * QUEUE_SECTOR, data, QUEUE_SECTOR);
	assert_int_equal(disk[2 * QUEUE_SECTOR], 0);
	assert_int_equal(disk[4 * QUEUE_SECTOR], 0);
	queue_submit(&q, &read);
	serve();
	assert_int_equal(n_done, 2);
	assert_int_equal(read.err, 0);
	assert_memory_equal(read_back, data, sizeof(read_back));
}

/* More than all buffers, and an end in the middle of a page */
static void large_job(size_t n_pages)
{
	static uint8_t read_back[sizeof(data)];
	uint64_t len = sizeof(data) - 8 * QUEUE_SECTOR - QUEUE_SECTOR;
	struct job write = job_of(BLKIF_OP_WRITE, 8, data, len);
	struct job read = job_of(BLKIF_OP_READ, 8, read_back, len);

	set_up(n_pages);
	queue_submit(&q, &write);
	assert_non_null(q.first);
	serve();
	queue_submit(&q, &read);
	serve();
	assert_int_equal(n_done, 2);
	assert_memory_equal(disk + 8 * QUEUE_SECTOR, data, len);
	assert_memory_equal(read_back, data, len);
	assert_int_equal(disk[8 * QUEUE_SECTOR + len], 0);
}

static void test_large_jobs(void **state)
{
	(void)state;
	large_job(1);
	large_job(QUEUE_RING_PAGES);
}

static void test_pieces(void **state)
{
	struct job job = job_of(BLKIF_OP_WRITE, 100, data, 2 * PIECE_MAX + QUEUE_PAGE + QUEUE_SECTOR);
	blkif_request_t r;

	(void)state;
	queue_submit(&q, &job);
	for (int i = 0; i < 2; i++) {
		assert_true(take(&r));
		assert_int_equal(r.nr_segments, BLKIF_MAX_SEGMENTS_PER_REQUEST);
		assert_int_equal(r.sector_number, 100 + i * PIECE_MAX / QUEUE_SECTOR);
		answer(r.id, r.operation, BLKIF_RSP_OKAY);
		queue_reap(&q);
		assert_int_equal(n_done, 0);
	}
	assert_true(take(&r));
	assert_int_equal(r.nr_segments, 2);
	assert_int_equal(r.seg[1].last_sect, 0);
	answer(r.id, r.operation, BLKIF_RSP_OKAY);
	queue_reap(&q);
	assert_int_equal(n_done, 1);
	assert_false(take(&r));
}

static void test_a_flush_and_a_discard(void **state)
{
	struct job flush = job_of(BLKIF_OP_FLUSH_DISKCACHE, 0, NULL, 0);
	struct job discard = job_of(BLKIF_OP_DISCARD, 1ULL << 40, NULL, 3ULL << 30);
	blkif_request_discard_t d;
	blkif_request_t r;

	(void)state;
	queue_submit(&q, &flush);
	assert_true(take(&r));
	assert_int_equal(r.operation, BLKIF_OP_FLUSH_DISKCACHE);
	assert_int_equal(r.nr_segments, 0);
	assert_int_equal(n_done, 0);
	answer(r.id, r.operation, BLKIF_RSP_OKAY);
	queue_reap(&q);
	assert_int_equal(n_done, 1);

	queue_submit(&q, &discard);
	assert_true(take(&r));
	memcpy(&d, &r, sizeof(d));
	assert_int_equal(d.operation, BLKIF_OP_DISCARD);
	assert_int_equal(d.flag, 0);
	assert_int_equal(d.sector_number, 1ULL << 40);
	assert_int_equal(d.nr_sectors, (3ULL << 30) / QUEUE_SECTOR);
	answer(r.id, r.operation, BLKIF_RSP_EOPNOTSUPP);
	queue_reap(&q);
	assert_int_equal(n_done, 2);
	assert_int_equal(discard.err, EOPNOTSUPP);
}

/* What waits for room goes out in the order in which it came. */
static void test_order(void **state)
{
	struct job large = job_of(BLKIF_OP_WRITE, 0, data, sizeof(data));
	struct job flush = job_of(BLKIF_OP_FLUSH_DISKCACHE, 0, NULL, 0);
	struct job small = job_of(BLKIF_OP_WRITE, 0, data, QUEUE_SECTOR);
	blkif_request_t r, last = { 0 };

	(void)state;
	queue_submit(&q, &large);
	queue_submit(&q, &flush);
	queue_submit(&q, &small);
	while (take(&r)) {
		if (r.operation == BLKIF_OP_FLUSH_DISKCACHE)
			assert_int_equal(large.sent, large.len);
		last = r;
		carry_out(&r);
		answer(r.id, r.operation, BLKIF_RSP_OKAY);
		assert_true(queue_reap(&q) >= 0);
	}
	assert_int_equal(n_done, 3);
	assert_int_equal(last.operation, BLKIF_OP_WRITE);
	assert_int_equal(last.nr_segments, 1);
}

/* Answers in another order than the requests', each to its own */
static void test_answers_in_any_order(void **state)
{
	static uint8_t read_back[QUEUE_SLOTS][QUEUE_PAGE];
	struct job jobs[QUEUE_SLOTS];
	blkif_request_t r[QUEUE_SLOTS];

	(void)state;
	memcpy(disk, data, sizeof(disk));
	for (unsigned int i = 0; i < QUEUE_SLOTS; i++) {
		jobs[i] = job_of(BLKIF_OP_READ, i * 8, read_back[i], QUEUE_PAGE);
		queue_submit(&q, &jobs[i]);
		assert_true(take(&r[i]));
	}
	for (unsigned int i = QUEUE_SLOTS; i-- > 0;) {
		carry_out(&r[i]);
		answer(r[i].id, r[i].operation, BLKIF_RSP_OKAY);
	}
	assert_true(queue_reap(&q) >= 0);
	assert_int_equal(n_done, QUEUE_SLOTS);
	assert_memory_equal(read_back, data, sizeof(read_back));
}

/* One piece that fails is enough, and what is not sent yet stays here. */
static void test_a_piece_fails(void **state)
{
	struct job large = job_of(BLKIF_OP_WRITE, 0, data, sizeof(data));
	struct job next = job_of(BLKIF_OP_WRITE, 0, data, QUEUE_SECTOR);
	unsigned int n_requests = 0;
	blkif_request_t r;

	(void)state;
	queue_submit(&q, &large);
	queue_submit(&q, &next);
	while (take(&r)) {
		n_requests++;
		answer(r.id, r.operation, n_requests == 5 ? -77 : BLKIF_RSP_OKAY);
		assert_true(queue_reap(&q) >= 0);
	}
	assert_int_equal(n_done, 2);
	assert_int_equal(large.err, EIO);
	assert_int_equal(next.err, 0);
	assert_true(large.sent < large.len);
	assert_int_equal(q.n_free_buffers, QUEUE_BUFFERS);
}

/* Nothing of a page that a failed read was to fill */
static void test_a_read_fails(void **state)
{
	uint8_t read_back[QUEUE_PAGE] = { 0 };
	struct job job = job_of(BLKIF_OP_READ, 0, read_back, sizeof(read_back));
	blkif_request_t r;

	(void)state;
	queue_submit(&q, &job);
	assert_true(take(&r));
	answer(r.id, r.operation, BLKIF_RSP_ERROR);
	assert_int_equal(queue_reap(&q), 0);
	assert_int_equal(job.err, EIO);
	assert_int_equal(read_back[0], 0);
}

static void test_lies(void **state)
{
	static const struct { uint64_t id; uint8_t operation; } lies[] = {
		{ QUEUE_SLOTS, BLKIF_OP_WRITE },
		{ UINT64_MAX, BLKIF_OP_WRITE },
		{ 1ULL << 32 | (QUEUE_SLOTS - 1), BLKIF_OP_WRITE },
		{ 0, BLKIF_OP_WRITE },			/* a slot that is free */
		{ QUEUE_SLOTS - 1, BLKIF_OP_READ },	/* the right one, for something else */
		{ QUEUE_SLOTS - 1, 255 },
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct job job = job_of(BLKIF_OP_WRITE, 0, data, QUEUE_SECTOR);
		blkif_request_t r;

		setup(state);
		queue_submit(&q, &job);
		assert_true(take(&r));
		assert_int_equal(r.id, QUEUE_SLOTS - 1);
		answer(lies[i].id, lies[i].operation, BLKIF_RSP_OKAY);
		assert_int_equal(queue_reap(&q), -1);
		assert_int_equal(n_done, 0);
	}
}

static void test_an_answer_twice(void **state)
{
	struct job job = job_of(BLKIF_OP_WRITE, 0, data, QUEUE_SECTOR);
	struct job other = job_of(BLKIF_OP_WRITE, 0, data, 2 * PIECE_MAX);
	blkif_request_t r;

	(void)state;
	queue_submit(&q, &other);
	queue_submit(&q, &job);
	assert_true(take(&r));
	answer(r.id, r.operation, BLKIF_RSP_OKAY);
	answer(r.id, r.operation, BLKIF_RSP_OKAY);
	assert_int_equal(queue_reap(&q), -1);
	assert_int_equal(n_done, 0);
}

/* The first of them is right. Of more than a ring holds, not even that one is taken. */
static void test_more_answers_than_requests(void **state)
{
	static const struct { RING_IDX prod; unsigned int n_done; } rows[] = {
		{ 2, 1 }, { QUEUE_SLOTS, 1 }, { QUEUE_SLOTS + 1, 0 }, { UINT32_MAX, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct job job = job_of(BLKIF_OP_WRITE, 0, data, QUEUE_SECTOR);
		blkif_request_t r;

		setup(state);
		queue_submit(&q, &job);
		assert_true(take(&r));
		answer(r.id, r.operation, BLKIF_RSP_OKAY);
		q.ring.sring->rsp_prod = rows[i].prod;
		assert_int_equal(queue_reap(&q), -1);
		assert_int_equal(n_done, rows[i].n_done);
	}
}

/* It may write where it likes in what it is granted: we go by what we remember. */
static void test_the_ring_is_written_over(void **state)
{
	uint8_t read_back[QUEUE_PAGE];
	struct job job = job_of(BLKIF_OP_READ, 0, read_back, sizeof(read_back));
	blkif_request_t r;

	(void)state;
	queue_submit(&q, &job);
	assert_true(take(&r));
	carry_out(&r);
	memset(back.sring->ring, 0xff, RING_SIZE(&back) * sizeof(back.sring->ring[0]));
	back.sring->req_prod = back.sring->req_event = 12345;
	answer(r.id, r.operation, BLKIF_RSP_OKAY);
	assert_true(queue_reap(&q) >= 0);
	assert_int_equal(n_done, 1);
	assert_int_equal(job.err, 0);
	assert_int_equal(read_back[0], 0);
}

/* As Xen does it, when this machine goes on elsewhere: between one instruction and the next */
static void done_and_moved(struct job *job)
{
	done(job);
	memset(pages, 0, sizeof(pages));
	memset(buffers, 0, sizeof(buffers));
}

/* An answer of zeroes is one to a read in slot 0. */
static void test_the_ring_is_emptied(void **state)
{
	static uint8_t read_back[QUEUE_SLOTS][QUEUE_PAGE];
	struct job jobs[QUEUE_SLOTS];
	blkif_request_t r[QUEUE_SLOTS];

	(void)state;
	for (unsigned int i = 0; i < QUEUE_SLOTS; i++) {
		jobs[i] = job_of(BLKIF_OP_READ, i * 8, read_back[i], QUEUE_PAGE);
		jobs[i].done = done_and_moved;
		queue_submit(&q, &jobs[i]);
		assert_true(take(&r[i]));
		carry_out(&r[i]);
		answer(r[i].id, r[i].operation, BLKIF_RSP_OKAY);
	}
	assert_int_equal(r[QUEUE_SLOTS - 1].id, 0);
	assert_int_equal(queue_reap(&q), -1);
	assert_int_equal(n_done, 1);
	assert_int_equal(queue_reap(&q), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_one_sector, setup),
		cmocka_unit_test_setup(test_large_jobs, setup),
		cmocka_unit_test_setup(test_pieces, setup),
		cmocka_unit_test_setup(test_a_flush_and_a_discard, setup),
		cmocka_unit_test_setup(test_order, setup),
		cmocka_unit_test_setup(test_answers_in_any_order, setup),
		cmocka_unit_test_setup(test_a_piece_fails, setup),
		cmocka_unit_test_setup(test_a_read_fails, setup),
		cmocka_unit_test_setup(test_lies, setup),
		cmocka_unit_test_setup(test_an_answer_twice, setup),
		cmocka_unit_test_setup(test_more_answers_than_requests, setup),
		cmocka_unit_test_setup(test_the_ring_is_written_over, setup),
		cmocka_unit_test_setup(test_the_ring_is_emptied, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
