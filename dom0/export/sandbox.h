/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the export's rights: its directories, local sockets, two channels
 */
#ifndef STARLSM_EXPORT_SANDBOX_H
#define STARLSM_EXPORT_SANDBOX_H

/* The list of system calls: files, sockets of this machine, memory, messages. */
void sandbox_enter(void);

#endif /* STARLSM_EXPORT_SANDBOX_H */
