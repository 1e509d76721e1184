// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the ledger, of its bounds above all
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "engine/drops.h"
#include "engine/ledger.h"
#include "lib/decode.h"
#include "script.h"

static struct ledger ledger;
static const struct hash_seed seed = { { 1, 2 } };

static int set_up(void **state)
{
	(void)state;
	script_reset();
	return ledger_init(&ledger, &seed);
}

static int tear_down(void **state)
{
	(void)state;
	ledger_free(&ledger);
	return 0;
}

static void feed(const struct line *line)
{
	const struct starlsm_rec *rec = script_rec(line);

	for (int i = 0; script_path_rec(line, i); i++)
		ledger_define(&ledger, script_path_rec(line, i));
	ledger_define(&ledger, rec);
	ledger_change(&ledger, rec);
}

#define FEED(...) feed(&(const struct line){ __VA_ARGS__ })

static void assert_is(const struct path *path, const char *want)
{
	assert_non_null(path);
	assert_int_equal(path->len, strlen(want));
	assert_memory_equal(path->text, want, path->len);
}

static void assert_path(uint32_t exe, const char *want)
{
	assert_is(ledger_exe(&ledger, exe), want);
}

/* init, a shell that it starts, what that one runs */
static void lineage(void **state)
{
	const struct task *t;

	(void)state;
	FEED(STARLSM_EV_PATH, .other = 7, .path = "/sbin/init");
	FEED(STARLSM_EV_TASK, .other = 1, .exe = 7, .pid = 1);
	FEED(STARLSM_EV_FORK, .task = 1, .other = 2);
	t = ledger_task(&ledger, 2);
	assert_non_null(t);
	assert_int_equal(t->parent, 1);
	assert_int_equal(t->ppid, 1);
	assert_int_equal(t->pid, 0);
	assert_int_equal(t->uid, 0);
	assert_true(t->known);
	assert_path(t->exe, "/sbin/init");

	FEED(STARLSM_EV_EXEC, .task = 2, .pid = 20, .uid = 33, .euid = 33,
	     .path = "/bin/sh");
	assert_path(t->exe, "/bin/sh");
	assert_path(t->parent_exe, "/sbin/init");
	assert_int_equal(t->pid, 20);
	assert_int_equal(t->tgid, 20);
	assert_int_equal(t->euid, 33);

	/* the shell ends; what it started still knows who started it */
	FEED(STARLSM_EV_FORK, .task = 2, .other = 3);
	FEED(STARLSM_EV_EXIT, .task = 2, .pid = 20);
	assert_null(ledger_task(&ledger, 2));
	FEED(STARLSM_EV_EXEC, .task = 3, .pid = 21, .uid = 33, .euid = 33,
	     .path = "/tmp/x");
	t = ledger_task(&ledger, 3);
	assert_path(t->exe, "/tmp/x");
	assert_path(t->parent_exe, "/bin/sh");
	assert_int_equal(t->ppid, 20);
}

static uint64_t lineage_of(uint64_t task)
{
	assert_non_null(ledger_task(&ledger, task));
	return ledger_task(&ledger, task)->lineage;
}

static uint32_t began_as(uint64_t task)
{
	return ledger_task(&ledger, task)->lineage_uid;
}

