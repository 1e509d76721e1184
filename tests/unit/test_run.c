// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of a playbook's run: every walk through it, with everything
 * that can fail, hang, be unclear, or be killed at any point
 *
 * A world of one domain and a world's whims. From the beginning of a run all
 * states that it can reach are visited, by all that can happen in each: an order
 * works, does nothing, does half and never ends, is answered late or never, a
 * timer fires, time runs out, the domain ends by itself, a stronger verdict
 * comes, the responder is killed before, in the middle of or after an order and
 * started again from what it kept.
 */
#include "cmocka_all.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "responder/drive.h"
#include "responder/run.h"

/* The clock stands: what fires and what is over is chosen. */
#define NOW_MS		100000000LL

/*
 * The world
 */

struct world {
	struct msg_run run;
	enum run_seen domain;
	uint32_t reserved;
};

static struct world w;
static struct msg_run kept;

/* What happens is a row of choices; all rows are tried, one after the other. */
#define CHOICES_MAX	64

static struct {
	unsigned int n, at;
	unsigned char chosen[CHOICES_MAX], of[CHOICES_MAX];
} script;

static jmp_buf killed;
static bool may_kill, is_kind, is_dead, is_random;
static unsigned int roll(unsigned int n);

static unsigned int choose(unsigned int n)
{
	if (is_random)
		return roll(n);
	assert_true(script.at < CHOICES_MAX);
	if (script.at == script.n) {
		script.chosen[script.n] = 0;
		script.of[script.n++] = n;
	}
	assert_int_equal(script.of[script.at], n);
	return script.chosen[script.at++];
}

/* The next row of choices; false: that was the last. */
static bool next_script(void)
{
	while (script.n && script.chosen[script.n - 1] + 1 == script.of[script.n - 1])
		script.n--;
	if (!script.n)
		return false;
	script.chosen[script.n - 1]++;
	script.at = 0;
	return true;
}

static void maybe_killed(void)
{
	if (may_kill && choose(2))
		longjmp(killed, 1);
}

static uint32_t action_of(const struct msg_run *r, uint32_t step)
{
	return r->playbook.step[step].action;
}

/* What the action promises */
static bool is_so(uint32_t action)
{
	switch (action) {
	case ACTION_PAUSE:
	case ACTION_KEEP_PAUSED:
		return w.domain == SEEN_PAUSED;
	case ACTION_UNPAUSE:
		return w.domain == SEEN_RUNS;
	case ACTION_DESTROY:
		return w.domain == SEEN_GONE;
	default:
		return false;
	}
}

static void make_so(uint32_t action)
{
	if (w.domain == SEEN_GONE)
		return;
	if (action == ACTION_PAUSE || action == ACTION_KEEP_PAUSED)
		w.domain = SEEN_PAUSED;
	else if (action == ACTION_UNPAUSE)
		w.domain = SEEN_RUNS;
	else if (action == ACTION_DESTROY)
		w.domain = SEEN_GONE;
}

static enum step_event test(struct msg_run *r, uint32_t step)
{
	if (is_dead)
		return PENDING;
	if (is_so(action_of(r, step)))
		return STEP_ALREADY;
	if (w.domain == SEEN_GONE)
		return STEP_UNFIT;
	return is_kind || !choose(2) ? STEP_FIT : STEP_UNCLEAR;
}

static enum step_event begin(struct msg_run *r, uint32_t step)
{
	unsigned int luck;

	assert_true(r->step[step].n_tries <= r->playbook.step[step].tries);
	if (is_dead)
		return PENDING;
	maybe_killed();
	luck = is_kind ? 0 : choose(4);
	if (luck % 2 == 0)
		make_so(action_of(r, step));
	maybe_killed();
	return luck < 2 ? STEP_ENDED : PENDING;
}

static enum step_event stop(struct msg_run *r, uint32_t step)
{
	(void)r;
	(void)step;
	if (is_dead)
		return PENDING;
	return is_kind || !choose(2) ? STEP_ENDED : PENDING;
}

static enum step_event check(struct msg_run *r, uint32_t step)
{
	if (is_dead)
		return PENDING;
	if (!is_kind && choose(2))
		return STEP_UNCLEAR;
	return is_so(action_of(r, step)) ? STEP_YES : STEP_NO;
}

static enum step_event undo(struct msg_run *r, uint32_t step)
{
	(void)r;
	(void)step;
	if (is_dead)
		return PENDING;
	return is_kind || !choose(2) ? STEP_ENDED : PENDING;
}

static enum run_seen look(const struct msg_run *r)
{
	(void)r;
	return !is_dead && (is_kind || !choose(2)) ? w.domain : SEEN_UNCLEAR;
}

