/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the reader's two lists of system calls
 */
#ifndef STARLSM_SANDBOX_H
#define STARLSM_SANDBOX_H

/* While it maps: what libxenstore, libxengnttab and libxenevtchn need. */
void sandbox_mapping(void);

/* While it reads rings: what one poll loop needs. evtchn_fd is the only device. */
void sandbox_reading(int evtchn_fd);

#endif /* STARLSM_SANDBOX_H */
