/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the modules of a guest, by its own list and by sysfs
 */
#ifndef STARLSM_MODULES_H
#define STARLSM_MODULES_H

#include "vmi/look.h"

/*
 * Into look->module; look->modules_known says whether the list could be gone through.
 * Then sysfs' view of them.
 */
void modules_collect(struct look *look);

/* Is it neither being loaded nor unloaded? */
bool modules_is_live(struct look *look, uint64_t module);

/* For people: a piece from number first on; false if there is none. */
bool modules_tell(const struct look *look, uint32_t first, struct msg_modules *m);

#endif /* STARLSM_MODULES_H */
