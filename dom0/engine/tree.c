// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an incident's tasks: who started whom, and which of them alerted
 */
#include "engine/tree.h"

#include <string.h>

#include "lib/text.h"

/* The last node of that task, INCIDENT_NONE if it has none */
static uint32_t find(const struct msg_out_incident *out, uint64_t task)
{
	for (uint32_t i = out->n_nodes; i-- > 0;)
		if (out->node[i].task == task)
			return i;
	return INCIDENT_NONE;
}

/* What does not fit loses its beginning, which says less. */
static void set_exe(struct incident_node *n, const struct path *p)
{
	const size_t room = sizeof(n->exe) - 1 - strlen("...");
	struct text t;

	text_init(&t, n->exe, sizeof(n->exe));
	if (!p)
		return;
	if (p->is_cut || p->len > room)
		text_add(&t, "...");
	if (p->len > room)
		text_add_guest(&t, p->text + p->len - room, room);
	else
		text_add_guest(&t, p->text, p->len);
}

static struct incident_node *new_node(struct msg_out_incident *out, uint64_t task,
				      uint32_t parent)
{
	struct incident_node *n;

	if (out->n_nodes == INCIDENT_NODES_MAX)
		return NULL;
	n = &out->node[out->n_nodes++];
	*n = (struct incident_node){ .task = task, .parent = parent, .uid = UNKNOWN_ID };
	return n;
}

/* Below that parent; where it is, or the parent if there is no room. */
static uint32_t add(struct msg_out_incident *out, uint32_t parent, const struct task *t,
		    const struct path *exe)
{
	struct incident_node *n = new_node(out, t->id, parent);

	if (!n)
		return parent;
	n->pid = t->pid;
	n->uid = t->euid;
	set_exe(n, exe);
	return n - out->node;
}

/* A creator that is gone: its child remembers something of it. */
static uint32_t add_gone(struct msg_out_incident *out, const struct ledger *l,
			 const struct task *child)
{
	uint32_t at = find(out, child->parent);
	struct incident_node *n;

	if (at != INCIDENT_NONE)
		return at;
	n = new_node(out, child->parent, INCIDENT_NONE);
	if (!n)
		return INCIDENT_NONE;
	n->pid = child->ppid;
	set_exe(n, ledger_exe(l, child->parent_exe));
	return n - out->node;
}

/* Where the one above a task in its lineage is, with all that is above that */
static uint32_t add_above(struct msg_out_incident *out, struct ledger *l, const struct task *t,
			  unsigned int depth)
{
	const struct task *up;
	uint32_t at;

	if (!depth || t->lineage == t->id || !t->parent)
		return INCIDENT_NONE;
	up = ledger_task(l, t->parent);
	if (!up)
		return add_gone(out, l, t);
	if (up->lineage != t->lineage)
		return INCIDENT_NONE;
	at = find(out, up->id);
	return at != INCIDENT_NONE ? at :
		add(out, add_above(out, l, up, depth - 1), up, ledger_exe(l, up->exe));
}

static bool has_exe(const struct incident_node *n, const struct path *exe)
{
	struct incident_node other;

	set_exe(&other, exe);
	return !strcmp(n->exe, other.exe);
}

void tree_add(struct msg_out_incident *out, struct ledger *l, const struct starlsm_rec *rec,
	      uint32_t alert)
{
	const struct task *t = ledger_task(l, rec->task);
	const struct path *exe;
	uint32_t at;

	if (!t)
		return;
	exe = rec->type == STARLSM_EV_EXEC ?
		ledger_path(l, ((const struct starlsm_rec_exec *)rec)->path) :
		ledger_exe(l, t->exe);
	at = find(out, t->id);
	if (at == INCIDENT_NONE)
		at = add(out, add_above(out, l, t, TREE_DEPTH_MAX), t, exe);
	else if (!has_exe(&out->node[at], exe))
		at = add(out, at, t, exe);
	if (at != INCIDENT_NONE)
		out->node[at].alerts |= 1ULL << alert;
}

void tree_unmark(struct msg_out_incident *out, uint32_t alert)
{
	for (uint32_t i = 0; i < out->n_nodes; i++)
		out->node[i].alerts &= ~(1ULL << alert);
}
