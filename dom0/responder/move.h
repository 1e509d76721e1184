/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a guest moves to another host, by the site's toolstack
 *
 *   TEST    this host and all configured ones are asked what they have, side by
 *           side; one is chosen (choose.h)
 *   BEGIN   the toolstack's migrate; of a guest that cannot be moved live, its copy
 *   CHECK   is it gone here, and on the far side there with its sensor read, in an
 *           epoch after that of before? Then what still stands here is removed. Or
 *           does it run here?
 *   UNDO    it stands here, and the far side says that it has none: it goes on
 *
 * Where the far side does not answer, a guest that stands here is not let go on:
 * there might be two of it. Then it is for people to decide.
 */
#ifndef STARLSM_MOVE_H
#define STARLSM_MOVE_H

#include <errno.h>

#include "responder/drive.h"
#include "responder/jobs.h"

/* At once; more wait. */
#define MOVES_MAX	2

/*
 * After the toolstack has said that all is well, until the far side is asked. A guest
 * catches up in its first moments there, and its sensor is not read at once anyway.
 */
#define MOVE_SETTLE_NS	1500000000LL

/* The step's err when the guest has an incident, and of no other reason */
#define MOVE_HAS_INCIDENT	EPERM

/* As in drive.h. */
enum step_event move_test(struct msg_run *r, uint32_t step);
enum step_event move_begin(struct msg_run *r, uint32_t step);
enum step_event move_check(struct msg_run *r, uint32_t step);
enum step_event move_undo(struct msg_run *r, uint32_t step);

/* One of its programs has ended: what comes of that for the step, or PENDING. */
enum step_event move_job_ended(struct msg_run *r, uint32_t step, const struct job *job,
			       int status);

/* The toolstack is at it: looks how far that is. True if the step's text has changed. */
bool move_look(struct msg_run *r, uint32_t step);

/* That step has ended: what was asked is forgotten. */
void move_over(const struct msg_run *r);

void move_would(struct msg_run *r, uint32_t step);

/* Where programs are started, and how other hosts are reached. */
void moves_init(struct jobs *jobs);
void moves_site(const struct msg_site *site);

#endif /* STARLSM_MOVE_H */
