/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what vmi has found, as an alert
 */
#ifndef STARLSM_FINDINGS_H
#define STARLSM_FINDINGS_H

#include <stdbool.h>

#include "engine/rules.h"

/* False if vmi cannot have meant that. Findings of one check belong together. */
bool findings_alert(const struct msg_finding *m, int64_t now_ns, struct alert *alert);

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
