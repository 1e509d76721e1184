/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what was seen and decided, in OCSF's words
 *
 * Pure: a message in, a JSON object out; NULL without memory. The schema is that
 * of https://schema.ocsf.io, version 1.9.0; docs/export.md says which event has
 * which class. Every string of a guest's is escaped as format.h says, so that what
 * prints one has nothing left to escape but what JSON itself does.
 *
 * What OCSF has no attribute for is in `unmapped`: the event's own fields, as
 * `starlsmctl events --json` has them.
 */
#ifndef STARLSM_OCSF_H
#define STARLSM_OCSF_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/format.h"
#include "lib/msg_export.h"

#define OCSF_VERSION	"1.9.0"
#define OCSF_HOST_MAX	65	/* HOST_NAME_MAX of Linux, with its NUL */
#define OCSF_OTHER	99	/* an activity that OCSF has no number for */

enum ocsf_class {
	OCSF_BASE = 0,		/* what fits nowhere else */
	OCSF_FILE = 1001,
	OCSF_EXTENSION = 1002,
	OCSF_KERNEL = 1003,
	OCSF_MEMORY = 1004,
	OCSF_MODULE = 1005,
	OCSF_PROCESS = 1007,
	OCSF_DETECTION = 2004,
	OCSF_INCIDENT = 2005,
	OCSF_NETWORK = 4001,
	OCSF_STATE = 5019,
};

enum ocsf_severity {
	OCSF_INFORMATIONAL = 1, OCSF_LOW, OCSF_MEDIUM, OCSF_HIGH, OCSF_CRITICAL,
};

/* What every line is told with */
struct ocsf {
	char host[OCSF_HOST_MAX];	/* dom0's name */
	int64_t wall_ns;		/* CLOCK_MONOTONIC + this is the time of day */
};

/* How an event type is told; class_name NULL: it is not, and `activity` says why. */
struct ocsf_row {
	enum ocsf_class class;
	const char *class_name;
	unsigned int activity_id;
	const char *activity;
};

struct ocsf_row ocsf_row(uint16_t type);

/* "File System Activity" */
const char *ocsf_class_name(enum ocsf_class class);

/*
 * One event. NULL also for one that is not told: it only defines what others refer
 * to, or is told with them; *is_told says which.
 */
json_t *ocsf_event(const struct ocsf *o, const struct format_event *fe, bool *is_told);

/* A guest's state is now another than before; "" before for one that is new. */
json_t *ocsf_state(const struct ocsf *o, const struct msg_figures *m, const char *before,
		   int64_t mono_ns);

/* So many lines are not there, because. */
json_t *ocsf_missed(const struct ocsf *o, uint64_t count, const char *why, int64_t mono_ns);

/*
 * Parts, for the files beside this one
 */

/* The envelope: all attributes that every class requires. */
json_t *ocsf_begin(const struct ocsf *o, enum ocsf_class class, unsigned int activity_id,
		   const char *activity, enum ocsf_severity severity, int64_t mono_ns);

/* Adds a value, and takes it over. Without memory *object becomes NULL, and stays it. */
void ocsf_put(json_t **object, const char *key, json_t *value);

/* The guest, as a device */
json_t *ocsf_device(const char *guest, uint32_t domid);

/* CLOCK_MONOTONIC as milliseconds since 1970 */
json_t *ocsf_time(const struct ocsf *o, int64_t mono_ns);

/*
 * A text that was escaped before, by a process that has been near guests: what it
 * should have escaped is, what it has stays as it is.
 */
json_t *ocsf_text(const char *text);

#endif /* STARLSM_OCSF_H */
