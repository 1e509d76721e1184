/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - from what a rule asks for and a guest's policy to actions
 */
#ifndef STARLSM_DECIDE_H
#define STARLSM_DECIDE_H

#include "lib/msg.h"

/* Fills action[VERDICT_ACTIONS_MAX] in their order; returns how many, maybe 0. */
uint32_t decide(enum respond_policy wants, uint32_t policy, uint32_t *action);

#endif /* STARLSM_DECIDE_H */
