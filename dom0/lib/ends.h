/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - being told to end, as a descriptor
 */
#ifndef STARLSM_ENDS_H
#define STARLSM_ENDS_H

/* Readable once SIGTERM or SIGINT has come, which do nothing else any more. Fatal if it cannot be had. */
int ends_open(void);

#endif /* STARLSM_ENDS_H */
