// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a lineage of tasks did so far, shared by those it forked
 */
#include "engine/story.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int stories_init(struct stories *s)
{
	memset(s, 0, sizeof(*s));
	s->story = calloc(STORIES, sizeof(*s->story));
	return s->story ? 0 : -1;
}

void stories_free(struct stories *s)
{
	free(s->story);
	s->story = NULL;
}

struct story *story_of(struct stories *s, uint32_t number)
{
	return number == NO_STORY ? NULL : &s->story[number - 1];
}

uint32_t story_copy(struct stories *s, uint32_t from)
{
	const struct story *old = story_of(s, from);
	uint32_t number = s->free;
	struct story *new;

	if (number != NO_STORY)
		s->free = story_of(s, number)->n_steps;
	else if (s->fresh < STORIES)
		number = ++s->fresh;
	if (number == NO_STORY) {
		s->refused++;
		return NO_STORY;
	}
	new = story_of(s, number);
	if (old)
		*new = *old;
	else
		new->n_steps = 0;
	new->refs = 1;
	return number;
}

void story_hold(struct stories *s, uint32_t number)
{
	if (number != NO_STORY)
		story_of(s, number)->refs++;
}

void story_release(struct stories *s, uint32_t number)
{
	struct story *story = story_of(s, number);

	if (!story)
		return;
	assert(story->refs);
	if (--story->refs)
		return;
	story->n_steps = s->free;
	s->free = number;
}

struct incident_step *story_step(struct stories *s, uint32_t number)
{
	struct story *story = story_of(s, number);

	if (!story || story->n_steps == STORY_STEPS)
		return NULL;
	memset(&story->step[story->n_steps], 0, sizeof(story->step[0]));
	return &story->step[story->n_steps++];
}
