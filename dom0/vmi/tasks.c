// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the processes of a guest, by its list of tasks and its table of numbers
 */
#include "vmi/tasks.h"

#include <stdlib.h>
#include <string.h>

#include "vmi/lists.h"
#include "vmi/pages.h"

#define NO_NEW_PRIVS	1U	/* PFA_NO_NEW_PRIVS is bit 0 */
#define BLOB_MAX	4096U
#define CAP_SYS_ADMIN	(1ULL << 21)
#define CACHE_MAX	256	/* bytes in which a filter remembers what it allows */
#define FILTERS_MAX	16	/* that are compared, of those a process has */
#define FILTERS_NEW_MAX	8192	/* that it may have got since: Linux allows fewer */

void tasks_init(struct tasks *t)
{
	t->now = &t->list[0];
	t->before = &t->list[1];
	t->told = &t->list[2];
	t->now->n = t->before->n = t->told->n = 0;
	t->blob = UINT32_MAX;
	t->known = t->was_told = false;
}

/*
 * One task
 */

struct collect {
	struct look *look;
	struct tasks *tasks;
	unsigned int n_listed;	/* of now: by the list, sorted */
	uint64_t init_user_ns, init_nsproxy;	/* 0: not known */
	bool cut;		/* a task could not be read, or they are too many */
};

static bool has(const struct look *look, enum member a, enum member b)
{
	return look->offsets->has[a] && look->offsets->has[b];
}

static void read_cred(struct collect *c, struct task *t)
{
	struct memory *m = c->look->memory;
	const struct offsets *o = c->look->offsets;
	uint64_t user_ns;

	if (!has(c->look, M_cred_uid, M_cred_euid) ||
	    !has(c->look, M_cred_cap_effective, M_cred_user_ns) || !c->init_user_ns ||
	    !memory_u32(m, t->real_cred + o->at[M_cred_uid], &t->seen.uid) ||
	    !memory_u32(m, t->real_cred + o->at[M_cred_euid], &t->seen.euid) ||
	    !memory_u64(m, t->real_cred + o->at[M_cred_cap_effective], &t->seen.cap_effective) ||
	    !memory_u64(m, t->real_cred + o->at[M_cred_user_ns], &user_ns))
		return;
	t->seen.flags |= SEEN_CRED;
	t->user_ns = user_ns;
	if (user_ns == c->init_user_ns)
		t->seen.flags |= SEEN_USERS;
	else
		t->holds |= HELD_USERS;
}

static void read_holds(struct collect *c, struct task *t)
{
	struct memory *m = c->look->memory;
	const struct offsets *o = c->look->offsets;
	uint64_t flags, nsproxy;
	uint32_t mode;

	if (has(c->look, M_task_struct_atomic_flags, M_task_struct_atomic_flags) &&
	    memory_u64(m, t->address + o->at[M_task_struct_atomic_flags], &flags) &&
	    (flags & NO_NEW_PRIVS))
		t->holds |= HELD_NO_NEW_PRIVS;
	if (has(c->look, M_task_struct_seccomp, M_seccomp_mode) &&
	    memory_u32(m, t->address + o->at[M_task_struct_seccomp] + o->at[M_seccomp_mode],
		       &mode) && mode)
		t->holds |= HELD_SECCOMP;
	if ((t->holds & HELD_USERS) && o->has[M_task_struct_nsproxy] && c->init_nsproxy &&
	    memory_u64(m, t->address + o->at[M_task_struct_nsproxy], &nsproxy) &&
	    nsproxy != c->init_nsproxy)
		t->holds |= HELD_SPACES;
}

/* One filter, as it was when it became one; then where the one before it is */
static bool read_filter(struct look *look, uint64_t filter, uint64_t *hash, uint64_t *prev)
{
	const struct offsets *o = look->offsets;
	struct {
		uint64_t sum, at, prev, prog, fn;
		uint8_t cache[CACHE_MAX];
	} f = { .sum = *hash, .at = filter };

	if (!memory_u64(look->memory, filter + o->at[M_seccomp_filter_prev], &f.prev) ||
	    !memory_u64(look->memory, filter + o->at[M_seccomp_filter_prog], &f.prog) ||
	    !memory_u64(look->memory, f.prog + o->at[M_bpf_prog_bpf_func], &f.fn) ||
	    !memory_read(look->memory, filter + o->at[M_seccomp_filter_cache], f.cache,
			 o->size[M_seccomp_filter_cache]))
		return false;
	*hash = pages_hash(look->pages, &f, sizeof(f));
	*prev = f.prev;
	return true;
}