/* Each service that init starts is one, and each session of a user's in it */
static void services_and_sessions(void **state)
{
	(void)state;
	FEED(STARLSM_EV_TASK, .other = 1, .pid = 1);
	FEED(STARLSM_EV_FORK, .task = 1, .other = 2);
	FEED(STARLSM_EV_FORK, .task = 1, .other = 3);
	FEED(STARLSM_EV_FORK, .task = 2, .other = 20);
	FEED(STARLSM_EV_FORK, .task = 20, .other = 21);
	assert_int_equal(lineage_of(3), 3);
	assert_int_equal(lineage_of(21), 2);
	/* root is given up: a session begins, whose children are of it */
	FEED(STARLSM_EV_CRED, .task = 20, .op = STARLSM_CRED_SETUID, .uid = 33, .euid = 33);
	FEED(STARLSM_EV_FORK, .task = 20, .other = 22);
	assert_int_equal(lineage_of(20), 20);
	assert_int_equal(lineage_of(22), 20);
	assert_int_equal(lineage_of(21), 2);
	/* to become root, and to be another user for a while, begins none */
	FEED(STARLSM_EV_CRED, .task = 22, .op = STARLSM_CRED_EXEC, .uid = 0, .euid = 0);
	FEED(STARLSM_EV_CRED, .task = 21, .op = STARLSM_CRED_SETUID, .uid = 0, .euid = 33);
	assert_int_equal(lineage_of(22), 20);
	assert_int_equal(lineage_of(21), 2);
	/* whose it is stays, too */
	assert_int_equal(began_as(22), 33);
	assert_int_equal(began_as(21), 0);
	assert_int_equal(began_as(3), 0);
	/* also when nobody told of it but an exec, or the task is told of late */
	FEED(STARLSM_EV_EXEC, .task = 21, .pid = 9, .uid = 34, .euid = 34, .path = "/x");
	assert_int_equal(lineage_of(21), 21);
	FEED(STARLSM_EV_TASK, .other = 40, .parent = 2, .uid = 33, .euid = 33);
	FEED(STARLSM_EV_TASK, .other = 41, .parent = 2);
	FEED(STARLSM_EV_TASK, .other = 42, .parent = 1);
	FEED(STARLSM_EV_TASK, .other = 43, .parent = 99);
	assert_int_equal(lineage_of(40), 40);
	assert_int_equal(lineage_of(41), 2);
	assert_int_equal(lineage_of(42), 42);
	assert_int_equal(lineage_of(43), 43);
	assert_int_equal(began_as(40), 33);
	FEED(STARLSM_EV_FORK, .task = 98, .other = 97);
	assert_int_equal(began_as(97), UNKNOWN_ID);
	FEED(STARLSM_EV_EXEC, .task = 97, .pid = 7, .uid = 35, .euid = 0, .path = "/x");
	assert_int_equal(began_as(97), 35);
	/* an intruder's goes on, whoever he makes himself */
	ledger_set_stage(&ledger, ledger_task(&ledger, 41), 1, NO_STORY);
	FEED(STARLSM_EV_CRED, .task = 41, .op = STARLSM_CRED_SETUID, .uid = 33, .euid = 33);
	assert_int_equal(lineage_of(41), 2);
}

static void assert_command(const struct command *c, const char *want)
{
	assert_non_null(c);
	assert_int_equal(c->len, strlen(want) + 1);
	assert_memory_equal(c->text, want, c->len);
}

/* As executed, by whom it forked too, and as the creator's by its children */
static void commands(void **state)
{
	static char many[2 * COMMAND_MAX];
	struct task *t;

	(void)state;
	FEED(STARLSM_EV_EXEC, 1, .path = "/bin/sh", .to = "sh -c x", .pid = 5);
	FEED(STARLSM_EV_FORK, 1, .other = 2);
	t = ledger_task(&ledger, 2);
	assert_command(t->command, "sh -c x");
	assert_command(t->parent_command, "sh -c x");
	assert_int_equal(t->command->refs, 3);
	FEED(STARLSM_EV_EXEC, 2, .path = "/x", .to = "x", .pid = 6);
	FEED(STARLSM_EV_EXIT, 1, .pid = 5);
	t = ledger_task(&ledger, 2);
	assert_command(t->command, "x");
	assert_command(t->parent_command, "sh -c x");
	assert_int_equal(t->parent_command->refs, 1);
	/* told again it is the same; of another program nobody knows how it was called */
	FEED(STARLSM_EV_TASK, 2, .other = 2, .exe = script_path("/x"));
	assert_command(ledger_task(&ledger, 2)->command, "x");
	FEED(STARLSM_EV_TASK, 2, .other = 2, .exe = script_path("/y"));
	assert_null(ledger_task(&ledger, 2)->command);

	memset(many, 'x', sizeof(many) - 1);
	FEED(STARLSM_EV_EXEC, 2, .path = "/x", .to = many, .pid = 6);
	assert_int_equal(ledger_task(&ledger, 2)->command->len, COMMAND_MAX);
}

