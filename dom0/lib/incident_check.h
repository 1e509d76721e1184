/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an incident as the engine tells it: is it whole, how is it called
 */
#ifndef STARLSM_INCIDENT_CHECK_H
#define STARLSM_INCIDENT_CHECK_H

#include <stdbool.h>

#include "lib/msg.h"

/*
 * Is it an OUT_INCIDENT of which every number is in its bounds and every text has an
 * end? All texts in it were escaped by the engine, but for the guest's name.
 */
bool incident_check(const struct msg *m);

/* "open"; the number is in its bounds. */
const char *incident_state_name(uint32_t state);

#endif /* STARLSM_INCIDENT_CHECK_H */
