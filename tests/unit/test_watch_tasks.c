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

#define FILTER		MORE	/* the older one; then the other */
#define FILTER_LEN	0x100
#define PROG		(MORE + 0x800)
#define SPACES		(MORE + 0xc00)

/* Of pid 2 */
static void put_filter(uint64_t filter)
{
	mock_u64(&guest, TASK + TASK_LEN + 112, filter);
}

static void put_filters(void)
{
	mock_u64(&guest, FILTER + FILTER_LEN + 128, FILTER);
	mock_u64(&guest, FILTER + 136, PROG);
	mock_u64(&guest, FILTER + FILTER_LEN + 136, PROG);
	put_filter(FILTER);
	round_of();
	put_filter(FILTER + FILTER_LEN);
	round_of();
	assert_int_equal(n_told, 0);
}

/* One more is right, one less is not, and again it is when it is back */
static void filters_are_fewer(void **state)
{
	(void)state;
	put_filters();
	put_filter(FILTER);
	assert_one("process-guards");
	assert_non_null(strstr(told[0].text, "its seccomp filters"));
	put_filter(FILTER + FILTER_LEN);
	round_of();
	assert_int_equal(result_of("process-guards"), LOOK_CLEAN);
}

static void filter_allows_more(void **state)
{
	(void)state;
	put_filters();
	*mock_at(&guest, FILTER + 40) = 0xff;
	assert_one("process-guards");
}

static void filter_is_another_program(void **state)
{
	(void)state;
	put_filters();
	mock_u64(&guest, PROG + 48, TEXT);
	assert_one("process-guards");
}

static void filters_of_one_who_ends(void **state)
{
	(void)state;
	put_filters();
	mock_u32(&guest, TASK + TASK_LEN, PF_EXITING);
	put_filter(0);
	round_of();
	assert_int_equal(n_told, 0);
}

/* In namespaces of its own, with no_new_privs and those capabilities */
static void put_place(uint64_t permitted)
{
	mock_u64(&guest, TASK + TASK_LEN + 80, 1);
	mock_u64(&guest, CREDS + CRED_LEN + 24, permitted);
	mock_u64(&guest, TASK + TASK_LEN + 96, SPACES);
	mock_u64(&guest, SPACES + 8, 1);
	round_of();
}

static void goes_where_it_may_not(void **state)
{
	(void)state;
	put_place(0);
	/* as setns() of a time namespace makes it */
	mock_u64(&guest, TASK + TASK_LEN + 96, SPACES + 0x100);
	mock_u64(&guest, SPACES + 0x108, 1);
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, SPACES + 0x108, 2);
	assert_one("process-guards");
	assert_non_null(strstr(told[0].text, "the namespaces it was in"));
}

static void goes_where_it_may(void **state)
{
	(void)state;
	put_place(1 << 21);
	mock_u64(&guest, SPACES + 8, 2);
	round_of();
	mock_u64(&guest, CREDS + CRED_LEN + 24, 0);
	round_of();
	/* a user namespace of its own */
	mock_u64(&guest, CREDS + CRED_LEN + 8, HEAP + 0xf00);
	mock_u64(&guest, SPACES + 8, 3);
	round_of();
	mock_u64(&guest, TASK + TASK_LEN + 96, 0);
	round_of();
	assert_int_equal(n_told, 0);
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
		cmocka_unit_test_setup(filters_are_fewer, set_up),
		cmocka_unit_test_setup(filter_allows_more, set_up),
		cmocka_unit_test_setup(filter_is_another_program, set_up),
		cmocka_unit_test_setup(filters_of_one_who_ends, set_up),
		cmocka_unit_test_setup(goes_where_it_may_not, set_up),
		cmocka_unit_test_setup(goes_where_it_may, set_up),
		cmocka_unit_test_setup(processes_for_the_engine, set_up),
		cmocka_unit_test_setup(strange_thread, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down_all);
}
