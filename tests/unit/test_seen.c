// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of holding memory against events
 */
#include "cmocka_all.h"

#include <errno.h>
#include <string.h>

#include "engine/seen.h"
#include "lib/finding.h"
#include "script.h"

#define SECOND	1000000000LL
#define NORMAL	(SEEN_IN_LIST | SEEN_IN_NUMBERS | SEEN_USERS | SEEN_CRED)

static const struct hash_seed seed = { { 1, 2 } };
static struct ledger ledger;
static struct seen seen;
static int64_t now_ns;

static struct msg_finding found[16];
static unsigned int n_found;

static void take(void *arg, const struct msg_finding *f)
{
	(void)arg;
	assert_true(n_found < sizeof(found) / sizeof(found[0]));
	found[n_found++] = *f;
}

/* A record, now */
static void record(const struct line *line)
{
	const struct starlsm_rec *rec = script_rec(line);

	seen_record(&seen, &ledger, rec, now_ns, now_ns);
	ledger_define(&ledger, rec);
	ledger_change(&ledger, rec);
}

#define EVENT(...) record(&(struct line){ __VA_ARGS__ })

/* The sensor's life sign: what came before it has come. */
static void beat(void)
{
	EVENT(.type = STARLSM_EV_HEARTBEAT);
}

static struct seen_task process(uint64_t id, uint32_t pid, uint32_t uid)
{
	struct seen_task t = { .id = id, .pid = pid, .uid = uid, .euid = uid, .flags = NORMAL };

	strcpy(t.comm, "sh");
	return t;
}

/* A look, two seconds after the one before, of n processes that are new or others */
static void look(unsigned int n, const struct seen_task *tasks)
{
	struct msg_seen m = { .flags = SEEN_END | (seen.entry ? 0 : SEEN_ALL), .n_tasks = n };

	now_ns += SECOND;
	m.from_ns = now_ns;
	m.to_ns = now_ns + SECOND / 10;
	for (unsigned int i = 0; i < n; i++)
		m.task[i] = tasks[i];
	assert_int_equal(seen_take(&seen, &m), 0);
	seen_end(&seen, &ledger, take, NULL);
	now_ns += SECOND;
	beat();
}

static void looks(unsigned int n)
{
	while (n--)
		look(0, NULL);
}

static struct seen_task shell, server;

