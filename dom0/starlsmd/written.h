/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - which of a guest's frames were written to, from Xen
 *
 * Xen has it for one range of a guest's frames at a time, independently of the
 * log-dirty mode that a migration uses: neither takes anything from the other. (What
 * a migration does makes pages look as if they were not written to; see
 * docs/introspection.md.) The same is used for a virtual screen, which a PVH guest does
 * not have; of an HVM guest, which may, it is not asked, and a PV guest has none.
 */
#ifndef STARLSM_STARLSMD_WRITTEN_H
#define STARLSM_STARLSMD_WRITTEN_H

#include <stdbool.h>
#include <xenctrl.h>

#include "lib/msg_vmi.h"

/*
 * What was asked for, since it was asked last; at first, and for another range than the
 * last, all of it. m->err is EOPNOTSUPP if has_it is false, else Xen's.
 */
void written_read(xc_interface *xc, const struct msg_ask_written *ask, bool has_it,
		  struct msg_written *m);

/* Nobody asks any more. */
void written_end(xc_interface *xc, uint32_t domid);

#endif /* STARLSM_STARLSMD_WRITTEN_H */
