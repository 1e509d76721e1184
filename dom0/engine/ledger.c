// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - who is who in one guest: its tasks and what they execute
 */
#include "engine/ledger.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LINUX_CLONE_THREAD	0x00010000	/* include/uapi/linux/sched.h */

/* Orders of use: of the tasks, and of the paths */
enum { ORDER_PLAIN, ORDER_STAGED };
enum { ORDER_NAMED, ORDER_EXECUTED };

int ledger_init(struct ledger *l, const struct hash_seed *seed)
{
	int rc = 0;

	memset(l, 0, sizeof(*l));
	rc |= idmap_init(&l->task_ids, LEDGER_TASKS, seed);
	rc |= idmap_init(&l->path_ids, LEDGER_PATHS, seed);
	rc |= stories_init(&l->stories);
	l->task = calloc(LEDGER_TASKS, sizeof(*l->task));
	l->path = calloc(LEDGER_PATHS, sizeof(*l->path));
	if (!rc && l->task && l->path)
		return 0;
	ledger_free(l);
	return -1;
}

void ledger_free(struct ledger *l)
{
	for (uint32_t i = 0; l->path && i < l->path_ids.fresh; i++) {
		free(l->path[i].text);
		free(l->path[i].sha256);
	}
	for (uint32_t i = 0; l->task && i < l->task_ids.fresh; i++) {
		command_release(l->task[i].command);
		command_release(l->task[i].parent_command);
	}
	free(l->path);
	free(l->task);
	stories_free(&l->stories);
	idmap_free(&l->path_ids);
	idmap_free(&l->task_ids);
	memset(l, 0, sizeof(*l));
}

/*
 * Paths
 */

static void path_touch(struct ledger *l, uint32_t slot)
{
	idmap_order(&l->path_ids, slot, l->path[slot].refs ? ORDER_EXECUTED : ORDER_NAMED);
}

static void set_digest(struct path *p, const void *bytes, size_t len)
{
	free(p->sha256);
	p->sha256 = len ? malloc(len) : NULL;
	if (p->sha256)
		memcpy(p->sha256, bytes, len);
}

static void path_forget(struct ledger *l, struct path *p)
{
	if (p->text && p->epoch == l->epoch)
		l->lacks_paths = true;
	l->path_bytes -= p->len;
	free(p->text);
	set_digest(p, NULL, 0);
	p->text = NULL;
	p->len = 0;
	p->is_cut = false;
}

static bool path_evict(struct ledger *l)
{
	uint32_t slot = l->path_ids.oldest[ORDER_NAMED];

	if (slot == NO_SLOT)
		return false;
	path_forget(l, &l->path[slot]);
	idmap_remove(&l->path_ids, slot);
	l->evicted_paths++;
	return true;
}

/* Tasks know its slot, which therefore stays. */
static bool path_empty(struct ledger *l)
{
	uint32_t slot = l->path_ids.oldest[ORDER_EXECUTED];

	if (slot == NO_SLOT)
		return false;
	path_forget(l, &l->path[slot]);
	idmap_order(&l->path_ids, slot, IDMAP_ORDERS);
	l->evicted_paths++;
	return true;
}

static void path_hold(struct ledger *l, uint32_t slot)
{
	if (slot == NO_SLOT)
		return;
	l->path[slot].refs++;
	path_touch(l, slot);
}

static void path_release(struct ledger *l, uint32_t slot)
{
	if (slot == NO_SLOT)
		return;
	assert(l->path[slot].refs);
	if (--l->path[slot].refs == 0)
		path_touch(l, slot);
}

/* The slot of a path, a new one without text if need be. */
static uint32_t path_get(struct ledger *l, uint64_t id)
{
	uint32_t slot;

	if (id == 0)
		return NO_SLOT;
	slot = idmap_find(&l->path_ids, id);
	if (slot != NO_SLOT)
		return slot;
	slot = idmap_add(&l->path_ids, id);
	if (slot == NO_SLOT && path_evict(l))
		slot = idmap_add(&l->path_ids, id);
	if (slot == NO_SLOT) {
		l->refused_paths++;
		l->lacks_paths = true;
		return NO_SLOT;
	}
	l->path[slot] = (struct path){ 0 };
	path_touch(l, slot);
	return slot;
}

static void make_room(struct ledger *l, size_t len)
{
	while (l->path_bytes + len > LEDGER_PATH_BYTES && (path_evict(l) || path_empty(l)))
		;
}

