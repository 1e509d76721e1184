// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the classes: waiting for a copy, and for a verdict
 *
 * The collector of these tests sits in the kick: it has copied, or answered,
 * before the task begins to wait. A test's task is a kernel thread, which must
 * not wait; what a task does that waits in vain is for the end-to-end cases.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>

#include "emit.h"
#include "hooks_test.h"
#include "policy.h"
#include "rings.h"
#include "wait.h"

/**
 * struct collector - What the collector of a test does when it is kicked
 *
 * @ts: Where it reads.
 * @copies: Whether it copies what is there.
 * @answer: What it answers, 0 for nothing.
 * @policy: The policy in force.
 */
static struct collector {
	struct test_stream *ts;
	bool copies;
	u32 answer;
	struct starlsm_policy policy;
} collector;

static const struct starlsm_policy *policy_stub(void)
{
	return &collector.policy;
}

static void answer(const struct starlsm_rec *rec)
{
	const struct starlsm_rec_ask *const ask =
		container_of_const(rec, struct starlsm_rec_ask, rec);
	struct starlsm_answer *const slot =
		&starlsm_rings.answers->slot[ask->slot];

	WRITE_ONCE(slot->answer, collector.answer);
	/* Pairs with the acquire of who waits: the answer is there. */
	virt_store_release(&slot->ticket, ask->ticket);
}

/* Looks, without taking: the test reads on its own. */
static void kicked(void)
{
	const u64 cons = collector.ts->peer.cons;
	const struct starlsm_rec *rec;

	rec = test_stream_find(collector.ts, STARLSM_EV_ASK);
	if (rec && collector.answer)
		answer(rec);
	test_stream_drain(collector.ts);
	if (!collector.copies)
		collector.ts->peer.cons = cons;
}

static const struct starlsm_peer test_peer = {
	.kick = kicked,
};

static int wait_init(struct kunit *test)
{
	if (starlsm_has_peer())
		kunit_skip(test, "a real collector is attached");
	if (hooks_test_init(test) || !starlsm_rings.answers)
		return -ENODEV;
	memset(&collector, 0, sizeof(collector));
	collector.ts = hooks_of(test)->ts;
	collector.policy.commit_ms = 1;
	collector.policy.verdict_ms = 1;
	collector.policy.default_answer = STARLSM_ANSWER_ALLOW;
	kunit_activate_static_stub(test, starlsm_policy, policy_stub);
	hooks_test_settle(test);
	starlsm_set_peer(&test_peer);
	return 0;
}

static void wait_exit(struct kunit *test)
{
	starlsm_set_peer(NULL);
}

/* One record of that class */
static int emit_as(u32 class)
{
	const struct starlsm_rec_kexec rec = { .source = STARLSM_FROM_MEMORY };

	collector.policy.class[STARLSM_EV_KEXEC] = class;
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(KEXEC, &rec));
}

static void async_does_not_wait(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, emit_as(STARLSM_CLASS_ASYNC), 0);
	EXPECT_REC(test, KEXEC, kexec);
	EXPECT_NOTHING(test);
}

static void copied_is_not_late(struct kunit *test)
{
	const u64 before = starlsm_mishaps(STARLSM_NOT_WAITED);

	collector.copies = true;
	KUNIT_EXPECT_EQ(test, emit_as(STARLSM_CLASS_COMMIT), 0);
	KUNIT_EXPECT_EQ(test, collector.ts->pub.commit,
			collector.ts->pub.prod);
	KUNIT_EXPECT_EQ(test, collector.ts->peer.cons, collector.ts->pub.prod);
	KUNIT_EXPECT_EQ(test, starlsm_mishaps(STARLSM_NOT_WAITED), before);
}

static void late_is_told(struct kunit *test)
{
	const u64 before = starlsm_mishaps(STARLSM_NOT_WAITED);
	const struct starlsm_rec_late *late;

	KUNIT_EXPECT_EQ(test, emit_as(STARLSM_CLASS_COMMIT), 0);
	EXPECT_REC(test, KEXEC, kexec);
	late = EXPECT_REC(test, LATE, late);
	KUNIT_EXPECT_EQ(test, late->event, STARLSM_EV_KEXEC);
	KUNIT_EXPECT_EQ(test, late->why, STARLSM_WHY_CONTEXT);
	EXPECT_NOTHING(test);
	KUNIT_EXPECT_EQ(test, starlsm_mishaps(STARLSM_NOT_WAITED), before + 1);
}

