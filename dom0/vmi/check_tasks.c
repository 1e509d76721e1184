// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - checks: processes that hide, credentials that are another's, threads
 * of the kernel that run nobody's code
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "vmi/checks.h"
#include "vmi/lists.h"

#define TASKS_MAX	32768
#define PF_KTHREAD	0x00200000U

struct task {
	uint64_t address;
	uint64_t real_cred;
	uint32_t pid;
	uint32_t flags;
};

struct tasks {
	struct task list[TASKS_MAX];
	unsigned int n;
	bool cut;		/* a task could not be read, or they are too many */
};

static bool read_task(struct look *look, uint64_t address, struct task *t, uint32_t *tgid)
{
	const struct offsets *o = look->offsets;

	t->address = address;
	return memory_u32(look->memory, address + o->at[M_task_struct_pid], &t->pid) &&
	       memory_u32(look->memory, address + o->at[M_task_struct_tgid], tgid) &&
	       memory_u32(look->memory, address + o->at[M_task_struct_flags], &t->flags) &&
	       memory_u64(look->memory, address + o->at[M_task_struct_real_cred], &t->real_cred);
}

static bool add_task(struct look *look, struct tasks *ts, uint64_t address, bool leaders)
{
	struct task *t = &ts->list[ts->n];
	uint32_t tgid;

	if (ts->n == TASKS_MAX || !read_task(look, address, t, &tgid)) {
		ts->cut = true;
		return false;
	}
	if (!leaders || t->pid == tgid)
		ts->n++;
	return true;
}

static bool from_list(struct look *look, uint64_t node, void *arg)
{
	return add_task(look, arg, node - look->offsets->at[M_task_struct_tasks], false);
}

struct by_number {
	struct look *look;
	struct tasks *tasks;
};

/* A struct pid: the task is where its first list of tasks leads. */
static bool from_idr(void *arg, uint64_t index, uint64_t pid)
{
	const struct by_number *b = arg;
	const struct offsets *o = b->look->offsets;
	uint64_t node;

	(void)index;
	if (!memory_u64(b->look->memory, pid + o->at[M_pid_tasks], &node)) {
		b->tasks->cut = true;
		return false;
	}
	/* a number that only a session or a group still has */
	if (!node)
		return true;
	return add_task(b->look, b->tasks, node - o->at[M_task_struct_pid_links], true);
}

static bool collect_list(struct look *look, struct tasks *ts)
{
	static const enum member need[] = {
		M_task_struct_tasks, M_task_struct_pid, M_task_struct_tgid,
		M_task_struct_flags, M_task_struct_real_cred, MEMBER_COUNT
	};
	uint64_t init;

	ts->n = 0;
	ts->cut = false;
	if (!look_has(look, need) || !look_symbol(look, "init_task", &init) ||
	    !list_each(look, "the list of tasks",
		       init + look->offsets->at[M_task_struct_tasks], from_list, ts))
		return false;
	if (ts->cut)
		look_could_not(look, "a task cannot be read, or they are too many");
	return !ts->cut;
}

static bool collect_numbers(struct look *look, struct tasks *ts)
{
	static const enum member need[] = {
		M_pid_namespace_idr, M_idr_idr_rt, M_xarray_xa_head, M_xa_node_shift,
		M_xa_node_slots, M_pid_tasks, M_task_struct_pid_links, MEMBER_COUNT
	};
	const struct offsets *o = look->offsets;
	const struct memory_xarray layout = {
		.xa_head = o->at[M_xarray_xa_head], .shift = o->at[M_xa_node_shift],
		.slots = o->at[M_xa_node_slots],
	};
	struct by_number by = { look, ts };
	uint64_t ns;

	ts->n = 0;
	ts->cut = false;
	if (!look_has(look, need) || !look_symbol(look, "init_pid_ns", &ns))
		return false;
	if (!memory_xarray(look->memory, &layout, ns + o->at[M_pid_namespace_idr] +
			   o->at[M_idr_idr_rt], from_idr, &by) || ts->cut) {
		look_could_not(look, "the numbers of processes cannot be read");
		return false;
	}
	return true;
}

