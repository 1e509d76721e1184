/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the processes that vmi sees in a guest's memory, held against its events
 *
 * The two are not of one time: memory is read while the guest runs, records wait
 * in a ring. What differs has to differ in two looks, both sides unchanged in
 * between, and records committed and read after the first have to have come, before
 * it is a finding. Where records may be missing (lost, filtered, off by policy)
 * what memory says is believed, and what happens from then on is compared.
 */
#ifndef STARLSM_SEEN_H
#define STARLSM_SEEN_H

#include <stdbool.h>

#include "engine/ledger.h"
#include "lib/msg.h"

struct seen_entry {
	bool is_used;
	bool is_old;		/* was there in the first look, or when records were missing */
	uint32_t n_looks;	/* in which it was as it is */
	uint32_t differs;	/* DIFFERS_* */
	uint32_t told;		/* those of which there was a finding */
	uint32_t stamp;		/* the task's when they began to differ */
	int64_t differs_ns;	/* when that look was over */
	struct seen_task task;
};

struct seen {
	struct idmap ids;	/* by the sensor's id, or the number of one that has none */
	struct seen_entry *entry;	/* NULL: vmi has said nothing yet */
	struct hash_seed seed;
	bool has_ids;		/* the sensor's ids are in memory: the two can be told to be one */
	uint32_t n_looks;
	uint32_t doubt;		/* the ledger's in the last look */
	int64_t from_ns, to_ns;	/* of the last look */
	int64_t committed_ns, read_ns;	/* of the latest record: CLOCK_MONOTONIC */
	uint64_t untold[STARLSM_EV_LIMIT / 64];	/* types of which not all records are made */
};

/* Takes memory with the first look. */
void seen_init(struct seen *s, const struct hash_seed *seed);
void seen_free(struct seen *s);

/* A record came: what seen_end() has to know of it. Before the ledger takes it. */
void seen_record(struct seen *s, struct ledger *l, const struct starlsm_rec *rec,
		 int64_t committed_ns, int64_t read_ns);

/* Another policy: which types are not told as a whole */
void seen_policy(struct seen *s, struct ledger *l, const uint64_t *untold);

/* 0; -EBADMSG if vmi cannot have meant that; -ENOMEM. */
int seen_take(struct seen *s, const struct msg_seen *m);

/* After the last message of a look: fn gets each finding that is new. */
void seen_end(struct seen *s, struct ledger *l,
	      void (*fn)(void *arg, const struct msg_finding *f), void *arg);

/*
 * The processes, one after the other, for people: at counts from 0, and is set to
 * the next. False at the end.
 */
bool seen_next(const struct seen *s, struct ledger *l, uint64_t *at, struct msg_out_task *out);

#endif /* STARLSM_SEEN_H */