static void secure(const struct msg_run *r)
{
	(void)r;
	if (is_dead)
		return;
	maybe_killed();
	if (is_kind || !choose(2))
		make_so(ACTION_PAUSE);
}

static void note(const struct msg_run *r)
{
	kept = *r;
}

static int n_told;

static void ended(const struct msg_run *r, uint32_t step)
{
	n_told++;
	if (step != RUN_ITSELF)
		assert_true(step_is_over(&r->step[step]));
}

static int64_t now_ms(void)
{
	return NOW_MS;
}

static const struct drive_ops ops = {
	.test = test, .begin = begin, .stop = stop, .check = check, .undo = undo,
	.look = look, .secure = secure, .note = note, .ended = ended, .now_ms = now_ms,
};

/*
 * What holds of every state
 */

static void check_end(void)
{
	const struct msg_run *r = &w.run;
	enum playbook_goal goal = playbook_goal(&r->playbook);

	for (uint32_t i = 0; i < r->playbook.n_steps; i++)
		assert_true(step_is_over(&r->step[i]));
	switch (r->end) {
	case RUN_RUNS:
		assert_int_not_equal(goal, GOAL_PAUSED);
		assert_int_not_equal(goal, GOAL_HALTED);
		break;
	case RUN_LOOSE:
		assert_true(goal == GOAL_PAUSED || goal == GOAL_HALTED);
		break;
	case RUN_PAUSED:
	case RUN_GONE:
	case RUN_UNKNOWN:
	case RUN_REPLACED:
		break;
	default:
		fail_msg("it ends as %s", run_end_name(r->end));
	}
	assert_int_equal(run_due_ms(r), 0);
	assert_int_equal(r->told, (2U << PLAYBOOK_STEPS_MAX) - 1 -
			 ((1U << PLAYBOOK_STEPS_MAX) - (1U << r->playbook.n_steps)));
}

/* All timers fire; with over, no time is left for what has begun. */
static void fire(bool over)
{
	struct msg_run *r = &w.run;

	for (uint32_t i = 0; i < r->playbook.n_steps; i++) {
		if (r->step[i].due_ms)
			r->step[i].due_ms = NOW_MS;
		if (r->step[i].due_ms && over)
			r->step[i].limit_ms = 1;
	}
	if (r->settle.due_ms)
		r->settle.due_ms = NOW_MS;
	run_late(r, NOW_MS);
}

/* When nobody ever answers again: the timers end it. */
static void ends_alone(void)
{
	const struct world before = w;
	int n = 0;

	is_dead = true;
	for (n = 0; n < 200 && !run_is_over(&w.run); n++) {
		fire(true);
		drive(&w.run, &ops);
	}
	assert_true(run_is_over(&w.run));
	check_end();
	is_dead = false;
	w = before;
}

/* When nothing fails any more, a guest that is to be stopped is. */
static void ends_well(void)
{
	const enum playbook_goal goal = playbook_goal(&w.run.playbook);
	const struct world before = w;
	int n;

	is_kind = true;
	for (n = 0; n < 200 && !run_is_over(&w.run); n++) {
		fire(false);
		drive(&w.run, &ops);
	}
	assert_true(run_is_over(&w.run));
	/* unless all that there was to be tried has been */
	if (before.run.settle.n_tries >= RUN_SETTLE_TRIES)
		;
	else if (w.run.end != RUN_REPLACED && goal != GOAL_NONE && goal != GOAL_RUNS)
		assert_true(w.domain != SEEN_RUNS);
	is_kind = false;
	w = before;
}

/* What a run says of the guest when it ends is so; asked where it ends. */
static void claim(void)
{
	switch (w.run.end) {
	case RUN_RUNS:
	case RUN_LOOSE:
		assert_int_equal(w.domain, SEEN_RUNS);
		break;
	case RUN_PAUSED:
		assert_int_equal(w.domain, SEEN_PAUSED);
		break;
	case RUN_GONE:
		assert_int_equal(w.domain, SEEN_GONE);
		break;
	default:
		break;
	}
}

/*
 * All that can happen
 */

enum happening { TIMER, TIME_RUNS_OUT, ANSWER, DIES, KILLED, REPLACED, HAPPENINGS };

/* A step that waits for something gets it; which one is a choice. */
static void answer(void)
{
	struct msg_run *r = &w.run;
	uint32_t i = r->playbook.n_steps ? choose(r->playbook.n_steps) : 0;

	if (!r->playbook.n_steps)
		return;
	switch (r->step[i].state) {
	case STEP_DOING:
		if (choose(2))
			make_so(action_of(r, i));
		break;
	case STEP_STOPPING:
	case STEP_UNDOING:
		break;
	default:
		return;
	}
	run_feed(r, i, STEP_ENDED, now_ms());
}

