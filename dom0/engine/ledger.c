// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - who is who in one guest: its tasks and what they execute
 */
#include "engine/ledger.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LINUX_CLONE_THREAD	0x00010000	/* include/uapi/linux/sched.h */

/* Orders of use: of the tasks, and of the executables nobody refers to */
enum { ORDER_PLAIN, ORDER_STAGED };
enum { ORDER_UNUSED };

int ledger_init(struct ledger *l, const struct hash_seed *seed)
{
	int rc = 0;

	memset(l, 0, sizeof(*l));
	rc |= idmap_init(&l->task_ids, LEDGER_TASKS, seed);
	rc |= idmap_init(&l->exe_ids, LEDGER_EXES, seed);
	rc |= stories_init(&l->stories);
	l->task = calloc(LEDGER_TASKS, sizeof(*l->task));
	l->exe = calloc(LEDGER_EXES, sizeof(*l->exe));
	if (!rc && l->task && l->exe)
		return 0;
	ledger_free(l);
	return -1;
}

void ledger_free(struct ledger *l)
{
	for (uint32_t i = 0; l->exe && i < l->exe_ids.fresh; i++)
		free(l->exe[i].path);
	free(l->exe);
	free(l->task);
	stories_free(&l->stories);
	idmap_free(&l->exe_ids);
	idmap_free(&l->task_ids);
	memset(l, 0, sizeof(*l));
}

/*
 * Executables
 */

static void exe_forget_path(struct ledger *l, struct exe *exe)
{
	l->path_bytes -= exe->path_len;
	free(exe->path);
	exe->path = NULL;
	exe->path_len = 0;
}

static bool exe_evict(struct ledger *l)
{
	uint32_t slot = l->exe_ids.oldest[ORDER_UNUSED];

	if (slot == NO_SLOT)
		return false;
	exe_forget_path(l, &l->exe[slot]);
	idmap_remove(&l->exe_ids, slot);
	l->evicted_exes++;
	return true;
}

static void exe_hold(struct ledger *l, uint32_t slot)
{
	if (slot == NO_SLOT)
		return;
	if (l->exe[slot].refs++ == 0)
		idmap_order(&l->exe_ids, slot, IDMAP_ORDERS);
}

static void exe_release(struct ledger *l, uint32_t slot)
{
	if (slot == NO_SLOT)
		return;
	assert(l->exe[slot].refs);
	if (--l->exe[slot].refs == 0)
		idmap_order(&l->exe_ids, slot, ORDER_UNUSED);
}

/* The slot of an executable, a new one without path if need be. */
static uint32_t exe_get(struct ledger *l, uint64_t id)
{
	uint32_t slot;

	if (id == 0)
		return NO_SLOT;
	slot = idmap_find(&l->exe_ids, id);
	if (slot != NO_SLOT)
		return slot;
	slot = idmap_add(&l->exe_ids, id);
	if (slot == NO_SLOT && exe_evict(l))
		slot = idmap_add(&l->exe_ids, id);
	if (slot == NO_SLOT) {
		l->refused_exes++;
		return NO_SLOT;
	}
	l->exe[slot] = (struct exe){ 0 };
	idmap_order(&l->exe_ids, slot, ORDER_UNUSED);
	return slot;
}

static void exe_set_path(struct ledger *l, uint32_t slot, const char *path, size_t len)
{
	struct exe *exe = &l->exe[slot];

	if (exe->path_len == len && len && !memcmp(exe->path, path, len))
		return;
	exe_forget_path(l, exe);
	exe_hold(l, slot);	/* not to be evicted for its own sake */
	while (l->path_bytes + len > LEDGER_PATH_BYTES && exe_evict(l))
		;
	if (l->path_bytes + len <= LEDGER_PATH_BYTES && len)
		exe->path = malloc(len);
	if (exe->path) {
		memcpy(exe->path, path, len);
		exe->path_len = len;
		l->path_bytes += len;
	} else {
		l->refused_exes++;
	}
	exe_release(l, slot);
}

static void exe_define(struct ledger *l, uint64_t id, const char *path, size_t len)
{
	uint32_t slot = exe_get(l, id);

	if (slot != NO_SLOT)
		exe_set_path(l, slot, path, len);
}

const char *ledger_path(const struct ledger *l, uint32_t exe, size_t *len)
{
	*len = exe == NO_SLOT ? 0 : l->exe[exe].path_len;
	return *len ? l->exe[exe].path : "";
}

/*
 * Tasks
 */

static void set_exe(struct ledger *l, uint32_t *ref, uint32_t slot)
{
	exe_hold(l, slot);
	exe_release(l, *ref);
	*ref = slot;
}

static void task_remove(struct ledger *l, uint32_t slot)
{
	struct task *t = &l->task[slot];

	set_exe(l, &t->exe, NO_SLOT);
	set_exe(l, &t->parent_exe, NO_SLOT);
	story_release(&l->stories, t->story);
	idmap_remove(&l->task_ids, slot);
}

static void task_evict(struct ledger *l)
{
	uint32_t slot = l->task_ids.oldest[ORDER_PLAIN];

	if (slot == NO_SLOT)
		slot = l->task_ids.oldest[ORDER_STAGED];
	task_remove(l, slot);
	l->evicted_tasks++;
}

static void task_touch(struct ledger *l, struct task *t)
{
	idmap_order(&l->task_ids, t - l->task, t->stage ? ORDER_STAGED : ORDER_PLAIN);
}

struct task *ledger_task(struct ledger *l, uint64_t id)
{
	uint32_t slot = id ? idmap_find(&l->task_ids, id) : NO_SLOT;

	return slot == NO_SLOT ? NULL : &l->task[slot];
}

