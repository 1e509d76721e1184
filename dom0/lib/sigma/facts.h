/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what is known of one event, whatever it was read from
 *
 * The engine fills it from a record and its ledger, starlsmctl from a line of
 * JSON; rules see it through views (fields.h). It points into memory of the
 * caller's, which stays until the event has been matched.
 */
#ifndef STARLSM_SIGMA_FACTS_H
#define STARLSM_SIGMA_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/decode.h"

/* No event has more fields. */
#define FACTS_FIELDS_MAX	12
#define FACTS_UNKNOWN_ID	UINT32_MAX	/* a user id nobody told */

/* Not ended by NUL; bytes NULL if nobody told */
struct fact_text {
	const char *bytes;
	size_t len;
};

/* How far who asks, or who it comes from, is in the intrusion chain (engine/rules.h) */
enum fact_lineage { LINEAGE_PLAIN, LINEAGE_RAN_DROP, LINEAGE_BECAME_ROOT, LINEAGES };

/* "plain", "ran-drop", "became-root"; NULL for any other number */
const char *facts_lineage_name(uint32_t lineage);

/* Of vmi's, in dom0's words */
struct facts_finding {
	struct fact_text check;		/* which check */
	struct fact_text severity;	/* "note", "suspect", "tampered" */
	struct fact_text object;	/* where: a symbol or a module, with the address */
	struct fact_text owner;		/* whose that is: "kernel", a module's name, "nobody" */
	struct fact_text text;		/* what is wrong */
	struct fact_text expected, found;
	struct fact_text attack;	/* an ATT&CK technique */
};

struct facts {
	uint16_t type;			/* STARLSM_EV_*; 0: a finding, then only that and guest */
	struct fact_text guest;
	struct facts_finding finding;
	/* who asks, as it was when it asked */
	struct fact_text exe, parent_exe;
	/* arguments, each ended by NUL */
	struct fact_text command, parent_command;
	uint32_t pid, tgid, ppid;	/* 0 unknown */
	uint32_t uid, euid;		/* FACTS_UNKNOWN_ID */
	enum fact_lineage lineage;
	uint32_t lineage_uid;		/* whose service or session; FACTS_UNKNOWN_ID */
	struct fact_text sha256;	/* of the file that exec and check are about: bytes */
	/*
	 * The event's own fields, in the order of its row. Of kind PATH: bytes is the
	 * path, NULL if nobody told it or if there is none; of kind SOCKADDR: the
	 * guest's sockaddr; else as decode_value() has it.
	 */
	struct value field[FACTS_FIELDS_MAX];
};

/* Takes the event's own fields from a checked record, all but the paths. */
void facts_take(struct facts *f, const void *rec);

#endif /* STARLSM_SIGMA_FACTS_H */