/* One timer, or that of the run */
static void fire_one(void)
{
	struct msg_run *r = &w.run;
	uint32_t i = choose(r->playbook.n_steps + 1);
	int64_t *due = i < r->playbook.n_steps ? &r->step[i].due_ms : &r->settle.due_ms;

	if (!*due)
		return;
	*due = NOW_MS;
	run_late(r, NOW_MS);
}

static void restart(void)
{
	const struct msg_run *r = &w.run;

	w.run = kept;
	run_restart(&w.run, now_ms());
	/* nobody will answer what a predecessor has asked or begun */
	for (uint32_t i = 0; i < r->playbook.n_steps; i++)
		if (!step_is_over(&r->step[i]) && r->step[i].state != STEP_WAITING)
			assert_int_not_equal(r->step[i].order, ORDER_NOTHING);
}

static void happen(enum happening what)
{
	switch (what) {
	case TIMER:
		fire_one();
		break;
	case TIME_RUNS_OUT:
		fire(true);
		break;
	case ANSWER:
		answer();
		break;
	case DIES:
		w.domain = SEEN_GONE;
		break;
	case KILLED:
		restart();
		break;
	case REPLACED:
		run_replace(&w.run, now_ms());
		break;
	default:
		return;
	}
}

/*
 * Which states have been seen: their hashes
 */

#define SEEN_MAX	(1U << 21)

static bool is_first;
static uint64_t *seen;
static size_t n_seen;
static struct world *todo;
static size_t n_todo, todo_size;

static uint64_t hash_of(const struct world *s)
{
	const uint64_t *word = (const void *)s;
	uint64_t h = 1469598103934665603ULL;

	for (size_t i = 0; i < sizeof(*s) / sizeof(*word); i++)
		h = (h ^ word[i]) * 1099511628211ULL ^ h >> 29;
	return h ? h : 1;
}

static bool is_new(const struct world *s)
{
	uint64_t h = hash_of(s);
	size_t i = h % SEEN_MAX;

	while (seen[i] && seen[i] != h)
		i = (i + 1) % SEEN_MAX;
	if (seen[i])
		return false;
	assert_true(++n_seen < SEEN_MAX / 2);
	seen[i] = h;
	return true;
}

static void visit(void)
{
	assert_true(run_is_sane(&w.run));
	if (run_is_over(&w.run))
		check_end();
	if (!is_new(&w))
		return;
	if (run_is_over(&w.run))
		return;
	assert_true(is_first || run_due_ms(&w.run));
	ends_alone();
	ends_well();
	if (n_todo == todo_size) {
		todo_size = todo_size ? 2 * todo_size : 1024;
		todo = realloc(todo, todo_size * sizeof(*todo));
		assert_non_null(todo);
	}
	todo[n_todo++] = w;
}

/* One step from a state, with one row of choices */
static void one_step(const struct world *from, enum happening what, bool kills)
{
	w = *from;
	kept = from->run;
	may_kill = kills;
	if (setjmp(killed)) {
		may_kill = false;
		restart();
		/* what comes next is a happening of its own */
	} else {
		happen(what);
	}
	drive(&w.run, &ops);
	if (run_is_over(&w.run) && what != DIES)
		claim();
	may_kill = false;
	visit();
}

static void walk(const struct playbook *pb)
{
	struct world from;

	assert_null(playbook_wrong(pb));
	seen = calloc(SEEN_MAX, sizeof(*seen));
	assert_non_null(seen);
	n_seen = n_todo = 0;
	memset(&w, 0, sizeof(w));
	w.domain = SEEN_RUNS;
	run_begin(&w.run, pb, false, NOW_MS);
	/* nothing is carried out yet: as if it had been killed right then */
	is_first = true;
	visit();
	is_first = false;
	while (n_todo) {
		from = todo[--n_todo];
		for (int what = 0; what < HAPPENINGS; what++) {
			script.n = script.at = 0;
			do {
				one_step(&from, what, what != REPLACED);
			} while (next_script());
		}
	}
	print_message("# %s: %zu states\n", pb->name, n_seen);
	free(seen);
	free(todo);
	todo = NULL;
	todo_size = 0;
}

/*
 * The playbooks
 */

static void add(struct playbook *pb, uint32_t action, uint32_t group, uint32_t tries)
{
	struct playbook_step *step = &pb->step[pb->n_steps++];

	playbook_step_init(step, action, group);
	step->tries = tries;
}

