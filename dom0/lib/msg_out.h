/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the engine tells its subscribers
 */
#ifndef STARLSM_MSG_OUT_H
#define STARLSM_MSG_OUT_H

#include <stdint.h>

#include "lib/msg_responder.h"
#include "lib/msg_vmi.h"

/*
 * An event with its context, for a subscriber: this, then the executable's
 * path, the parent executable's path, those of the record's fields of kind PATH
 * in their order, what the file holds that exec and check are about, and the
 * record. No NULs.
 */
#define OUT_PATH_UNKNOWN	1	/* the field has an id, and nobody told its path */
#define OUT_PATH_CUT		2	/* its beginning is missing */
#define OUT_PATHS_MAX		2

struct msg_out_event {
	struct msg msg;
	uint32_t domid;
	uint32_t ring;
	uint64_t seq;
	int64_t mono_ns;	/* CLOCK_MONOTONIC of its commit; read time before a clock is known */
	uint64_t parent;	/* task id of the actor's creator, 0 unknown */
	uint32_t pid, tgid, ppid;	/* 0 unknown */
	uint32_t uid, euid;	/* UINT32_MAX unknown */
	uint32_t known;		/* 1: the actor has been defined */
	uint32_t lineage;	/* enum fact_lineage of lib/sigma/facts.h */
	uint32_t sha256_len;	/* DECODE_HASH_LEN, or 0 */
	uint16_t exe_len, parent_exe_len;
	uint16_t path_len[OUT_PATHS_MAX];
	uint16_t path_flags[OUT_PATHS_MAX];	/* OUT_PATH_* */
	uint32_t rec_len;
	char guest[MSG_NAME_MAX];
};

enum incident_state { INCIDENT_OPEN, INCIDENT_ACTING, INCIDENT_CONTAINED, INCIDENT_FAILED,
		      INCIDENT_CLOSED, INCIDENT_STATES };

/* An incident as it is now; sent again whenever it changes: docs/incidents.md. */
#define INCIDENT_STEPS_MAX	8
/* All checks of memory and of events, our own rules, and others; bits in a word */
#define INCIDENT_ALERTS_MAX	64
#define INCIDENT_NODES_MAX	24
#define INCIDENT_REASON_MAX	256
#define INCIDENT_EXE_MAX	128
#define INCIDENT_NONE		UINT32_MAX	/* no alert, no node */

struct incident_step {
	uint64_t seq;
	uint32_t ring;
	uint32_t reserved;
	int64_t mono_ns;
	char text[256];		/* what happened, escaped */
};

/* By what an alert belongs to the incident */
enum incident_link { LINK_FIRST, LINK_LINEAGE, LINK_USER, LINK_FILE, LINK_PEER, LINK_GUEST,
		     INCIDENT_LINKS };

/* What one rule said, however often */
struct incident_alert {
	uint32_t level;		/* enum rule_level of lib/sigma/rule.h */
	uint32_t link;		/* enum incident_link */
	uint32_t tactics;	/* ATT&CK, bits of lib/attack.h */
	uint32_t count;
	uint64_t seq;		/* of the record that decided the first time */
	uint32_t ring;
	uint32_t what;		/* the same number: the same rule, and the same part of it */
	int64_t first_ns;	/* CLOCK_MONOTONIC as the engine saw it */
	int64_t last_ns;
	char rule[MSG_NAME_MAX];
	char rule_id[MSG_RULE_ID_MAX];
	char attack[MSG_NAME_MAX];
	char reason[INCIDENT_REASON_MAX];	/* or its beginning; of several steps the last */
};

/* A task of the tree, or what it became by an exec; its parent comes before it. */
struct incident_node {
	uint64_t task;
	uint64_t alerts;	/* bits: those that came of it */
	uint32_t parent;	/* a node's number, INCIDENT_NONE: not known, or above the tree */
	uint32_t pid;		/* 0 unknown */
	uint32_t uid;		/* effective; UINT32_MAX unknown */
	uint32_t reserved;
	char exe[INCIDENT_EXE_MAX];	/* escaped, or its end; "" unknown */
};

/*
 * Rule, level, attack, reason, steps and the times are those of the alert that decided
 * the verdict, or, where no verdict rose, of the strongest.
 */
struct msg_out_incident {
	struct msg msg;
	uint32_t domid;
	uint32_t id;
	uint32_t state;		/* enum incident_state */
	uint32_t dry_run;
	uint32_t level;		/* enum rule_level of lib/sigma/rule.h */
	uint32_t verdict;	/* enum respond_policy */
	uint32_t n_steps;
	uint32_t n_actions;
	uint32_t action[VERDICT_ACTIONS_MAX];
	int32_t action_err[VERDICT_ACTIONS_MAX];
	uint64_t action_ns[VERDICT_ACTIONS_MAX];	/* what each took, 0 not yet done */
	int64_t commit_ns;	/* CLOCK_MONOTONIC of the deciding record's commit */
	int64_t read_ns;	/* when the reader had copied it out */
	int64_t decided_ns;	/* when the engine decided */
	int64_t paused_ns;	/* when the pause call returned, 0 if not */
	uint64_t rtt_ns;	/* that guest's event-channel round trip */
	char guest[MSG_NAME_MAX];
	char rule[MSG_NAME_MAX];	/* its name, or its title's beginning */
	char rule_id[MSG_RULE_ID_MAX];	/* of one that was loaded; "" if it has none */
	char attack[MSG_NAME_MAX];	/* ATT&CK techniques, comma separated */
	char reason[MSG_TEXT_MAX];
	struct incident_step step[INCIDENT_STEPS_MAX];
	uint32_t score;		/* 0 to 100 */
	uint32_t tactics;	/* of all of its alerts, bits of lib/attack.h */
	int64_t first_ns;	/* CLOCK_MONOTONIC of its first and last alert, as the engine saw them */
	int64_t last_ns;
	uint32_t n_alerts;
	uint32_t n_more;	/* alerts that found no place in the list */
	uint32_t deciding;	/* which of them the fields above are of */
	uint32_t news;		/* which one has just come; INCIDENT_NONE: something else has changed */
	uint32_t n_nodes;
	uint32_t place;		/* in the engine's list, below INCIDENTS_MAX */
	struct incident_alert alert[INCIDENT_ALERTS_MAX];
	struct incident_node node[INCIDENT_NODES_MAX];
};

/* A process of a guest's: as its memory has it, as its events do, or both */
#define OUT_TASK_SEEN	1U
#define OUT_TASK_TOLD	2U

/* How they differ */
#define DIFFERS_UID	1U	/* real or effective user */
#define DIFFERS_CAPS	2U	/* memory has capabilities that no event has told of */
#define DIFFERS_NO_EVENT	4U	/* there, and no event made it */
#define DIFFERS_NO_TASK	8U	/* acts, and is not there */

struct msg_out_task {
	struct msg msg;
	uint32_t domid;
	uint32_t which;		/* OUT_TASK_* */
	uint32_t differs;	/* DIFFERS_*, in two looks; maybe the next one explains it */
	uint32_t told;		/* DIFFERS_*: of which there is an incident */
	struct seen_task seen;
	uint64_t id;
	uint64_t cap_effective;
	uint32_t pid, uid, euid;	/* 0, UINT32_MAX: not known */
	uint32_t exe_len;
	char exe[256];		/* its end if it is longer; no NUL */
};

/* The subscriber was too slow; so many messages were not sent to it. */
struct msg_out_missed {
	struct msg msg;
	uint64_t count;
};

#endif /* STARLSM_MSG_OUT_H */
