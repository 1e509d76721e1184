// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the tasks of a report, who created whom
 */
#include "ctl/report_tree.h"

#include <string.h>

#include "ctl/report_model.h"
#include "ctl/value.h"

#define MARKS	32

static json_int_t integer(const json_t *object, const char *key, json_int_t unknown)
{
	const json_t *value = json_object_get(object, key);

	return json_is_integer(value) ? json_integer_value(value) : unknown;
}

static struct tree_node *add(struct tree *t, json_int_t task)
{
	struct tree_node *node;

	if (t->n == TREE_MAX) {
		t->n_left_out++;
		return NULL;
	}
	node = &t->node[t->n++];
	*node = (struct tree_node){ .task = task, .parent = TREE_NONE, .uid = -1, .exe = "" };
	return node;
}

/* What the task is by now: an exec makes another node of it */
static int find(const struct tree *t, json_int_t task)
{
	for (int i = t->n; i-- > 0 && task;)
		if (t->node[i].task == task)
			return i;
	return TREE_NONE;
}

/*
 * As the incident has it
 */

static void take_marks(struct tree_node *node, const json_t *alerts)
{
	const json_t *number;
	size_t i;

	json_array_foreach(alerts, i, number)
		if (json_integer_value(number) >= 0 && json_integer_value(number) < MARKS)
			node->marks |= 1U << json_integer_value(number);
}

static void take_node(struct tree *t, const json_t *n)
{
	json_int_t parent = integer(n, "parent", TREE_NONE);
	struct tree_node *node = add(t, integer(n, "task", 0));

	if (!node)
		return;
	/* It comes before its children: nothing goes in a circle. */
	if (parent >= 0 && parent < t->n - 1)
		node->parent = parent;
	node->pid = integer(n, "pid", 0);
	node->uid = integer(n, "uid", -1);
	node->exe = value_text(n, "exe");
	take_marks(node, json_object_get(n, "alerts"));
}

/* What an exec tells of the node that it has made */
static void add_exec(struct tree *t, const json_t *incident, const json_t *ev)
{
	const int mark = model_mark(incident, integer(ev, "vcpu", -1), integer(ev, "seq", 0));

	for (int i = 0; i < t->n; i++) {
		if (t->node[i].task != integer(json_object_get(ev, "task"), "id", 0) ||
		    strcmp(t->node[i].exe, value_text(ev, "path")))
			continue;
		t->node[i].args = json_object_get(ev, "args");
		if (mark && mark <= MARKS)
			t->node[i].marks |= 1U << (mark - 1);
	}
}

/*
 * Out of events
 */

static int task_node(struct tree *t, const json_t *task, const json_t *parent)
{
	json_int_t id = integer(task, "id", 0);
	int above = parent ? task_node(t, parent, NULL) : TREE_NONE;
	int at = find(t, id);
	struct tree_node *node;

	if (!id)
		return TREE_NONE;
	node = at == TREE_NONE ? add(t, id) : &t->node[at];
	if (!node)
		return TREE_NONE;
	at = node - t->node;
	if (node->parent == TREE_NONE && above < at)
		node->parent = above;
	if (!node->pid)
		node->pid = integer(task, "pid", 0);
	if (!*node->exe)
		node->exe = value_text(task, "exe");
	node->uid = integer(task, "euid", node->uid);
	return at;
}

/* A child that has done nothing before its exec is what it executes. */
static bool is_fresh(const struct tree *t, const struct tree_node *node)
{
	return !node->n_events && node->parent != TREE_NONE &&
	       !strcmp(node->exe, t->node[node->parent].exe);
}

static int exec_node(struct tree *t, int before, const json_t *ev)
{
	struct tree_node *node = &t->node[before];

	if (!is_fresh(t, node)) {
		node = add(t, t->node[before].task);
		if (!node)
			return before;
		node->parent = before;
		node->pid = t->node[before].pid;
	}
	node->exe = value_text(ev, "path");
	node->args = json_object_get(ev, "args");
	node->uid = integer(ev, "euid", t->node[before].uid);
	return node - t->node;
}

static void take_event(struct tree *t, const json_t *incident, const json_t *ev)
{
	const json_t *task = json_object_get(ev, "task");
	int at = task_node(t, task, json_object_get(task, "parent"));
	int mark = model_mark(incident, integer(ev, "vcpu", -1), integer(ev, "seq", 0));
	json_int_t child = integer(ev, "child", 0);
	int made;

	if (at == TREE_NONE)
		return;
	if (!strcmp(value_text(ev, "event"), "exec"))
		at = exec_node(t, at, ev);
	t->node[at].n_events++;
	if (mark && mark <= MARKS)
		t->node[at].marks |= 1U << (mark - 1);
	if (strcmp(value_text(ev, "event"), "fork") || find(t, child) != TREE_NONE || !add(t, child))
		return;
	made = t->n - 1;
	t->node[made].parent = at;
	t->node[made].uid = t->node[at].uid;
	t->node[made].exe = t->node[at].exe;
}

/* A child that did nothing of its own is no news. */
static void drop_idle(struct tree *t)
{
	static int to[TREE_MAX];
	bool is_used[TREE_MAX] = { false };	/* it, or one below it, has made an event */
	int n = 0;

	for (int i = t->n; i-- > 0;) {
		is_used[i] |= t->node[i].n_events;
		if (is_used[i] && t->node[i].parent != TREE_NONE)
			is_used[t->node[i].parent] = true;
	}
	for (int i = 0; i < t->n; i++) {
		if (!is_used[i])
			continue;
		to[i] = n;
		if (t->node[i].parent != TREE_NONE)
			t->node[i].parent = to[t->node[i].parent];
		t->node[n++] = t->node[i];
	}
	t->n = n;
}

/*
 * An order for people
 */

static void put_below(struct tree *t, int parent, int *n)
{
	int depth = parent == TREE_NONE ? 0 : t->node[parent].depth + 1;

	for (int i = parent + 1; i < t->n; i++) {
		if (t->node[i].parent != parent)
			continue;
		t->node[i].depth = depth;
		t->order[(*n)++] = i;
		put_below(t, i, n);
	}
}

void tree_build(struct tree *t, const json_t *model)
{
	const json_t *incident = json_object_get(model, "incident");
	const json_t *nodes = json_object_get(incident, "tree");
	const json_t *events = json_object_get(model, "events"), *one;
	bool has_tree = json_array_size(nodes);
	size_t i;
	int n = 0;

	memset(t, 0, sizeof(*t));
	json_array_foreach(nodes, i, one)
		take_node(t, one);
	json_array_foreach(events, i, one) {
		if (!has_tree)
			take_event(t, incident, one);
		else if (!strcmp(value_text(one, "event"), "exec"))
			add_exec(t, incident, one);
	}
	if (!has_tree)
		drop_idle(t);
	put_below(t, TREE_NONE, &n);
}
