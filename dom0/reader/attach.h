/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - finding and mapping a guest's pages
 *
 * In the reader's order of rights: attach_open() as root, attach_map() as
 * nobody in particular, attach_seal() when all is mapped. After that no handle
 * can reach anything new, neither of this guest nor of another.
 */
#ifndef STARLSM_ATTACH_H
#define STARLSM_ATTACH_H

#include <stdint.h>

#include "reader/geometry.h"

struct attachment {
	uint32_t domid;
	struct xs_handle *xs;
	struct xengntdev_handle *gnttab;
	struct xenevtchn_handle *evtchn;

	struct geometry geometry;
	const struct starlsm_status_page *untrusted_status;
	struct starlsm_control_page *untrusted_control;
	struct starlsm_policy_page *untrusted_policy;
	struct starlsm_answers_page *untrusted_answers;
	/* Each ring's data pages, contiguous */
	const uint8_t *untrusted_data[STARLSM_RINGS_MAX];
	uint32_t port;		/* ours, bound to the guest's */

	uint64_t found;		/* with an error: the value that cannot be */
};

/* Open the handles. Ends the process if one cannot be had. */
void attach_open(struct attachment *a, uint32_t domid);

/*
 * Read the guest's two xenstore nodes, map its pages, bind its event channel.
 * Returns STARLSM_ERR_OK or what is wrong. On an error untrusted_control is
 * set if it was reached.
 */
enum starlsm_error attach_map(struct attachment *a);

/* Restrict the handles to the guest, close what is not needed any more. */
void attach_seal(struct attachment *a);

#endif /* STARLSM_ATTACH_H */
