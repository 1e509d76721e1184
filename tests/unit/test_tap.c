// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the engine's side of the journal: order, bounds, what is lost
 */
#include "cmocka_all.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/tap.h"
#include "lib/msg_reader.h"

#define QUIET	1
#define NOISY	2

static struct tap tap;
static int journal;		/* its end */
static char inbox[MSG_MAX] __attribute__((aligned(8)));

/* What the journal got */
static struct {
	uint32_t n[ENTRY_KINDS];
	uint64_t last;		/* number */
	uint64_t n_of[4];	/* facts and answers, by domid */
	uint64_t n_missing;	/* that gaps tell of */
	struct entry_gap gap;	/* the last one */
	uint32_t gap_domid;
	uint32_t intro_domid;
} got;

static void connect_journal(void)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	journal = pair[1];
	tap_connect(&tap, pair[0], 1);
}

static int set_up(void **state)
{
	const struct hash_seed seed = { { 1, 2 } };

	(void)state;
	memset(&got, 0, sizeof(got));
	assert_int_equal(tap_init(&tap, &seed, 77), 0);
	connect_journal();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tap_free(&tap);
	close(journal);
	return 0;
}

static void take(const struct entry *e)
{
	got.n[e->kind]++;
	if (e->kind == ENTRY_INTRO)
		got.intro_domid = e->domid;
	if (e->kind == ENTRY_GAP) {
		memcpy(&got.gap, entry_body(e), sizeof(got.gap));
		got.gap_domid = e->domid;
		got.n_missing += got.gap.n_entries;
	}
	if (e->kind != ENTRY_FACT && e->kind != ENTRY_OUT)
		return;
	assert_true(e->number > got.last);
	got.last = e->number;
	got.n_of[e->domid & 3]++;
}

/* One datagram; false if there is none. */
static bool receive(void)
{
	ssize_t n = msg_recv(journal, inbox, sizeof(inbox), NULL);
	const char *at = inbox + sizeof(struct msg_entries);
	const struct entry *e;
	size_t left;

	if (n <= 0)
		return false;
	assert_int_equal(((struct msg *)inbox)->type, MSG_ENTRIES);
	left = n - sizeof(struct msg_entries);
	while ((e = entry_next(&at, &left)))
		take(e);
	assert_int_equal(left, 0);
	return true;
}

static void receive_all(void)
{
	do {
		tap_flush(&tap);
		while (receive())
			;
	} while (tap_waits(&tap));
}

static void guest(uint32_t domid)
{
	const struct msg_guest m = {
		.msg = { MSG_GUEST, sizeof(m) }, .domid = domid, .name = "guest",
	};

	tap_fact(&tap, FROM_PARENT, 0, &m.msg, 1);
}

static void vitals(uint32_t domid)
{
	const struct msg_vitals m = { .msg = { MSG_VITALS, sizeof(m) }, .domid = domid };

	tap_fact(&tap, FROM_PARENT, 0, &m.msg, 1);
}

/* A batch of one event, and what is said about it: a record of that length */
static void event(uint32_t domid, uint32_t rec_len)
{
	static union {
		struct msg_out_event out;
		char bytes[sizeof(struct msg_out_event) + STARLSM_REC_MAX];
	} m;
	const struct msg_events batch = {
		.msg = { MSG_EVENTS, sizeof(batch) }, .domid = domid, .n_events = 1,
	};

	memset(&m.out, 0, sizeof(m.out));
	m.out.msg = (struct msg){ MSG_OUT_EVENT, sizeof(m.out) + rec_len };
	m.out.domid = domid;
	m.out.rec_len = rec_len;
	((struct starlsm_rec *)(&m.out + 1))->type = STARLSM_EV_EXIT;
	tap_fact(&tap, FROM_READER, domid, &batch.msg, 1);
	tap_out(&tap, &m.out.msg, 0, 1);
}

static void in_order(void **state)
{
	(void)state;
	guest(QUIET);
	for (int i = 0; i < 100; i++)
		event(QUIET, 32);
	receive_all();
	assert_int_equal(got.n[ENTRY_START], 1);
	assert_int_equal(got.n[ENTRY_FACT], 101);
	assert_int_equal(got.n[ENTRY_OUT], 100);
	assert_int_equal(got.n[ENTRY_GAP], 0);
	assert_int_equal(got.last, 201);
}

/* A playbook is its guest's, not of the domain that has the run's number. */
static void a_run_is_its_guests(void **state)
{
	static const struct msg_run m = {
		.msg = { MSG_RUN, sizeof(m) }, .domid = 2, .id = 1,
	};

	(void)state;
	guest(1);
	guest(2);
	tap_fact(&tap, FROM_RESPONDER, 0, &m.msg, 1);
	receive_all();
	assert_int_equal(got.n_of[1], 1);
	assert_int_equal(got.n_of[2], 2);
}

/* Many times around the buffer, with lengths that fit badly */
static void around(void **state)
{
	uint64_t sent = 0;

	(void)state;
	guest(QUIET);
	for (uint32_t len = 32; tap.head < 5ULL * TAP_BYTES; len = 32 + (len * 7 + 8) % 4000 / 8 * 8) {
		event(QUIET, len);
		sent += 2;
		if (tap.head - tap.tail > TAP_BYTES / 4)
			receive_all();
	}
	receive_all();
	assert_int_equal(got.n_of[QUIET], sent + 1);
	assert_int_equal(got.n[ENTRY_GAP], 0);
}

