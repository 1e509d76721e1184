// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a victim's neighbours move to other hosts
 */
#include "responder/evacuate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "responder/actions.h"
#include "responder/move.h"
#include "responder/runs.h"
#include "responder/watched.h"

/* One that comes later is no matter of this step: it would not end. */
static struct watched *next_neighbour(const struct msg_run *r, uint32_t step, uint32_t *place)
{
	struct watched *w;

	while ((w = watched_next(place)))
		if (w->domid != r->domid && w->may_move &&
		    (!r->step[step].start_ns || w->since_ns <= r->step[step].start_ns))
			return w;
	return NULL;
}

/* "what a, b, c", as far as they fit */
static void add_name(char *text, size_t size, const char *what, const char *name)
{
	size_t len = strlen(text);

	snprintf(text + len, size - len, "%s%s", len ? ", " : what, name);
}

/*
 * Who was a neighbour then is not known here, and perhaps not yet who is one now:
 * starlsmd names them one after the other.
 */
static bool is_a_predecessors(const struct run_step *s)
{
	return s->start_ns && s->start_ns < runs_since_ns();
}

enum step_event evacuate_test(struct msg_run *r, uint32_t step)
{
	struct run_step *s = &r->step[step];
	const bool is_early = is_a_predecessors(s);
	uint32_t place = 0;

	s->err = 0;
	s->start_ns = s->end_ns = action_now_ns();
	if (is_early)
		return STEP_AGAIN;
	if (next_neighbour(r, step, &place))
		return STEP_FIT;
	snprintf(s->text, sizeof(s->text), "no neighbour that may move");
	return STEP_ALREADY;
}

/*
 * It had an incident when its turn came. Whoever knew of that may have been killed
 * since: it is not asked about again.
 */
static bool has_incident(const struct msg_run *r, uint32_t domid)
{
	const struct msg_run *child = runs_child(r->id, domid, 0);

	return child && child->step[0].state == STEP_SKIPPED &&
	       child->step[0].err == MOVE_HAS_INCIDENT;
}

static bool has_had_turn(const struct msg_run *r, uint32_t step, uint32_t domid)
{
	return runs_child(r->id, domid, r->step[step].start_ns) || has_incident(r, domid);
}

/* Those that have not had their turn, as long as there is room. */
enum step_event evacuate_goes_on(struct msg_run *r, uint32_t step)
{
	const struct run_step *s = &r->step[step];
	uint32_t place = 0, n = runs_n_children(r->id, s->start_ns);
	const struct watched *w;

	if (s->state == STEP_STOPPING)
		return n ? PENDING : STEP_ENDED;
	if (s->state != STEP_DOING)
		return PENDING;
	while (n < EVACUATE_AT_ONCE && (w = next_neighbour(r, step, &place)))
		if (!has_had_turn(r, step, w->domid) && !runs_move_child(r->id, w->domid))
			n = runs_n_children(r->id, s->start_ns);
	return n ? PENDING : STEP_ENDED;
}

enum step_event evacuate_begin(struct msg_run *r, uint32_t step)
{
	struct run_step *s = &r->step[step];

	s->err = 0;
	s->text[0] = '\0';
	s->start_ns = s->end_ns = action_now_ns();
	return evacuate_goes_on(r, step);
}

/* Those under way end as they can; the next ones do not begin. */
enum step_event evacuate_stop(struct msg_run *r, uint32_t step)
{
	const struct run_step *s = &r->step[step];

	runs_replace_children(r->id);
	return runs_n_children(r->id, s->start_ns) ? PENDING : STEP_ENDED;
}

enum step_event evacuate_check(struct msg_run *r, uint32_t step)
{
	struct run_step *s = &r->step[step];
	char stayed[STEP_TEXT_MAX] = "";
	uint32_t place = 0;
	const struct watched *w;

	s->end_ns = action_now_ns();
	if (is_a_predecessors(s)) {
		snprintf(s->text, sizeof(s->text), "nobody was there to see who moved");
		s->err = EINTR;
		return STEP_NO;
	}
	/* one that has moved is a neighbour no more, as soon as starlsmd has seen it go */
	while ((w = next_neighbour(r, step, &place))) {
		const struct msg_run *child = runs_child(r->id, w->domid, s->start_ns);

		if (!child || child->step[0].state != STEP_DONE)
			add_name(stayed, sizeof(stayed), "stayed: ", w->name);
	}
	snprintf(s->text, sizeof(s->text), "%s", *stayed ? stayed : "all have moved");
	s->err = *stayed ? EHOSTUNREACH : 0;
	return *stayed ? STEP_NO : STEP_YES;
}

void evacuate_would(struct msg_run *r, uint32_t step)
{
	struct run_step *s = &r->step[step];
	const struct watched *w;
	uint32_t place = 0;

	s->text[0] = '\0';
	while ((w = next_neighbour(r, step, &place)))
		add_name(s->text, sizeof(s->text), "move to other hosts: ", w->name);
	if (!*s->text)
		snprintf(s->text, sizeof(s->text), "nothing: no neighbour may move");
}
