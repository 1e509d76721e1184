/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - through a journal: the entries of all its streams in one order
 *
 * A segment that is not what was written is named on standard error and skipped.
 */
#ifndef STARLSM_WALK_H
#define STARLSM_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/segment.h"

#define WALK_DIRECTORY	"/var/lib/starlsm/journal"

/* Blocks without any of it are not even unpacked; the others come whole. */
struct walk_want {
	const char *guest;	/* its name; "" for all streams */
	int64_t since_ns, until_ns;	/* CLOCK_REALTIME, INT64_MIN and INT64_MAX for all */
	uint64_t types[3];	/* as in struct segment_block */
};

/* Where an entry comes from */
struct walk_place {
	const char *stream;
	uint64_t run;
	int64_t wall_ns;	/* to be added to CLOCK_MONOTONIC for the time of day */
};

/* false ends it. The entry is there until it returns. */
typedef bool (*walk_take)(void *arg, const struct walk_place *at, const struct entry *e);

/* Everything */
struct walk_want walk_all(void);

/*
 * By run, then by number, the host's first. Returns CTL_OK, or CTL_FAILED after a complaint if the
 * directory is no journal; *n_skipped counts segments.
 */
int walk(const char *directory, const struct walk_want *want, walk_take take, void *arg,
	 unsigned int *n_skipped);

#endif /* STARLSM_WALK_H */
