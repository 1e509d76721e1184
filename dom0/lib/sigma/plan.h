/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - all rules as one plan: what is looked for once, for all of them
 *
 * Of each view an event shows, the fields that any rule names are looked at
 * once. Whole values are found in a hash table, beginnings, ends and parts by
 * one automaton over all rules; what is found tells which rules can match at all,
 * and only of those the conditions are evaluated, with what costs more (regular
 * expressions, networks, numbers) only when it is asked for. So the cost of an
 * event grows with what it has in common with rules, not with their number.
 *
 * Pure: text in, rules out. A plan does not change once it is finished; what
 * belongs to one event at a time is in a matcher.
 */
#ifndef STARLSM_SIGMA_PLAN_H
#define STARLSM_SIGMA_PLAN_H

#include "lib/sigma/facts.h"
#include "lib/sigma/report.h"
#include "lib/sigma/rule.h"

#define PLAN_RULES_MAX	8192
/* Of one file: the longest published rules have 20 KiB. */
#define PLAN_FILE_MAX	(256 * 1024)

struct plan;
struct matcher;

/* An empty plan; NULL without memory. */
struct plan *plan_new(void);
void plan_free(struct plan *p);

/*
 * Adds the rules of a file of YAML, one a document. What is wrong with one is
 * reported, and costs that rule only; what is no YAML ends the file there.
 * Returns how many were added.
 */
unsigned int plan_add(struct plan *p, const char *file, const char *text, size_t len,
		      report_fn report, void *arg);

/*
 * When all files have been added: correlations find their rules, and those that
 * do not are taken out. Returns 0, or -1 if there is no room or memory for it all.
 */
int plan_finish(struct plan *p, report_fn report, void *arg);

unsigned int plan_n_rules(const struct plan *p);

/* In the order of reading, below plan_n_rules(); NULL for one that was taken out. */
struct sigma_rule *plan_rule(const struct plan *p, unsigned int number);

/* The rule of that id or name, or NULL. */
struct sigma_rule *plan_find(const struct plan *p, const char *id_or_name);

/* For a finished plan, which must outlive it; NULL without memory. */
struct matcher *matcher_new(const struct plan *p);
void matcher_free(struct matcher *m);

/*
 * hit() is called once for each rule that the event matches, view by view, in
 * the order of the rules. In it matcher_value() tells what a field of the rule's view is.
 */
typedef void (*matcher_hit)(void *arg, const struct sigma_rule *rule);

void matcher_run(struct matcher *m, const struct facts *f, matcher_hit hit, void *arg);

/* The first value of that field of the plan, in the record that just matched; NULL if none */
const struct field_value *matcher_value(struct matcher *m, uint32_t field);

/* Regular expressions given up because they took too long */
uint64_t matcher_refused(const struct matcher *m);

#endif /* STARLSM_SIGMA_PLAN_H */
