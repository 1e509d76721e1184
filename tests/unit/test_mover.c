// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of when guests move: at any time, and never when they must not
 */
#include "cmocka_all.h"

#include <string.h>

#include "starlsmd/mover.h"

#define HOUR_MS	3600000LL

static uint64_t dice;

static uint64_t roll(void)
{
	dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
	return dice >> 16;
}

static struct mover a, b, c;
static struct mover *const all[] = { &a, &b, &c };
static struct mover_now now;

static int set_up(void **state)
{
	const struct mover m = {
		.policy = { .every_s = 3600, .jitter = 20, .hold_s = 600, .on_threat = true },
		.since_ms = 1000,
	};

	(void)state;
	dice = 1;
	a = b = c = m;
	now = (struct mover_now){ .ms = 1000, .at_once = 1 };
	return 0;
}

static enum mover_reason tick(void)
{
	mover_tick(all, 1, &now, roll);
	return a.reason;
}

/* The moment in ms at which it moves, with a look every second */
static int64_t moment(void)
{
	for (int i = 0; i < 100000; i++) {
		if (tick() == MOVER_NOW)
			return now.ms;
		now.ms += 1000;
	}
	fail_msg("it never moves, %s", mover_text(a.reason));
	return 0;
}

static void an_interval_with_jitter(void **state)
{
	int64_t last = now.ms, least = INT64_MAX, most = 0, sum = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		int64_t took = moment() - last;

		last = now.ms;
		least = took < least ? took : least;
		most = took > most ? took : most;
		sum += took;
	}
	assert_true(least >= HOUR_MS * 8 / 10 && least < HOUR_MS * 82 / 100);
	assert_true(most <= HOUR_MS * 12 / 10 + 1000 && most > HOUR_MS * 118 / 100);
	assert_true(sum / 200 > HOUR_MS * 97 / 100 && sum / 200 < HOUR_MS * 103 / 100);
}

static void without_a_schedule(void **state)
{
	(void)state;
	a.policy.every_s = 0;
	now.ms += 1000 * HOUR_MS;
	now.has_threat = true;
	assert_int_equal(tick(), MOVER_OFF);
}

static void held_down(void **state)
{
	(void)state;
	a.policy.every_s = 10;
	a.policy.jitter = 0;
	assert_int_equal(moment(), 1000 + 600000);
	assert_int_equal(moment(), 1000 + 2 * 600000);
}

static void quiet_hours(void **state)
{
	(void)state;
	a.policy.quiet_from = 22 * 60;
	a.policy.quiet_to = 6 * 60;
	tick();
	now.ms = a.due_ms;
	for (uint32_t minute = 0; minute < 24 * 60; minute++) {
		struct mover before = a;

		now.minute = minute;
		assert_int_equal(tick(), minute >= 22 * 60 || minute < 6 * 60 ?
				 MOVER_QUIET : MOVER_NOW);
		a = before;
	}
	a.policy.quiet_from = 9 * 60;
	a.policy.quiet_to = 17 * 60;
	now.minute = 12 * 60;
	assert_int_equal(tick(), MOVER_QUIET);
	/* a threat is no respecter of that */
	now.has_threat = true;
	assert_int_equal(tick(), MOVER_NOW);
}

static void an_idle_moment(void **state)
{
	(void)state;
	for (int i = 0; i < 200; i++)
		mover_rate(&a, 1000);
	tick();
	now.ms = a.due_ms;
	assert_int_equal(tick(), MOVER_BUSY);
	mover_rate(&a, 400);
	assert_int_equal(tick(), MOVER_NOW);
	/* but not for ever */
	for (int i = 0; i < 200; i++)
		mover_rate(&a, 1000);
	now.ms = a.due_ms + HOUR_MS / MOVER_IDLE_PART - 1;
	assert_int_equal(tick(), MOVER_BUSY);
	now.ms++;
	assert_int_equal(tick(), MOVER_NOW);
}

static void a_threat(void **state)
{
	int64_t since;

	(void)state;
	tick();
	now.ms += 700000;
	now.has_threat = true;
	since = now.ms;
	assert_true(moment() <= since + MOVER_THREAT_MS + 1000);
	/* once, not as long as it lasts; another one again */
	since = now.ms;
	assert_true(moment() > since + HOUR_MS / 2);
	now.has_threat = false;
	now.ms += 1000;
	tick();
	now.ms += 600000;
	now.has_threat = true;
	since = now.ms;
	assert_true(moment() <= since + MOVER_THREAT_MS + 1000);
	/* who does not mind stays */
	set_up(state);
	a.policy.on_threat = false;
	now.has_threat = true;
	assert_true(moment() > HOUR_MS / 2);
}

static void taken(void **state)
{
	(void)state;
	tick();
	now.ms = a.due_ms;
	a.is_taken = true;
	assert_int_equal(tick(), MOVER_TAKEN);
	a.is_taken = false;
	a.is_moving = true;
	assert_int_equal(tick(), MOVER_TAKEN);
	a.is_moving = false;
	assert_int_equal(tick(), MOVER_NOW);
}

static uint32_t n_with(enum mover_reason reason)
{
	return (a.reason == reason) + (b.reason == reason) + (c.reason == reason);
}

static void not_too_many(void **state)
{
	uint32_t first[3] = { 0 };

	(void)state;
	for (int i = 0; i < 300; i++) {
		set_up(state);
		dice = i;
		mover_tick(all, 3, &now, roll);
		now.ms += 2 * HOUR_MS;
		mover_tick(all, 3, &now, roll);
		assert_int_equal(n_with(MOVER_NOW), 1);
		assert_int_equal(n_with(MOVER_TURN), 2);
		for (int k = 0; k < 3; k++)
			first[k] += all[k]->reason == MOVER_NOW;
	}
	for (int k = 0; k < 3; k++)
		assert_true(first[k] > 60);
	now.at_once = 2;
	for (int k = 0; k < 3; k++)
		all[k]->is_moving = all[k]->reason == MOVER_NOW;
	mover_tick(all, 3, &now, roll);
	assert_int_equal(n_with(MOVER_NOW), 1);
	assert_int_equal(n_with(MOVER_TURN), 1);
	assert_int_equal(n_with(MOVER_TAKEN), 1);
	now.at_once = 0;
	set_up(state);
	now.ms += 2 * HOUR_MS;
	now.at_once = 0;
	mover_tick(all, 3, &now, roll);
	assert_int_equal(n_with(MOVER_NOW), 0);
	for (int i = 0; i < MOVER_REASONS; i++)
		assert_string_not_equal(mover_text(i), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_interval_with_jitter, set_up),
		cmocka_unit_test_setup(without_a_schedule, set_up),
		cmocka_unit_test_setup(held_down, set_up),
		cmocka_unit_test_setup(quiet_hours, set_up),
		cmocka_unit_test_setup(an_idle_moment, set_up),
		cmocka_unit_test_setup(a_threat, set_up),
		cmocka_unit_test_setup(taken, set_up),
		cmocka_unit_test_setup(not_too_many, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