static void credentials(void **state)
{
	const struct task *t;

	(void)state;
	FEED(STARLSM_EV_TASK, .other = 1, .pid = 1, .uid = 33, .euid = 33);
	t = ledger_task(&ledger, 1);
	FEED(STARLSM_EV_CRED, .task = 1, .op = STARLSM_CRED_EXEC, .old_euid = 33, .uid = 33);
	assert_int_equal(t->uid, 33);
	assert_int_equal(t->euid, 0);
	assert_true(t->cred_by_exec);
	/* of a task nobody described: nothing is known, nothing is made up */
	FEED(STARLSM_EV_CRED, .task = 99, .op = STARLSM_CRED_SETUID);
	assert_null(ledger_task(&ledger, 99));
}

static void a_thread_has_its_groups_id(void **state)
{
	(void)state;
	FEED(STARLSM_EV_TASK, .other = 1, .pid = 50);
	FEED(STARLSM_EV_FORK, .task = 1, .other = 2, .op = 0x10000);
	assert_int_equal(ledger_task(&ledger, 2)->tgid, 50);
}

static void unknown_creators(void **state)
{
	const struct task *t;

	(void)state;
	FEED(STARLSM_EV_FORK, .task = 1, .other = 2);
	t = ledger_task(&ledger, 2);
	assert_non_null(t);
	assert_false(t->known);
	assert_int_equal(t->uid, UNKNOWN_ID);
	/* told later, also in an order that should not be */
	FEED(STARLSM_EV_TASK, .other = 2, .exe = 5, .pid = 9, .uid = 1, .euid = 1);
	FEED(STARLSM_EV_PATH, .other = 5, .path = "/bin/late");
	assert_true(t->known);
	assert_path(t->exe, "/bin/late");
}

static void nonsense(void **state)
{
	(void)state;
	FEED(STARLSM_EV_FORK, .task = 0, .other = 0);
	FEED(STARLSM_EV_FORK, .task = 1, .other = 1);
	FEED(STARLSM_EV_FORK, .task = 1, .other = 0);
	FEED(STARLSM_EV_EXEC, .task = 0, .path = "");
	FEED(STARLSM_EV_EXIT, .task = 0);
	FEED(STARLSM_EV_EXIT, .task = 12345);
	FEED(STARLSM_EV_TASK, .other = 0);
	FEED(STARLSM_EV_TASK, .other = 3, .parent = 3, .exe = UINT64_MAX);
	FEED(STARLSM_EV_PATH, .other = 0, .path = "/x");
	FEED(STARLSM_EV_TASK, .other = UINT64_MAX, .parent = 3);
	FEED(STARLSM_EV_EXIT, .task = UINT64_MAX);
	FEED(STARLSM_EV_EXIT, .task = UINT64_MAX);
	assert_int_equal(ledger.task_ids.n, 1);
}

/* A guest whose tasks never end: the one heard of least recently goes. */
static void tasks_are_bounded(void **state)
{
	(void)state;
	FEED(STARLSM_EV_TASK, .other = 1, .pid = 1);
	ledger_set_stage(&ledger, ledger_task(&ledger, 1), 1, NO_STORY);
	FEED(STARLSM_EV_TASK, .other = 2, .pid = 2);
	for (uint64_t id = 10; id < 10 + 3 * LEDGER_TASKS; id++) {
		FEED(STARLSM_EV_FORK, .task = 2, .other = id << 20);
		assert_true(ledger.task_ids.n <= LEDGER_TASKS);
	}
	assert_int_equal(ledger.task_ids.n, LEDGER_TASKS);
	assert_int_equal(ledger.evicted_tasks, 2 * LEDGER_TASKS + 2);
	/* one with a stage stays, and so does one that does something */
	assert_non_null(ledger_task(&ledger, 1));
	assert_non_null(ledger_task(&ledger, 2));
}

