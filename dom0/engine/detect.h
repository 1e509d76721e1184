/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the rules that were loaded, on a guest's events and findings
 *
 * Pure: their text is a fact as any other. A set that does not fit, or in which a
 * mistake would cost a rule that is in force, leaves the one before it in force.
 */
#ifndef STARLSM_DETECT_H
#define STARLSM_DETECT_H

#include "engine/ledger.h"
#include "engine/rules.h"
#include "lib/hash.h"
#include "lib/sigma/correlate.h"
#include "lib/sigma/report.h"

struct detect;

/* Without rules; NULL without memory. */
struct detect *detect_new(const struct hash_seed *seed);
void detect_free(struct detect *d);

/*
 * Takes these files of rules (lib/rulefiles.h) instead of what there was. Groups
 * that were counted with the old ones are to be freed. What is wrong with a rule costs
 * that rule, unless it is in force. Returns the number of rules; or, and nothing has
 * changed, -ENOSPC if they do not fit, -EINVAL if a rule would be lost by an error in
 * its file.
 */
int detect_load(struct detect *d, const char *files, size_t len, report_fn report, void *arg);

/* A guest, as an event or a finding of it is matched */
struct detect_guest {
	const char *name;
	struct groups **groups;	/* made when they are needed */
	/* for an event only */
	struct ledger *ledger;
	enum stage stage;	/* of who asks, before rules_feed() */
};

/* What is known of an event, when detect_feed() would match it; points into the ledger. */
struct facts;
void detect_facts(struct facts *f, const struct detect_guest *guest,
		  const struct starlsm_rec *rec);

/*
 * One event, after ledger_define() and before ledger_change(): raise() is called
 * for each rule that asks for it, while the event is as it was.
 */
typedef void (*detect_raise)(void *arg, const struct sigma_rule *rule);

void detect_feed(struct detect *d, const struct detect_guest *guest,
		 const struct starlsm_rec *rec, int64_t now_ns, detect_raise raise, void *arg);

/* One finding, of which findings_alert() has said that vmi can mean it */
void detect_finding(struct detect *d, const struct detect_guest *guest,
		    const struct msg_finding *m, int64_t now_ns, detect_raise raise, void *arg);

#endif /* STARLSM_DETECT_H */
