/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the playbooks that are carried out, and those that were
 *
 * One run a guest. A verdict on a guest that has one already joins it, if it
 * asks for no more; a stronger one replaces it. All are kept (progress.h), and
 * told to starlsmd whenever they change; the engine is told of its incidents'.
 *
 * A run that is found in the file of a predecessor goes on when starlsmd has
 * named its guest, or RUNS_WAIT_MS later: then that guest may not be touched any
 * more, and whether it is gone is all that there is to be found out.
 */
#ifndef STARLSM_RUNS_H
#define STARLSM_RUNS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg_responder.h"
#include "responder/jobs.h"

/* Under way and past: as many are shown to people. */
#define RUNS_MAX	64
#define RUNS_WAIT_MS	10000

/* Reads what a predecessor left. */
void runs_init(const char *path, bool dry_run);

/* CLOCK_MONOTONIC of that: what has begun earlier is a predecessor's. */
int64_t runs_since_ns(void);

/* The engine has decided. */
void runs_verdict(const struct msg_verdict *m);

/*
 * An operator wants it moved, to that host or, with "", to any. 0 when it has
 * begun, or an errno: EPERM, not that one; EBUSY, it has a run; EAGAIN, too many.
 */
int runs_migrate(uint32_t domid, const char *host);

/*
 * He wants back what the guest's last playbook has done. The same; ENOENT, there
 * was none, or nothing of it can be undone.
 */
int runs_undo(uint32_t domid);

/* Has a verdict on that guest asked for something since that run began? */
bool runs_has_verdict_since(uint32_t domid, uint32_t run);

/*
 * The moves that a run has begun for its guest's neighbours, those since then: one
 * begins (0 or an errno), one's last (NULL: none), those under way, and their end.
 */
int runs_move_child(uint32_t parent, uint32_t domid);
const struct msg_run *runs_child(uint32_t parent, uint32_t domid, int64_t since_ns);
uint32_t runs_n_children(uint32_t parent, int64_t since_ns);
void runs_replace_children(uint32_t parent);

/* starlsmd has named that guest. */
void runs_guest(uint32_t domid);

/* The engine's channel is closed: nobody is to be told any more. */
void runs_without_engine(void);

/* A program that a step has started has ended. */
void runs_job_ended(const struct job *job, int status);

/* starlsmd has answered about a guest's policy; false for what it cannot mean. */
bool runs_tightened(const struct msg_tighten *m);

/* ms until a timer is due, -1: never; and what is due. */
int runs_wait_ms(void);
void runs_late(void);

#endif /* STARLSM_RUNS_H */