static void walk_halt(void **state)
{
	struct playbook pb;

	(void)state;
	playbook_builtin(RESPOND_HALT, &pb);
	pb.step[0].tries = pb.step[1].tries = 2;
	walk(&pb);
}

static void walk_pause(void **state)
{
	struct playbook pb;

	(void)state;
	playbook_builtin(RESPOND_PAUSE, &pb);
	walk(&pb);
}

static void walk_three(void **state)
{
	struct playbook pb = { .name = "three" };

	(void)state;
	add(&pb, ACTION_PAUSE, 0, 1);
	add(&pb, ACTION_CAPTURE, 1, 1);
	add(&pb, ACTION_DESTROY, 2, 1);
	walk(&pb);
}

static void walk_side_by_side(void **state)
{
	struct playbook pb = { .name = "side by side" };

	(void)state;
	add(&pb, ACTION_NOTIFY, 0, 1);
	add(&pb, ACTION_PAUSE, 0, 1);
	add(&pb, ACTION_KEEP_PAUSED, 1, 1);
	walk(&pb);
}

static void walk_let_go(void **state)
{
	struct playbook pb = { .name = "let go" };

	(void)state;
	add(&pb, ACTION_PAUSE, 0, 1);
	add(&pb, ACTION_UNPAUSE, 1, 2);
	walk(&pb);
}

static void walk_nothing(void **state)
{
	struct playbook pb;

	(void)state;
	playbook_builtin(RESPOND_ALERT, &pb);
	walk(&pb);
}

/*
 * Long ones, at random
 */

static uint64_t dice = 88172645463325252ULL;

static unsigned int roll(unsigned int n)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return dice % n;
}

static void random_playbook(struct playbook *pb)
{
	static const uint32_t middle[] = {
		ACTION_NOTIFY, ACTION_ISOLATE, ACTION_KEEP_PAUSED, ACTION_CONNECT,
		ACTION_CAPTURE,
	};
	static const uint32_t last[] = {
		ACTION_DESTROY, ACTION_KEEP_PAUSED, ACTION_UNPAUSE, ACTION_ISOLATE,
	};
	uint32_t group = 0;

	memset(pb, 0, sizeof(*pb));
	strcpy(pb->name, "random");
	add(pb, ACTION_PAUSE, 0, 1 + roll(3));
	while (pb->n_steps < PLAYBOOK_STEPS_MAX - 1 && roll(5)) {
		struct playbook longer = *pb;

		add(&longer, middle[roll(ARRAY_SIZE(middle))], group + roll(2), 1 + roll(3));
		if (playbook_wrong(&longer))
			continue;
		*pb = longer;
		group = pb->step[pb->n_steps - 1].group;
	}
	add(pb, last[roll(ARRAY_SIZE(last))], group + 1, 1 + roll(3));
}

/* As one_step(), the choices at random */
static void random_step(void)
{
	const struct world from = w;
	const enum happening what = roll(20) ? roll(3) : roll(HAPPENINGS);

	kept = from.run;
	may_kill = true;
	if (setjmp(killed)) {
		may_kill = false;
		restart();
	} else {
		happen(what);
	}
	drive(&w.run, &ops);
	may_kill = false;
	if (run_is_over(&w.run))
		check_end();
}

static void at_random(void **state)
{
	(void)state;
	is_random = true;
	for (int i = 0; i < 5000; i++) {
		struct playbook pb;
		int n;

		random_playbook(&pb);
		assert_null(playbook_wrong(&pb));
		memset(&w, 0, sizeof(w));
		w.domain = SEEN_RUNS;
		run_begin(&w.run, &pb, false, NOW_MS);
		for (n = 0; n < 400 && !run_is_over(&w.run); n++)
			random_step();
		if (!run_is_over(&w.run))
			ends_alone();
	}
	is_random = false;
}

/*
 * Single walks
 */

static void start(const struct playbook *pb)
{
	memset(&w, 0, sizeof(w));
	w.domain = SEEN_RUNS;
	n_told = 0;
	run_begin(&w.run, pb, false, NOW_MS);
}

static void all_goes_well(void **state)
{
	struct playbook pb;

	(void)state;
	playbook_builtin(RESPOND_HALT, &pb);
	start(&pb);
	is_kind = true;
	drive(&w.run, &ops);
	is_kind = false;
	assert_int_equal(w.run.end, RUN_GONE);
	assert_int_equal(w.run.step[0].state, STEP_DONE);
	assert_int_equal(w.run.step[1].state, STEP_DONE);
	assert_int_equal(n_told, 3);
}

