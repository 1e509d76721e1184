/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the incidents of all guests, and to which of them an alert belongs
 *
 * The last INCIDENTS_MAX of them, in a ring; a guest that keeps raising new
 * ones pushes out its own first. What belongs together: docs/incidents.md.
 */
#ifndef STARLSM_INCIDENTS_H
#define STARLSM_INCIDENTS_H

#include "engine/incident.h"

#define INCIDENTS_MAX		256	/* 10 MiB; a list for people, not a record */
#define INCIDENTS_LEFT_NS	60000000000LL
#define INCIDENTS_GUEST_MAX	32	/* of which one guest's */

struct incidents {
	struct incident *list;
	uint32_t last_id;
};

int incidents_init(struct incidents *all);
void incidents_free(struct incidents *all);

/* The incident to which the alert belongs, a new one if need be. */
struct incident *incidents_raise(struct incidents *all, const struct alert *alert,
				 const struct incident_where *where, struct incident_news *news);

/*
 * One of the engine before, checked. Those of now have the numbers after it. False if
 * there is something in its place, or cannot be.
 */
bool incidents_keep(struct incidents *all, const struct msg_out_incident *out, int64_t now_ns);

/* That guest is here: what comes may belong to those of the engine before. */
void incidents_name(struct incidents *all, uint32_t domid, const char *guest);

/* Of these the next one whose verdict is to be given again; NULL: none is left. */
struct incident *incidents_resume(struct incidents *all, uint32_t domid, uint32_t policy);

/* That one of that guest; domid UINT32_MAX: of any. NULL if there is none. */
struct incident *incidents_find(struct incidents *all, uint32_t id, uint32_t domid);

/*
 * The next one of that guest which is closed because nothing came for so long, or,
 * with is_gone, because the guest has ended: what another of its number does is a
 * new matter. So is one of any guest of the engine before that has not been named for
 * INCIDENTS_LEFT_NS. NULL: none is left.
 */
struct incident *incidents_expire(struct incidents *all, uint32_t domid, bool is_gone,
				  uint32_t close_s, int64_t now_ns);

/* The incident with the smallest id above that one; NULL at the end. */
const struct incident *incidents_after(const struct incidents *all, uint32_t id);

#endif /* STARLSM_INCIDENTS_H */
