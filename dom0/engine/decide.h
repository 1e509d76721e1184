/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - from a verdict to actions
 */
#ifndef STARLSM_DECIDE_H
#define STARLSM_DECIDE_H

#include "lib/msg_engine.h"

/* Fills action[VERDICT_ACTIONS_MAX] in their order; returns how many, maybe 0. */
uint32_t decide(enum respond_policy verdict, uint32_t *action);

#endif /* STARLSM_DECIDE_H */