/* The memory cannot be had; the guest is halted all the same. */
static void a_step_that_fails(void **state)
{
	struct playbook pb = { .name = "fails" };

	(void)state;
	add(&pb, ACTION_PAUSE, 0, 1);
	add(&pb, ACTION_CAPTURE, 1, 2);
	add(&pb, ACTION_DESTROY, 2, 1);
	start(&pb);
	is_kind = true;
	for (int n = 0; n < 20 && !run_is_over(&w.run); n++) {
		drive(&w.run, &ops);
		fire(false);
	}
	is_kind = false;
	assert_int_equal(w.run.step[1].state, STEP_FAILED);
	assert_int_equal(w.run.step[1].n_tries, 2);
	assert_int_equal(w.run.end, RUN_GONE);
}

/* What cannot be told is asked again, and in the end it is said that nobody knew. */
static void an_unclear_check(void **state)
{
	struct playbook pb = { .name = "unclear" };
	struct msg_run *r = &w.run;
	uint32_t step;

	(void)state;
	add(&pb, ACTION_PAUSE, 0, 1);
	start(&pb);
	assert_int_equal(run_take(r, &step), ORDER_TEST);
	run_feed(r, 0, STEP_FIT, NOW_MS);
	assert_int_equal(run_take(r, &step), ORDER_BEGIN);
	run_feed(r, 0, STEP_ENDED, NOW_MS);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(run_take(r, &step), ORDER_CHECK);
		run_feed(r, 0, STEP_UNCLEAR, NOW_MS);
		assert_int_equal(r->step[0].state, STEP_DOUBTING);
		assert_int_equal(run_take(r, &step), ORDER_NOTHING);
		fire(false);
	}
	assert_int_equal(run_take(r, &step), ORDER_CHECK);
	run_feed(r, 0, STEP_UNCLEAR, NOW_MS);
	r->step[0].limit_ms = 1;
	fire(true);
	assert_int_equal(r->step[0].state, STEP_UNKNOWN);
	assert_int_equal(run_take(r, &step), ORDER_LOOK);
	run_look(r, SEEN_PAUSED, NOW_MS);
	assert_int_equal(r->end, RUN_PAUSED);
}

static void dry_run(void **state)
{
	struct playbook pb;
	uint32_t step;

	(void)state;
	playbook_builtin(RESPOND_HALT, &pb);
	memset(&w, 0, sizeof(w));
	run_begin(&w.run, &pb, true, NOW_MS);
	assert_int_equal(run_take(&w.run, &step), ORDER_NOTHING);
	assert_int_equal(w.run.end, RUN_DRY);
	assert_int_equal(w.run.step[0].state, STEP_WOULD);
	assert_int_equal(w.run.step[1].state, STEP_WOULD);
}

static void ends_are_ends(void **state)
{
	(void)state;
	for (int s = STEP_DONE; s < STEP_STATES; s++)
		for (int e = 0; e < STEP_EVENTS; e++) {
			assert_int_equal(run_step_cell(s, e).next, s);
			assert_int_equal(run_step_cell(s, e).order, ORDER_NOTHING);
		}
	for (int s = 0; s < STEP_STATES; s++)
		assert_string_not_equal(step_state_name(s), "?");
	for (int e = 0; e < RUN_ENDS; e++)
		assert_true(strlen(run_end_text(e)) && strcmp(run_end_name(e), "?"));
}

static void nonsense_is_refused(void **state)
{
	struct playbook pb;
	struct msg_run r;

	(void)state;
	playbook_builtin(RESPOND_HALT, &pb);
	memset(&r, 0, sizeof(r));
	run_begin(&r, &pb, false, NOW_MS);
	assert_true(run_is_sane(&r));
	r.step[1].state = STEP_STATES;
	assert_false(run_is_sane(&r));
	r.step[1].state = STEP_WAITING;
	r.step[0].order = ORDER_LOOK;
	assert_false(run_is_sane(&r));
	r.step[0].order = ORDER_TEST;
	memset(r.guest, 'x', sizeof(r.guest));
	assert_false(run_is_sane(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_goes_well),
		cmocka_unit_test(a_step_that_fails),
		cmocka_unit_test(an_unclear_check),
		cmocka_unit_test(dry_run),
		cmocka_unit_test(ends_are_ends),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(walk_nothing),
		cmocka_unit_test(walk_pause),
		cmocka_unit_test(walk_halt),
		cmocka_unit_test(walk_let_go),
		cmocka_unit_test(walk_side_by_side),
		cmocka_unit_test(walk_three),
		cmocka_unit_test(at_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
