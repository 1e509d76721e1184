/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - no file but below some directories
 */
#ifndef STARLSM_LANDLOCK_H
#define STARLSM_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * From now on no file but below these directories, of which there may be none,
 * can be opened, made or removed, where dom0's kernel has Landlock; false where it
 * has not, and only its user's rights bound the process. Needs no_new_privs.
 */
bool landlock_directories(const int *fds, size_t n);

#endif /* STARLSM_LANDLOCK_H */
