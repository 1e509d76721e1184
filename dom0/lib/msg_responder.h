/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what is to be done, and what became of it
 */
#ifndef STARLSM_MSG_RESPONDER_H
#define STARLSM_MSG_RESPONDER_H

#include <stdint.h>

#include "lib/msg_engine.h"

enum action { ACTION_PAUSE = 1, ACTION_UNPAUSE, ACTION_DESTROY, ACTION_NOTIFY,
	      ACTION_KEEP_PAUSED, ACTION_ISOLATE, ACTION_CONNECT, ACTION_CAPTURE,
	      ACTION_MIGRATE, ACTION_EVACUATE, ACTION_TIGHTEN, ACTION_LOOSEN };

/*
 * The engine has decided. These actions are what the verdict means where no
 * playbook says otherwise, in their order; maybe none.
 */
#define VERDICT_ACTIONS_MAX	8

struct msg_verdict {
	struct msg msg;
	uint32_t domid;
	uint32_t incident;
	uint32_t verdict;	/* enum respond_policy */
	uint32_t n_actions;
	uint32_t action[VERDICT_ACTIONS_MAX];	/* enum action */
	char rule[MSG_NAME_MAX];
	char reason[MSG_TEXT_MAX];
};

/* A playbook: lib/playbook.h. Steps of one group go side by side. */
#define PLAYBOOK_NAME_MAX	32
#define PLAYBOOK_STEPS_MAX	VERDICT_ACTIONS_MAX
#define PLAYBOOK_TRIES_MAX	10
#define PLAYBOOK_WITHIN_MAX_MS	(24 * 3600 * 1000)

struct playbook_step {
	uint32_t action;	/* enum action */
	uint32_t group;		/* 0, then the same or one more */
	uint32_t within_ms;	/* all tries together */
	uint32_t tries;
};

struct playbook {
	char name[PLAYBOOK_NAME_MAX];
	uint32_t n_steps;
	uint32_t reserved;
	struct playbook_step step[PLAYBOOK_STEPS_MAX];
};

/* What to do with that guest from now on, by verdict; after its GUEST. */
struct msg_playbooks {
	struct msg msg;
	uint32_t domid;
	uint32_t may_move;	/* when a neighbour has become a victim */
	struct playbook on[VERDICTS];	/* enum respond_policy */
};

/* What the responder is told of the site; again when it changes. */
#define HOSTS_MAX	8	/* a guest's destinations are asked all at once */

struct msg_site {
	struct msg msg;
	char notify[MSG_PATH_MAX];	/* program that tells people; "": only the log does */
	char libexec[MSG_PATH_MAX];	/* folder of our own programs */
	char evidence[MSG_PATH_MAX];	/* folder of the bundles */
	char evidence_key[MSG_PATH_MAX];	/* PEM file of the key that signs them; "": none */
	/* how another host is reached: words with blanks between, none with another sign */
	char ssh[MSG_PATH_MAX];
	uint32_t n_hosts;
	uint32_t reserved;
	struct {
		char name[MSG_GROUP_MAX];
		char address[MSG_NAME_MAX];
	} host[HOSTS_MAX];
};

/* A guest's policy is to be stricter, or as configured again; comes back with err. */
struct msg_tighten {
	struct msg msg;
	uint32_t domid;
	uint32_t run, step;	/* for whom, as they are */
	uint32_t is_tight;	/* as it is to be */
	uint32_t only_asks;	/* nothing is to be changed: is it so? */
	int32_t err;		/* 0: its sensor has read it; EAGAIN: not yet; or an errno */
};

/*
 * A playbook under way, as it is now; sent again whenever it changes. To the
 * engine before the first DONE: these are the actions of the incident.
 */
#define STEP_TEXT_MAX	128

struct run_step {
	uint32_t state;		/* enum step_state, lib/playbook.h */
	uint32_t order;		/* enum run_order that is still to be carried out */
	uint32_t n_tries;	/* begun */
	int32_t err;		/* 0 or an errno: of the last try */
	int64_t limit_ms;	/* CLOCK_MONOTONIC: no try begins or goes on later */
	int64_t due_ms;		/* its state's timer; 0: none */
	int64_t start_ns;	/* CLOCK_MONOTONIC of the last try, 0: none yet */
	int64_t end_ns;
	char text[STEP_TEXT_MAX];	/* what came of it, escaped, or "" */
	char host[MSG_GROUP_MAX];	/* where it goes, "" if nowhere */
	uint32_t epoch;		/* of its sensor before it goes */
	uint32_t copies;	/* 1: it stands while it goes */
};

struct msg_run {
	struct msg msg;
	uint32_t domid;
	uint32_t id;		/* counts up over restarts */
	uint32_t incident;	/* 0: of an earlier engine, or an operator's */
	uint32_t verdict;	/* enum respond_policy */
	uint32_t dry_run;
	uint32_t phase;		/* enum run_phase */
	uint32_t end;		/* enum run_end */
	uint32_t parent;	/* the run for whose sake it is done, 0: none */
	uint32_t told;		/* bits: which steps' ends have been told; above them the run's */
	int64_t began_ns;	/* CLOCK_MONOTONIC */
	char guest[MSG_NAME_MAX];
	char rule[MSG_NAME_MAX];	/* that was recognised; "": an operator's wish */
	char wish[MSG_GROUP_MAX];	/* the host that the operator named, "" any */
	struct playbook playbook;
	struct run_step step[PLAYBOOK_STEPS_MAX];
	struct {
		uint32_t order;		/* LOOK or SECURE, to be carried out */
		uint32_t n_tries;
		int64_t due_ms;
	} settle;		/* when all steps have ended */
};

/*
 * An operator asks for one action, or for the undoing of the guest's last run. Of
 * that and of MIGRATE the answer is that it has begun.
 */
struct msg_act {
	struct msg msg;
	uint32_t domid;
	uint32_t action;
	uint32_t ticket;	/* comes back in DONE */
	uint32_t undoes;	/* 1: the action is not looked at */
	char host[MSG_GROUP_MAX];	/* MIGRATE: where to, "" for any */
};

/* What became of an action; to whoever asked. */
struct msg_done {
	struct msg msg;
	uint32_t domid;
	uint32_t action;
	uint32_t incident;	/* or the ticket */
	uint32_t dry_run;	/* 1: not done, dry-run is on */
	int32_t err;		/* 0 or an errno */
	uint32_t reserved;
	uint64_t start_ns;	/* CLOCK_MONOTONIC just before the call */
	uint64_t end_ns;	/* and just after it */
};

#endif /* STARLSM_MSG_RESPONDER_H */
