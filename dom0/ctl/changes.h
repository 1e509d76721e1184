/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - incidents and their alerts then and now: what other rules make of the same facts
 *
 * An incident then and one now are the same if they are of one domain and one rule
 * (its title and id) and were decided at one time, which is that of a fact. So are
 * alerts, whatever incident they have come to.
 */
#ifndef STARLSM_CHANGES_H
#define STARLSM_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/msg_out.h"

enum change_kind { CHANGE_SAME, CHANGE_NEW, CHANGE_GONE, CHANGE_OTHER, CHANGES };

struct change {
	uint32_t then, now;	/* its ids, 0: not there */
	uint32_t domid;
	uint32_t level;
	bool is_other;		/* there are both, of another level or with other actions */
	uint32_t n_actions;
	uint32_t action[VERDICT_ACTIONS_MAX];
	int64_t decided_ns, wall_ns;
	char guest[MSG_NAME_MAX];
	char rule[MSG_NAME_MAX];
	char rule_id[MSG_RULE_ID_MAX];
};

/* What a rule has said, the first time in an incident */
struct change_alert {
	uint32_t then, now;	/* the incident's ids, 0: it was not said */
	uint32_t domid;
	bool has_joined;	/* an incident that there was: else it tells of it itself */
	int64_t first_ns, wall_ns;
	char guest[MSG_NAME_MAX];
	char rule[MSG_NAME_MAX];
	char rule_id[MSG_RULE_ID_MAX];
};

struct changes {
	struct change *list;	/* n, in the order they came in */
	size_t n, room;
	struct change_alert *alert;	/* the same */
	size_t n_alerts, alert_room;
};

/* Also to begin anew; one of zeroes is empty. */
void changes_free(struct changes *c);

/*
 * An incident, as it was recorded or is now; of several messages about one, the
 * first counts, and of each the alert that has come. Then and now take turns, fact by
 * fact. wall_ns is to be added for the time of day. -1 without memory.
 */
int changes_add(struct changes *c, bool is_now, const struct msg_out_incident *m, int64_t wall_ns);

/* What is now the incident that had this id then; 0 if there is none. */
uint32_t changes_now(const struct changes *c, uint32_t domid, uint32_t then);

enum change_kind change_kind(const struct change *change);

/* SAME, NEW or GONE */
enum change_kind change_alert_kind(const struct change_alert *alert);

#endif /* STARLSM_CHANGES_H */