static void path_define(struct ledger *l, const struct starlsm_rec_path *rec)
{
	size_t len = STARLSM_VAR_LEN(rec->path_len);
	uint32_t slot = path_get(l, rec->id);
	struct path *p;

	if (slot == NO_SLOT)
		return;
	p = &l->path[slot];
	l->path_bytes -= p->len;
	free(p->text);
	*p = (struct path){ .refs = p->refs, .epoch = l->epoch, .sha256 = p->sha256 };
	/* not to be evicted for its own sake */
	idmap_order(&l->path_ids, slot, IDMAP_ORDERS);
	make_room(l, len);
	p->text = malloc(len ? len : 1);
	if (p->text) {
		memcpy(p->text, rec + 1, len);
		p->len = len;
		p->is_cut = rec->path_len & STARLSM_TRUNCATED;
		l->path_bytes += len;
	} else {
		l->refused_paths++;
		l->lacks_paths = true;
	}
	path_touch(l, slot);
}

const struct path *ledger_exe(const struct ledger *l, uint32_t slot)
{
	return slot == NO_SLOT || !l->path[slot].text ? NULL : &l->path[slot];
}

const struct path *ledger_path(struct ledger *l, uint64_t id)
{
	uint32_t slot = id ? idmap_find(&l->path_ids, id) : NO_SLOT;

	if (slot != NO_SLOT)
		path_touch(l, slot);
	return ledger_exe(l, slot);
}

/* Of one whose text is known, so that it goes when that does */
static void learn_digest(struct ledger *l, uint64_t id, const void *bytes, size_t len)
{
	uint32_t slot = id ? idmap_find(&l->path_ids, id) : NO_SLOT;

	if (ledger_exe(l, slot))
		set_digest(&l->path[slot], bytes, len);
}

_Static_assert(offsetof(struct starlsm_rec_exec, path) ==
	       offsetof(struct starlsm_rec_check, path), "ledger_digest() reads both");

const char *ledger_digest(struct ledger *l, const struct starlsm_rec *rec)
{
	const struct path *p;

	if (rec->type != STARLSM_EV_EXEC && rec->type != STARLSM_EV_CHECK)
		return NULL;
	p = ledger_path(l, ((const struct starlsm_rec_exec *)rec)->path);
	return p ? p->sha256 : NULL;
}

/*
 * Tasks
 */

static void set_exe(struct ledger *l, uint32_t *ref, uint32_t slot)
{
	path_hold(l, slot);
	path_release(l, *ref);
	*ref = slot;
}

static void set_command(struct command **ref, struct command *held)
{
	command_release(*ref);
	*ref = held;
}

