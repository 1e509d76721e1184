/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - which pages of what was linked were written to
 *
 * Pure: Xen's answer comes from the caller. Text and read-only data of a kernel are
 * behind each other also by frames, so that one range of them is asked for. What was
 * written waits here until it has been looked at.
 *
 * It is a lead, not a proof: what Xen does not tell (see docs/introspection.md), and
 * what another frame is put in place of, is found in turn.
 */
#ifndef STARLSM_WRITTEN_H
#define STARLSM_WRITTEN_H

#include "vmi/look.h"

/*
 * Pages that are looked at together, at most, and in a round that has no time left: what
 * is patched has neighbours that are, and a guest may patch itself all the time.
 */
#define WRITTEN_TOGETHER	4

struct written {
	uint64_t address;	/* of the first page */
	uint64_t frame;		/* and what is behind it; a guest's frame */
	uint32_t n;		/* pages; 0: it is not known where they are */
	uint32_t next;		/* where written_next() goes on */
	bool is_asked;		/* Xen has been asked for these */
	uint64_t bits[WRITTEN_FRAMES_MAX / 64];
};

/* In each round: where the kernel is. One that is elsewhere has nothing written. */
void written_find(struct look *look, struct written *w);

/*
 * What Xen says of that range. False: it was not taken. The first answer is not, as it
 * is that all was, and one about another range.
 */
bool written_add(struct written *w, const struct msg_written *m);

/* Some pages, from *from to before *until, that were written to; they are not any more. */
bool written_next(struct written *w, uint64_t *from, uint64_t *until);

#endif /* STARLSM_WRITTEN_H */