/* All of them have a stage: still bounded. */
static void staged_tasks_are_bounded(void **state)
{
	(void)state;
	FEED(STARLSM_EV_TASK, .other = 1, .pid = 1);
	ledger_set_stage(&ledger, ledger_task(&ledger, 1), 1, story_copy(&ledger.stories, 0));
	for (uint64_t id = 2; id < 2 * LEDGER_TASKS; id++)
		FEED(STARLSM_EV_FORK, .task = 1, .other = id);
	assert_int_equal(ledger.task_ids.n, LEDGER_TASKS);
	assert_int_equal(ledger.task[0].stage, 1);
	assert_int_equal(story_of(&ledger.stories, 1)->refs, LEDGER_TASKS);
}

static void define(uint64_t id, const char *path)
{
	FEED(STARLSM_EV_PATH, .other = id, .path = path);
}

/* Definitions nobody uses: the one that was used least recently goes. */
static void paths_are_bounded(void **state)
{
	uint64_t id;

	(void)state;
	define(1, "/bin/used");
	define(2, "/bin/not-used");
	for (id = 10; id < 10 + LEDGER_PATHS; id++) {
		define(id, "/bin/y");
		assert_true(ledger.path_ids.n <= LEDGER_PATHS);
		assert_is(ledger_path(&ledger, 1), "/bin/used");
	}
	assert_int_equal(ledger.path_ids.n, LEDGER_PATHS);
	assert_null(ledger_path(&ledger, 2));
	assert_null(ledger_path(&ledger, 0));
}

/* The bytes are bounded too; what a task executes stays until nothing else is left. */
static void path_bytes_are_bounded(void **state)
{
	static char path[4000];
	uint64_t id;

	(void)state;
	memset(path, 'x', sizeof(path) - 1);
	define(1, "/bin/run");
	FEED(STARLSM_EV_TASK, .other = 1, .exe = 1, .pid = 1);
	for (id = 2; id < 10000; id++)
		define(id, path);
	assert_true(ledger.path_bytes <= LEDGER_PATH_BYTES);
	assert_true(ledger.path_bytes > LEDGER_PATH_BYTES - sizeof(path));
	assert_path(ledger_task(&ledger, 1)->exe, "/bin/run");
	for (id = 2; id < 10000; id++) {
		define(id, path);
		FEED(STARLSM_EV_TASK, .other = id, .exe = id, .pid = id);
	}
	assert_true(ledger.path_bytes <= LEDGER_PATH_BYTES);
	assert_null(ledger_exe(&ledger, ledger_task(&ledger, 1)->exe));
	/* told again, the task has it again */
	define(1, "/bin/run");
	assert_path(ledger_task(&ledger, 1)->exe, "/bin/run");
	for (id = 1; id < 10000; id++)
		FEED(STARLSM_EV_EXIT, .task = id);
	assert_int_equal(ledger.task_ids.n, 0);
	for (uint32_t i = 0; i < ledger.path_ids.fresh; i++)
		assert_int_equal(ledger.path[i].refs, 0);
}

/* What was defined in this epoch had to go: the guest thinks it is known. */
static void what_is_lacking(void **state)
{
	uint64_t id;

	(void)state;
	FEED(STARLSM_EV_HELLO, .op = 1);
	for (id = 1; id <= LEDGER_PATHS; id++)
		define(id, "/x");
	assert_false(ledger.lacks_paths);
	define(id, "/x");
	assert_true(ledger.lacks_paths);
	FEED(STARLSM_EV_HELLO, .op = 2);
	assert_false(ledger.lacks_paths);
	/* those of the last epoch may go */
	for (id = 1; id <= LEDGER_PATHS; id++)
		define(LEDGER_PATHS * 2 + id, "/x");
	assert_false(ledger.lacks_paths);
	FEED(STARLSM_EV_HELLO, .op = 2);
	define(id * 10, "/x");
	assert_true(ledger.lacks_paths);
}

