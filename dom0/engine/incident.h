/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the incidents: what was recognised and what became of it
 *
 * The last INCIDENTS_MAX of them, in a ring; a guest that keeps raising new
 * ones pushes out its own first. An alert that belongs to an incident which is
 * still being dealt with only counts there. A new one is made when the guest
 * goes on although it was contained (somebody unpaused it), and at most every
 * INCIDENT_RETRY_NS when containing it failed.
 *
 *   OPEN       noticed; nothing is to be done by policy, or dry-run is on
 *   ACTING     a verdict is on its way
 *   CONTAINED  the guest is stopped: the playbook's run has ended so; or every
 *              action has been reported, and at least one worked
 *   FAILED     the run could not stop it; or no action worked
 */
#ifndef STARLSM_INCIDENT_H
#define STARLSM_INCIDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/rules.h"
#include "lib/msg.h"

#define INCIDENTS_MAX		256	/* 1 MiB; a list for people, not a record */
#define INCIDENTS_GUEST_MAX	32	/* of which one guest's */
#define INCIDENT_RETRY_NS	1000000000LL

struct incident {
	struct msg_out_incident out;	/* id 0: this place is empty */
	enum rule_id rule;
	uint32_t part;		/* of that rule, as in struct alert */
	uint32_t n_alerts;	/* that it stands for */
	uint32_t n_reported;	/* actions that the responder has answered */
	uint32_t n_worked;
	enum respond_policy verdict;
	bool has_run;		/* a playbook is carried out for it */
	bool gone;		/* its guest has ended, the number may come again */
};

struct incidents {
	struct incident *list;
	uint32_t last_id;
};

/* The guest, the moment and the record that an alert is about */
struct incident_where {
	uint32_t domid;
	const char *guest;
	uint32_t policy;	/* enum respond_policy */
	int64_t commit_ns;	/* CLOCK_MONOTONIC of the record's commit */
	int64_t read_ns;
	int64_t now_ns;
	uint64_t rtt_ns;
};

int incidents_init(struct incidents *list);
void incidents_free(struct incidents *list);

/* The new incident with its decision, or NULL if the alert was folded into one. */
struct incident *incident_raise(struct incidents *list, const struct alert *alert,
				const struct incident_where *where);

/* What became of an action; NULL if no incident waits for that. */
struct incident *incident_done(struct incidents *list, const struct msg_done *done);

/* A playbook is carried out for one, or has ended; NULL if none waits for that. */
struct incident *incident_run(struct incidents *list, const struct msg_run *run);

/* The guest has ended; what another of its number does is a new matter. */
void incidents_guest_gone(struct incidents *list, uint32_t domid);

/* The verdict could not even be sent. */
void incident_undelivered(struct incident *inc, int err);

/* The order to carry it out. */
void incident_verdict(const struct incident *inc, struct msg_verdict *verdict);

/* The incident with the smallest id above that one; NULL at the end. */
const struct incident *incident_after(const struct incidents *list, uint32_t id);

#endif /* STARLSM_INCIDENT_H */