static int by_address(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

static void sort(struct tasks *ts)
{
	qsort(ts->list, ts->n, sizeof(ts->list[0]), by_address);
}

static bool has(const struct tasks *ts, const struct task *t)
{
	return bsearch(t, ts->list, ts->n, sizeof(ts->list[0]), by_address);
}

static void missing(struct look *look, const struct tasks *in, const struct tasks *from,
		    const char *where, const char *not_where)
{
	char comm[17];

	for (unsigned int i = 0; i < in->n; i++) {
		const struct task *t = &in->list[i];
		struct msg_finding *f;

		if (has(from, t))
			continue;
		if (!memory_text(look->memory, t->address + look->offsets->at[M_task_struct_comm],
				 comm, sizeof(comm)))
			strcpy(comm, "?");
		f = look_report(look, FINDING_TAMPERED, t->address,
				"process %u (%s) is in %s and not in %s", t->pid, comm,
				where, not_where);
		f->found = t->pid;
	}
}

enum look_result check_process_views(struct look *look)
{
	static struct tasks list, numbers;

	if (!collect_list(look, &list) || !collect_numbers(look, &numbers))
		return LOOK_COULD_NOT;
	sort(&list);
	sort(&numbers);
	missing(look, &numbers, &list, "the table of process numbers", "the list of tasks");
	missing(look, &list, &numbers, "the list of tasks", "the table of process numbers");
	return look_done(look);
}

static int by_cred(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	if (x->real_cred != y->real_cred)
		return x->real_cred < y->real_cred ? -1 : 1;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* Each process has credentials of its own: fork copies them. Threads of the kernel share the first. */
enum look_result check_shared_cred(struct look *look)
{
	static struct tasks list;
	const struct task *before = NULL;
	uint64_t init_cred;

	if (!look_symbol(look, "init_cred", &init_cred) || !collect_list(look, &list))
		return LOOK_COULD_NOT;
	qsort(list.list, list.n, sizeof(list.list[0]), by_cred);
	for (unsigned int i = 0; i < list.n; i++) {
		const struct task *t = &list.list[i];
		struct msg_finding *f;

		if (t->flags & PF_KTHREAD)
			continue;
		if (t->real_cred == init_cred) {
			f = look_report(look, FINDING_TAMPERED, t->address,
					"process %u has the credentials of the kernel", t->pid);
			f->found = t->real_cred;
		} else if (before && before->real_cred == t->real_cred) {
			f = look_report(look, FINDING_TAMPERED, t->address,
					"process %u has the credentials of process %u",
					t->pid, before->pid);
			f->found = t->real_cred;
		}
		before = t;
	}
	return look_done(look);
}

enum look_result check_kthreads(struct look *look)
{
	static const enum member need[] = {
		M_task_struct_worker_private, M_kthread_threadfn, MEMBER_COUNT
	};
	const struct offsets *o = look->offsets;
	static struct tasks list;
	uint64_t kthread, fn;

	if (!look_has(look, need) || !collect_list(look, &list))
		return LOOK_COULD_NOT;
	for (unsigned int i = 0; i < list.n; i++) {
		const struct task *t = &list.list[i];

		if (!(t->flags & PF_KTHREAD) ||
		    !memory_u64(look->memory, t->address + o->at[M_task_struct_worker_private],
				&kthread) || !kthread ||
		    !memory_u64(look->memory, kthread + o->at[M_kthread_threadfn], &fn) ||
		    !fn || look_is_known_code(look, fn))
			continue;
		look_report(look, FINDING_TAMPERED, fn,
			    "thread %u of the kernel runs code that is nobody's", t->pid);
	}
	return look_done(look);
}
