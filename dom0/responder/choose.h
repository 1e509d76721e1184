/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - which host a guest goes to
 *
 * Pure: what the hosts said of themselves and a random number in, one of them or
 * the reasons out. Never one with an incident, nor one where the guest would find
 * less than it has here; among the good ones any, so that nobody knows before.
 */
#ifndef STARLSM_CHOOSE_H
#define STARLSM_CHOOSE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg.h"

/* Observed guests of a host; one with more cannot be told all, and gets none. */
#define FACTS_GUESTS_MAX	64
/* Words of a CPU featureset, as Xen counts them; newer ones have more than we need */
#define FACTS_FEATURES_MAX	32
/* Left on a host beside what the guest takes: its page tables, its device model */
#define CHOOSE_SPARE_MIB	32

/* Guests that have moved away from a host, the latest */
#define FACTS_LEFT_MAX		32

struct guest_facts {
	char name[MSG_NAME_MAX];
	char apart[MSG_GROUP_MAX];	/* "": none */
	uint32_t mib;
	uint32_t epoch;
	bool is_streaming;	/* its sensor is read */
	bool has_incident;
};

/* What `starlsmctl capacity --json` says of a host */
struct host_facts {
	bool is_known;		/* it has answered, with sense */
	uint64_t free_mib;
	uint32_t n_incidents;	/* that are open there */
	uint32_t n_features;
	uint32_t feature[FACTS_FEATURES_MAX];
	uint32_t n_guests;
	struct guest_facts guest[FACTS_GUESTS_MAX];
	uint32_t n_left;
	struct {
		char name[MSG_NAME_MAX];
		uint32_t s_ago;
	} left[FACTS_LEFT_MAX];
};

enum host_verdict {
	HOST_GOOD,
	HOST_SILENT,		/* no answer, or none that makes sense */
	HOST_INCIDENT,
	HOST_HAS_IT,		/* a guest of that name */
	HOST_ARRIVING,		/* one whose sensor is not read: perhaps of a move that ended */
	HOST_NO_MEMORY,
	HOST_CPU,		/* lacks what the guest may use here */
	HOST_APART,		/* has one that this one is not to meet */
	HOST_VERDICTS
};

struct choose_need {
	const struct guest_facts *guest;	/* as it is here */
	const struct host_facts *here;
};

enum host_verdict choose_judge(const struct choose_need *need, const struct host_facts *host);

/*
 * The number of one of n hosts, or -1; why[n] says of each. Not the one that the
 * guest has left last, if there is another.
 */
int choose_host(const struct choose_need *need, const struct host_facts *hosts, uint32_t n,
		uint64_t random, enum host_verdict *why);

const char *choose_text(enum host_verdict verdict);

/* The guest of that name, or NULL. */
const struct guest_facts *facts_guest(const struct host_facts *host, const char *name);

/* From JSON text; false, and not known, if it is none of ours. */
bool facts_parse(const char *text, struct host_facts *facts);

#endif /* STARLSM_CHOOSE_H */
