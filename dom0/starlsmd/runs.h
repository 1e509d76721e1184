/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the playbooks that the responder carries out, as it last told of them
 */
#ifndef STARLSM_DAEMON_RUNS_H
#define STARLSM_DAEMON_RUNS_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/msg_responder.h"

struct runs;

/* NULL without memory. */
struct runs *runs_new(void);

/* -1 for what cannot be. */
int runs_take(struct runs *runs, const struct msg_run *m);

/* What RUNS answers, for one guest by name or domid or, with "", for all: JSON to free(), or NULL. */
char *runs_text(const struct runs *runs, const char *which);

/* It is being moved; a playbook has it, or has left it as an incident wants it. */
bool runs_is_moving(const struct runs *runs, uint32_t domid);
bool runs_has(const struct runs *runs, uint32_t domid);

/* A guest was to be paused or halted in the last ten minutes, and not in a dry run. */
bool runs_have_threat(const struct runs *runs);

/* Those that have moved away: a JSON list of name and how many seconds ago. */
json_t *runs_left(const struct runs *runs);

#endif /* STARLSM_DAEMON_RUNS_H */
