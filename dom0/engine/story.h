/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a lineage of tasks did so far, shared by those it forked
 *
 * A fixed pool with reference counts. When it is empty, who asks gets NO_STORY
 * and the rules go on without the text: a guest cannot hide a step by making
 * many stories.
 */
#ifndef STARLSM_STORY_H
#define STARLSM_STORY_H

#include <stdint.h>

#include "lib/msg_out.h"

#define STORIES		1024	/* 1.1 MiB a guest, if all are used */
#define STORY_STEPS	4	/* the longest rule's */
#define NO_STORY	0

struct story {
	uint32_t refs;
	uint32_t n_steps;	/* a free one: number of the next free, plus 1 */
	struct incident_step step[STORY_STEPS];
};

struct stories {
	struct story *story;
	uint32_t fresh;		/* never used from here on */
	uint32_t free;		/* number of the first given back, NO_STORY if none */
	uint64_t refused;	/* times the pool was empty */
};

int stories_init(struct stories *s);
void stories_free(struct stories *s);

/* A new one with one reference, the steps of `from` and room for one more. */
uint32_t story_copy(struct stories *s, uint32_t from);
void story_hold(struct stories *s, uint32_t number);
void story_release(struct stories *s, uint32_t number);

/* NULL for NO_STORY. */
struct story *story_of(struct stories *s, uint32_t number);

/* The next step, to be filled; NULL if there is no story or no room. */
struct incident_step *story_step(struct stories *s, uint32_t number);

#endif /* STARLSM_STORY_H */
