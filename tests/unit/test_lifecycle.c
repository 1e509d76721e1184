// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of a guest's life: its walks, and what holds in every state
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "starlsmd/lifecycle.h"

#define E(event, action, next) { LIFE_##event, LIFE_##action, LIFE_##next }

struct step {
	enum life_event event;
	enum life_action action;
	enum life_state next;
};

static void walk(enum life_state state, const struct step *steps, size_t n)
{
	struct life_step got;
	size_t i;

	for (i = 0; i < n; i++) {
		got = lifecycle_step(state, steps[i].event);
		assert_int_equal(got.action, steps[i].action);
		assert_int_equal(got.next, steps[i].next);
		state = got.next;
	}
}

#define WALK(state, ...) do { \
	const struct step steps[] = { __VA_ARGS__ }; \
	walk(LIFE_##state, steps, sizeof(steps) / sizeof(steps[0])); \
} while (0)

static void ordinary_life(void **state)
{
	(void)state;
	WALK(NEW,
	     E(FRONT_IDLE, OFFER, WAITING),
	     E(FRONT_IDLE, NOTHING, WAITING),
	     E(FRONT_READY, START, ATTACHING),
	     E(FRONT_READY, NOTHING, ATTACHING),
	     E(READER_READY, CONNECT, STREAMING),
	     E(FRONT_CONNECTED, NOTHING, STREAMING),
	     E(LET_GO, END, ENDING),
	     E(FRONT_IDLE, NOTHING, ENDING),
	     E(READER_EXIT, FORGET, GONE));
}

static void nodes_of_a_dead_predecessor(void **state)
{
	(void)state;
	WALK(NEW,
	     E(FRONT_CONNECTED, CLOSE, CLOSING),
	     E(FRONT_CONNECTED, NOTHING, CLOSING),
	     E(FRONT_CLOSING, NOTHING, CLOSING),
	     E(FRONT_CLOSED, OFFER, WAITING),
	     E(FRONT_CLOSED, NOTHING, WAITING),
	     E(FRONT_READY, START, ATTACHING));
	WALK(NEW, E(FRONT_READY, CLOSE, CLOSING));
}

static void guest_that_gave_its_device_up(void **state)
{
	(void)state;
	WALK(WAITING,
	     E(TIMEOUT, WITHDRAW, WITHDRAWN),
	     E(FRONT_IDLE, NOTHING, WITHDRAWN),
	     E(TIMEOUT, OFFER, WAITING),
	     E(FRONT_READY, START, ATTACHING));
	WALK(WITHDRAWN, E(LET_GO, END, ENDING));
}

static void guest_that_does_not_answer(void **state)
{
	(void)state;
	WALK(CLOSING,
	     E(TIMEOUT, NOTHING, UNRESPONSIVE),
	     E(FRONT_CONNECTED, NOTHING, UNRESPONSIVE),
	     E(TIMEOUT, CLOSE, CLOSING),
	     E(TIMEOUT, NOTHING, UNRESPONSIVE),
	     E(FRONT_CLOSED, OFFER, WAITING));
}

static void guest_detaches(void **state)
{
	(void)state;
	WALK(STREAMING,
	     E(FRONT_CLOSED, STOP, DETACHING),
	     E(TIMEOUT, KILL, DETACHING),
	     E(READER_EXIT, CLOSE, CLOSING),
	     E(FRONT_CLOSED, OFFER, WAITING));
}

static void reader_dies(void **state)
{
	(void)state;
	WALK(STREAMING,
	     E(READER_EXIT, BACK_OFF, BACKOFF),
	     E(FRONT_CONNECTED, NOTHING, BACKOFF),
	     E(TIMEOUT, CLOSE, CLOSING),
	     E(FRONT_CLOSED, OFFER, WAITING));
	WALK(BACKOFF,
	     E(EXHAUSTED, NOTHING, FAILED),
	     E(TIMEOUT, NOTHING, FAILED),
	     E(FRONT_READY, NOTHING, FAILED),
	     E(LET_GO, END, ENDING));
}

static void reader_that_does_not_get_ready(void **state)
{
	(void)state;
	WALK(ATTACHING,
	     E(TIMEOUT, KILL, ATTACHING),
	     E(READER_EXIT, BACK_OFF, BACKOFF));
}

