/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the rights the responder gives away, and those it keeps
 */
#ifndef STARLSM_RESPONDER_SANDBOX_H
#define STARLSM_RESPONDER_SANDBOX_H

/* Ends the process if any of it cannot be done. What it starts inherits all. */
void sandbox_enter(void);

#endif /* STARLSM_RESPONDER_SANDBOX_H */
