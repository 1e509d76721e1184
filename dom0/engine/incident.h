/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an incident: alerts of one guest that belong together, and what is done
 *
 *   OPEN       noticed; nothing is to be done by policy, or dry-run is on
 *   ACTING     a verdict is on its way
 *   CONTAINED  the guest is stopped: the playbook's run has ended so; or every
 *              action has been reported, and at least one worked
 *   FAILED     the run could not stop it; or no action worked
 *   CLOSED     was open, and nothing new came for long, or its guest has ended; or
 *              an operator has done with it. The end
 *
 * The verdict is the strongest that one of its rules asks for or that its score
 * reaches, at most what the guest's policy allows, and only rises. It is given
 * again when the guest goes on although it was contained, after the hold-down, and
 * each INCIDENT_RETRY_NS when containing it failed.
 */
#ifndef STARLSM_INCIDENT_H
#define STARLSM_INCIDENT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/links.h"
#include "engine/rules.h"
#include "lib/msg.h"

#define INCIDENT_RETRY_NS	1000000000LL
#define INCIDENT_KEYS_MAX	64	/* the oldest go */
#define INCIDENT_SCORE_MAX	100

struct incident {
	struct msg_out_incident out;	/* id 0: this place is empty */
	uint64_t key[INCIDENT_KEYS_MAX];	/* as in struct links, of all alerts */
	uint32_t n_keys;		/* ever added; the next goes to its remainder */
	bool is_the_guests;		/* no alert so far is of any task */
	uint32_t points;		/* of the alerts' levels */
	uint32_t wants;			/* enum respond_policy: the most that a rule has asked for */
	uint32_t n_reported;		/* actions that the responder has answered */
	uint32_t n_worked;
	uint32_t run;			/* id of the latest that was told of */
	bool has_run;			/* a playbook is carried out for the verdict */
	bool gone;			/* its guest has ended, the number may come again; or it has not come yet */
	int64_t contained_ns;
	int64_t kept_ns;		/* when it came from the engine before; 0: it is this one's */
};

/* The guest, the moment and the record that an alert is about */
struct incident_where {
	uint32_t domid;
	const char *guest;
	uint32_t policy;	/* enum respond_policy */
	const struct incident_policy *incidents;
	const struct links *links;	/* NULL: it is about the guest as such */
	int64_t commit_ns;	/* CLOCK_MONOTONIC of the record's commit */
	int64_t read_ns;
	int64_t now_ns;
	uint64_t rtt_ns;
};

/* What an alert has made of its incident */
struct incident_news {
	bool is_decided;	/* a verdict is to be sent */
	bool is_listed;		/* out.news is its number in the list */
};

/* Makes a new one of an empty place, with that id and its first alert. */
struct incident_news incident_begin(struct incident *inc, uint32_t id, const struct alert *alert,
				    const struct incident_where *where);

/* Another alert, which belongs to it by that. */
struct incident_news incident_join(struct incident *inc, const struct alert *alert,
				   enum incident_link link, const struct incident_where *where);

/* Has it that alert already? */
bool incident_has(const struct incident *inc, const struct alert *alert);

/* By what it has something in common with those links; LINK_FIRST: nothing. */
enum incident_link incident_shares(const struct incident *inc, const struct links *links);

/* One of the engine before, checked; its guest is gone until it is named. */
void incident_keep(struct incident *inc, const struct msg_out_incident *out, int64_t now_ns);

/*
 * It is this engine's from now on, its guest has that policy. True if the verdict is
 * to be given again: nobody knows what became of it.
 */
bool incident_resume(struct incident *inc, uint32_t policy);

/* What became of an action; false if it does not wait for that. */
bool incident_done(struct incident *inc, const struct msg_done *done, int64_t now_ns);

/* A playbook is carried out for it, or has ended; false if that says nothing. */
bool incident_run(struct incident *inc, const struct msg_run *run, int64_t now_ns);

/* The verdict could not even be sent. */
void incident_undelivered(struct incident *inc, int err, int64_t now_ns);

void incident_close(struct incident *inc);

/* The order to carry the verdict out. */
void incident_verdict(const struct incident *inc, struct msg_verdict *verdict);

#endif /* STARLSM_INCIDENT_H */
