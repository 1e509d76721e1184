/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the journal's rights: one directory, two channels
 */
#ifndef STARLSM_JOURNAL_SANDBOX_H
#define STARLSM_JOURNAL_SANDBOX_H

/* The list of system calls: files, memory, messages. */
void sandbox_enter(void);

#endif /* STARLSM_JOURNAL_SANDBOX_H */