static void task_remove(struct ledger *l, uint32_t slot)
{
	struct task *t = &l->task[slot];

	set_exe(l, &t->exe, NO_SLOT);
	set_exe(l, &t->parent_exe, NO_SLOT);
	set_command(&t->command, NULL);
	set_command(&t->parent_command, NULL);
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
		.id = id, .lineage = id, .exe = NO_SLOT, .parent_exe = NO_SLOT,
		.uid = UNKNOWN_ID, .euid = UNKNOWN_ID, .lineage_uid = UNKNOWN_ID,
		.first_ns = l->now_ns, .last_ns = l->now_ns,
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

/* init and kthreadd, whose children have nothing in common */
static bool is_everybodys(const struct task *t)
{
	return t->pid == 1 || t->pid == 2;
}

static void set_ids(struct task *t, uint32_t uid, uint32_t euid)
{
	bool is_given_up = !t->stage && t->uid == 0 && uid != 0;

	if (is_given_up)
		t->lineage = t->id;
	if (is_given_up || t->lineage_uid == UNKNOWN_ID)
		t->lineage_uid = uid;
	t->uid = uid;
	t->euid = euid;
}

/* The creator as the child will remember it, also when it is long gone. */
static void inherit(struct ledger *l, struct task *child, const struct task *creator)
{
	child->parent = creator->id;
	child->uid = creator->uid;
	child->lineage = is_everybodys(creator) ? child->id : creator->lineage;
	child->lineage_uid = creator->lineage_uid;
	child->ppid = creator->tgid ? creator->tgid : creator->pid;
	set_exe(l, &child->parent_exe, creator->exe);
	set_command(&child->parent_command, command_hold(creator->command));
	story_hold(&l->stories, creator->story);
	ledger_set_stage(l, child, creator->stage, creator->story);
}

/*
 * Records
 */

void ledger_believe(struct ledger *l, struct task *t, uint32_t uid, uint32_t euid, uint64_t caps)
{
	t->told = (struct told){
		.uid = uid, .euid = euid, .caps = caps, .stamp = ++l->stamp,
		.doubt = l->doubt, .is_known = true,
	};
}

static void define_task(struct ledger *l, const struct starlsm_rec_task *rec)
{
	bool is_new = !ledger_task(l, rec->id);
	struct task *t = task_get(l, rec->id);
	const struct task *creator = ledger_task(l, rec->parent);
	uint32_t exe;

	if (!t)
		return;
	if (is_new && creator && creator != t)
		inherit(l, t, creator);
	t->parent = rec->parent;
	t->known = true;
	t->cap_effective = rec->cap_effective;
	t->pid = rec->pid;
	t->tgid = rec->tgid;
	set_ids(t, rec->uid, rec->euid);
	if (!t->told.is_known)
		ledger_believe(l, t, rec->uid, rec->euid, rec->cap_effective);
	exe = path_get(l, rec->exe);
	/* of another program than the one that was heard of */
	if (exe != t->exe)
		set_command(&t->command, NULL);
	set_exe(l, &t->exe, exe);
}

static void learn_pid(struct ledger *l, uint64_t id, uint32_t pid)
{
	struct task *t = ledger_task(l, id);

	if (t && pid && !t->pid)
		t->pid = pid;
}

/* What was defined before is defined again when it is needed. */
static void begin_epoch(struct ledger *l, uint32_t epoch)
{
	if (epoch == l->epoch)
		return;
	l->epoch = epoch;
	l->lacks_paths = false;
}

static void define_digest(struct ledger *l, const struct starlsm_rec_digest *rec)
{
	learn_digest(l, rec->path, rec + 1, STARLSM_VAR_LEN(rec->sha256_len));
}

void ledger_define(struct ledger *l, const struct starlsm_rec *rec)
{
	struct task *actor;

	switch (rec->type) {
	case STARLSM_EV_TASK:
		define_task(l, (const void *)rec);
		break;
	case STARLSM_EV_HELLO:
		begin_epoch(l, ((const struct starlsm_rec_hello *)rec)->epoch);
		break;
	case STARLSM_EV_PATH:
		path_define(l, (const void *)rec);
		break;
	case STARLSM_EV_DIGEST:
		define_digest(l, (const void *)rec);
		break;
	case STARLSM_EV_EXEC:
		/* de_thread() has made it the leader of its group */
		learn_pid(l, rec->task, ((const struct starlsm_rec_exec *)rec)->pid);
		break;
	case STARLSM_EV_EXIT:
		learn_pid(l, rec->task, ((const struct starlsm_rec_exit *)rec)->pid);
		break;
	}
	actor = ledger_task(l, rec->task);
	if (!actor)
		return;
	task_touch(l, actor);
	/* its end is told whenever the last one lets go of it */
	if (rec->type != STARLSM_EV_EXIT)
		actor->last_ns = l->now_ns;
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
	child->euid = creator->euid;
	child->told = creator->told;
	set_exe(l, &child->exe, creator->exe);
	set_command(&child->command, command_hold(creator->command));
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
	set_ids(t, rec->uid, rec->euid);
	t->cred_by_exec = false;
	ledger_believe(l, t, rec->uid, rec->euid, rec->cap_effective);
	set_exe(l, &t->exe, path_get(l, rec->path));
	set_command(&t->command, command_new((const char *)(rec + 1),
					     STARLSM_VAR_LEN(rec->args_len)));
}

static void change_cred(struct ledger *l, const struct starlsm_rec_cred *rec)
{
	struct task *t = ledger_task(l, rec->rec.task);
	uint64_t caps = rec->cap_effective;

	if (!t)
		return;
	/* another security module may refuse that after it was told */
	if (rec->op == STARLSM_CRED_CAPSET)
		caps |= t->told.caps;
	ledger_believe(l, t, rec->uid, rec->euid, caps);
	t->cap_effective = rec->cap_effective;
	set_ids(t, rec->uid, rec->euid);
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
	case STARLSM_EV_OPEN:
		/* for writing: what the file holds will be told */
		learn_digest(l, ((const struct starlsm_rec_open *)rec)->path, NULL, 0);
		break;
	}
}
