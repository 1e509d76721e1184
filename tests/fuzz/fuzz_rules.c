// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - fuzzer: a file of rules that may be anything, compiled, and then
 * followed by each of the golden records
 */
#include <assert.h>
#include <stdlib.h>

#include "lib/sigma/correlate.h"
#include "lib/sigma/plan.h"
#include "records.h"
#include "rule_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
	struct matcher *matcher;
	struct correlator *correlator;
	struct groups *groups;
	int64_t now_ns;
};

static void report(void *arg, enum report_kind kind, const char *file, unsigned int line,
		   const char *text)
{
	(void)arg;
	assert(kind <= REPORT_NOTE && file && line && *text && !strchr(text, '\n'));
}

static void fired(void *arg, const struct sigma_rule *rule)
{
	(void)arg;
	assert(rule->correlation);
}

static void hit(void *arg, const struct sigma_rule *rule)
{
	struct run *run = arg;

	assert(rule->condition);
	correlator_feed(run->correlator, run->matcher, rule, run->groups, run->now_ns, fired,
			NULL);
}

static void follow(const struct plan *p)
{
	const struct hash_seed seed = { { 1, 2 } };
	struct run run = {
		matcher_new(p), correlator_new(&seed), groups_new(&seed, GROUPS_GUEST), 0,
	};
	struct facts f;

	assert(run.matcher && run.correlator && run.groups);
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++) {
		const struct starlsm_vector *v = &starlsm_vectors[i];

		run.now_ns += 1000000000;
		facts_from(&f, (const char *)v->wire, v->len);
		matcher_run(run.matcher, &f, hit, &run);
	}
	groups_free(run.groups);
	correlator_free(run.correlator);
	matcher_free(run.matcher);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan *p = plan_new();

	assert(p);
	plan_add(p, "fuzz", (const char *)data, size, report, NULL);
	if (!plan_finish(p, report, NULL))
		follow(p);
	plan_free(p);
	return 0;
}
