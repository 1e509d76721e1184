/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the outer Xen, by the hypercall that our own Xen has for it
 *
 * Needs root, and is done before rights are dropped: what is open or mapped then
 * stays, and needs no hypercall.
 */
#ifndef STARLSM_BLANKET_OUTER_H
#define STARLSM_BLANKET_OUTER_H

#include <xencall.h>
#include <xenevtchn.h>
#include <xen/io/xs_wire.h>

#include "blanket/xen-blanket.h"

struct outer {
	xencall_handle *call;
	xenevtchn_handle *evtchn;
	struct blanket_info info;
};

/* What there is below. Ends the process, with a line that says why, if there is nothing. */
void outer_open(struct outer *o);

/* One operation; 0 or -errno. arg is copied in and out. */
int outer_op(struct outer *o, unsigned int op, void *arg, size_t size);

/*
 * The outer xenstore: its ring, and the port, of o->evtchn, on which it is told and
 * tells. Ends the process if it cannot be had.
 */
struct xenstore_domain_interface *outer_store(struct outer *o, evtchn_port_t *port);

/* No hypercall from here on. */
void outer_seal(struct outer *o);

#endif /* STARLSM_BLANKET_OUTER_H */
