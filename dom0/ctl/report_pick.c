// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - which of many events a report of an incident shows
 */
#include "ctl/report_pick.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/report_model.h"
#include "lib/idmap.h"

/* Tasks of a quarter of an hour; later ones are not known. */
#define TASKS	65536
/* Generations looked back: no lineage of people is longer, and a lying guest's may be a circle. */
#define HOPS	64
/* What a page shows of what an event asked for */
#define TEXT_MAX	(2 * STARLSM_REC_MAX)

enum {
	IS_MARKED = 1,		/* an alert or step is about it */
	IS_HINT = 2,		/* it wanted into the kernel */
	IS_ABOVE = 4,		/* it is above a marked one */
};

struct task {
	uint64_t parent;
	uint32_t flags;
};

struct pick {
	const json_t *incident;
	struct idmap map;
	struct task *task;	/* by the map's slots */
	int64_t last_ns;	/* of the incident */
	json_t *events;
	int n_left_out;
	bool has_marked;
};

struct pick *pick_new(const json_t *incident)
{
	struct hash_seed seed = { 0 };
	struct pick *p = calloc(1, sizeof(*p));
	int64_t first_ns;

	if (!p)
		return NULL;
	p->incident = incident;
	/* The ids are the guest's choice: it must not know where they end up. */
	arc4random_buf(&seed, sizeof(seed));
	model_span(incident, &first_ns, &p->last_ns);
	p->task = calloc(TASKS, sizeof(*p->task));
	p->events = json_array();
	if (p->task && p->events && !idmap_init(&p->map, TASKS, &seed))
		return p;
	json_decref(p->events);
	free(p->task);
	free(p);
	return NULL;
}

void pick_free(struct pick *p)
{
	if (!p)
		return;
	idmap_free(&p->map);
	json_decref(p->events);
	free(p->task);
	free(p);
}

/*
 * Who is whose
 */

static struct task *find(const struct pick *p, uint64_t id)
{
	uint32_t slot = id ? idmap_find(&p->map, id) : NO_SLOT;

	return slot == NO_SLOT ? NULL : &p->task[slot];
}

static struct task *learn(struct pick *p, uint64_t id, uint64_t parent)
{
	struct task *task = find(p, id);
	uint32_t slot;

	if (!task && id) {
		slot = idmap_add(&p->map, id);
		task = slot == NO_SLOT ? NULL : &p->task[slot];
	}
	if (task && parent)
		task->parent = parent;
	return task;
}

static uint64_t task_of(const struct format_event *fe)
{
	struct starlsm_rec hdr;

	memcpy(&hdr, fe->rec, sizeof(hdr));
	return hdr.task;
}

static uint16_t type_of(const struct format_event *fe)
{
	struct starlsm_rec hdr;

	memcpy(&hdr, fe->rec, sizeof(hdr));
	return hdr.type;
}

/* The task that a fork makes, else 0 */
static uint64_t child_of(const struct format_event *fe)
{
	struct value v;

	return type_of(fe) == STARLSM_EV_FORK && decode_find(fe->rec, "child", &v) ? v.number : 0;
}

static int mark_of(const struct pick *p, const struct format_event *fe)
{
	return model_mark(p->incident, fe->out->ring, fe->out->seq);
}

static bool wants_into_kernel(uint16_t type)
{
	return type == STARLSM_EV_MODULE || type == STARLSM_EV_KEXEC || type == STARLSM_EV_BPF ||
	       type == STARLSM_EV_PTRACE;
}

void pick_note(struct pick *p, const struct format_event *fe)
{
	struct task *task = learn(p, task_of(fe), fe->out->parent);

	learn(p, child_of(fe), task_of(fe));
	if (!task)
		return;
	if (mark_of(p, fe))
		task->flags |= IS_MARKED;
	if (wants_into_kernel(type_of(fe)))
		task->flags |= IS_HINT;
}

static void mark_above(struct pick *p, const struct task *task)
{
	for (int i = 0; i < HOPS && task; i++) {
		struct task *parent = find(p, task->parent);

		if (parent)
			parent->flags |= IS_ABOVE;
		task = parent;
	}
}

/* The tasks that the incident's own tree has marked */
static void mark_tree(struct pick *p)
{
	const json_t *node;
	size_t i;

	json_array_foreach(json_object_get(p->incident, "tree"), i, node) {
		struct task *task;

		if (!json_array_size(json_object_get(node, "alerts")))
			continue;
		task = find(p, json_integer_value(json_object_get(node, "task")));
		if (task)
			task->flags |= IS_MARKED;
	}
}

/* Where nothing is of a task, who wanted into the kernel is whom one wants to know. */
void pick_ready(struct pick *p)
{
	mark_tree(p);
	for (uint32_t i = 0; i < TASKS; i++)
		p->has_marked |= p->task[i].flags & IS_MARKED;
	for (uint32_t i = 0; i < TASKS; i++) {
		struct task *task = &p->task[i];

		if (!p->has_marked && task->flags & IS_HINT)
			task->flags |= IS_MARKED;
		if (task->flags & IS_MARKED)
			mark_above(p, task);
	}
}

static bool is_below(const struct pick *p, uint64_t id)
{
	const struct task *task = find(p, id);

	for (int i = 0; i < HOPS && task; i++) {
		if (task->flags & IS_MARKED)
			return true;
		task = find(p, task->parent);
	}
	return false;
}

static bool is_kin(const struct pick *p, uint64_t id)
{
	const struct task *task = find(p, id);

	return (task && task->flags & IS_ABOVE) || is_below(p, id);
}

/*
 * Taking
 */

static bool is_wanted(const struct pick *p, const struct format_event *fe)
{
	uint16_t type = type_of(fe);

	if (type < DECODE_FIRST_REQUEST || !task_of(fe))
		return false;
	if (type == STARLSM_EV_FORK)
		return is_kin(p, task_of(fe)) && is_kin(p, child_of(fe));
	if (is_below(p, task_of(fe)))
		return *fe->ev->attack || fe->ev->class == STARLSM_CLASS_COMMIT;
	return type == STARLSM_EV_EXEC && is_kin(p, task_of(fe));
}

static bool is_marked_json(const struct pick *p, const json_t *ev)
{
	return model_mark(p->incident, model_number(ev, "vcpu"),
			  json_integer_value(json_object_get(ev, "seq")));
}

/* Of those before the incident's last moment the oldest goes, of those after it the newest. */
static bool has_room(struct pick *p, bool is_after)
{
	size_t n = json_array_size(p->events);

	if (n < PICK_MAX)
		return true;
	p->n_left_out++;
	for (size_t i = 0; i < n && !is_after; i++)
		if (!is_marked_json(p, json_array_get(p->events, i)))
			return !json_array_remove(p->events, i);
	return false;
}

void pick_take(struct pick *p, const struct format_event *fe, int64_t wall_ns)
{
	bool is_after = fe->out->mono_ns + wall_ns > p->last_ns, is_marked = mark_of(p, fe);
	char text[TEXT_MAX];
	json_t *object;

	if (!is_marked && !is_wanted(p, fe))
		return;
	if (!has_room(p, is_after && !is_marked))
		return;
	object = format_json(fe, wall_ns);
	format_object(fe, text, sizeof(text));
	json_object_set_new(object, "text", json_string(text));
	json_array_append_new(p->events, object);
}

void pick_finish(struct pick *p, json_t *model)
{
	json_object_set(model, "events", p->events);
	json_object_set_new(json_object_get(model, "left_out"), "events",
			    json_integer(p->n_left_out));
}
