/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the processes of a guest, by its list of tasks and its table of numbers
 *
 * Of each the leader of its threads. What confines a process and is never taken
 * from it is remembered from round to round.
 */
#ifndef STARLSM_TASKS_H
#define STARLSM_TASKS_H

#include "vmi/look.h"

#define TASKS_MAX	32768

#define PF_EXITING	0x00000004U
#define PF_KTHREAD	0x00200000U

/* What a process once had and cannot lose: no_new_privs, seccomp, user and other namespaces */
#define HELD_NO_NEW_PRIVS	1U
#define HELD_SECCOMP		2U
#define HELD_USERS		4U	/* a user namespace that is not the first */
#define HELD_SPACES		8U	/* in such a one, also others than the first */
#define HELD_FILTERS		16U	/* its seccomp filters: there are never less, nor others */
#define HELD_PLACE		32U	/* its namespaces, if it has no right to go to others */

struct task {
	uint64_t address;	/* of struct task_struct */
	uint64_t real_cred;
	uint64_t start_time;	/* with address and pid it is a task's and no other's */
	uint32_t pf;		/* PF_* */
	uint32_t holds;		/* HELD_*, now */
	uint32_t held;		/* ever */
	uint64_t filter;	/* the last of its seccomp filters; 0: none */
	uint64_t filters;	/* a hash of that, and of those before */
	uint64_t user_ns;	/* 0: not known */
	uint64_t spaces;	/* a hash of which namespaces it is in; 0: not known, or it may go */
	struct seen_task seen;
};

struct tasks_list {
	struct task task[TASKS_MAX];	/* by address */
	unsigned int n;
};

struct tasks {
	struct tasks_list list[3];
	struct tasks_list *now, *before, *told;
	uint32_t blob;		/* where the sensor's part of a task's security blob begins */
	bool was_told;		/* something was, of this kernel's */
	bool known;		/* now is whole */
	char why[LOOK_WHY_MAX];	/* it is not */
};

/* Before the first round, and for another kernel: none is known. */
void tasks_init(struct tasks *t);

/* Read them. In a second look, again: before stays. */
void tasks_collect(struct look *look, struct tasks *t, bool again);

/*
 * What has changed since that was told last. fn gets at least one message, of which
 * type and domid are not set. If now is not whole there is none.
 */
void tasks_tell(struct tasks *t, int64_t from_ns, int64_t to_ns,
		void (*fn)(void *arg, struct msg_seen *m), void *arg);

#endif /* STARLSM_TASKS_H */