static void a_path_that_was_cut(void **state)
{
	struct starlsm_rec_path rec = {
		.rec = { .type = STARLSM_EV_PATH, .len = sizeof(rec) }, .id = 4,
		.path_len = STARLSM_TRUNCATED,
	};

	(void)state;
	ledger_define(&ledger, &rec.rec);
	assert_true(ledger_path(&ledger, 4)->is_cut);
	define(4, "/again");
	assert_is(ledger_path(&ledger, 4), "/again");
	assert_false(ledger_path(&ledger, 4)->is_cut);
}

/* Stories end with the last task that shares them, and can be used up. */
static void stories_are_shared(void **state)
{
	uint32_t story = story_copy(&ledger.stories, NO_STORY);
	uint32_t copy;

	(void)state;
	FEED(STARLSM_EV_TASK, .other = 1, .pid = 1);
	ledger_set_stage(&ledger, ledger_task(&ledger, 1), 1, story);
	FEED(STARLSM_EV_FORK, .task = 1, .other = 2);
	assert_int_equal(story_of(&ledger.stories, story)->refs, 2);
	assert_int_equal(ledger_task(&ledger, 2)->stage, 1);
	FEED(STARLSM_EV_EXIT, .task = 1);
	FEED(STARLSM_EV_EXIT, .task = 2);
	copy = story_copy(&ledger.stories, NO_STORY);
	assert_int_equal(copy, story);
	for (int i = 1; i < STORIES; i++)
		assert_int_not_equal(story_copy(&ledger.stories, copy), NO_STORY);
	assert_int_equal(story_copy(&ledger.stories, copy), NO_STORY);
	assert_int_equal(ledger.stories.refused, 1);
	story_release(&ledger.stories, copy);
	assert_int_equal(story_copy(&ledger.stories, NO_STORY), copy);
}

/* Ids that a guest chose to fall together do not, without the seed. */
static void chosen_ids_spread(void **state)
{
	struct idmap m;
	uint32_t longest = 0;

	(void)state;
	assert_int_equal(idmap_init(&m, 4096, &seed), 0);
	for (uint64_t i = 0; i < 4096; i++)
		assert_int_not_equal(idmap_add(&m, i << 44), NO_SLOT);
	assert_int_equal(idmap_add(&m, 1), NO_SLOT);
	for (uint32_t b = 0; b < m.size; b++) {
		uint32_t n = 0;

		for (uint32_t link = m.bucket[b]; link; link = m.slot[link - 1].next)
			n++;
		longest = n > longest ? n : longest;
	}
	assert_in_range(longest, 2, 12);
	for (uint64_t i = 0; i < 4096; i++)
		idmap_remove(&m, idmap_find(&m, i << 44));
	assert_int_equal(m.n, 0);
	idmap_free(&m);
}

/* As Python 3.11 hashes bytes(range(n)) with PYTHONHASHSEED=0: SipHash-1-3 */
static void hash_is_siphash13(void **state)
{
	const struct hash_seed zero = { { 0, 0 } };
	unsigned char message[20];

	(void)state;
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = i;
	assert_true(hash_bytes(&zero, message, 7) == 0x2f098ab0c751325a);
	assert_true(hash_bytes(&zero, message, 8) == 0xead411e67ebe2eea);
	assert_true(hash_bytes(&zero, message, 20) == 0x639e355ae68c0100);
}

