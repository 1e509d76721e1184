/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - guests that move by themselves: mover.h with our clock, and the
 * responder, which is asked to move them as by an operator
 */
#ifndef STARLSM_SCHEDULE_H
#define STARLSM_SCHEDULE_H

struct daemon;

/* Once a second. */
void schedule_tick(struct daemon *d);

/* What MOVES answers: JSON text to free(), or NULL. */
char *schedule_text(struct daemon *d);

#endif /* STARLSM_SCHEDULE_H */
