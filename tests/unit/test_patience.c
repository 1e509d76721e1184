// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of waiting for what may be on its way out, and of who counts it
 */
#include "cmocka_all.h"

#include "vmi/patience.h"

static const struct keys one = { .key = { 1 }, .n = 1 };
static const struct keys both = { .key = { 1, 2 }, .n = 2 };
static const struct keys other = { .key = { 2 }, .n = 1 };

static struct patience patience;
static struct pulse now;

static int set_up(void **state)
{
	(void)state;
	patience = (struct patience){ .keys.n = 0 };
	now = (struct pulse){ .ticks = 1000 };
	return 0;
}

/* After how many rounds of that it is over; at most so many */
static unsigned int rounds(const struct keys *found, unsigned int most)
{
	for (unsigned int n = 1; n <= most; n++) {
		now.ticks++;
		if (patience_ends(&patience, found, &now))
			return n;
	}
	return 0;
}

static void stays(void **state)
{
	(void)state;
	assert_int_equal(rounds(&one, 100), PATIENCE_ROUNDS + 1);
	assert_true(patience.is_over);
	patience_forget(&patience);
	/* what comes later is not in it */
	assert_int_equal(rounds(&one, 1), 0);
	assert_int_equal(rounds(&both, 100), PATIENCE_ROUNDS);
	assert_int_equal(patience.keys.n, 1);
}

static void goes(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(rounds(&one, PATIENCE_ROUNDS), 0);
		patience_forget(&patience);
	}
	assert_int_equal(rounds(&one, PATIENCE_ROUNDS), 0);
	assert_int_equal(rounds(&other, PATIENCE_ROUNDS), 0);
	/* with the one that stays comes another */
	assert_int_equal(rounds(&both, 100), 1);
	assert_int_equal(patience.keys.n, 1);
	assert_int_equal(patience.keys.key[0], 2);
}

static void does_not_run(void **state)
{
	(void)state;
	for (int i = 0; i < 2 * PATIENCE_MAX; i++)
		assert_false(patience_ends(&patience, &one, &now));
	assert_int_equal(rounds(&one, 100), PATIENCE_ROUNDS);
	assert_int_equal(patience.n_all, PATIENCE_ROUNDS + 1);
}

/* A kernel of which nothing is known waits, too. */
static void counts_nothing(void **state)
{
	const struct pulse none = { .ticks = 0 };
	unsigned int n = 1;

	(void)state;
	while (!patience_ends(&patience, &one, &none))
		n++;
	assert_int_equal(n, PATIENCE_ROUNDS + 1);
}

static void modules(void **state)
{
	unsigned int n = 0;

	(void)state;
	assert_int_equal(rounds(&one, PATIENCE_ROUNDS), 0);
	now.modules++;
	assert_int_equal(rounds(&one, 100), PATIENCE_ROUNDS + 1);
	patience_forget(&patience);
	while (!rounds(&one, 1)) {
		now.modules++;
		n++;
	}
	assert_int_equal(n, PATIENCE_MAX - 1);
}

/* It is always there, and always elsewhere. */
static void moves(void **state)
{
	unsigned int n = 0;
	struct keys at = one;

	(void)state;
	while (!rounds(&at, 1)) {
		at.key[0]++;
		n++;
	}
	assert_int_equal(n, PATIENCE_MAX - 1);
	assert_int_equal(patience.keys.key[0], at.key[0]);
}

/* Two that follow each other: the first had begun when it was found. */
static void grace_period(void **state)
{
	(void)state;
	now.grace = -4LL + 1;
	assert_int_equal(rounds(&one, PATIENCE_ROUNDS + 10), 0);
	now.grace = 1;
	assert_int_equal(rounds(&one, 10), 0);
	now.grace = 4;
	assert_int_equal(rounds(&one, 10), 1);
	/* none is under way */
	patience_forget(&patience);
	assert_int_equal(rounds(&one, 100), PATIENCE_ROUNDS + 1);
	/* one that never ends */
	patience_forget(&patience);
	now.grace = 5;
	assert_int_equal(rounds(&one, 100), PATIENCE_MAX);
}

static void served(void **state)
{
	static const struct {
		uint64_t since, now;
		bool is_served;
	} rows[] = {
		{ 4, 4, true }, { 4, 5, false }, { 4, 8, true }, { 4, 9, true }, { 5, 9, false },
		{ 5, 13, true }, { 4, 13, true }, { -3ULL, 1, false }, { -3ULL, 5, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct pulse a = { .grace = rows[i].since }, b = { .grace = rows[i].now };

		assert_int_equal(pulse_is_served(&a, &b), rows[i].is_served);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(stays, set_up),
		cmocka_unit_test_setup(goes, set_up),
		cmocka_unit_test_setup(does_not_run, set_up),
		cmocka_unit_test_setup(counts_nothing, set_up),
		cmocka_unit_test_setup(modules, set_up),
		cmocka_unit_test_setup(moves, set_up),
		cmocka_unit_test_setup(grace_period, set_up),
		cmocka_unit_test(served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
