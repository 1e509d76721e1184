/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - how far a move is, as it can be seen from the host that it leaves
 *
 * The toolstack does not say. But a live move sends all of a guest's memory, then what
 * was written meanwhile, and so on, and at each round has Xen count anew what is written:
 * when that number falls a round has begun. At the end the guest stands here.
 *
 *   RUNS    round 2 of 1816 pages, 40 written since
 *   DOWN    stands, after 3 rounds and 26432 pages
 *
 * Rounds shorter than the time between two looks are not seen.
 */
#ifndef STARLSM_STREAM_H
#define STARLSM_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "responder/domain.h"

#define STREAM_LOOK_MS	500

struct stream {
	uint32_t rounds;	/* begun; 0: not looked at yet */
	uint32_t pages;		/* of this round */
	uint32_t written;	/* since it began: those of the next */
	uint64_t sent;		/* pages of the rounds before */
	int64_t down_ns;	/* when it was first seen to stand; 0: it has not been */
};

/* One look: it has so many pages, of which so many were written since Xen counts. */
void stream_look(struct stream *s, enum domain_state state, uint32_t pages, uint32_t written,
		 int64_t now_ns);

/* Where it is now */
void stream_tell(const struct stream *s, char *text, size_t size);

/* It has arrived, and ran there at that time: adds that to the text. */
void stream_tell_all(const struct stream *s, int64_t up_ns, char *text, size_t size);

#endif /* STARLSM_STREAM_H */
