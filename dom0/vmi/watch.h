/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - watching one guest: which kernel it is, rounds of checks, what is told
 *
 * Pure: registers, memory and the time come from the caller. A round runs what is
 * cheap, and then of what is long as much as the time it has allows; the next one
 * goes on there. What it suspects is looked at again in a second pass, a moment later
 * and with new registers; what is the same then is told, once, until it has been
 * gone for a whole turn.
 */
#ifndef STARLSM_WATCH_H
#define STARLSM_WATCH_H

#include "vmi/hooks.h"
#include "vmi/keys.h"
#include "vmi/look.h"
#include "vmi/module_text.h"
#include "vmi/pages.h"
#include "vmi/patience.h"
#include "vmi/tasks.h"
#include "vmi/written.h"

#define WATCH_PROFILES_MAX	32
/* Pages and ranges one check may touch: more than an honest guest has, and an end to all walks */
#define WATCH_BUDGET		(1ULL << 20)

typedef void (*watch_fn)(void *arg, const struct msg_finding *f);

struct watch_check {
	enum look_result result;
	char why[LOOK_WHY_MAX];
	struct keys suspected;	/* in this round */
	struct keys lead;	/* also suspected, where it was written to */
	struct keys told;
	struct patience patience;	/* with what may be passing, and on what page that is */
	uint64_t waits_at;
	/* a turn is one look at all of it, in as many parts as it takes */
	uint64_t part;		/* where the last part began, see look.h */
	uint64_t rest;		/* and where the next one does; 0: with a new turn */
	bool suspects;		/* in this turn */
	bool lacks;		/* could not look at something, in this turn */
	uint64_t n_turns;
	uint64_t busy_us;
};

struct watch {
	struct look look;
	struct memory memory;
	struct hooks hooks;
	struct offsets offsets;
	struct module module[LOOK_MODULES_MAX];
	struct profile profile[WATCH_PROFILES_MAX];
	unsigned int n_profiles;
	struct pages pages;
	struct tasks tasks;
	struct module_texts module_texts;
	struct written written;
	uint64_t lead_from, lead_until;	/* of it, what was looked at last in this round */
	uint64_t budget;	/* of each check; WATCH_BUDGET */
	uint64_t (*clock)(void);	/* us that this process was busy; NULL: time does not matter */
	uint64_t share_us;	/* from one round to the next, of all that the process does */
	int64_t credit_us;	/* what the last ones have left; less than 0: taken too much */
	uint64_t began_us;	/* when this one began */
	uint64_t late_us;	/* and when it is over */
	uint64_t now_us;	/* when the clock was asked last */
	int64_t reserve_us;	/* the long checks have that, though the share is used up */
	unsigned int next;	/* the check whose turn it is */
	struct pulse pulse;	/* in this round */
	uint32_t caught_up;	/* pulse.modules when module_texts had all of them */
	bool is_hasty;		/* for tests: nothing waits */
	bool has_booted;
	bool has_looked;	/* once at everything, since it has booted */
	struct watch_check check[LOOK_CHECKS_MAX];
	uint64_t n_findings;	/* told */
	uint64_t n_pages;	/* touched */
	uint64_t lists_us;	/* spent on what several checks need */
};

/* All zeros before; page and arg as in struct memory; seed is at random. */
void watch_init(struct watch *w, const uint8_t *(*page)(void *arg, uint64_t frame), void *arg,
		bool is_pv, uint64_t seed);

/* Bound what a round takes, with all that is done between two; without that all is looked at in each. */
void watch_limit(struct watch *w, uint64_t (*clock)(void), uint64_t share_us);

/* A profile's file, which has to stay. NULL, or what is wrong with it. */
const char *watch_add_profile(struct watch *w, const void *file, size_t size);

/* A round: n_vcpus registers, which have to stay. True: something is suspected, confirm it. */
bool watch_round(struct watch *w, const struct msg_vcpu *vcpu, unsigned int n_vcpus);

/* Between two rounds: has a module come or gone since the last? */
bool watch_glance(struct watch *w);

/* Was one not live in the last round? */
bool watch_awaits(const struct watch *w);

/* The next round begins early: it lacks so much of its share. */
void watch_early(struct watch *w, unsigned int percent);

/* How many turns each of the long checks has ended */
uint64_t watch_turns(const struct watch *w);

/* A round's second half, for tests: what kernel it is, is known. */
bool watch_round_checks(struct watch *w, const struct msg_vcpu *vcpu, unsigned int n_vcpus);

/* Look at that again, with new registers; fn gets each finding that is new. */
void watch_confirm(struct watch *w, const struct msg_vcpu *vcpu, unsigned int n_vcpus,
		   watch_fn fn, void *arg);

/* What is known so far; the caller fills in what is its own. */
void watch_status(const struct watch *w, struct msg_looked *m);

#endif /* STARLSM_WATCH_H */
