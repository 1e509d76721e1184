/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - rules as text on events as text, for tests
 */
#ifndef STARLSM_TEST_SIGMA_RUN_H
#define STARLSM_TEST_SIGMA_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/sigma/correlate.h"
#include "lib/sigma/plan.h"

struct sigma_run {
	struct plan *plan;
	struct matcher *matcher;
	struct correlator *correlator;
	struct groups *groups;		/* of all guests */
	char reports[8192];		/* "LINE: text\n" each; notes "LINE note: text\n" */
	uint32_t n_errors, n_notes;
	char hits[4096];		/* titles of rules that the last event fired, " " after each */
	int64_t now_ns;
};

/* With no rules yet. */
void sigma_run_init(struct sigma_run *r);
void sigma_run_free(struct sigma_run *r);

/* Adds a file of rules; finishes the plan. */
void sigma_run_add(struct sigma_run *r, const char *file, const char *yaml);
void sigma_run_finish(struct sigma_run *r);

/* A line of JSON; what it fires is in hits. */
void sigma_run_event(struct sigma_run *r, const char *json);

/* Has the last event fired the rule of that title? */
bool sigma_run_hit(const struct sigma_run *r, const char *title);

#endif /* STARLSM_TEST_SIGMA_RUN_H */
