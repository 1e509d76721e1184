/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what is counted of guests
 *
 * Two sources: what starlsmd tells of each guest once a second (FIGURES), which is
 * the reader's own counting and exact; and the messages that come by here, counted
 * by what they say, which are those that were not missed.
 *
 * A guest is there from its first FIGURES to its GONE. What comes before or after,
 * as the engine's last words of one that has ended, is kept as long as there is room
 * and not shown.
 */
#ifndef STARLSM_FIGURES_H
#define STARLSM_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/format.h"
#include "lib/msg_export.h"
#include "lib/msg_journal.h"
#include "lib/sigma/rule.h"

#define FIGURES_GUESTS_MAX	256

struct figures_guest {
	bool is_used;
	uint32_t domid;
	struct msg_figures last;	/* msg.len 0: starlsmd has told nothing */
	/* of the messages that came by: */
	uint64_t events[STARLSM_EV_LIMIT];
	uint64_t lost[STARLSM_EV_LIMIT];	/* as LOST records say */
	uint64_t filtered[STARLSM_EV_LIMIT];	/* as FILTERED records say */
	uint64_t alerts[LEVELS];
	uint64_t verdicts[VERDICTS];		/* enum respond_policy */
	uint64_t answers[STARLSM_ANSWER_DENY + 1];	/* STARLSM_ANSWER_* */
};

struct figures {
	struct figures_guest guest[FIGURES_GUESTS_MAX];
	struct figures_guest *latest;	/* the one asked for last */
	struct msg_journal journal;	/* the last it told; msg.len 0: nothing yet */
	uint64_t missed;		/* messages of the engine's, as it says */
	uint32_t last_incident;		/* the newest one's id, 0: none yet */
};

/* What starlsmd says; false if that cannot be. */
bool figures_are_sane(const struct msg_figures *m);

/* The guest's state before, "" if it is new. It may be m's, and then nothing changed. */
const char *figures_take(struct figures *f, const struct msg_figures *m);

/* It is gone. Its place, as it was, until the next call; NULL if nobody knew it. */
const struct figures_guest *figures_gone(struct figures *f, uint32_t domid);

void figures_event(struct figures *f, const struct format_event *fe);

/* Of incident_check()'s. Returns whether it is one that was not there before. */
bool figures_incident(struct figures *f, const struct msg_out_incident *in);

#endif /* STARLSM_FIGURES_H */