/* Nobody takes anything: the one that makes much loses it, the other does not. */
static void a_noisy_neighbour(void **state)
{
	(void)state;
	guest(QUIET);
	guest(NOISY);
	for (int i = 0; i < 100000; i++)
		event(NOISY, 64);
	for (int i = 0; i < 1000; i++)
		event(QUIET, 64);
	for (int i = 0; i < 100; i++)
		vitals(NOISY);
	receive_all();
	assert_int_equal(got.n_of[QUIET], 2001);
	assert_true(got.n_of[NOISY] < 100000);
	/* The next fact ends the gap. */
	event(NOISY, 64);
	receive_all();
	assert_int_equal(got.n_of[NOISY] + got.n_missing, 1 + 200000 + 100 + 2);
	assert_int_equal(got.gap_domid, NOISY);
	assert_int_equal(got.gap.why, GAP_BEHIND);
	assert_true(got.gap.n_events > 0 && got.gap.n_events < got.gap.n_entries);
	assert_true(got.gap.first < got.gap.last);
}

/* The other way round: what is told once a second still fits when a guest has filled its share. */
static void few_facts_still_fit(void **state)
{
	(void)state;
	guest(NOISY);
	for (int i = 0; i < 100000; i++)
		event(NOISY, 64);
	guest(QUIET);
	for (int i = 0; i < 1000; i++)
		vitals(QUIET);
	receive_all();
	assert_int_equal(got.n_of[QUIET], 1001);
}

static void a_journal_that_comes_later(void **state)
{
	(void)state;
	guest(QUIET);
	receive_all();
	close(journal);
	event(QUIET, 32);
	tap_flush(&tap);
	assert_int_equal(tap.fd, -1);
	event(QUIET, 32);
	connect_journal();
	event(QUIET, 32);
	receive_all();
	assert_int_equal(got.n[ENTRY_START], 2);
	assert_int_equal(got.n[ENTRY_INTRO], 1);
	assert_int_equal(got.intro_domid, QUIET);
	assert_int_equal(got.n_missing, 4);
	assert_int_equal(got.gap.why, GAP_ABSENT);
	assert_int_equal(got.gap.first, 2);
	assert_int_equal(got.gap.last, 5);
	assert_int_equal(got.gap.n_events, 2);
	assert_int_equal(got.last, 7);
}

/* Its end has not been noticed yet: what it did not take is missing, and told. */
static void a_journal_that_is_replaced(void **state)
{
	(void)state;
	guest(QUIET);
	event(QUIET, 32);
	close(journal);
	connect_journal();
	event(QUIET, 32);
	receive_all();
	assert_int_equal(got.n[ENTRY_START], 1);
	assert_int_equal(got.n_missing, 3);
	assert_int_equal(got.gap.first, 1);
	assert_int_equal(got.gap.last, 3);
	assert_int_equal(got.last, 5);
}

/* A guest that is gone tells nothing any more: the host's stream says what is missing. */
static void gone_meanwhile(void **state)
{
	const struct msg_gone gone = { .msg = { MSG_GONE, sizeof(gone) }, .domid = QUIET };

	(void)state;
	guest(QUIET);
	receive_all();
	close(journal);
	event(QUIET, 32);
	tap_flush(&tap);
	tap_fact(&tap, FROM_PARENT, 0, &gone.msg, 1);
	connect_journal();
	receive_all();
	assert_int_equal(got.n[ENTRY_INTRO], 0);
	assert_int_equal(got.n_missing, 3);
	assert_int_equal(got.gap_domid, ENTRY_HOST);
}

/* More guests than places, one after the other: each gives its place back. */
static void guests_come_and_go(void **state)
{
	struct msg_gone gone = { .msg = { MSG_GONE, sizeof(gone) } };

	(void)state;
	for (uint32_t domid = 1; domid < 3 * ENGINE_GUESTS_MAX; domid++) {
		guest(domid);
		event(domid, 32);
		gone.domid = domid;
		tap_fact(&tap, FROM_PARENT, 0, &gone.msg, 1);
		receive_all();
	}
	assert_int_equal(got.n[ENTRY_FACT], 3 * (3 * ENGINE_GUESTS_MAX - 1));
	for (int i = 0; i < TAP_OWNERS - 1; i++)
		assert_false(tap.owner[i].is_used);
}

/* What the core would refuse unread is not written down. */
static void nonsense(void **state)
{
	const struct msg_gone shorter = { .msg = { MSG_VITALS, sizeof(shorter) }, .domid = QUIET };
	const struct msg tiny = { MSG_EVENTS, sizeof(tiny) };
	const struct msg_act other = { .msg = { MSG_ACT, sizeof(other) }, .domid = QUIET };

	(void)state;
	tap_fact(&tap, FROM_READER, QUIET, &other.msg, 1);
	tap_fact(&tap, FROM_PARENT, 0, &shorter.msg, 1);
	tap_fact(&tap, FROM_READER, QUIET, &tiny, 1);
	receive_all();
	assert_int_equal(got.n[ENTRY_FACT], 0);
	assert_int_equal(tap.number, 0);
}

static void without_a_journal_nothing_is_kept(void **state)
{
	const struct hash_seed seed = { { 1, 2 } };

	(void)state;
	tap_free(&tap);
	assert_int_equal(tap_init(&tap, &seed, 77), 0);
	guest(QUIET);
	event(QUIET, 32);
	assert_int_equal(tap.head, 0);
	assert_int_equal(tap.number, 0);
	assert_false(tap_waits(&tap));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_run_is_its_guests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(around, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_noisy_neighbour, set_up, tear_down),
		cmocka_unit_test_setup_teardown(few_facts_still_fit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_journal_that_comes_later, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_journal_that_is_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(gone_meanwhile, set_up, tear_down),
		cmocka_unit_test_setup_teardown(guests_come_and_go, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nonsense, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_a_journal_nothing_is_kept, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
