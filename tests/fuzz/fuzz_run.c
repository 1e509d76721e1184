// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - fuzzer: what the responder reads that it has not just made itself: how
 * far a run was, from a file, and what another host says it has
 *
 * A run that makes sense goes on to an end by its timers, with nobody to answer.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "responder/choose.h"
#include "responder/drive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A step may be tried for a day; it is looked at once an hour */
#define HOUR_MS		3600000
#define TIMERS_MAX	2000

static int64_t clock_ms;

static enum step_event no_answer(struct msg_run *r, uint32_t step)
{
	assert(step < r->playbook.n_steps);
	return PENDING;
}

static enum run_seen unclear(const struct msg_run *r)
{
	(void)r;
	return SEEN_UNCLEAR;
}

static void ignore(const struct msg_run *r)
{
	(void)r;
}

static void ignore_step(const struct msg_run *r, uint32_t step)
{
	assert(step == RUN_ITSELF ? run_is_over(r) : step_is_over(&r->step[step]));
}

static int64_t now_ms(void)
{
	return clock_ms;
}

static const struct drive_ops ops = {
	.test = no_answer, .begin = no_answer, .stop = no_answer, .check = no_answer,
	.undo = no_answer, .look = unclear, .secure = ignore, .note = ignore,
	.ended = ignore_step, .now_ms = now_ms,
};

static void go_on(struct msg_run *r)
{
	int n = 0;

	clock_ms = 1000;
	run_restart(r, clock_ms);
	drive(r, &ops);
	while (!run_is_over(r)) {
		assert(n++ < TIMERS_MAX && run_due_ms(r));
		if (run_due_ms(r) > clock_ms)
			clock_ms = run_due_ms(r);
		clock_ms += HOUR_MS;
		run_late(r, clock_ms);
		drive(r, &ops);
	}
	assert(run_is_sane(r));
}

static void choose(const char *text)
{
	static struct host_facts facts;
	enum host_verdict why;

	if (!facts_parse(text, &facts) || !facts.n_guests)
		return;
	choose_host(&(struct choose_need){ .guest = &facts.guest[0], .here = &facts }, &facts, 1,
		    7, &why);
	assert(choose_text(why));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct msg_run r;
	char *text = malloc(size + 1);

	memset(&r, 0, sizeof(r));
	memcpy(&r, data, size < sizeof(r) ? size : sizeof(r));
	if (run_is_sane(&r))
		go_on(&r);
	memcpy(text, data, size);
	text[size] = '\0';
	choose(text);
	free(text);
	return 0;
}
