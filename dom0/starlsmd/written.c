// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - which of a guest's frames were written to, from Xen
 */
#define XC_WANT_COMPAT_DEVICEMODEL_API
#include "starlsmd/written.h"

#include <errno.h>
#include <string.h>

void written_read(xc_interface *xc, const struct msg_ask_written *ask, bool has_it,
		  struct msg_written *m)
{
	memset(m, 0, sizeof(*m));
	m->msg = (struct msg){ MSG_WRITTEN, sizeof(*m) };
	m->domid = ask->domid;
	m->first_frame = ask->first_frame;
	m->n_frames = ask->n_frames;
	if (!has_it)
		m->err = EOPNOTSUPP;
	else if (xc_hvm_track_dirty_vram(xc, ask->domid, ask->first_frame, ask->n_frames,
					 (unsigned long *)m->bits))
		m->err = errno;
}

void written_end(xc_interface *xc, uint32_t domid)
{
	unsigned long bit;

	/* of one frame: for none, Linux has no buffer to give to Xen, and refuses */
	xc_hvm_track_dirty_vram(xc, domid, 0, 1, &bit);
}
