/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the engine is told: guests, how to judge them, who wants to know
 */
#ifndef STARLSM_MSG_ENGINE_H
#define STARLSM_MSG_ENGINE_H

#include <stdint.h>

#include <xen/interface/io/starlsm.h>

#include "lib/msg.h"

/* A verdict on events of one type: all that is set has to match. */
#define VERDICT_RULES_MAX	32
#define VERDICT_GLOB_MAX	256

struct verdict_rule {
	uint32_t event;		/* STARLSM_EV_* */
	uint32_t answer;	/* STARLSM_ANSWER_* */
	uint32_t uid_lo, uid_hi;	/* effective user id of who asks; 0 and UINT32_MAX: any */
	char path[VERDICT_GLOB_MAX];	/* as in fnmatch(3), ended by NUL; "" any */
	char address[VERDICT_GLOB_MAX];
};

/* How the engine is to judge a guest from now on; the first rule that matches counts. */
struct msg_rules {
	struct msg msg;
	uint32_t domid;
	uint32_t respond;	/* enum respond_policy, instead of that of GUEST */
	uint32_t otherwise;	/* STARLSM_ANSWER_* to a question that makes no sense */
	uint32_t n_rules;
	uint64_t untold[STARLSM_EV_LIMIT / 64];	/* bit n: not all records of type n are made */
	struct verdict_rule rule[VERDICT_RULES_MAX];
};

/*
 * The verdicts, each stronger than the one before; lib/ladder.h has their words. PAUSE
 * is `contain`: so far the guest is stopped, and nothing is lost.
 */
enum respond_policy { RESPOND_OBSERVE, RESPOND_ALERT, RESPOND_PAUSE, RESPOND_EVACUATE,
		      RESPOND_HALT };
#define VERDICTS	(RESPOND_HALT + 1)

/* What makes an incident of a guest's alerts, and a verdict of an incident */
struct incident_policy {
	uint32_t window_s;	/* alerts that far apart can belong together */
	uint32_t hold_s;	/* a contained one raises no verdict again for so long */
	uint32_t close_s;	/* an open one in which nothing is new for so long is closed; 0: never */
	uint32_t at[VERDICTS];	/* the score from which it is that verdict; 0: by no score */
};

/*
 * A guest is observed from now on. To the engine: again with the channel of each
 * reader that it gets. To the responder: once; it acts on no other domain.
 */

struct msg_guest {
	struct msg msg;
	uint32_t domid;
	uint32_t respond;	/* enum respond_policy: the most that may be done to it */
	uint32_t attach_s;	/* it has to attach within this; 0: whenever it likes */
	uint32_t quiet_s;	/* it has to beat in so much vCPU time; 0: it need not */
	struct incident_policy incidents;
	char build_id[MSG_BUILD_ID_MAX];	/* its kernel has to say; "": anything */
	char name[MSG_NAME_MAX];
};

/* Once a second: signs of life of a guest's sensor, as dom0 sees them */
struct msg_vitals {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
	uint64_t unattached_ns;	/* it has run for so long without a reader; 0 with one */
	uint64_t silent_cpu_ns;	/* since the last heartbeat a vCPU has run so long, on average */
};

/* The engine gets the channel of a guest's vmi; of one that it knows. */
struct msg_watcher {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
};

/*
 * The files of rules that count from now on (lib/rulefiles.h), in a sealed memfd
 * that comes with it.
 */
struct msg_ruleset {
	struct msg msg;
	uint32_t len;		/* of the memory, at least 1 */
	uint32_t n_files;
	uint32_t ticket;	/* comes back in RULED */
	uint32_t reserved;
};

/* What has become of them */
struct msg_ruled {
	struct msg msg;
	uint32_t ticket;
	int32_t err;		/* 0 or an errno: those before stay, as the text says */
	uint32_t n_rules;
	uint32_t n_errors;
	char text[MSG_TEXT_MAX];
};

/* The guest has ended. */
struct msg_gone {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
};

/* An operator has done with an incident: nothing joins it any more. */
struct msg_close {
	struct msg msg;
	uint32_t domid;		/* UINT32_MAX: whose it is only the engine knows */
	uint32_t incident;
};

/* Somebody wants to see; write to the fd that comes with it, close it at the end. */
enum subscribe_what { SUBSCRIBE_RECENT, SUBSCRIBE_FOLLOW, SUBSCRIBE_INCIDENTS,
		      SUBSCRIBE_TASKS };

struct msg_subscribe {
	struct msg msg;
	uint32_t what;		/* enum subscribe_what; FOLLOW begins with RECENT */
	uint32_t domid;		/* TASKS: of that guest */
};

/* A journal writes down all from now on; write to the fd that comes with it. */
struct msg_record {
	struct msg msg;
};

#endif /* STARLSM_MSG_ENGINE_H */
