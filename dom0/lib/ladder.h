/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the words for verdicts
 *
 *   observe   it is kept and counted, nothing more
 *   alert     people are to see it
 *   contain   the guest is paused; `pause` is the same
 *   evacuate  and its neighbours are moved to other hosts
 *   halt      it is paused, then destroyed
 */
#ifndef STARLSM_LADDER_H
#define STARLSM_LADDER_H

#include "lib/msg.h"

/* "?" for what is none. */
const char *ladder_name(uint32_t verdict);

/* enum respond_policy by its word, in any case of letters; -1: none. */
int ladder_find(const char *word);

#endif /* STARLSM_LADDER_H */
