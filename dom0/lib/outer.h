/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the outer Xen, by the hypercall that our own Xen has for it
 *
 * Needs root, and is done before rights are dropped: what is open or mapped then
 * stays, and needs no hypercall.
 */
#ifndef STARLSM_OUTER_H
#define STARLSM_OUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xencall.h>
#include <xenevtchn.h>
#include <xen/io/xs_wire.h>

#include "lib/xen-blanket.h"

/* Where blanketd offers the outer xenstore, and who its programs become */
#define OUTER_SOCKET	"/run/blanket/xenstored"
#define OUTER_USER	"starlsm"

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

/*
 * A channel that a domain of the outer Xen may bind, as outer_port; o->evtchn tells
 * of it on port, and pages go with it as inner_port. Ends the process if there is none.
 */
struct outer_channel {
	uint32_t outer_port;
	uint32_t inner_port;
	evtchn_port_t port;
};

void outer_channel(struct outer *o, uint32_t domid, struct outer_channel *c);

/*
 * n pages of zeroes, side by side, each granted to domid, by the reference that is put
 * into ref. They stay until the process ends; which ends if they cannot be had.
 */
void *outer_pages(struct outer *o, const struct outer_channel *c, uint32_t domid,
		  bool readonly, size_t n, uint32_t *ref);

/*
 * For after the hypercalls: send on port, take the event that waits. Each ends the
 * process if it cannot.
 */
void outer_tell(struct outer *o, evtchn_port_t port);
void outer_told(struct outer *o);

/*
 * This Xen and all in it stop, until the outer toolstack, which has to have asked for
 * it, goes on with them. 0: elsewhere; 1: here, and nothing has changed; or -errno.
 */
int outer_suspend(struct outer *o);

/* No hypercall from here on. */
void outer_seal(struct outer *o);

#endif /* STARLSM_OUTER_H */
