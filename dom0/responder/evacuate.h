/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a victim's neighbours move to other hosts
 *
 * Each by a run of its own (move.h), EVACUATE_AT_ONCE side by side; what becomes
 * of one is no matter of the others. One that has an incident itself, or a run,
 * stays, as does one that finds no host; the step's text names those.
 */
#ifndef STARLSM_EVACUATE_H
#define STARLSM_EVACUATE_H

#include "responder/drive.h"

#define EVACUATE_AT_ONCE	2

/* As in drive.h. */
enum step_event evacuate_test(struct msg_run *r, uint32_t step);
enum step_event evacuate_begin(struct msg_run *r, uint32_t step);
enum step_event evacuate_stop(struct msg_run *r, uint32_t step);
enum step_event evacuate_check(struct msg_run *r, uint32_t step);
void evacuate_would(struct msg_run *r, uint32_t step);

/* A neighbour's run has ended: what to feed to the step, or PENDING. */
enum step_event evacuate_goes_on(struct msg_run *r, uint32_t step);

#endif /* STARLSM_EVACUATE_H */
