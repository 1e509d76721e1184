/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what this host has, for one that wants to send it a guest
 */
#ifndef STARLSM_CAPACITY_H
#define STARLSM_CAPACITY_H

struct daemon;

/*
 * What CAPACITY answers: free memory, what the CPU can, the observed guests with
 * their size, group and whether their sensor is read. JSON text to free(), or
 * NULL without memory or Xen.
 */
char *capacity_text(struct daemon *d);

#endif /* STARLSM_CAPACITY_H */
