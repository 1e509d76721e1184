/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - lines, and the ways out that are configured for them
 *
 * Each way has what it is to have, in one order; what one of them does not take
 * costs the others nothing.
 */
#ifndef STARLSM_LINES_H
#define STARLSM_LINES_H

#include <jansson.h>

#include "export/journald.h"
#include "export/ocsf.h"
#include "export/peer.h"
#include "export/rotated.h"
#include "lib/config.h"

#define LINES_WAYS	3

struct lines {
	struct ocsf ocsf;
	int64_t now_ns;		/* CLOCK_MONOTONIC */
	struct rotated file;
	struct peer peer;
	struct journald journald;
	struct outlet *way[LINES_WAYS];
	enum export_what what[LINES_WAYS];
	size_t n_ways;
};

/* One more way out; its outlet has been made. */
void lines_add_way(struct lines *l, struct outlet *o, enum export_what what);

/*
 * A line of that kind: FINDINGS, or ALL if it is an event. Takes the object over;
 * NULL is one that there was no memory for, and is counted as missing.
 */
void lines_give(struct lines *l, json_t *object, enum export_what kind);

/* So many are missing on every way, because. */
void lines_missed(struct lines *l, uint64_t count, const char *why);

/* Does any way have events? */
bool lines_want_events(const struct lines *l);

/* Write what they take. */
void lines_flush(struct lines *l);

#endif /* STARLSM_LINES_H */
