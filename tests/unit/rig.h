/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an engine whose tap leads to a recorder, in one process, for tests
 *
 * Time is what the test says; the directory is a new one under /tmp.
 */
#ifndef STARLSM_RIG_H
#define STARLSM_RIG_H

#include <stdbool.h>

#include "engine/engine_core.h"
#include "engine/tap.h"
#include "journal/recorder.h"
#include "script.h"
#include "starlsmd/signer.h"

#define RIG_REAL_NS	1700000000000000000LL	/* less CLOCK_MONOTONIC */

struct rig {
	char top[64];		/* everything is below it */
	char directory[96];	/* of the journal */
	char key[96], public[128];
	struct store_limits limits;
	struct signer signer;
	bool is_unsigned;	/* nobody answers for seals */
	struct engine *core;	/* NULL between two runs */
	struct tap tap;
	int socket;		/* the journal's end */
	struct recorder recorder;
	bool has_recorder;
	int64_t now_ns;		/* CLOCK_MONOTONIC */
	uint64_t run;
	int verdict_err;	/* what sending one ends with */
	uint32_t n_incidents, n_events;	/* said by the engine */
};

/* A directory and a key; nothing runs. */
void rig_init(struct rig *r);
/* Removes all of it. */
void rig_free(struct rig *r);

/* An engine and a journal begin; the next run if there was one. */
void rig_start(struct rig *r);
/* The journal alone */
void rig_start_recorder(struct rig *r);
/* In order; what was to be signed is. */
void rig_stop(struct rig *r);
/* Both are gone, at once: nothing more is written. */
void rig_kill(struct rig *r);
void rig_kill_recorder(struct rig *r);

/* As the engine's process does it: written down, fed, its answers written down */
int rig_feed(struct rig *r, enum engine_sender sender, uint32_t domid, const struct msg *m);

/* Files of rules, as in lib/rulefiles.h */
void rig_rules(struct rig *r, const char *files, size_t len);

void rig_guest(struct rig *r, uint32_t domid, const char *name);
void rig_gone(struct rig *r, uint32_t domid);
/* One line of a script, in a batch of its own */
void rig_line(struct rig *r, uint32_t domid, const struct line *line);
/* Lines up to one of type 0 */
void rig_lines(struct rig *r, uint32_t domid, const struct line *lines);
/* Ends with an incident, whatever came before */
void rig_intrusion(struct rig *r, uint32_t domid);

/* What the socket holds goes to the recorder, and signatures come back. */
void rig_pump(struct rig *r);
/* A second passes. */
void rig_tick(struct rig *r);

/* A segment's file */
void rig_path(const struct rig *r, const char *folder, uint64_t number, char *path, size_t size);

#endif /* STARLSM_RIG_H */