static void guest_that_comes_too_often(void **state)
{
	(void)state;
	WALK(WAITING,
	     E(FRONT_READY, START, ATTACHING),
	     E(TOO_SOON, NOTHING, BACKOFF),
	     E(FRONT_READY, NOTHING, BACKOFF),
	     E(TIMEOUT, CLOSE, CLOSING));
}

/* Whatever it does afterwards, no reader is started for it again. */
static void liar_is_not_believed_again(void **state)
{
	struct life_step step;
	enum life_event event;

	(void)state;
	WALK(STREAMING,
	     E(READER_BROKEN, GIVE_UP, BREAKING),
	     E(TIMEOUT, KILL, BREAKING),
	     E(READER_EXIT, NOTHING, BROKEN));
	WALK(ATTACHING, E(READER_BROKEN, GIVE_UP, BREAKING));
	for (event = 0; event < LIFE_EVENTS; event++) {
		step = lifecycle_step(LIFE_BROKEN, event);
		if (event == LIFE_LET_GO)
			assert_int_equal(step.next, LIFE_ENDING);
		else
			assert_int_equal(step.next, LIFE_BROKEN);
	}
}

static void domain_can_end_in_any_state(void **state)
{
	struct life_step step;
	enum life_state s;

	(void)state;
	for (s = 0; s < LIFE_ENDING; s++) {
		step = lifecycle_step(s, LIFE_LET_GO);
		assert_int_equal(step.next, LIFE_ENDING);
		/* Where a reader has been told to end already, its exit is awaited. */
		if (s == LIFE_DETACHING || s == LIFE_BREAKING)
			assert_int_equal(step.action, LIFE_NOTHING);
		else
			assert_int_equal(step.action, LIFE_END);
	}
}

/* A state that waits for a process, or that kills it, does so for a bounded time. */
static void no_state_waits_for_ever_for_a_reader(void **state)
{
	static const enum life_state waits[] = {
		LIFE_ATTACHING, LIFE_DETACHING, LIFE_BREAKING, LIFE_ENDING,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		assert_int_not_equal(lifecycle_timeout_ms(waits[i]), 0);
		assert_int_equal(lifecycle_step(waits[i], LIFE_TIMEOUT).action,
				 LIFE_KILL);
	}
}

/* A guest can only start a reader by being ready while we wait for it. */
static void only_waiting_starts_a_reader(void **state)
{
	enum life_event event;
	enum life_state s;

	(void)state;
	for (s = 0; s < LIFE_STATES; s++)
		for (event = 0; event < LIFE_EVENTS; event++)
			if (lifecycle_step(s, event).action == LIFE_START) {
				assert_int_equal(s, LIFE_WAITING);
				assert_int_equal(event, LIFE_FRONT_READY);
			}
}

static void states_have_names_and_time_outs_have_an_answer(void **state)
{
	struct life_step step;
	enum life_state s;

	(void)state;
	for (s = 0; s < LIFE_STATES; s++) {
		assert_non_null(lifecycle_name(s));
		assert_non_null(lifecycle_text(s));
		step = lifecycle_step(s, LIFE_TIMEOUT);
		if (lifecycle_timeout_ms(s))
			assert_true(step.action != LIFE_NOTHING || step.next != s);
		else
			assert_true(step.action == LIFE_NOTHING && step.next == s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_life),
		cmocka_unit_test(nodes_of_a_dead_predecessor),
		cmocka_unit_test(guest_that_gave_its_device_up),
		cmocka_unit_test(guest_that_does_not_answer),
		cmocka_unit_test(guest_detaches),
		cmocka_unit_test(reader_dies),
		cmocka_unit_test(reader_that_does_not_get_ready),
		cmocka_unit_test(guest_that_comes_too_often),
		cmocka_unit_test(liar_is_not_believed_again),
		cmocka_unit_test(domain_can_end_in_any_state),
		cmocka_unit_test(no_state_waits_for_ever_for_a_reader),
		cmocka_unit_test(only_waiting_starts_a_reader),
		cmocka_unit_test(states_have_names_and_time_outs_have_an_answer),
	};

	return cmocka_run_group_tests_name("lifecycle", tests, NULL, NULL);
}
