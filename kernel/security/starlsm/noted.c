// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - whether something is kept of an inode: a path, a digest
 */
#include "noted.h"

atomic_t starlsm_noted[1 << STARLSM_NOTED_BITS];
