// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of watching a guest: its processes and threads
 */
#include "small_guest.h"

static void hidden_process(void **state)
{
	(void)state;
	mock_u64(&guest, TASK + 16, INIT_TASK + 16);
	assert_one("process-views");
	assert_non_null(strstr(told[0].text, "process 2 (some?)"));
}

static void stolen_credentials(void **state)
{
	(void)state;
	mock_u64(&guest, TASK + TASK_LEN + 32, INIT_CRED);
	assert_one("shared-credentials");
}

static void shared_credentials(void **state)
{
	(void)state;
	mock_u64(&guest, TASK + TASK_LEN + 32, CREDS);
	assert_one("shared-credentials");
}

/* What it had is remembered of that process, and of no other. */
static void confined_no_more(void **state)
{
	const uint64_t flags = TASK + TASK_LEN + 80, start = TASK + TASK_LEN + 88;

	(void)state;
	mock_u64(&guest, flags, 1);
	round_of();
	mock_u64(&guest, start, 5);
	mock_u64(&guest, flags, 0);
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, flags, 1);
	round_of();
	mock_u64(&guest, flags, 0);
	assert_one("process-guards");
	assert_non_null(strstr(told[0].text, "no_new_privs"));
}

static void out_of_its_namespace(void **state)
{
	(void)state;
	mock_u64(&guest, CREDS + CRED_LEN + 8, HEAP + 0xf00);
	round_of();
	mock_u64(&guest, CREDS + CRED_LEN + 8, USERS);
	assert_one("process-guards");
}

static struct msg_seen seen;
static unsigned int n_seen;

static void take_seen(void *arg, struct msg_seen *m)
{
	(void)arg;
	seen = *m;
	n_seen++;
}

static void tell_tasks(void)
{
	round_of();
	n_seen = 0;
	tasks_tell(&watch.tasks, 1, 2, take_seen, NULL);
	assert_int_equal(n_seen, 1);
}

/* All of them, then what has changed, then who has ended */
static void processes_for_the_engine(void **state)
{
	(void)state;
	tell_tasks();
	assert_int_equal(seen.flags, SEEN_ALL | SEEN_END);
	assert_int_equal(seen.n_tasks, 2);
	assert_int_equal(seen.task[1].id, 71);
	assert_int_equal(seen.task[1].uid, 1000);
	assert_int_equal(seen.task[1].flags, SEEN_IN_LIST | SEEN_IN_NUMBERS | SEEN_USERS | SEEN_CRED);
	assert_string_equal(seen.task[1].comm, "some?");
	tell_tasks();
	assert_int_equal(seen.flags, SEEN_END);
	assert_int_equal(seen.n_tasks, 0);
	mock_u32(&guest, CREDS + CRED_LEN + 4, 0);
	tell_tasks();
	assert_int_equal(seen.n_tasks, 1);
	assert_int_equal(seen.task[0].euid, 0);
	mock_u64(&guest, TASK + 16, INIT_TASK + 16);
	mock_u64(&guest, NODE + 40 + 16, 0);
	tell_tasks();
	assert_int_equal(seen.n_tasks, 1);
	assert_int_equal(seen.task[0].flags & SEEN_ENDED, SEEN_ENDED);
	assert_int_equal(seen.task[0].id, 71);
	assert_int_equal(n_told, 0);
}

static void strange_thread(void **state)
{
	(void)state;
	mock_u32(&guest, TASK + TASK_LEN, 0x00200000);
	mock_u64(&guest, TASK + TASK_LEN + 56, HEAP + 0xe00);
	mock_u64(&guest, HEAP + 0xe00, MODULE_TEXT + 8);
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, HEAP + 0xe00, HEAP + 0xf00);
	assert_one("kernel-threads");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(hidden_process, set_up),
		cmocka_unit_test_setup(stolen_credentials, set_up),
		cmocka_unit_test_setup(shared_credentials, set_up),
		cmocka_unit_test_setup(confined_no_more, set_up),
		cmocka_unit_test_setup(out_of_its_namespace, set_up),
		cmocka_unit_test_setup(processes_for_the_engine, set_up),
		cmocka_unit_test_setup(strange_thread, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down_all);
}
