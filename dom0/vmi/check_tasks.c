// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - checks: processes that hide or are confined no more, credentials that are
 * another's, threads of the kernel that run nobody's code
 */
#include <stdlib.h>

#include "vmi/checks.h"
#include "vmi/tasks.h"

enum look_result check_process_views(struct look *look)
{
	const struct tasks_list *l = look->tasks->now;

	for (unsigned int i = 0; i < l->n; i++) {
		const struct seen_task *t = &l->task[i].seen;
		bool is_listed = t->flags & SEEN_IN_LIST;
		struct msg_finding *f;

		if (is_listed && (t->flags & SEEN_IN_NUMBERS))
			continue;
		f = look_report(look, FINDING_TAMPERED, l->task[i].address,
				"process %u (%s) is in the %s and not in the %s", t->pid, t->comm,
				is_listed ? "list of tasks" : "table of process numbers",
				is_listed ? "table of process numbers" : "list of tasks");
		f->found = t->pid;
	}
	return look_done(look);
}

/* What no system call takes from a process, a kernel's code can. */
enum look_result check_process_guards(struct look *look)
{
	static const char * const names[] = { "no_new_privs", "seccomp", "a user namespace",
					      "namespaces", "its seccomp filters",
					      "the namespaces it was in" };
	const struct tasks_list *l = look->tasks->now;

	for (unsigned int i = 0; i < l->n; i++) {
		const struct task *t = &l->task[i];
		uint32_t lost = t->pf & PF_EXITING ? 0 : t->held & ~t->holds;

		for (unsigned int k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			if (lost & (1U << k))
				look_report(look, FINDING_TAMPERED, t->address,
					    "process %u (%s) was confined by %s, and is not any more",
					    t->seen.pid, t->seen.comm, names[k]);
	}
	return look_done(look);
}

static int by_cred(const void *a, const void *b)
{
	const struct task *x = *(const struct task * const *)a;
	const struct task *y = *(const struct task * const *)b;

	if (x->real_cred != y->real_cred)
		return x->real_cred < y->real_cred ? -1 : 1;
	return x->seen.pid < y->seen.pid ? -1 : x->seen.pid > y->seen.pid;
}

/* Each process has credentials of its own: fork copies them. Threads of the kernel share the first. */
enum look_result check_shared_cred(struct look *look)
{
	static const struct task *list[TASKS_MAX];
	const struct tasks_list *l = look->tasks->now;
	const struct task *before = NULL;
	uint64_t init_cred;

	if (!look_symbol(look, "init_cred", &init_cred))
		return LOOK_COULD_NOT;
	for (unsigned int i = 0; i < l->n; i++)
		list[i] = &l->task[i];
	qsort(list, l->n, sizeof(list[0]), by_cred);
	for (unsigned int i = 0; i < l->n; i++) {
		const struct task *t = list[i];
		struct msg_finding *f;

		if ((t->pf & PF_KTHREAD) || !(t->seen.flags & SEEN_IN_LIST))
			continue;
		if (t->real_cred == init_cred) {
			f = look_report(look, FINDING_TAMPERED, t->address,
					"process %u has the credentials of the kernel",
					t->seen.pid);
			f->found = t->real_cred;
		} else if (before && before->real_cred == t->real_cred) {
			f = look_report(look, FINDING_TAMPERED, t->address,
					"process %u has the credentials of process %u",
					t->seen.pid, before->seen.pid);
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
	const struct tasks_list *l = look->tasks->now;
	const struct offsets *o = look->offsets;
	uint64_t kthread, fn;

	if (!look_has(look, need))
		return LOOK_COULD_NOT;
	for (unsigned int i = 0; i < l->n; i++) {
		const struct task *t = &l->task[i];

		if (!(t->pf & PF_KTHREAD) ||
		    !memory_u64(look->memory, t->address + o->at[M_task_struct_worker_private],
				&kthread) || !kthread ||
		    !memory_u64(look->memory, kthread + o->at[M_kthread_threadfn], &fn) ||
		    !fn || look_is_known_code(look, fn))
			continue;
		look_report(look, FINDING_TAMPERED, fn,
			    "thread %u of the kernel runs code that is nobody's", t->seen.pid);
	}
	return look_done(look);
}
