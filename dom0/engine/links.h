/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what an event has in common with others of its guest
 *
 *   lineage  the service or session of the task that asks (struct task)
 *   user     its user, if that is not root: everybody is root
 *   file     what it executes, and the files that are named; but no program in a
 *            system's folders, which unrelated tasks run too
 *   peer     an address of the Internet, without its port, and not loopback
 *
 * Each is a number; two events have something in common if they share one. Pure.
 */
#ifndef STARLSM_LINKS_H
#define STARLSM_LINKS_H

#include "engine/ledger.h"
#include "lib/decode.h"
#include "lib/msg.h"

#define LINKS_MAX	(4 + DECODE_PATHS_MAX)

struct links {
	uint32_t n;
	uint64_t key[LINKS_MAX];	/* a seeded hash, and by what: links_kind() */
};

/* Of a checked record, after ledger_define() and before ledger_change(). */
void links_of(struct links *links, struct ledger *l, const struct starlsm_rec *rec);

enum incident_link links_kind(uint64_t key);

#endif /* STARLSM_LINKS_H */
