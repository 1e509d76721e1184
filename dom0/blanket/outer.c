// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the outer Xen, by the hypercall that our own Xen has for it
 */
#include "blanket/outer.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <xenforeignmemory.h>

#include "lib/log.h"

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

static void *map_store(uint64_t frame)
{
	xenforeignmemory_handle *memory = xenforeignmemory_open(NULL, 0);
	xen_pfn_t pfn = frame;
	void *ring;

	if (!memory)
		fatal("foreign memory: %s", strerror(errno));
	/* the mapping outlives the handle */
	ring = xenforeignmemory_map(memory, DOMID_IO, PROT_READ | PROT_WRITE, 1, &pfn, NULL);
	if (!ring)
		fatal("the outer xenstore's ring at %#llx: %s", (unsigned long long)frame,
		      strerror(errno));
	xenforeignmemory_close(memory);
	return ring;
}

struct xenstore_domain_interface *outer_store(struct outer *o, evtchn_port_t *port)
{
	struct blanket_evtchn e = { .outer_port = o->info.store_port };
	xenevtchn_port_or_error_t bound;
	int rc = outer_op(o, BLANKETOP_evtchn_bind, &e, sizeof(e));

	if (rc == -EBUSY)
		fatal("the outer xenstore is in use already: is another blanketd running?");
	if (rc)
		fatal("the outer xenstore's event channel: %s", strerror(-rc));
	bound = xenevtchn_bind_interdomain(o->evtchn, HARDWARE_DOMID, e.port);
	if (bound < 0)
		fatal("event channel %u: %s", e.port, strerror(errno));
	*port = bound;
	return map_store(o->info.store_frame);
}

void outer_seal(struct outer *o)
{
	xencall_close(o->call);
	o->call = NULL;
}