/* 0: there is none, or they cannot be read */
static uint64_t hash_filters(struct look *look, uint64_t filter)
{
	uint64_t hash = 0;

	for (unsigned int i = 0; filter && i < FILTERS_MAX; i++)
		if (!read_filter(look, filter, &hash, &filter))
			return 0;
	return hash;
}

static bool has_filter(struct look *look, uint64_t first, uint64_t wanted)
{
	for (unsigned int i = 0; first && first != wanted && i < FILTERS_NEW_MAX; i++)
		if (!memory_u64(look->memory, first + look->offsets->at[M_seccomp_filter_prev],
				&first))
			return false;
	return first == wanted;
}

static void read_filters(struct collect *c, struct task *t)
{
	static const enum member need[] = {
		M_task_struct_seccomp, M_seccomp_filter, M_seccomp_filter_cache,
		M_seccomp_filter_prev, M_seccomp_filter_prog, M_bpf_prog_bpf_func, MEMBER_COUNT
	};
	const struct offsets *o = c->look->offsets;

	if (!look_has(c->look, need) || o->size[M_seccomp_filter_cache] > CACHE_MAX ||
	    !memory_u64(c->look->memory, t->address + o->at[M_task_struct_seccomp] +
			o->at[M_seccomp_filter], &t->filter) || !t->filter)
		return;
	t->filters = hash_filters(c->look, t->filter);
	if (t->filters)
		t->holds |= HELD_FILTERS;
}

/*
 * Who has no_new_privs, and not the capability that setns() and unshare() want, gets
 * it nowhere, but in a user namespace of its own.
 */
static bool may_not_go(struct collect *c, const struct task *t)
{
	uint64_t permitted;

	return (t->holds & HELD_NO_NEW_PRIVS) && t->user_ns &&
	       has(c->look, M_cred_cap_permitted, M_task_struct_nsproxy) &&
	       memory_u64(c->look->memory, t->real_cred + c->look->offsets->at[M_cred_cap_permitted],
			  &permitted) && !(permitted & CAP_SYS_ADMIN);
}

static void read_place(struct collect *c, struct task *t)
{
	static const enum member spaces[] = {
		M_nsproxy_uts_ns, M_nsproxy_ipc_ns, M_nsproxy_mnt_ns,
		M_nsproxy_pid_ns_for_children, M_nsproxy_net_ns, M_nsproxy_cgroup_ns,
	};
	const struct offsets *o = c->look->offsets;
	uint64_t ns[sizeof(spaces) / sizeof(spaces[0])] = { 0 }, nsproxy;

	if (!may_not_go(c, t) ||
	    !memory_u64(c->look->memory, t->address + o->at[M_task_struct_nsproxy], &nsproxy) ||
	    !nsproxy)
		return;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (o->has[spaces[i]] &&
		    !memory_u64(c->look->memory, nsproxy + o->at[spaces[i]], &ns[i]))
			return;
	t->spaces = pages_hash(c->look->pages, ns, sizeof(ns));
	t->holds |= HELD_PLACE;
}

/* The id that the sensor has in its part of the blob */
static void read_id(struct collect *c, struct task *t)
{
	struct memory *m = c->look->memory;
	const struct offsets *o = c->look->offsets;
	uint64_t blob;

	if (c->tasks->blob > BLOB_MAX || !has(c->look, M_task_struct_security, M_starlsm_task_id) ||
	    !memory_u64(m, t->address + o->at[M_task_struct_security], &blob) || !blob ||
	    !memory_u64(m, blob + c->tasks->blob + o->at[M_starlsm_task_id], &t->seen.id))
		t->seen.id = 0;
}

/* Asked for once: what leads to it can be changed later. */
static void find_blob(struct collect *c)
{
	const struct offsets *o = c->look->offsets;
	uint64_t sizes;

	if (c->tasks->blob == UINT32_MAX && o->has[M_lsm_blob_sizes_lbs_task] &&
	    profile_find(c->look->profile, "starlsm_blob_sizes") &&
	    look_symbol(c->look, "starlsm_blob_sizes", &sizes))
		memory_u32(c->look->memory, sizes + o->at[M_lsm_blob_sizes_lbs_task],
			   &c->tasks->blob);
}