/* Two processes that were told, of user 1000 and of root */
static int set_up(void **state)
{
	(void)state;
	script_reset();
	assert_int_equal(ledger_init(&ledger, &seed), 0);
	seen_init(&seen, &seed);
	now_ns = 100 * SECOND;
	n_found = 0;
	EVENT(.type = STARLSM_EV_TASK, .other = 5, .pid = 500, .uid = 1000, .euid = 1000);
	EVENT(.type = STARLSM_EV_TASK, .other = 6, .pid = 600);
	shell = process(5, 500, 1000);
	server = process(6, 600, 0);
	look(2, (struct seen_task[]){ shell, server });
	looks(2);
	assert_int_equal(n_found, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	seen_free(&seen);
	ledger_free(&ledger);
	return 0;
}

static void assert_found(const char *name)
{
	assert_int_equal(n_found, 1);
	assert_string_equal(found[0].name, name);
	assert_true(finding_is_check(name));
	/* and once */
	looks(4);
	assert_int_equal(n_found, 1);
}

static void stolen_user(void **state)
{
	(void)state;
	shell.uid = shell.euid = 0;
	look(1, &shell);
	assert_int_equal(n_found, 0);
	looks(2);
	assert_found("credentials");
	assert_int_equal(found[0].severity, FINDING_TAMPERED);
	assert_non_null(strstr(found[0].text, "process 500 (sh) is user 0"));
}

/* That it is described later, as it is then, explains nothing. */
static void described_later(void **state)
{
	(void)state;
	shell.uid = shell.euid = 0;
	EVENT(.type = STARLSM_EV_TASK, .other = 5, .pid = 500);
	look(1, &shell);
	looks(2);
	assert_found("credentials");
}

/* The child of a process that was made root before it was told */
static void child_of_it(void **state)
{
	struct seen_task child = process(7, 700, 0);

	(void)state;
	EVENT(.type = STARLSM_EV_FORK, .task = 5, .other = 7);
	EVENT(.type = STARLSM_EV_TASK, .task = 7, .other = 7, .pid = 700);
	look(1, &child);
	looks(2);
	assert_found("credentials");
}

static void told_user(void **state)
{
	(void)state;
	EVENT(.type = STARLSM_EV_CRED, .task = 5, .op = STARLSM_CRED_SETUID, .old_uid = 1000,
	      .old_euid = 1000);
	shell.uid = shell.euid = 0;
	look(1, &shell);
	looks(4);
	assert_int_equal(n_found, 0);
}

/* Memory was read before the record came, and the other way round */
static void late_record(void **state)
{
	(void)state;
	shell.uid = shell.euid = 0;
	look(1, &shell);
	EVENT(.type = STARLSM_EV_EXEC, .task = 5, .pid = 500);
	looks(4);
	EVENT(.type = STARLSM_EV_CRED, .task = 5, .op = STARLSM_CRED_SETUID, .uid = 33, .euid = 33);
	looks(1);
	shell.uid = shell.euid = 33;
	look(1, &shell);
	looks(4);
	assert_int_equal(n_found, 0);
}

/* As long as no later record has come the one that explains it may be on its way. */
static void stuck_ring(void **state)
{
	int64_t committed_ns = seen.committed_ns;

	(void)state;
	shell.uid = shell.euid = 0;
	look(1, &shell);
	for (int i = 0; i < 4; i++) {
		seen.committed_ns = committed_ns;
		look(0, NULL);
	}
	assert_int_equal(n_found, 0);
	looks(2);
	assert_found("credentials");
}

static void lose(uint32_t event)
{
	const struct starlsm_rec_lost rec = {
		.rec = { .type = STARLSM_EV_LOST, .len = sizeof(rec) }, .event = event, .count = 1,
	};

	seen_record(&seen, &ledger, &rec.rec, now_ns, now_ns);
}

/* What may be missing is believed; what comes then counts again. */
static void lost_records(void **state)
{
	(void)state;
	lose(STARLSM_EV_OPEN);
	assert_int_equal(ledger.doubt, 0);
	lose(STARLSM_EV_CRED);
	assert_int_equal(ledger.doubt, 1);
	shell.uid = shell.euid = 0;
	look(1, &shell);
	looks(3);
	assert_int_equal(n_found, 0);
	assert_int_equal(ledger_task(&ledger, 5)->told.uid, 0);
	shell.uid = shell.euid = 33;
	look(1, &shell);
	looks(2);
	assert_found("credentials");
	assert_int_equal(found[0].severity, FINDING_SUSPECT);
}

static void not_told_at_all(void **state)
{
	const uint64_t untold[2] = { 1ULL << STARLSM_EV_CRED, 0 };

	(void)state;
	seen_policy(&seen, &ledger, untold);
	looks(1);
	shell.uid = shell.euid = 0;
	look(1, &shell);
	looks(4);
	assert_int_equal(n_found, 0);
}

static void more_capabilities(void **state)
{
	(void)state;
	shell.cap_effective = 1 << 21;
	look(1, &shell);
	looks(2);
	assert_found("capabilities");
	assert_non_null(strstr(found[0].text, "0x200000"));
}

/* In a user namespace of its own it has them all, and they are nothing. */
static void others_capabilities(void **state)
{
	(void)state;
	shell.cap_effective = ~0ULL;
	shell.flags &= ~SEEN_USERS;
	look(1, &shell);
	looks(4);
	assert_int_equal(n_found, 0);
}

static void made_by_nobody(void **state)
{
	struct seen_task stranger = process(9, 900, 0), thread = process(0, 901, 0);

	(void)state;
	thread.flags |= SEEN_KERNEL;
	look(2, (struct seen_task[]){ stranger, thread });
	looks(2);
	assert_found("unknown-process");
}

static void hides_and_acts(void **state)
{
	(void)state;
	shell.flags |= SEEN_ENDED;
	look(1, &shell);
	for (int i = 0; i < 5; i++) {
		EVENT(.type = STARLSM_EV_CREATE, .task = 5);
		looks(1);
	}
	assert_found("hidden-process");
}

/* It has ended, and somebody holds it: it does nothing any more. */
static void ended(void **state)
{
	(void)state;
	EVENT(.type = STARLSM_EV_CREATE, .task = 5);
	shell.flags |= SEEN_ENDED;
	look(1, &shell);
	looks(4);
	EVENT(.type = STARLSM_EV_EXIT, .task = 5);
	looks(4);
	assert_int_equal(n_found, 0);
}

/* A kernel whose profile does not say where the ids are */
static void without_ids(void **state)
{
	(void)state;
	seen_free(&seen);
	seen_init(&seen, &seed);
	shell.id = server.id = 0;
	look(2, (struct seen_task[]){ shell, server });
	for (int i = 0; i < 5; i++) {
		EVENT(.type = STARLSM_EV_CREATE, .task = 5);
		looks(1);
	}
	assert_int_equal(n_found, 0);
}

static void for_people(void **state)
{
	struct seen_task thread = process(0, 2, 0);
	struct msg_out_task out;
	uint64_t at = 0;

	(void)state;
	EVENT(.type = STARLSM_EV_TASK, .other = 8, .pid = 800);
	look(1, &thread);
	assert_true(seen_next(&seen, &ledger, &at, &out));
	assert_int_equal(out.which, OUT_TASK_SEEN | OUT_TASK_TOLD);
	assert_int_equal(out.seen.pid, 500);
	assert_int_equal(out.uid, 1000);
	assert_true(seen_next(&seen, &ledger, &at, &out));
	assert_true(seen_next(&seen, &ledger, &at, &out));
	assert_int_equal(out.which, OUT_TASK_SEEN);
	assert_true(seen_next(&seen, &ledger, &at, &out));
	assert_int_equal(out.which, OUT_TASK_TOLD);
	assert_int_equal(out.pid, 800);
	assert_false(seen_next(&seen, &ledger, &at, &out));
}

static void nonsense(void **state)
{
	struct msg_seen m = { .n_tasks = SEEN_TASKS_MAX + 1 };

	(void)state;
	assert_int_equal(seen_take(&seen, &m), -EBADMSG);
	m = (struct msg_seen){ .n_tasks = 1 };
	memset(m.task[0].comm, 'x', sizeof(m.task[0].comm));
	assert_int_equal(seen_take(&seen, &m), -EBADMSG);
	seen_free(&seen);
	/* what comes without a beginning is nothing, and no harm */
	assert_int_equal(seen_take(&seen, &(struct msg_seen){ .n_tasks = 1 }), 0);
	seen_end(&seen, &ledger, take, NULL);
	assert_int_equal(n_found, 0);
}

#define SEEN_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SEEN_TEST(stolen_user),
		SEEN_TEST(described_later),
		SEEN_TEST(child_of_it),
		SEEN_TEST(told_user),
		SEEN_TEST(late_record),
		SEEN_TEST(stuck_ring),
		SEEN_TEST(lost_records),
		SEEN_TEST(not_told_at_all),
		SEEN_TEST(more_capabilities),
		SEEN_TEST(others_capabilities),
		SEEN_TEST(made_by_nobody),
		SEEN_TEST(hides_and_acts),
		SEEN_TEST(ended),
		SEEN_TEST(without_ids),
		SEEN_TEST(for_people),
		SEEN_TEST(nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
