/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the journal is made of: all that the engine was told and said
 *
 * An entry is a struct entry and a body, padded with zeros to a multiple of 8.
 * Whoever feeds the same facts, at the same times, to an engine with the same
 * seed gets the same answers: that is a replay.
 *
 *   kind    body                   when
 *   START   entry_start            the engine begins, or a new journal does
 *   INTRO   msg_guest              who a domid is; begins each of its segments
 *   FACT    a message to the core  just before the engine takes it
 *   OUT     a message of the core  just after it was said
 *   GAP     entry_gap              something is missing here
 *   MARK    entry_mark             a segment of some guest's is complete (host)
 *   RULES   entry_rules, a piece   of the files of rules that count from here on
 *   END     nothing                the guest, or the engine, has ended in order
 *
 * EVENTS, as a fact, is its header only: the records are in the OUT_EVENTs that
 * follow, one each, so that they need not be kept twice.
 */
#ifndef STARLSM_ENTRY_H
#define STARLSM_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/msg_journal.h"

#define ENTRY_ALIGN	8
#define ENTRY_MAX	(MSG_MAX - sizeof(struct msg_entries))

/* An entry's domid, if it is about no guest */
#define ENTRY_HOST	UINT32_MAX

enum entry_kind {
	ENTRY_START = 1, ENTRY_INTRO, ENTRY_FACT, ENTRY_OUT, ENTRY_GAP, ENTRY_MARK, ENTRY_END,
	ENTRY_RULES, ENTRY_KINDS
};

struct entry {
	uint32_t len;		/* with its body and padding */
	uint16_t kind;		/* enum entry_kind */
	uint16_t sender;	/* FACT: enum engine_sender */
	uint32_t domid;		/* the guest it is about, or ENTRY_HOST */
	int32_t err;		/* OUT, a VERDICT: what sending it ended with, 0 or an errno */
	/*
	 * FACT, OUT and RULES: counts all of them in a run, from 1, without holes. Others:
	 * that of the last one before.
	 */
	uint64_t number;
	int64_t now_ns;		/* CLOCK_MONOTONIC as the engine saw it */
};

struct entry_start {
	uint64_t run;		/* CLOCK_REALTIME of the engine's start, names the run */
	uint64_t seed[2];	/* the engine's */
	char version[32];	/* of the program, ended by NUL */
};

enum gap_why {
	GAP_BEHIND = 1,		/* the journal was too slow, the engine did not wait */
	GAP_ABSENT,		/* the journal's process was not there */
	GAP_DISK,		/* the disk took nothing */
	GAP_CUT,		/* dom0 stopped, or the journal, before this was written */
	GAP_WHYS
};

struct entry_gap {
	uint64_t first, last;	/* numbers of the first and last that is missing */
	uint64_t n_entries;	/* of this guest's; CUT: 0, nobody knows */
	uint64_t n_events;	/* of which OUT_EVENTs */
	int64_t from_ns, to_ns;	/* their times; CUT: CLOCK_REALTIME */
	uint64_t n_bytes;	/* CUT: of the segment's last block, half written */
	uint32_t why;		/* enum gap_why */
	int32_t err;		/* DISK: the errno */
};

/*
 * Of a guest, segments from first on are there, 0: none any more; those up to last
 * are complete, 0: none yet; and that one has that hash.
 */
struct entry_mark {
	uint64_t first, last;
	uint8_t hash[32];
	char stream[64];	/* as in struct segment_header */
};

/* Then len bytes: what stands at offset of a whole of total bytes (lib/rulefiles.h). */
struct entry_rules {
	uint32_t total, offset, len;
	uint32_t reserved;
};

#define ENTRY_RULES_MAX	(64u << 20)	/* of a whole */

/* The body of an entry that entry_next() gave */
static inline const void *entry_body(const struct entry *e)
{
	return e + 1;
}

/* Of a body of len bytes, the entry's whole length */
static inline uint32_t entry_len(size_t len)
{
	return (sizeof(struct entry) + len + ENTRY_ALIGN - 1) & -ENTRY_ALIGN;
}

/*
 * The entry at *at, of *left bytes, 8-byte aligned; then *at is past it. NULL if
 * what is there is no entry: its kind, its length and its body's are checked,
 * and that texts end. Not the record in an OUT_EVENT: format_parse() does that.
 */
const struct entry *entry_next(const char **at, size_t *left);

/* Has it a number of its own? */
static inline bool entry_is_counted(const struct entry *e)
{
	return e->kind == ENTRY_FACT || e->kind == ENTRY_OUT || e->kind == ENTRY_RULES;
}

/* May a FACT hold it? What the core takes, and of that length; EVENTS is its header. */
bool entry_is_fact(const struct msg *m);

/* The type of an OUT_EVENT's record (STARLSM_EV_*), 0 for any other entry. */
uint16_t entry_event(const struct entry *e);

/* When it was: a record's commit as far as known, or when the engine took it. */
int64_t entry_time(const struct entry *e);

#endif /* STARLSM_ENTRY_H */