static bool read_task(struct collect *c, uint64_t address, struct task *t, uint32_t *tgid)
{
	struct memory *m = c->look->memory;
	const struct offsets *o = c->look->offsets;

	memset(t, 0, sizeof(*t));
	t->address = address;
	if (!memory_u32(m, address + o->at[M_task_struct_pid], &t->seen.pid) ||
	    !memory_u32(m, address + o->at[M_task_struct_tgid], tgid) ||
	    !memory_u32(m, address + o->at[M_task_struct_flags], &t->pf) ||
	    !memory_u64(m, address + o->at[M_task_struct_real_cred], &t->real_cred))
		return false;
	if (o->has[M_task_struct_start_time])
		memory_u64(m, address + o->at[M_task_struct_start_time], &t->start_time);
	if (t->pf & PF_KTHREAD)
		t->seen.flags |= SEEN_KERNEL;
	if (!memory_text(m, address + o->at[M_task_struct_comm], t->seen.comm, SEEN_COMM_MAX))
		strcpy(t->seen.comm, "?");
	read_id(c, t);
	read_cred(c, t);
	read_holds(c, t);
	read_filters(c, t);
	read_place(c, t);
	return true;
}

/*
 * All of them
 */

static int by_address(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

static struct task *find(const struct tasks_list *l, unsigned int n, uint64_t address)
{
	const struct task key = { .address = address };

	return bsearch(&key, l->task, n, sizeof(key), by_address);
}

static bool add(struct collect *c, uint64_t address, uint32_t view, bool leaders)
{
	struct tasks_list *l = c->tasks->now;
	struct task *t = &l->task[l->n];
	uint32_t tgid;

	if (l->n == TASKS_MAX || !read_task(c, address, t, &tgid)) {
		c->cut = true;
		return false;
	}
	t->seen.flags |= view;
	if (!leaders || t->seen.pid == tgid)
		l->n++;
	return true;
}

static bool from_list(struct look *look, uint64_t node, void *arg)
{
	return add(arg, node - look->offsets->at[M_task_struct_tasks], SEEN_IN_LIST, false);
}

/* A struct pid: the task is where its first list of tasks leads. */
static bool from_idr(void *arg, uint64_t index, uint64_t pid)
{
	struct collect *c = arg;
	const struct offsets *o = c->look->offsets;
	struct task *t;
	uint64_t node;

	(void)index;
	if (!memory_u64(c->look->memory, pid + o->at[M_pid_tasks], &node)) {
		c->cut = true;
		return false;
	}
	/* a number that only a session or a group still has */
	if (!node)
		return true;
	t = find(c->tasks->now, c->n_listed, node - o->at[M_task_struct_pid_links]);
	if (!t)
		return add(c, node - o->at[M_task_struct_pid_links], SEEN_IN_NUMBERS, true);
	t->seen.flags |= SEEN_IN_NUMBERS;
	return true;
}

static void sort(struct tasks_list *l)
{
	qsort(l->task, l->n, sizeof(l->task[0]), by_address);
}

static bool collect_list(struct collect *c)
{
	static const enum member need[] = {
		M_task_struct_tasks, M_task_struct_pid, M_task_struct_tgid, M_task_struct_comm,
		M_task_struct_flags, M_task_struct_real_cred, MEMBER_COUNT
	};
	struct look *look = c->look;
	uint64_t init;

	if (!look_has(look, need) || !look_symbol(look, "init_task", &init) ||
	    !list_each(look, "the list of tasks",
		       init + look->offsets->at[M_task_struct_tasks], from_list, c))
		return false;
	if (c->cut)
		look_could_not(look, "a task cannot be read, or they are too many");
	sort(c->tasks->now);
	c->n_listed = c->tasks->now->n;
	return !c->cut;
}

static bool collect_numbers(struct collect *c)
{
	static const enum member need[] = {
		M_pid_namespace_idr, M_idr_idr_rt, M_xarray_xa_head, M_xa_node_shift,
		M_xa_node_slots, M_pid_tasks, M_task_struct_pid_links, MEMBER_COUNT
	};
	const struct offsets *o = c->look->offsets;
	const struct memory_xarray layout = {
		.xa_head = o->at[M_xarray_xa_head], .shift = o->at[M_xa_node_shift],
		.slots = o->at[M_xa_node_slots],
	};
	uint64_t ns;

	if (!look_has(c->look, need) || !look_symbol(c->look, "init_pid_ns", &ns))
		return false;
	if (!memory_xarray(c->look->memory, &layout, ns + o->at[M_pid_namespace_idr] +
			   o->at[M_idr_idr_rt], from_idr, c) || c->cut) {
		look_could_not(c->look, "the numbers of processes cannot be read");
		return false;
	}
	sort(c->tasks->now);
	return true;
}

static bool is_same(const struct task *a, const struct task *b)
{
	return a->address == b->address && a->seen.pid == b->seen.pid &&
	       a->start_time == b->start_time;
}

/* What it had is still there, with what may have come on top; or what it had is remembered. */
static void compare_filters(struct look *look, const struct task *before, struct task *now)
{
	if (!(before->held & HELD_FILTERS) ||
	    (has_filter(look, now->filter, before->filter) &&
	     hash_filters(look, before->filter) == before->filters))
		return;
	now->holds &= ~HELD_FILTERS;
	now->filter = before->filter;
	now->filters = before->filters;
}

/* Another right, or user namespace, makes another place lawful; unread is not changed. */
static void compare_place(const struct task *before, struct task *now)
{
	if (!before->spaces)
		return;
	if (!now->spaces || before->user_ns != now->user_ns) {
		now->held &= ~HELD_PLACE;
	} else if (before->spaces != now->spaces) {
		now->holds &= ~HELD_PLACE;
		now->spaces = before->spaces;
	}
}

static void carry_over(struct look *look, struct tasks *t)
{
	for (unsigned int i = 0; i < t->now->n; i++) {
		struct task *now = &t->now->task[i];
		const struct task *before = find(t->before, t->before->n, now->address);

		now->held = now->holds;
		if (!before || !is_same(before, now))
			continue;
		now->held |= before->held;
		compare_filters(look, before, now);
		compare_place(before, now);
	}
}

static uint64_t address_of(struct look *look, const char *name)
{
	uint64_t address = 0;

	return profile_find(look->profile, name) && look_symbol(look, name, &address) ? address : 0;
}

void tasks_collect(struct look *look, struct tasks *t, bool again)
{
	struct collect c = {
		.look = look, .tasks = t, .init_user_ns = address_of(look, "init_user_ns"),
		.init_nsproxy = address_of(look, "init_nsproxy"),
	};
	struct tasks_list *old = t->before;

	if (!again && t->known) {
		t->before = t->now;
		t->now = old;
	}
	t->now->n = 0;
	find_blob(&c);
	t->known = collect_list(&c) && collect_numbers(&c);
	memcpy(t->why, look->why, sizeof(t->why));
	if (!t->known)
		return;
	carry_over(look, t);
	/* what could not be read is not gone */
	t->known = look->memory->budget;
	strcpy(t->why, "there is too much of it");
}

/*
 * What is told of them
 */

struct teller {
	struct msg_seen m;
	void (*fn)(void *arg, struct msg_seen *m);
	void *arg;
};

static void flush(struct teller *t)
{
	t->fn(t->arg, &t->m);
	t->m.n_tasks = 0;
	t->m.flags = 0;
	memset(t->m.task, 0, sizeof(t->m.task));
}

static void tell(struct teller *t, const struct seen_task *seen, uint32_t flags)
{
	if (t->m.n_tasks == SEEN_TASKS_MAX)
		flush(t);
	t->m.task[t->m.n_tasks] = *seen;
	t->m.task[t->m.n_tasks++].flags |= flags;
}

static bool is_told(const struct tasks_list *told, const struct task *t)
{
	const struct task *old = find(told, told->n, t->address);

	return old && is_same(old, t) && !memcmp(&old->seen, &t->seen, sizeof(t->seen));
}

static bool is_there(const struct tasks_list *now, const struct task *t)
{
	const struct task *new = find(now, now->n, t->address);

	return new && is_same(new, t) && new->seen.id == t->seen.id;
}

void tasks_tell(struct tasks *t, int64_t from_ns, int64_t to_ns,
		void (*fn)(void *arg, struct msg_seen *m), void *arg)
{
	struct teller teller = {
		.m = { .from_ns = from_ns, .to_ns = to_ns, .flags = t->was_told ? 0 : SEEN_ALL },
		.fn = fn, .arg = arg,
	};

	if (!t->known)
		return;
	/* first: a number may be another's already */
	for (unsigned int i = 0; i < t->told->n; i++)
		if (!is_there(t->now, &t->told->task[i]))
			tell(&teller, &t->told->task[i].seen, SEEN_ENDED);
	for (unsigned int i = 0; i < t->now->n; i++)
		if (!is_told(t->told, &t->now->task[i]))
			tell(&teller, &t->now->task[i].seen, 0);
	teller.m.flags |= SEEN_END;
	flush(&teller);
	t->was_told = true;
	t->told->n = t->now->n;
	memcpy(t->told->task, t->now->task, t->now->n * sizeof(t->now->task[0]));
}
