/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the modules of a guest, by its own list
 */
#ifndef STARLSM_MODULES_H
#define STARLSM_MODULES_H

#include "vmi/look.h"

/* Into look->module; look->modules_known says whether the list could be gone through. */
void modules_collect(struct look *look);

#endif /* STARLSM_MODULES_H */
