/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what blanketd and the outer xenstore say of this VM, as one object of JSON
 *
 * Its names are in blanketctl(8). All texts in it are escaped.
 */
#ifndef STARLSM_BLANKETCTL_GATHER_H
#define STARLSM_BLANKETCTL_GATHER_H

#include <jansson.h>
#include <xenstore.h>

/* The caller's. Ends the process if whoever offers xs is not blanketd. */
json_t *gather(struct xs_handle *xs);

#endif /* STARLSM_BLANKETCTL_GATHER_H */
