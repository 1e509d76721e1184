/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the journal: entries in, segments out
 *
 * No channel and no clock: entries and the moment come in. Each guest has a
 * stream of its own, so that one that makes much to write down forgets its own
 * past and nobody else's; what is about no guest, or one that nobody has
 * introduced, goes to the host's.
 *
 * When the disk takes nothing any more the recorder has stopped: it says so once,
 * keeps the latest of each stream that could not be written in memory, and tries
 * again every RECORDER_RETRY_NS.
 */
#ifndef STARLSM_RECORDER_H
#define STARLSM_RECORDER_H

#include "journal/store.h"
#include "journal/stream.h"

#define RECORDER_STREAMS_MAX	256
#define RECORDER_RETRY_NS	10000000000LL
#define RECORDER_TRIM_NS	3600000000000LL

struct recorder_guest {
	uint32_t domid;
	struct stream *stream;	/* NULL: empty place; several may have the same */
};

struct recorder {
	struct store store;
	struct stream host;
	struct stream *stream[RECORDER_STREAMS_MAX];	/* NULL: empty place */
	struct recorder_guest guest[RECORDER_STREAMS_MAX];
	struct recorder_guest *latest;	/* the one asked for last */
	int kept_fd;		/* see kept.h, taken over; -1: incidents are not kept */
	uint64_t last_number;	/* of an entry taken */
	uint64_t lost;		/* entries that gaps tell of */
	int err;		/* it has stopped, and why; 0: it has not */
	int64_t retry_ns, trim_ns;	/* when: CLOCK_MONOTONIC */
	int64_t synced_ns;	/* what came before is on the disk */
};

/*
 * Looks at what earlier runs have left, of all streams. Takes over directory_fd.
 * 0, or an errno.
 */
int recorder_init(struct recorder *r, int directory_fd, const struct store_limits *limits,
		  int64_t mono_ns, int64_t real_ns);
void recorder_free(struct recorder *r);

/* Entries, as in a datagram of the engine's; -1 if that is none, and then the rest is not taken. */
int recorder_take(struct recorder *r, const char *entries, size_t len);

/* About every second, and before recorder_take(): what time it is */
void recorder_now(struct recorder *r, int64_t mono_ns, int64_t real_ns);

/* Once a second: write and sync what there is, complete what is old. */
void recorder_tick(struct recorder *r);

/* The engine has ended in order: complete all. What is then to be signed is in the store. */
void recorder_end(struct recorder *r);

/* Signatures have come: into the files. */
void recorder_sealed(struct recorder *r);

/* For status */
struct msg_journal recorder_figures(const struct recorder *r);

#endif /* STARLSM_RECORDER_H */
