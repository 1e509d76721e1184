/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the table of actions: what each needs, how it is done and checked
 *
 *   action       how                       needs            is so when
 *   notify       the log, and the site's   nothing          the program ended with
 *                program (notify:)                          status 0
 *   pause,       one hypercall             a domain that    Xen says so
 *   keep-paused                            runs
 *   unpause      one hypercall             one that is      Xen says so
 *                                          paused
 *   isolate,     its interfaces in dom0    a domain, with   all of them are down,
 *   connect      down, or up               an interface     or up
 *   capture      our program, to the       one that is      the bundle is there, and
 *                folder evidence:          paused           its memory in it
 *   migrate      move.h                    one that runs    it is gone here and
 *                                                           there on the far side
 *   evacuate-    evacuate.h                neighbours that  each of them has moved
 *   neighbours                             may move
 *   tighten,     tighten.h                 a domain         its sensor says so
 *   loosen
 *   halt         pause, then `xl destroy`  a domain         Xen knows no such
 *                (the site's toolstack                      domain, or it is dying
 *                also removes devices and
 *                nodes); when that did not
 *                do it, the hypercall
 *
 * Bounds, tries and what undoes it are in lib/playbook.c. What is already so is
 * done without doing anything.
 */
#ifndef STARLSM_ACTIONS_H
#define STARLSM_ACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg.h"
#include "responder/drive.h"
#include "responder/jobs.h"

/* All programs are started there. */
void actions_init(struct jobs *jobs);

/* How the site is from now on; false for what cannot be meant. */
bool actions_site(const struct msg_site *site);

/* Of drive.h; err, text and times of the step say what came of it. */
enum step_event action_test(struct msg_run *r, uint32_t step);
enum step_event action_begin(struct msg_run *r, uint32_t step);
enum step_event action_stop(struct msg_run *r, uint32_t step);
enum step_event action_check(struct msg_run *r, uint32_t step);
enum step_event action_undo(struct msg_run *r, uint32_t step);
enum run_seen action_look(const struct msg_run *r);
void action_secure(const struct msg_run *r);

/* A program that a step has started has ended: what to feed, or PENDING. */
enum step_event action_job_ended(struct msg_run *r, uint32_t step, const struct job *job,
				 int status);

/* That step has ended. */
void action_over(const struct msg_run *r, uint32_t step);

/* What would be done, in words, into the step's text. */
void action_would(struct msg_run *r, uint32_t step);

/* May that domain be touched for this run? It is observed, under that name. */
bool action_is_allowed(const struct msg_run *r);

/*
 * An operator's wish, without a playbook: pause or unpause; fills err, start_ns
 * and end_ns. EINVAL for another action, EPERM for a domain that is not observed.
 */
void action_direct(uint32_t action, uint32_t domid, bool dry_run, struct msg_done *done);

int64_t action_now_ns(void);

#endif /* STARLSM_ACTIONS_H */
