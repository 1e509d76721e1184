/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - which of many events a report of an incident shows
 *
 * Those of the tasks that its alerts or steps are about and of all that these
 * created, as far as they hint at something; of the tasks above them what leads
 * down to them. All events are gone through twice: first to learn who created
 * whom, then to take.
 */
#ifndef STARLSM_REPORT_PICK_H
#define STARLSM_REPORT_PICK_H

#include <jansson.h>
#include <stdint.h>

#include "lib/format.h"

/* Of a page: what one reads. Those of alerts and steps always have their place. */
#define PICK_MAX	300

struct pick;

/* The incident stays the caller's, and there. NULL without memory. */
struct pick *pick_new(const json_t *incident);
void pick_free(struct pick *p);

void pick_note(struct pick *p, const struct format_event *fe);
/* All have been noted. */
void pick_ready(struct pick *p);
/* In their order; wall_ns as in format_json(), to which "text" is added. */
void pick_take(struct pick *p, const struct format_event *fe, int64_t wall_ns);

/* Sets the model's events and left_out.events. */
void pick_finish(struct pick *p, json_t *model);

#endif /* STARLSM_REPORT_PICK_H */
