/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a guest is watched more closely: starlsmd gives it a stricter policy
 *
 * BEGIN asks for it; CHECK asks whether the guest's sensor says that it has read
 * it. Only starlsmd has the configuration and the readers.
 */
#ifndef STARLSM_TIGHTEN_H
#define STARLSM_TIGHTEN_H

#include "responder/drive.h"

/* As in drive.h. */
enum step_event tighten_begin(struct msg_run *r, uint32_t step);
enum step_event tighten_stop(struct msg_run *r, uint32_t step);
enum step_event tighten_check(struct msg_run *r, uint32_t step);

/* starlsmd has answered: what to feed, or PENDING. */
enum step_event tighten_answered(struct msg_run *r, uint32_t step, const struct msg_tighten *m);

#endif /* STARLSM_TIGHTEN_H */
