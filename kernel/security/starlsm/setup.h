/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - what the framework knows of us
 */
#ifndef _SECURITY_STARLSM_SETUP_H
#define _SECURITY_STARLSM_SETUP_H

#include <linux/init.h>
#include <linux/lsm_hooks.h>

extern bool starlsm_on;
extern const struct lsm_id starlsm_lsmid;
extern struct lsm_blob_sizes starlsm_blob_sizes;

/* All of the sensor's text but what is gone after init; see the Makefile */
extern const char starlsm_text_begin[], starlsm_text_end[];

/* Whether this boot has the sensor: compiled in, in lsm=, and on Xen. */
static inline bool starlsm_is_on(void)
{
	return starlsm_on;
}

#ifdef CONFIG_XEN
bool __init starlsm_xenbus_possible(void);
#else
static inline bool starlsm_xenbus_possible(void)
{
	return false;
}
#endif

#endif /* _SECURITY_STARLSM_SETUP_H */