static void nobody_is_only_counted(struct kunit *test)
{
	const u64 before = starlsm_mishaps(STARLSM_NOT_WAITED);

	starlsm_set_peer(NULL);
	KUNIT_EXPECT_EQ(test, emit_as(STARLSM_CLASS_COMMIT), 0);
	EXPECT_REC(test, KEXEC, kexec);
	EXPECT_NOTHING(test);
	KUNIT_EXPECT_EQ(test, starlsm_mishaps(STARLSM_NOT_WAITED), before + 1);
}

struct verdict_row {
	const char *what;
	u32 answer;
	u32 otherwise;
	u32 decided;
	u32 why;
};

static const struct verdict_row verdict_rows[] = {
	{ "allowed", STARLSM_ANSWER_ALLOW, STARLSM_ANSWER_DENY,
	  STARLSM_ANSWER_ALLOW, STARLSM_WHY_ENGINE },
	{ "denied", STARLSM_ANSWER_DENY, STARLSM_ANSWER_ALLOW,
	  STARLSM_ANSWER_DENY, STARLSM_WHY_ENGINE },
	{ "nonsense", 7, STARLSM_ANSWER_DENY,
	  STARLSM_ANSWER_DENY, STARLSM_WHY_ENGINE },
	{ "no answer, allowed", 0, STARLSM_ANSWER_ALLOW,
	  STARLSM_ANSWER_ALLOW, STARLSM_WHY_CONTEXT },
	{ "no answer, denied", 0, STARLSM_ANSWER_DENY,
	  STARLSM_ANSWER_DENY, STARLSM_WHY_CONTEXT },
};

KUNIT_ARRAY_PARAM_DESC(verdict, verdict_rows, what);

static void verdict_decides(struct kunit *test)
{
	const struct verdict_row *const row = test->param_value;
	const struct starlsm_rec_kexec *event;
	const struct starlsm_rec_ask *ask;
	const struct starlsm_rec_decision *decision;

	collector.answer = row->answer;
	collector.policy.default_answer = row->otherwise;
	KUNIT_EXPECT_EQ(test, emit_as(STARLSM_CLASS_VERDICT),
			row->decided == STARLSM_ANSWER_DENY ? -EPERM : 0);
	event = EXPECT_REC(test, KEXEC, kexec);
	ask = EXPECT_REC(test, ASK, ask);
	KUNIT_EXPECT_EQ(test, ask->rec.seq, event->rec.seq + 1);
	KUNIT_EXPECT_EQ(test, ask->event, STARLSM_EV_KEXEC);
	decision = EXPECT_REC(test, DECISION, decision);
	KUNIT_EXPECT_EQ(test, decision->ticket, ask->ticket);
	KUNIT_EXPECT_EQ(test, decision->answer, row->decided);
	KUNIT_EXPECT_EQ(test, decision->why, row->why);
}

/* A place is given back: more questions than places, one after the other. */
static void places_are_given_back(struct kunit *test)
{
	unsigned int i;

	collector.answer = STARLSM_ANSWER_DENY;
	collector.copies = true;
	for (i = 0; i < 2 * STARLSM_ANSWERS_MAX; i++)
		KUNIT_ASSERT_EQ(test, emit_as(STARLSM_CLASS_VERDICT), -EPERM);
}

static struct kunit_case wait_cases[] = {
	KUNIT_CASE(async_does_not_wait),
	KUNIT_CASE(copied_is_not_late),
	KUNIT_CASE(late_is_told),
	KUNIT_CASE(nobody_is_only_counted),
	KUNIT_CASE_PARAM(verdict_decides, verdict_gen_params),
	KUNIT_CASE(places_are_given_back),
	{}
};

static struct kunit_suite wait_suite = {
	.name = "starlsm_wait",
	.init = wait_init,
	.exit = wait_exit,
	.test_cases = wait_cases,
};

kunit_test_suite(wait_suite);
