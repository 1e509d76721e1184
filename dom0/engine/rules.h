/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what is recognised as an attack
 *
 *   intrusion-chain  A user other than root writes a file in a place where
 *                    everybody may, that file is executed by one who is not
 *                    root, its lineage becomes root, and then has code run in
 *                    the kernel (module, kexec, bpf). The file links the first
 *                    step to the second, so that writer and executor may be
 *                    unrelated; fork and exec link the others.
 *   ring-lies        What the guest's ring says cannot be: its sensor is broken
 *                    or its kernel is in other hands.
 *   sensor-unreadable  It could not be attached at all: another version, a
 *                    page that cannot be mapped. An alert only.
 *   sensor-missing   A guest that is to be observed runs, and has not attached
 *                    in its time. An alert only.
 *   sensor-quiet     Its vCPUs run, and no heartbeat comes: its sensor has been
 *                    stopped. An alert only: a guest that is starved of its
 *                    processor is nearly as quiet.
 *   sensor-other-build  The kernel that attached says that it is not the one
 *                    that was to. An alert only.
 *   kexec-load       Another kernel is loaded; the sensor would end with this
 *                    one. An alert only: kdump does it too.
 *   kernel-tampered  What vmi sees in the guest's memory or registers cannot be
 *                    of a sound kernel.
 *   kernel-suspect   What it sees may be of a sound kernel, and seldom is. An
 *                    alert only.
 *   denied           A task asked for what a configured verdict denies. An alert
 *                    only: it was refused.
 *
 * These are built in. All others are loaded, see detect.h.
 *
 * Pure: the state is in the ledger and the drops of one guest.
 */
#ifndef STARLSM_RULES_H
#define STARLSM_RULES_H

#include "engine/drops.h"
#include "engine/ledger.h"
#include "lib/msg_reader.h"
#include "lib/sigma/rule.h"
#include "lib/text.h"

enum rule_id { RULE_INTRUSION, RULE_RING_LIES, RULE_NO_SENSOR, RULE_KEXEC, RULE_MISSING,
	       RULE_QUIET, RULE_OTHER_BUILD, RULE_DENIED, RULE_LOADED, RULE_TAMPERED,
	       RULE_SUSPECT, RULES };

struct rule {
	const char *name;
	const char *attack;	/* ATT&CK techniques */
	const char *text;	/* begins the reason */
	enum respond_policy wants;	/* the most it asks for */
	enum rule_level level;
};

extern const struct rule rules[RULES];

/* What is expected of a guest's sensor, from the configuration */
struct rules_expect {
	uint32_t attach_s;	/* 0: nothing, as with the others */
	uint32_t quiet_s;	/* of vCPU time */
	char build_id[MSG_BUILD_ID_MAX];
};

/* How far a task has come in the chain */
enum stage { STAGE_NONE, STAGE_RAN_DROP, STAGE_ROOT };

struct rule_event {
	const struct starlsm_rec *rec;	/* checked, 8-byte aligned */
	uint64_t seq;
	uint32_t ring;
	int64_t mono_ns;	/* CLOCK_MONOTONIC of its commit */
};

/* A rule has matched. */
struct alert {
	enum rule_id rule;
	const struct sigma_rule *loaded;	/* LOADED: which; else NULL */
	uint32_t part;		/* alerts of a rule with the same one are the same */
	enum rule_level counted;	/* so much of its level another alert of the same is for */
	uint32_t n_steps;
	struct incident_step step[INCIDENT_STEPS_MAX];
	char attack[MSG_NAME_MAX];	/* techniques, instead of the rule's; "" */
	char reason[MSG_TEXT_MAX];
};

/*
 * One event, after ledger_define() and before ledger_change(). Returns whether
 * a rule has matched; then *alert is filled.
 */
bool rules_feed(struct ledger *l, struct drops *d, const struct rule_event *ev,
		struct alert *alert);

/* Who asks for what: an event that can be refused, as a step. */
void rules_describe(struct ledger *l, const struct rule_event *ev, struct incident_step *step);

/* The alert of a rule that was loaded, which the event matches. */
void rules_loaded(struct ledger *l, const struct rule_event *ev,
		  const struct sigma_rule *rule, struct alert *alert);

/* All of one but steps and reason, as it mostly is: of no part, with the rule's own techniques. */
void rules_begin(struct alert *alert, enum rule_id rule);

/* One step, of the guest as such and not of an event; the text that is returned is its. */
struct text rules_only_step(struct alert *alert, int64_t mono_ns);

/* All of it but its steps; they go on with the text that is returned, the reason's. */
struct text rules_begin_loaded(const struct sigma_rule *rule, struct alert *alert);

/* The alert for one that verdict number `part` has denied. */
void rules_denied(const struct incident_step *step, uint32_t part, struct alert *alert);

/* Whether the signs of life are not what they should be; then *alert is filled. */
bool rules_vitals(const struct rules_expect *expect, const struct msg_vitals *m,
		  int64_t now_ns, struct alert *alert);

/* Whether this is a HELLO of another kernel than expected; then *alert is filled. */
bool rules_build(const struct rules_expect *expect, const struct rule_event *ev,
		 struct alert *alert);

/* The alert for what a reader found wrong. */
void rules_broken(const struct msg_broken *m, int64_t now_ns, struct alert *alert);

#endif /* STARLSM_RULES_H */
