/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the socket for starlsmctl
 *
 * One request a connection, of exact length, within a bounded time, from a
 * bounded number of clients.
 */
#ifndef STARLSM_CONTROL_H
#define STARLSM_CONTROL_H

#include "lib/msg_responder.h"

struct daemon;
struct guest;
struct control;

/* Open the socket. Ends the process if that cannot be. */
struct control *control_new(struct daemon *d);

/* The responder has done what a client asked for. */
void control_done(struct control *ctl, const struct msg_done *m);

/* The engine has taken the rules that a client asked for, or not. -1 if it cannot mean that. */
int control_ruled(struct control *ctl, const struct msg_ruled *m);

/* Close and remove the socket. */
void control_free(struct control *ctl);

/* What STATUS answers, for one guest or for all with "": JSON text to free(), or NULL. */
char *status_text(struct daemon *d, const char *which);

/* The modules of a guest, as JSON; the caller frees it, NULL without memory. */
char *status_modules(const struct guest *g);

#endif /* STARLSM_CONTROL_H */
