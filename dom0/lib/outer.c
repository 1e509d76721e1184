// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the outer Xen, by the hypercall that our own Xen has for it
 */
#include "lib/outer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xenforeignmemory.h>

#include "lib/log.h"

/* One that was before us, and was killed, may take a moment to be gone. */
#define BUSY_TRIES	50
#define BUSY_US		100000
/* Who we are to our own Xen */
#define HARDWARE_DOMID	0

int outer_op(struct outer *o, unsigned int op, void *arg, size_t size)
{
	void *buffer = xencall_alloc_buffer(o->call, size);
	int rc;

	if (!buffer)
		return -ENOMEM;
	memcpy(buffer, arg, size);
	rc = xencall2(o->call, __HYPERVISOR_blanket_op, op, (unsigned long)buffer) < 0 ? -errno : 0;
	memcpy(arg, buffer, size);
	xencall_free_buffer(o->call, buffer);
	return rc;
}

static const char *reason(int rc)
{
	switch (-rc) {
	case ENOSYS:
		return "the Xen here is not one that knows of an outer Xen (docs/blanket.md)";
	case ENODEV:
		return "there is no outer Xen: this one is nobody's guest";
	case EPERM:
		return "this is not the hardware domain";
	default:
		return strerror(-rc);
	}
}

void outer_open(struct outer *o)
{
	int rc;

	o->call = xencall_open(NULL, 0);
	if (!o->call)
		fatal("no hypercalls here: %s (Is this a dom0, and are you root?)", strerror(errno));
	o->evtchn = xenevtchn_open(NULL, 0);
	if (!o->evtchn)
		fatal("/dev/xen/evtchn: %s", strerror(errno));
	rc = outer_op(o, BLANKETOP_info, &o->info, sizeof(o->info));
	if (rc)
		fatal("%s", reason(rc));
}

/* The mapping outlives the handle. */
static void *map_frames(uint32_t domid, const xen_pfn_t *frames, size_t n, const char *what)
{
	xenforeignmemory_handle *memory = xenforeignmemory_open(NULL, 0);
	void *mapped;

	if (!memory)
		fatal("foreign memory: %s", strerror(errno));
	mapped = xenforeignmemory_map(memory, domid, PROT_READ | PROT_WRITE, n, frames, NULL);
	if (!mapped)
		fatal("%s cannot be mapped: %s", what, strerror(errno));
	xenforeignmemory_close(memory);
	return mapped;
}

static evtchn_port_t bind(struct outer *o, uint32_t inner_port)
{
	xenevtchn_port_or_error_t port =
		xenevtchn_bind_interdomain(o->evtchn, HARDWARE_DOMID, inner_port);

	if (port < 0)
		fatal("event channel %u: %s", inner_port, strerror(errno));
	return port;
}

struct xenstore_domain_interface *outer_store(struct outer *o, evtchn_port_t *port)
{
	struct blanket_evtchn e = { .outer_port = o->info.store_port };
	xen_pfn_t frame = o->info.store_frame;
	int rc = -EBUSY;

	for (int i = 0; rc == -EBUSY && i < BUSY_TRIES; i++) {
		if (i)
			usleep(BUSY_US);
		rc = outer_op(o, BLANKETOP_evtchn_bind, &e, sizeof(e));
	}
	if (rc == -EBUSY)
		fatal("the outer xenstore is in use already: is another blanketd running?");
	if (rc)
		fatal("the outer xenstore's event channel: %s", strerror(-rc));
	*port = bind(o, e.port);
	return map_frames(DOMID_IO, &frame, 1, "the outer xenstore's ring");
}

void outer_channel(struct outer *o, uint32_t domid, struct outer_channel *c)
{
	struct blanket_evtchn e = { .domid = domid };
	int rc = outer_op(o, BLANKETOP_evtchn_alloc, &e, sizeof(e));

	if (rc)
		fatal("no event channel for domain %u out there: %s", domid, strerror(-rc));
	*c = (struct outer_channel){
		.outer_port = e.outer_port, .inner_port = e.port, .port = bind(o, e.port),
	};
}

void *outer_pages(struct outer *o, const struct outer_channel *c, uint32_t domid,
		  bool readonly, size_t n, uint32_t *ref)
{
	xen_pfn_t *frame = calloc(n, sizeof(*frame));
	void *mapped;

	if (!frame)
		fatal("no memory for %zu pages", n);
	for (size_t i = 0; i < n; i++) {
		struct blanket_page p = {
			.port = c->inner_port, .domid = domid, .readonly = readonly,
		};
		int rc = outer_op(o, BLANKETOP_page_alloc, &p, sizeof(p));

		if (!rc)
			rc = outer_op(o, BLANKETOP_page_grant, &p, sizeof(p));
		if (rc)
			fatal("page %zu of %zu for domain %u out there: %s", i, n, domid,
			      strerror(-rc));
		frame[i] = p.frame;
		ref[i] = p.ref;
	}
	mapped = map_frames(DOMID_XEN, frame, n, "pages to be granted");
	free(frame);
	return mapped;
}

void outer_tell(struct outer *o, evtchn_port_t port)
{
	if (xenevtchn_notify(o->evtchn, port))
		fatal("the outer side cannot be told: %s", strerror(errno));
}

void outer_told(struct outer *o)
{
	xenevtchn_port_or_error_t port = xenevtchn_pending(o->evtchn);

	if (port < 0 || xenevtchn_unmask(o->evtchn, port))
		fatal("event channel: %s", strerror(errno));
}

int outer_suspend(struct outer *o)
{
	int rc = xencall2(o->call, __HYPERVISOR_blanket_op, BLANKETOP_suspend, 0);

	return rc < 0 ? -errno : rc;
}

void outer_seal(struct outer *o)
{
	xencall_close(o->call);
	o->call = NULL;
}
