/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the guests that may be touched, and what is to be done with them
 *
 * Never domain 0, never a domain that starlsmd has not said is observed.
 */
#ifndef STARLSM_WATCHED_H
#define STARLSM_WATCHED_H

#include <stdbool.h>

#include "lib/msg_responder.h"

/* Domain ids end at DOMID_FIRST_RESERVED */
#define WATCHED_DOMIDS	0x7ff0
/* As many as the engine has room for, and some that are on their way out */
#define WATCHED_MAX	320

struct watched {
	uint32_t domid;		/* 0: this place is empty */
	char name[MSG_NAME_MAX];
	struct playbook on[VERDICTS];
	int64_t since_ns;	/* CLOCK_MONOTONIC: starlsmd has first named it */
	bool may_move;		/* when a neighbour has become a victim */
};

/* Each returns 0, or -1 for what starlsmd cannot mean, or if there is no room. */
int watched_add(const struct msg_guest *m, int64_t now_ns);
int watched_playbooks(const struct msg_playbooks *m);
int watched_remove(uint32_t domid);

/* NULL: not that one. */
struct watched *watched_find(uint32_t domid);

/* All of them: *place from 0 on; NULL at the end. */
struct watched *watched_next(uint32_t *place);

#endif /* STARLSM_WATCHED_H */