static void drops_are_bounded(void **state)
{
	static char longer[4000];
	struct drops d;
	char path[32];

	(void)state;
	assert_int_equal(drops_init(&d, &seed), 0);
	for (int i = 0; i < DROPS_MAX + 10; i++) {
		snprintf(path, sizeof(path), "/tmp/%d", i);
		drops_add(&d, path, strlen(path))->seq = i;
	}
	assert_int_equal(d.ids.n, DROPS_MAX);
	assert_int_equal(d.forgotten, 10);
	assert_null(drops_find(&d, "/tmp/9", 6));
	assert_int_equal(drops_find(&d, "/tmp/10", 7)->seq, 10);
	drops_remove(&d, "/tmp/10", 7);
	drops_remove(&d, "/tmp/10", 7);
	assert_null(drops_find(&d, "/tmp/10", 7));
	/* the same file, of whose path more or less was cut */
	memset(longer, 'x', sizeof(longer));
	drops_add(&d, longer, 4000);
	assert_non_null(drops_find(&d, longer, 3000));
	assert_null(drops_find(&d, longer, 200));
	drops_free(&d);
}

/* The bytes are all that number; 0: it is not known */
static void assert_digest(const char *path, uint16_t type, char byte)
{
	const struct line line = { type, .task = 2, .path = path };
	const char *digest = ledger_digest(&ledger, script_rec(&line));

	if (!byte) {
		assert_null(digest);
		return;
	}
	assert_non_null(digest);
	for (int i = 0; i < DECODE_HASH_LEN; i++)
		assert_int_equal(digest[i], byte);
}

static void a_digest_is_its_paths(void **state)
{
	(void)state;
	assert_digest("/x", STARLSM_EV_EXEC, 0);
	FEED(STARLSM_EV_DIGEST, .task = 2, .path = "/x", .op = 1);
	FEED(STARLSM_EV_DIGEST, .task = 2, .path = "/y", .op = 2);
	assert_digest("/x", STARLSM_EV_EXEC, 1);
	assert_digest("/y", STARLSM_EV_CHECK, 2);
	assert_digest("/x", STARLSM_EV_UNLINK, 0);
	/* told again, also in another epoch, and as another one */
	FEED(STARLSM_EV_HELLO, .op = 2);
	FEED(STARLSM_EV_PATH, .other = script_path("/x"), .path = "/x");
	assert_digest("/x", STARLSM_EV_EXEC, 1);
	FEED(STARLSM_EV_DIGEST, .task = 2, .path = "/x", .op = 3);
	assert_digest("/x", STARLSM_EV_EXEC, 3);
	/* not known any more: opened for writing; too large */
	FEED(STARLSM_EV_OPEN, .task = 2, .path = "/x");
	assert_digest("/x", STARLSM_EV_EXEC, 0);
	FEED(STARLSM_EV_DIGEST, .task = 2, .path = "/y");
	assert_digest("/y", STARLSM_EV_EXEC, 0);
	/* of no path, and of one that nobody told */
	FEED(STARLSM_EV_DIGEST, .task = 2, .op = 4);
	ledger_define(&ledger, script_rec(&(const struct line){
		STARLSM_EV_DIGEST, .path = "/z", .op = 5,
	}));
	assert_digest("/z", STARLSM_EV_EXEC, 0);
}

#define LEDGER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(lineage),
		LEDGER_TEST(services_and_sessions),
		LEDGER_TEST(commands),
		LEDGER_TEST(credentials),
		LEDGER_TEST(a_thread_has_its_groups_id),
		LEDGER_TEST(unknown_creators),
		LEDGER_TEST(nonsense),
		LEDGER_TEST(tasks_are_bounded),
		LEDGER_TEST(staged_tasks_are_bounded),
		LEDGER_TEST(paths_are_bounded),
		LEDGER_TEST(path_bytes_are_bounded),
		LEDGER_TEST(what_is_lacking),
		LEDGER_TEST(a_path_that_was_cut),
		LEDGER_TEST(a_digest_is_its_paths),
		LEDGER_TEST(stories_are_shared),
		cmocka_unit_test(chosen_ids_spread),
		cmocka_unit_test(hash_is_siphash13),
		cmocka_unit_test(drops_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
