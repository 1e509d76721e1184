// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the actions: on whom, in which state, what is called
 */
#include "cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "responder/actions.h"
#include "responder/domain.h"

#define WEB	5

/*
 * A Xen of one domain
 */

static enum domain_state the_state;
static int state_err, call_err;
static int n_pauses, n_unpauses, n_destroys;

int domain_state(uint32_t domid, enum domain_state *state)
{
	assert_int_equal(domid, WEB);
	*state = the_state;
	return state_err;
}

int domain_pause(uint32_t domid)
{
	assert_int_equal(domid, WEB);
	n_pauses++;
	return call_err;
}

int domain_unpause(uint32_t domid)
{
	assert_int_equal(domid, WEB);
	n_unpauses++;
	return call_err;
}

int domain_destroy(uint32_t domid)
{
	assert_int_equal(domid, WEB);
	n_destroys++;
	return call_err;
}

static int set_up(void **state)
{
	(void)state;
	the_state = DOMAIN_RUNS;
	state_err = call_err = n_pauses = n_unpauses = n_destroys = 0;
	return 0;
}

struct row {
	uint32_t action;
	enum domain_state state;
	int err;
	int pauses, unpauses;
	bool goes_on;
};

static void what_is_called(void **state)
{
	static const struct row rows[] = {
		{ ACTION_PAUSE, DOMAIN_RUNS, 0, 1, 0, false },
		{ ACTION_PAUSE, DOMAIN_PAUSED, 0, 0, 0, false },	/* Xen would count two */
		{ ACTION_PAUSE, LET_GO, ESRCH, 0, 0, false },
		{ ACTION_UNPAUSE, DOMAIN_PAUSED, 0, 0, 1, false },
		{ ACTION_UNPAUSE, DOMAIN_RUNS, 0, 0, 0, false },
		{ ACTION_UNPAUSE, LET_GO, ESRCH, 0, 0, false },
		{ ACTION_DESTROY, DOMAIN_PAUSED, 0, 0, 0, true },
		{ ACTION_DESTROY, DOMAIN_RUNS, 0, 1, 0, true },
		{ ACTION_DESTROY, LET_GO, ESRCH, 0, 0, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct msg_done done = { 0 };

		set_up(state);
		the_state = rows[i].state;
		assert_int_equal(action_do(rows[i].action, WEB, &done), rows[i].goes_on);
		assert_int_equal(done.err, rows[i].err);
		assert_int_equal(n_pauses, rows[i].pauses);
		assert_int_equal(n_unpauses, rows[i].unpauses);
		assert_int_equal(n_destroys, 0);
		assert_true(done.start_ns > 0);
		assert_true(rows[i].goes_on || done.end_ns >= done.start_ns);
	}
}

static void what_fails(void **state)
{
	struct msg_done done = { 0 };

	(void)state;
	call_err = EPERM;
	assert_false(action_do(ACTION_PAUSE, WEB, &done));
	assert_int_equal(done.err, EPERM);
	state_err = EACCES;
	assert_false(action_do(ACTION_DESTROY, WEB, &done));
	assert_int_equal(done.err, EACCES);
}

static void on_whom(void **state)
{
	(void)state;
	assert_int_equal(action_allowed(ACTION_PAUSE, WEB), EPERM);
	assert_int_equal(actions_observe(WEB, true), 0);
	assert_int_equal(action_allowed(ACTION_PAUSE, WEB), 0);
	assert_int_equal(action_allowed(ACTION_DESTROY, WEB), 0);
	assert_int_equal(action_allowed(0, WEB), EINVAL);
	assert_int_equal(action_allowed(ACTION_DESTROY + 1, WEB), EINVAL);
	assert_int_equal(action_allowed(UINT32_MAX, WEB), EINVAL);
	assert_int_equal(actions_observe(WEB, false), 0);
	assert_int_equal(action_allowed(ACTION_PAUSE, WEB), EPERM);
	/* never dom0, nor what is no domain */
	assert_int_equal(actions_observe(0, true), -1);
	assert_int_equal(action_allowed(ACTION_DESTROY, 0), EPERM);
	assert_int_equal(actions_observe(ACTIONS_DOMIDS, true), -1);
	assert_int_equal(action_allowed(ACTION_PAUSE, ACTIONS_DOMIDS), EPERM);
	assert_int_equal(action_allowed(ACTION_PAUSE, UINT32_MAX), EPERM);
}

static void after_xl(void **state)
{
	(void)state;
	the_state = LET_GO;
	assert_int_equal(action_finish_destroy(WEB, false), 0);
	assert_int_equal(action_finish_destroy(WEB, true), 0);
	the_state = DOMAIN_PAUSED;
	assert_int_equal(action_finish_destroy(WEB, true), 0);
	assert_int_equal(n_destroys, 0);
	assert_int_equal(action_finish_destroy(WEB, false), 0);
	assert_int_equal(n_destroys, 1);
	call_err = EPERM;
	assert_int_equal(action_finish_destroy(WEB, false), EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_is_called, set_up),
		cmocka_unit_test_setup(what_fails, set_up),
		cmocka_unit_test_setup(on_whom, set_up),
		cmocka_unit_test_setup(after_xl, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
