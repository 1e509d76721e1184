/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - from a line of `starlsmctl events --json` back to what is known of an event
 *
 * Keys that the engine knows and a line does not have may be added, as tests of
 * rules do: task.command and task.parent.command, lists of arguments. A finding is {"event": "finding", "check": ..., ...}.
 */
#ifndef STARLSM_EVENT_JSON_H
#define STARLSM_EVENT_JSON_H

#include <jansson.h>

#include "lib/sigma/facts.h"

struct event_json {
	struct facts facts;	/* points into bytes */
	int64_t time_ns;	/* of the line's "time", since 1970; 0 if it has none */
	size_t used;
	char bytes[8 * STARLSM_REC_MAX];
};

/* NULL, or what is wrong with the object. */
const char *event_json_read(struct event_json *to, const json_t *object);

#endif /* STARLSM_EVENT_JSON_H */
