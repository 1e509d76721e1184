// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of a report's tree of tasks: who created whom, where it was recognised
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "ctl/report_tree.h"

static struct tree tree;

static void build(const char *model_text)
{
	json_error_t error;
	json_t *model = json_loads(model_text, 0, &error);

	if (!model)
		print_error("%s at %d\n", error.text, error.position);
	assert_non_null(model);
	tree_build(&tree, model);
	/* The texts are the model's: what is compared is copied first. */
	for (int i = 0; i < tree.n; i++) {
		static char exe[TREE_MAX][64];

		snprintf(exe[i], sizeof(exe[i]), "%s", tree.node[i].exe);
		tree.node[i].exe = exe[i];
	}
	json_decref(model);
}

/* The n-th that is shown */
static void assert_node(int n, const char *exe, int depth, unsigned int marks)
{
	const struct tree_node *node = &tree.node[tree.order[n]];

	assert_true(n < tree.n);
	assert_string_equal(node->exe, exe);
	assert_int_equal(node->depth, depth);
	assert_int_equal(node->marks, marks);
}

#define TASK(id, exe, parent, parent_exe) \
	"\"task\":{\"id\":" #id ",\"pid\":" #id ",\"euid\":33,\"exe\":\"" exe "\"," \
	"\"parent\":{\"id\":" #parent ",\"pid\":" #parent ",\"exe\":\"" parent_exe "\"}}"
#define FORK(seq, id, exe, child) \
	"{\"event\":\"fork\",\"vcpu\":0,\"seq\":" #seq ",\"child\":" #child "," \
	TASK(id, exe, 1, "init") "}"
#define EXEC(seq, id, exe, parent, parent_exe, path) \
	"{\"event\":\"exec\",\"vcpu\":0,\"seq\":" #seq ",\"path\":\"" path "\",\"euid\":0," \
	"\"args\":[\"a\"]," TASK(id, exe, parent, parent_exe) "}"
#define CREATE(seq, id, exe, parent, parent_exe) \
	"{\"event\":\"create\",\"vcpu\":0,\"seq\":" #seq "," TASK(id, exe, parent, parent_exe) "}"

static void out_of_events(void **state)
{
	(void)state;
	build("{\"incident\":{\"steps\":[{\"vcpu\":0,\"seq\":4},{\"vcpu\":1,\"seq\":5}]},\"events\":["
	      FORK(1, 2, "nginx", 3) ","
	      EXEC(2, 3, "nginx", 2, "nginx", "sh") ","
	      FORK(3, 3, "sh", 4) ","
	      FORK(5, 3, "sh", 5) ","
	      CREATE(4, 4, "sh", 3, "sh") "]}");
	/* Task 3 was nginx for a moment, and 5 did nothing. */
	assert_int_equal(tree.n, 4);
	assert_node(0, "init", 0, 0);
	assert_node(1, "nginx", 1, 0);
	assert_node(2, "sh", 2, 0);
	assert_node(3, "sh", 3, 1);
	assert_int_equal(tree.node[tree.order[2]].uid, 33);
	assert_int_equal(tree.node[tree.order[3]].pid, 4);
}

/* One that did something, then became another */
static void an_exec_is_another_node(void **state)
{
	(void)state;
	build("{\"incident\":{\"steps\":[{\"vcpu\":0,\"seq\":2}]},\"events\":["
	      CREATE(1, 3, "sh", 2, "nginx") ","
	      EXEC(2, 3, "sh", 2, "nginx", "x") "]}");
	assert_int_equal(tree.n, 3);
	assert_node(0, "nginx", 0, 0);
	assert_node(1, "sh", 1, 0);
	assert_node(2, "x", 2, 1);
	assert_int_equal(tree.node[tree.order[2]].uid, 0);
}

static void as_the_incident_has_it(void **state)
{
	(void)state;
	build("{\"incident\":{\"alerts\":[{}],\"tree\":["
	      "{\"parent\":null,\"task\":1,\"pid\":1,\"uid\":0,\"exe\":\"init\",\"alerts\":[]},"
	      "{\"parent\":0,\"task\":2,\"pid\":null,\"uid\":null,\"exe\":\"sh\",\"alerts\":[0,2]},"
	      "{\"parent\":0,\"task\":3,\"pid\":3,\"uid\":33,\"exe\":\"x\",\"alerts\":[]},"
	      "{\"parent\":1,\"task\":4,\"pid\":4,\"uid\":33,\"exe\":\"y\",\"alerts\":[77,-1]}]},"
	      "\"events\":[" EXEC(2, 4, "sh", 2, "sh", "y") "]}");
	assert_int_equal(tree.n, 4);
	assert_node(0, "init", 0, 0);
	assert_node(1, "sh", 1, 5);
	assert_node(2, "y", 2, 0);
	assert_node(3, "x", 1, 0);
	assert_int_equal(tree.node[1].uid, -1);
	assert_non_null(tree.node[3].args);
}

/* A node that says it is its own parent, or a later one's child, is one without. */
static void circles(void **state)
{
	(void)state;
	build("{\"incident\":{\"tree\":[{\"parent\":0,\"task\":1,\"exe\":\"a\"},"
	      "{\"parent\":2,\"task\":2,\"exe\":\"b\"},{\"parent\":1,\"task\":3,\"exe\":\"c\"}]}}");
	assert_int_equal(tree.n, 3);
	assert_node(0, "a", 0, 0);
	assert_node(1, "b", 0, 0);
	assert_node(2, "c", 1, 0);
	build("{\"incident\":{\"steps\":[]},\"events\":["
	      CREATE(1, 3, "a", 4, "b") "," CREATE(2, 4, "b", 3, "a") "]}");
	assert_int_equal(tree.n, 2);
}

static void too_many(void **state)
{
	json_t *model = json_pack("{s:{s:[]}}", "incident", "tree");
	json_t *nodes = json_object_get(json_object_get(model, "incident"), "tree");

	(void)state;
	for (int i = 0; i < TREE_MAX + 10; i++)
		json_array_append_new(nodes, json_pack("{s:i, s:i, s:s}", "parent", i - 1, "task",
						       i + 1, "exe", "x"));
	tree_build(&tree, model);
	assert_int_equal(tree.n, TREE_MAX);
	assert_int_equal(tree.n_left_out, 10);
	assert_int_equal(tree.node[tree.order[TREE_MAX - 1]].depth, TREE_MAX - 1);
	json_decref(model);
}

static void nothing(void **state)
{
	(void)state;
	build("{}");
	assert_int_equal(tree.n, 0);
	build("{\"incident\":{\"steps\":[{\"vcpu\":0,\"seq\":0}]},\"events\":[{\"event\":\"lost\",\"seq\":0},{}]}");
	assert_int_equal(tree.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(out_of_events),
		cmocka_unit_test(an_exec_is_another_node),
		cmocka_unit_test(as_the_incident_has_it),
		cmocka_unit_test(circles),
		cmocka_unit_test(too_many),
		cmocka_unit_test(nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