/* The task of that id, a new one of which nothing is known if need be. */
static struct task *task_get(struct ledger *l, uint64_t id)
{
	struct task *t = ledger_task(l, id);
	uint32_t slot;

	if (t || !id)
		return t;
	slot = idmap_add(&l->task_ids, id);
	if (slot == NO_SLOT) {
		task_evict(l);
		slot = idmap_add(&l->task_ids, id);
	}
	t = &l->task[slot];
	*t = (struct task){
		.id = id, .exe = NO_SLOT, .parent_exe = NO_SLOT,
		.uid = UNKNOWN_ID, .euid = UNKNOWN_ID,
	};
	task_touch(l, t);
	return t;
}

void ledger_set_stage(struct ledger *l, struct task *t, uint32_t stage, uint32_t story)
{
	story_release(&l->stories, t->story);
	t->stage = stage;
	t->story = story;
	task_touch(l, t);
}

/* The creator as the child will remember it, also when it is long gone. */
static void inherit(struct ledger *l, struct task *child, const struct task *creator)
{
	child->parent = creator->id;
	child->ppid = creator->tgid ? creator->tgid : creator->pid;
	set_exe(l, &child->parent_exe, creator->exe);
	story_hold(&l->stories, creator->story);
	ledger_set_stage(l, child, creator->stage, creator->story);
}

/*
 * Records
 */

static void define_task(struct ledger *l, const struct starlsm_rec_task *rec)
{
	bool is_new = !ledger_task(l, rec->id);
	struct task *t = task_get(l, rec->id);
	const struct task *creator = ledger_task(l, rec->parent);

	if (!t)
		return;
	if (is_new && creator && creator != t)
		inherit(l, t, creator);
	t->parent = rec->parent;
	t->known = true;
	t->cap_effective = rec->cap_effective;
	t->pid = rec->pid;
	t->tgid = rec->tgid;
	t->uid = rec->uid;
	t->euid = rec->euid;
	set_exe(l, &t->exe, exe_get(l, rec->exe));
}

static void learn_pid(struct ledger *l, uint64_t id, uint32_t pid)
{
	struct task *t = ledger_task(l, id);

	if (t && pid && !t->pid)
		t->pid = pid;
}

static void define_exec(struct ledger *l, const struct starlsm_rec_exec *rec)
{
	/* de_thread() has made it the leader of its group */
	learn_pid(l, rec->rec.task, rec->pid);
	exe_define(l, rec->exe, (const char *)(rec + 1), STARLSM_VAR_LEN(rec->path_len));
}

void ledger_define(struct ledger *l, const struct starlsm_rec *rec)
{
	struct task *actor;

	switch (rec->type) {
	case STARLSM_EV_TASK:
		define_task(l, (const void *)rec);
		break;
	case STARLSM_EV_EXE: {
		const struct starlsm_rec_exe *exe = (const void *)rec;

		exe_define(l, exe->id, (const char *)(exe + 1),
			   STARLSM_VAR_LEN(exe->path_len));
		break;
	}
	case STARLSM_EV_EXEC:
		define_exec(l, (const void *)rec);
		break;
	case STARLSM_EV_EXIT:
		learn_pid(l, rec->task, ((const struct starlsm_rec_exit *)rec)->pid);
		break;
	}
	actor = ledger_task(l, rec->task);
	if (actor)
		task_touch(l, actor);
}

static void change_fork(struct ledger *l, const struct starlsm_rec_fork *rec)
{
	struct task *child, *creator;

	if (!rec->child || rec->child == rec->rec.task)
		return;
	creator = task_get(l, rec->rec.task);
	if (creator)
		idmap_order(&l->task_ids, creator - l->task, IDMAP_ORDERS);
	child = task_get(l, rec->child);
	if (!creator)
		return;
	task_touch(l, creator);
	inherit(l, child, creator);
	child->known = creator->known;
	child->cap_effective = creator->cap_effective;
	child->uid = creator->uid;
	child->euid = creator->euid;
	set_exe(l, &child->exe, creator->exe);
	if (rec->flags & LINUX_CLONE_THREAD)
		child->tgid = creator->tgid;
}

static void change_exec(struct ledger *l, const struct starlsm_rec_exec *rec)
{
	struct task *t = task_get(l, rec->rec.task);

	if (!t)
		return;
	t->known = true;
	t->cap_effective = rec->cap_effective;
	t->pid = rec->pid;
	t->tgid = rec->pid;
	t->uid = rec->uid;
	t->euid = rec->euid;
	t->cred_by_exec = false;
	set_exe(l, &t->exe, exe_get(l, rec->exe));
}

static void change_cred(struct ledger *l, const struct starlsm_rec_cred *rec)
{
	struct task *t = ledger_task(l, rec->rec.task);

	if (!t)
		return;
	t->cap_effective = rec->cap_effective;
	t->uid = rec->uid;
	t->euid = rec->euid;
	t->cred_by_exec = rec->op == STARLSM_CRED_EXEC;
}

static void change_exit(struct ledger *l, uint64_t id)
{
	uint32_t slot = idmap_find(&l->task_ids, id);

	if (slot != NO_SLOT)
		task_remove(l, slot);
}

void ledger_change(struct ledger *l, const struct starlsm_rec *rec)
{
	switch (rec->type) {
	case STARLSM_EV_FORK:
		change_fork(l, (const void *)rec);
		break;
	case STARLSM_EV_EXEC:
		change_exec(l, (const void *)rec);
		break;
	case STARLSM_EV_CRED:
		change_cred(l, (const void *)rec);
		break;
	case STARLSM_EV_EXIT:
		change_exit(l, rec->task);
		break;
	}
}
