// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of an incident's tasks
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "engine/tree.h"
#include "script.h"

static struct ledger ledger;
static struct msg_out_incident out;
static const struct hash_seed seed = { { 1, 2 } };

/* alert: the event is one of that number; INCIDENT_NONE: it is none */
static void feed(const struct line *line, uint32_t alert)
{
	const struct starlsm_rec *rec = script_rec(line);

	for (int i = 0; script_path_rec(line, i); i++)
		ledger_define(&ledger, script_path_rec(line, i));
	ledger_define(&ledger, rec);
	if (alert != INCIDENT_NONE)
		tree_add(&out, &ledger, rec, alert);
	ledger_change(&ledger, rec);
}

#define FEED(...) feed(&(const struct line){ __VA_ARGS__ }, INCIDENT_NONE)
#define ALERT(alert, ...) feed(&(const struct line){ __VA_ARGS__ }, alert)

/* init starts a server, which starts a shell, which starts two */
static int set_up(void **state)
{
	(void)state;
	script_reset();
	memset(&out, 0, sizeof(out));
	if (ledger_init(&ledger, &seed))
		return -1;
	FEED(STARLSM_EV_TASK, .other = 1, .pid = 1);
	FEED(STARLSM_EV_FORK, .task = 1, .other = 2);
	FEED(STARLSM_EV_EXEC, .task = 2, .pid = 20, .path = "/usr/sbin/server");
	FEED(STARLSM_EV_FORK, .task = 2, .other = 3);
	FEED(STARLSM_EV_EXEC, .task = 3, .pid = 30, .path = "/bin/sh");
	FEED(STARLSM_EV_FORK, .task = 3, .other = 4);
	FEED(STARLSM_EV_FORK, .task = 3, .other = 5);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	ledger_free(&ledger);
	return 0;
}

/* The tree as text: "server(sh*0(x*1,2))" */
static void draw(char *to, uint32_t parent)
{
	const char *between = "";

	for (uint32_t i = 0; i < out.n_nodes; i++) {
		const struct incident_node *n = &out.node[i];

		assert_true(n->parent == INCIDENT_NONE || n->parent < i);
		if (n->parent != parent)
			continue;
		sprintf(to + strlen(to), "%s%s", between, strrchr(n->exe, '/') ?
			strrchr(n->exe, '/') + 1 : n->exe);
		for (uint32_t a = 0; a < INCIDENT_ALERTS_MAX; a++)
			if (n->alerts & 1ULL << a)
				sprintf(to + strlen(to), "*%u", a);
		strcat(to, "(");
		draw(to, i);
		strcat(to, ")");
		between = " ";
	}
}

static void assert_tree(const char *want)
{
	char text[4096] = "";

	draw(text, INCIDENT_NONE);
	assert_string_equal(text, want);
}

static void who_started_whom(void **state)
{
	(void)state;
	/* what it executes is what it is from then on */
	ALERT(0, STARLSM_EV_EXEC, .task = 4, .pid = 40, .euid = 33, .path = "/tmp/x");
	assert_tree("server(sh(x*0()))");
	assert_int_equal(out.node[0].pid, 20);
	assert_int_equal(out.node[2].task, 4);
	assert_int_equal(out.node[2].uid, 0);
	ALERT(1, STARLSM_EV_UNLINK, .task = 4, .path = "/a");
	assert_tree("server(sh(x*0*1()))");
	ALERT(2, STARLSM_EV_UNLINK, .task = 5, .path = "/a");
	assert_tree("server(sh(x*0*1() sh*2()))");
	ALERT(3, STARLSM_EV_UNLINK, .task = 3, .path = "/a");
	ALERT(4, STARLSM_EV_EXEC, .task = 4, .pid = 40, .path = "/tmp/y");
	ALERT(5, STARLSM_EV_EXEC, .task = 4, .pid = 40, .path = "/tmp/y");
	assert_tree("server(sh*3(x*0*1(y*4*5()) sh*2()))");
	FEED(STARLSM_EV_FORK, .task = 4, .other = 6);
	ALERT(6, STARLSM_EV_MODULE, .task = 6, .path = "/tmp/m");
	assert_tree("server(sh*3(x*0*1(y*4*5(y*6())) sh*2()))");
	tree_unmark(&out, 4);
	assert_tree("server(sh*3(x*0*1(y*5(y*6())) sh*2()))");
}

