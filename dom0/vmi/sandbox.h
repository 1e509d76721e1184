/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - vmi's list of system calls
 */
#ifndef STARLSM_VMI_SANDBOX_H
#define STARLSM_VMI_SANDBOX_H

/* While it looks: map for reading, its two channels, the clock, the log. */
void sandbox_looking(void);

#endif /* STARLSM_VMI_SANDBOX_H */
