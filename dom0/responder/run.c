// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a playbook that is being carried out, as two tables
 */
#include "responder/run.h"

#include <assert.h>
#include <string.h>

/* SIGKILL takes no longer, unless the kernel holds what it hits. */
#define STOP_MS		5000
/* A hypercall, a list of domains, a question to another host */
#define ASK_MS		15000
#define UNDO_MS		60000
/* Between two questions about what cannot be told, and how long they are asked */
#define DOUBT_REST_MS	2000
#define DOUBT_MS	60000
/* The same at the end of the run */
#define SETTLE_REST_MS	500

/*
 * Steps
 */

struct cell {
	struct step_cell to;
	bool set;	/* else: nothing, and the state stays */
};

#define ON(event, order, next) \
	[STEP_##event] = { { ORDER_##order, STEP_##next }, true }

static const struct cell table[STEP_STATES][STEP_EVENTS] = {
	[STEP_WAITING] = {
		ON(TURN, TEST, TESTING),
		ON(DRY, NOTHING, WOULD),
		ON(CANCEL, NOTHING, SKIPPED),
	},
	[STEP_TESTING] = {
		ON(FIT, BEGIN, DOING),
		ON(ALREADY, NOTHING, DONE),
		ON(UNFIT, NOTHING, SKIPPED),
		ON(UNCLEAR, NOTHING, RESTING),
		ON(AGAIN, NOTHING, RESTING),
		ON(LATE, NOTHING, FAILED),
		ON(CANCEL, NOTHING, SKIPPED),
		ON(RESTART, TEST, TESTING),
	},
	[STEP_DOING] = {
		ON(ENDED, CHECK, CHECKING),
		ON(AGAIN, STOP, STOPPING),
		ON(LATE, STOP, STOPPING),
		ON(CANCEL, STOP, STOPPING),
		ON(RESTART, STOP, STOPPING),
	},
	[STEP_STOPPING] = {
		ON(ENDED, CHECK, CHECKING),
		/* it will not end: all the same, how is the world? */
		ON(AGAIN, CHECK, CHECKING),
		ON(LATE, CHECK, CHECKING),
		ON(RESTART, STOP, STOPPING),
	},
	[STEP_CHECKING] = {
		ON(YES, NOTHING, DONE),
		ON(NO, UNDO, UNDOING),
		ON(UNCLEAR, NOTHING, DOUBTING),
		ON(AGAIN, NOTHING, DOUBTING),
		ON(LATE, NOTHING, DOUBTING),
		ON(RESTART, CHECK, CHECKING),
	},
	[STEP_DOUBTING] = {
		ON(AGAIN, CHECK, CHECKING),
		ON(LATE, NOTHING, UNKNOWN),
		ON(RESTART, CHECK, CHECKING),
	},
	[STEP_UNDOING] = {
		ON(AGAIN, NOTHING, RESTING),
		ON(LATE, NOTHING, FAILED),
		ON(RESTART, UNDO, UNDOING),
	},
	[STEP_RESTING] = {
		ON(AGAIN, TEST, TESTING),
		ON(LATE, NOTHING, FAILED),
		ON(CANCEL, NOTHING, SKIPPED),
		ON(RESTART, TEST, TESTING),
	},
};

struct step_cell run_step_cell(enum step_state state, enum step_event event)
{
	const struct cell *cell;

	assert(state < STEP_STATES && event < STEP_EVENTS);
	cell = &table[state][event];
	return cell->set ? cell->to : (struct step_cell){ ORDER_NOTHING, state };
}

bool step_is_over(const struct run_step *s)
{
	return s->state >= STEP_DONE;
}

static int64_t timer_ms(const struct msg_run *r, uint32_t i, int64_t now_ms)
{
	const struct playbook_step *config = &r->playbook.step[i];
	const struct run_step *s = &r->step[i];

	switch (s->state) {
	case STEP_DOING:
		return s->limit_ms;
	case STEP_TESTING:
	case STEP_CHECKING:
		return now_ms + ASK_MS;
	case STEP_STOPPING:
		return now_ms + STOP_MS;
	case STEP_DOUBTING:
		return now_ms + DOUBT_REST_MS;
	case STEP_UNDOING:
		return now_ms + UNDO_MS;
	case STEP_RESTING:
		return now_ms + playbook_kind(config->action)->rest_ms;
	default:
		return 0;
	}
}

static void enter(struct msg_run *r, uint32_t i, struct step_cell to, int64_t now_ms)
{
	struct run_step *s = &r->step[i];

	s->state = to.next;
	s->order = to.order;
	s->due_ms = timer_ms(r, i, now_ms);
	if (to.order == ORDER_BEGIN)
		s->n_tries++;
}

/* What is not sure may be asked longer than something new may be tried. */
static bool has_more(const struct msg_run *r, uint32_t i, int64_t now_ms)
{
	const struct run_step *s = &r->step[i];

	if (s->state == STEP_DOUBTING)
		return now_ms < s->limit_ms + DOUBT_MS;
	return now_ms < s->limit_ms && s->n_tries < r->playbook.step[i].tries &&
	       r->end != RUN_REPLACED;
}

/*
 * The end
 */

struct settled {
	enum run_order order;
	enum run_end end;	/* NOT_YET: the order, then another look */
};

static const struct settled settling[GOALS][SEEN_STATES] = {
#define GOAL_MAY_RUN(goal) \
	[goal] = { \
		[SEEN_RUNS] = { ORDER_NOTHING, RUN_RUNS }, \
		[SEEN_PAUSED] = { ORDER_NOTHING, RUN_PAUSED }, \
		[SEEN_GONE] = { ORDER_NOTHING, RUN_GONE }, \
	}
#define GOAL_MUST_STOP(goal) \
	[goal] = { \
		[SEEN_RUNS] = { ORDER_SECURE, RUN_NOT_YET }, \
		[SEEN_PAUSED] = { ORDER_NOTHING, RUN_PAUSED }, \
		[SEEN_GONE] = { ORDER_NOTHING, RUN_GONE }, \
	}
	GOAL_MAY_RUN(GOAL_NONE),
	/* one that could not be let go is safe where it is */
	GOAL_MAY_RUN(GOAL_RUNS),
	/* one that could not be moved stays */
	GOAL_MAY_RUN(GOAL_MOVED),
	GOAL_MUST_STOP(GOAL_PAUSED),
	/* one that could not be halted stays paused */
	GOAL_MUST_STOP(GOAL_HALTED),
};

bool run_is_over(const struct msg_run *r)
{
	return r->phase == RUN_ENDED;
}

static void end_run(struct msg_run *r, enum run_end end)
{
	r->phase = RUN_ENDED;
	r->end = end;
	r->settle.order = ORDER_NOTHING;
	r->settle.due_ms = 0;
}

/* All steps have ended: what may be said without looking, or a look */
static void settle(struct msg_run *r)
{
	if (r->dry_run) {
		end_run(r, RUN_DRY);
	} else if (r->end == RUN_REPLACED) {
		end_run(r, RUN_REPLACED);
	} else {
		r->phase = RUN_SETTLING;
		r->settle.order = ORDER_LOOK;
	}
}

void run_look(struct msg_run *r, enum run_seen seen, int64_t now_ms)
{
	const struct settled *to = &settling[playbook_goal(&r->playbook)][seen];

	assert(seen < SEEN_STATES);
	if (r->phase != RUN_SETTLING)
		return;
	if (to->end != RUN_NOT_YET) {
		end_run(r, to->end);
		return;
	}
	if (++r->settle.n_tries > RUN_SETTLE_TRIES) {
		end_run(r, seen == SEEN_UNCLEAR ? RUN_UNKNOWN : RUN_LOOSE);
		return;
	}
	r->settle.order = to->order;
	r->settle.due_ms = now_ms + SETTLE_REST_MS;
}

/*
 * The groups
 */

static bool group_is_over(const struct msg_run *r, uint32_t group)
{
	for (uint32_t i = 0; i < r->playbook.n_steps; i++)
		if (r->playbook.step[i].group == group && !step_is_over(&r->step[i]))
			return false;
	return true;
}

static void begin_step(struct msg_run *r, uint32_t i, int64_t now_ms)
{
	enum step_event event = r->end == RUN_REPLACED ? STEP_CANCEL :
				r->dry_run ? STEP_DRY : STEP_TURN;

	r->step[i].limit_ms = now_ms + r->playbook.step[i].within_ms;
	enter(r, i, run_step_cell(STEP_WAITING, event), now_ms);
}

/* The first group with a step that has not ended has its turn. */
static void go_on(struct msg_run *r, int64_t now_ms)
{
	uint32_t n = r->playbook.n_steps;

	for (uint32_t group = 0; group < n; group++) {
		if (group_is_over(r, group))
			continue;
		for (uint32_t i = 0; i < n; i++)
			if (r->playbook.step[i].group == group &&
			    r->step[i].state == STEP_WAITING)
				begin_step(r, i, now_ms);
		if (!group_is_over(r, group))
			return;
	}
	if (r->phase == RUN_STEPS)
		settle(r);
}

/*
 * What happens
 */

void run_begin(struct msg_run *r, const struct playbook *pb, bool dry_run, int64_t now_ms)
{
	r->playbook = *pb;
	r->dry_run = dry_run;
	r->phase = RUN_STEPS;
	r->end = RUN_NOT_YET;
	r->told = 0;
	memset(r->step, 0, sizeof(r->step));
	memset(&r->settle, 0, sizeof(r->settle));
	go_on(r, now_ms);
}

enum run_order run_take(struct msg_run *r, uint32_t *step)
{
	enum run_order order;

	for (uint32_t i = 0; i < r->playbook.n_steps; i++) {
		order = r->step[i].order;
		if (order == ORDER_NOTHING)
			continue;
		r->step[i].order = ORDER_NOTHING;
		*step = i;
		return order;
	}
	*step = RUN_ITSELF;
	order = r->settle.order;
	r->settle.order = ORDER_NOTHING;
	return order;
}

void run_feed(struct msg_run *r, uint32_t step, enum step_event event, int64_t now_ms)
{
	struct run_step *s;
	struct step_cell to;

	assert(step < r->playbook.n_steps);
	s = &r->step[step];
	/* an undo has ended: whether that was all is not the undo's to say */
	if (s->state == STEP_UNDOING && event == STEP_ENDED)
		event = has_more(r, step, now_ms) ? STEP_AGAIN : STEP_LATE;
	to = run_step_cell(s->state, event);
	if (to.order == ORDER_NOTHING && to.next == s->state)
		return;
	enter(r, step, to, now_ms);
	if (step_is_over(s))
		go_on(r, now_ms);
}

int64_t run_due_ms(const struct msg_run *r)
{
	int64_t least = r->settle.due_ms;

	for (uint32_t i = 0; i < r->playbook.n_steps; i++)
		if (r->step[i].due_ms && (!least || r->step[i].due_ms < least))
			least = r->step[i].due_ms;
	return least;
}

void run_late(struct msg_run *r, int64_t now_ms)
{
	for (uint32_t i = 0; i < r->playbook.n_steps; i++) {
		if (!r->step[i].due_ms || r->step[i].due_ms > now_ms)
			continue;
		/* an undo that does not end is the last thing that was tried */
		run_feed(r, i, r->step[i].state != STEP_UNDOING && has_more(r, i, now_ms) ?
			 STEP_AGAIN : STEP_LATE, now_ms);
	}
	if (r->phase == RUN_SETTLING && r->settle.due_ms && r->settle.due_ms <= now_ms) {
		r->settle.due_ms = 0;
		r->settle.order = ORDER_LOOK;
	}
}

static void feed_all(struct msg_run *r, enum step_event event, int64_t now_ms)
{
	for (uint32_t i = 0; i < r->playbook.n_steps; i++)
		run_feed(r, i, event, now_ms);
}

void run_replace(struct msg_run *r, int64_t now_ms)
{
	if (run_is_over(r))
		return;
	r->end = RUN_REPLACED;
	if (r->phase == RUN_SETTLING)
		end_run(r, RUN_REPLACED);
	else
		feed_all(r, STEP_CANCEL, now_ms);
}

void run_abandon(struct msg_run *r)
{
	for (uint32_t i = 0; i < r->playbook.n_steps; i++) {
		struct run_step *s = &r->step[i];

		s->order = ORDER_NOTHING;
		s->due_ms = 0;
		if (s->state == STEP_WAITING)
			s->state = STEP_SKIPPED;
		else if (!step_is_over(s))
			s->state = STEP_UNKNOWN;
	}
	end_run(r, RUN_UNKNOWN);
}

/* Nobody was there to use the time of a step that had begun, nor its last try. */
static void renew(struct msg_run *r, uint32_t i, int64_t now_ms)
{
	struct run_step *s = &r->step[i];

	if (s->state == STEP_WAITING || step_is_over(s))
		return;
	s->limit_ms = now_ms + r->playbook.step[i].within_ms;
	if (s->n_tries)
		s->n_tries--;
}

void run_restart(struct msg_run *r, int64_t now_ms)
{
	for (uint32_t i = 0; i < r->playbook.n_steps; i++)
		renew(r, i, now_ms);
	feed_all(r, STEP_RESTART, now_ms);
	if (r->phase == RUN_STEPS)
		go_on(r, now_ms);
	else if (r->phase == RUN_SETTLING)
		r->settle.order = ORDER_LOOK;
}

bool run_is_sane(const struct msg_run *r)
{
	if (playbook_wrong(&r->playbook) || r->phase > RUN_ENDED || r->end >= RUN_ENDS ||
	    r->verdict > RESPOND_HALT || !memchr(r->guest, 0, sizeof(r->guest)) ||
	    !memchr(r->rule, 0, sizeof(r->rule)) || !memchr(r->wish, 0, sizeof(r->wish)))
		return false;
	for (uint32_t i = 0; i < PLAYBOOK_STEPS_MAX; i++)
		if (r->step[i].state >= STEP_STATES || r->step[i].order > ORDER_UNDO ||
		    !memchr(r->step[i].text, 0, sizeof(r->step[i].text)) ||
		    !memchr(r->step[i].host, 0, sizeof(r->step[i].host)))
			return false;
	return true;
}