/* A service that has nothing to do with it; one above that has ended; nobody */
static void what_is_not_known(void **state)
{
	(void)state;
	FEED(STARLSM_EV_FORK, .task = 1, .other = 9);
	FEED(STARLSM_EV_EXEC, .task = 9, .pid = 90, .path = "/usr/sbin/cron");
	ALERT(0, STARLSM_EV_UNLINK, .task = 99, .path = "/a");
	ALERT(0, STARLSM_EV_UNLINK, .task = 0, .path = "/a");
	assert_tree("");
	ALERT(0, STARLSM_EV_UNLINK, .task = 9, .path = "/a");
	assert_tree("cron*0()");
	FEED(STARLSM_EV_EXIT, .task = 3, .pid = 30);
	ALERT(1, STARLSM_EV_EXEC, .task = 4, .pid = 40, .path = "/tmp/x");
	ALERT(2, STARLSM_EV_EXEC, .task = 5, .pid = 50, .path = "/tmp/y");
	assert_tree("cron*0() sh(x*1() y*2())");
	assert_int_equal(out.node[1].pid, 30);
	assert_int_equal(out.node[1].uid, UINT32_MAX);
	assert_int_equal(out.node[1].parent, INCIDENT_NONE);
}

static void long_names(void **state)
{
	char path[301], name[400];

	(void)state;
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	strcpy(path + 297, "/xy");
	ALERT(0, STARLSM_EV_EXEC, .task = 2, .pid = 20, .path = path);
	assert_int_equal(strlen(out.node[0].exe), INCIDENT_EXE_MAX - 1);
	assert_memory_equal(out.node[0].exe, "...aaa", 6);
	assert_tree("xy*0()");
	/* the guest's bytes are escaped */
	snprintf(name, sizeof(name), "/tmp/\x1b%s", "x");
	ALERT(1, STARLSM_EV_EXEC, .task = 2, .pid = 20, .path = name);
	assert_string_equal(out.node[1].exe, "/tmp/\\x1bx");
}

/* Whatever a guest does: as much as there is room for, and nothing beyond */
static void bounds(void **state)
{
	(void)state;
	/* deep */
	for (uint64_t task = 100; task < 200; task++)
		FEED(STARLSM_EV_FORK, .task = task == 100 ? 3 : task - 1, .other = task);
	ALERT(0, STARLSM_EV_UNLINK, .task = 199, .path = "/a");
	assert_int_equal(out.n_nodes, TREE_DEPTH_MAX + 1);
	assert_int_equal(out.node[TREE_DEPTH_MAX].alerts, 1);
	/* wide */
	for (uint64_t task = 1000; task < 1100; task++) {
		FEED(STARLSM_EV_FORK, .task = 3, .other = task);
		ALERT(1, STARLSM_EV_UNLINK, .task = task, .path = "/a");
	}
	assert_int_equal(out.n_nodes, INCIDENT_NODES_MAX);
	/* marked at the nearest that is there */
	ALERT(2, STARLSM_EV_UNLINK, .task = 1099, .path = "/a");
	for (uint32_t i = 0; i < out.n_nodes; i++)
		assert_int_equal(!!(out.node[i].alerts & 4), out.node[i].task == 3);
	/* each the other's creator */
	FEED(STARLSM_EV_TASK, .other = 501, .parent = 500);
	FEED(STARLSM_EV_FORK, .task = 501, .other = 500);
	FEED(STARLSM_EV_TASK, .other = 501, .parent = 500);
	ALERT(3, STARLSM_EV_UNLINK, .task = 501, .path = "/a");
	assert_int_equal(out.n_nodes, INCIDENT_NODES_MAX);
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(who_started_whom),
		TREE_TEST(what_is_not_known),
		TREE_TEST(long_names),
		TREE_TEST(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
