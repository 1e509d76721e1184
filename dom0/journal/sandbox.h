/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the journal's rights: one directory, two channels
 */
#ifndef STARLSM_JOURNAL_SANDBOX_H
#define STARLSM_JOURNAL_SANDBOX_H

#include <stdbool.h>

/*
 * From now on no file but below that directory can be opened, made or removed,
 * where dom0's kernel has Landlock; false where it has not, and only its user's
 * rights bound it. Needs no_new_privs.
 */
bool sandbox_directory(int directory_fd);

/* The list of system calls: files, memory, messages. */
void sandbox_enter(void);

#endif /* STARLSM_JOURNAL_SANDBOX_H */
