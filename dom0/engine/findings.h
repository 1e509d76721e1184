/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what vmi has found, as an alert
 */
#ifndef STARLSM_FINDINGS_H
#define STARLSM_FINDINGS_H

#include <stdbool.h>

#include "engine/rules.h"

/* Can vmi have meant that? */
bool findings_is_sane(const struct msg_finding *m);

/* False if it cannot. Findings of one check belong together. */
bool findings_alert(const struct msg_finding *m, int64_t now_ns, struct alert *alert);

/*
 * The alert of a rule that was loaded, which the finding matches. A correlation says
 * more than the finding's own alert; any other rule is scored for what its level is above.
 */
void findings_loaded(const struct msg_finding *m, int64_t now_ns,
		     const struct sigma_rule *rule, struct alert *alert);

/* Which kernel a guest has: what its sensor says in HELLO, what vmi sees */
struct findings_kernel {
	char said[MSG_BUILD_ID_MAX];	/* "": nothing yet */
	char seen[MSG_BUILD_ID_MAX];
	uint64_t said_base, seen_base;
};

/* vmi has seen it. *is_wrong: the two differ, then *alert is filled. False if it cannot mean that. */
bool findings_seen(struct findings_kernel *k, const struct msg_kernel *m, int64_t now_ns,
		   struct alert *alert, bool *is_wrong);

/* A record, maybe a HELLO. Whether the two differ; then *alert is filled. */
bool findings_said(struct findings_kernel *k, const struct rule_event *ev, struct alert *alert);

#endif /* STARLSM_FINDINGS_H */
