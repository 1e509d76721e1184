// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - every operation of blanket_op, from the dom0 of a Xen in a Xen
 *
 * Prints a line for each thing that must hold, `ok` or `not ok`; exit status 1
 * if any does not. Works with what the outer Xen's toolstack has set up: its
 * xenstore is asked for a name over the ring that the hypercall tells of.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <xencall.h>
#include <xenevtchn.h>
#include <xenforeignmemory.h>
#include <xen/io/xs_wire.h>

#include "lib/xen-blanket.h"

#define OUTER_DOM0	0
#define OWN_DOMID	0
#define PAGE		4096
#define MAX_LINKS	128
#define CHANNELS_2L	4096
#define ANSWER_MS	60000

static xencall_handle *call;
static xenevtchn_handle *evtchn;
static xenforeignmemory_handle *memory;
static bool failed;

static void check(bool holds, const char *what)
{
	printf("%s %s\n", holds ? "ok" : "not ok", what);
	failed |= !holds;
}

/* 0 or -errno; arg is copied in and out */
static int op(unsigned int cmd, void *arg, size_t size)
{
	void *buffer = xencall_alloc_buffer(call, size);
	int rc;

	memcpy(buffer, arg, size);
	rc = xencall2(call, __HYPERVISOR_blanket_op, cmd, (unsigned long)buffer) < 0 ? -errno : 0;
	memcpy(arg, buffer, size);
	xencall_free_buffer(call, buffer);
	return rc;
}

static int evtchn_op(unsigned int cmd, struct blanket_evtchn *e)
{
	return op(cmd, e, sizeof(*e));
}

static int page_op(unsigned int cmd, struct blanket_page *p)
{
	return op(cmd, p, sizeof(*p));
}

static bool is_in_use(uint32_t channels, uint32_t pages)
{
	struct blanket_usage u = { 0 };

	return !op(BLANKETOP_usage, &u, sizeof(u)) && u.channels == channels && u.pages == pages &&
	       u.max_channels == MAX_LINKS;
}

static void bad_calls(void)
{
	struct blanket_info info;

	check(op(99, &info, sizeof(info)) == -ENOSYS, "no operation 99");
	check(xencall2(call, __HYPERVISOR_blanket_op, BLANKETOP_info, 0) < 0 && errno == EFAULT,
	      "a null pointer is refused");
	check(xencall2(call, __HYPERVISOR_blanket_op, BLANKETOP_info, ~0xfffUL) < 0 &&
	      errno == EFAULT, "Xen's own memory is refused");
	check(xencall2(call, __HYPERVISOR_blanket_op, BLANKETOP_suspend, (unsigned long)&info) < 0 &&
	      errno == EINVAL, "a suspension takes no argument");
}

static void put(struct xenstore_domain_interface *ring, const void *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		ring->req[(ring->req_prod + i) % XENSTORE_RING_SIZE] = ((const char *)data)[i];
	__sync_synchronize();
	ring->req_prod += len;
}

static bool get(struct xenstore_domain_interface *ring, void *data, size_t len)
{
	struct pollfd fd = { .fd = xenevtchn_fd(evtchn), .events = POLLIN };

	while (ring->rsp_prod - ring->rsp_cons < len) {
		if (poll(&fd, 1, ANSWER_MS) <= 0)
			return false;
		xenevtchn_unmask(evtchn, xenevtchn_pending(evtchn));
	}
	for (size_t i = 0; i < len; i++)
		((char *)data)[i] = ring->rsp[(ring->rsp_cons + i) % XENSTORE_RING_SIZE];
	__sync_synchronize();
	ring->rsp_cons += len;
	return true;
}

/* What the outer xenstore says of a node, with events both ways */
static bool read_outer(struct xenstore_domain_interface *ring, int port, const char *node,
		       char *value, size_t size)
{
	struct xsd_sockmsg m = { .type = XS_READ, .len = strlen(node) + 1 }, answer;

	put(ring, &m, sizeof(m));
	put(ring, node, m.len);
	xenevtchn_notify(evtchn, port);
	memset(value, 0, size);
	return get(ring, &answer, sizeof(answer)) && answer.type == XS_READ &&
	       answer.len < size && get(ring, value, answer.len);
}

static void ask_store(const struct blanket_info *info, const char *again)
{
	struct blanket_evtchn e = { .outer_port = info->store_port }, twice = e;
	xen_pfn_t frame = info->store_frame;
	struct xenstore_domain_interface *ring;
	char name[64];
	int port;

	printf("# the outer xenstore%s\n", again);
	ring = xenforeignmemory_map(memory, DOMID_IO, PROT_READ | PROT_WRITE, 1, &frame, NULL);
	check(ring, "its ring is mapped");
	check(!evtchn_op(BLANKETOP_evtchn_bind, &e), "its channel is linked");
	check(!evtchn_op(BLANKETOP_evtchn_bind, &twice) && twice.port == e.port,
	      "once more, as nobody has bound it");
	port = xenevtchn_bind_interdomain(evtchn, OWN_DOMID, e.port);
	check(port > 0, "and bound");
	check(evtchn_op(BLANKETOP_evtchn_bind, &twice) == -EBUSY, "to one only");
	if (!ring || port <= 0)
		return;
	check(read_outer(ring, port, "name", name, sizeof(name)), "it answers");
	printf("# our name out there: %s\n", name);
	check(name[0], "with a value");
	check(!evtchn_op(BLANKETOP_evtchn_close, &e), "the channel is closed");
	check(evtchn_op(BLANKETOP_evtchn_close, &e) == -EINVAL, "not twice");
	xenevtchn_unbind(evtchn, port);
	xenforeignmemory_unmap(memory, ring, 1);
}

static void bad_channels(void)
{
	struct blanket_evtchn e = { 0 };

	check(evtchn_op(BLANKETOP_evtchn_bind, &e) == -EINVAL, "channel 0 is none");
	e.outer_port = CHANNELS_2L;
	check(evtchn_op(BLANKETOP_evtchn_bind, &e) == -EINVAL, "nor one past the last");
	e.port = 1;
	check(evtchn_op(BLANKETOP_evtchn_close, &e) == -EINVAL, "what is not linked is not closed");
	e.domid = DOMID_SELF;
	check(evtchn_op(BLANKETOP_evtchn_alloc, &e) == -EINVAL, "none for a domain that is no number");
}

/* One that is ours, with the process's descriptor; 0 if there is none */
static uint32_t own_channel(void)
{
	struct blanket_evtchn e = { .domid = OUTER_DOM0 };

	if (evtchn_op(BLANKETOP_evtchn_alloc, &e) ||
	    xenevtchn_bind_interdomain(evtchn, OWN_DOMID, e.port) <= 0)
		return 0;
	return e.port;
}

/* As many as there can be */
static void many_channels(void)
{
	struct blanket_evtchn e[MAX_LINKS], more = { .domid = OUTER_DOM0 };
	unsigned int n = 0, closed = 0;

	for (; n < MAX_LINKS; n++) {
		e[n] = (struct blanket_evtchn){ .domid = OUTER_DOM0 };
		if (evtchn_op(BLANKETOP_evtchn_alloc, &e[n]))
			break;
	}
	check(n == MAX_LINKS, "there are 128 channels");
	check(evtchn_op(BLANKETOP_evtchn_alloc, &more) == -ENOSPC, "and no more");
	check(is_in_use(MAX_LINKS, 0), "all of them in use");
	for (unsigned int i = 0; i < n; i++)
		closed += !evtchn_op(BLANKETOP_evtchn_close, &e[i]);
	check(closed == n, "all of them close");
	check(is_in_use(0, 0), "and nothing is in use");
}

/* What a process had that has ended is there for others. */
static void ended_process(uint32_t max_pages)
{
	struct blanket_page p = { 0 };
	uint32_t n = 0;
	pid_t child = fork();

	if (!child) {
		/* the parent's buffers are not a child's */
		call = xencall_open(NULL, 0);
		evtchn = xenevtchn_open(NULL, 0);
		p.port = own_channel();
		while (p.port && n <= max_pages && !page_op(BLANKETOP_page_alloc, &p))
			n++;
		p = (struct blanket_page){ .domid = OUTER_DOM0 };
		_exit(n != max_pages || page_op(BLANKETOP_page_grant, &p));
	}
	waitpid(child, (int *)&n, 0);
	check(!n, "a process takes all pages, and ends");
	p.port = own_channel();
	for (n = 0; n <= max_pages && !page_op(BLANKETOP_page_alloc, &p);)
		n++;
	printf("# %u pages of %u\n", n, max_pages);
	check(n == max_pages, "another gets them all");
	check(page_op(BLANKETOP_page_alloc, &p) == -ENOSPC, "and no more");
	for (p.page = 0, n = 0; p.page < max_pages; p.page++)
		n += !page_op(BLANKETOP_page_free, &p);
	check(n == max_pages, "all of them are freed");
}

static void one_page(void)
{
	struct blanket_page p = { .port = own_channel() };
	uint8_t *page, sum = 0;
	xen_pfn_t frame;

	check(!page_op(BLANKETOP_page_alloc, &p), "a page");
	check(is_in_use(1, 1), "is in use, and its channel");
	frame = p.frame;
	page = xenforeignmemory_map(memory, DOMID_XEN, PROT_READ | PROT_WRITE, 1, &frame, NULL);
	check(page, "is mapped");
	if (!page)
		return;
	for (size_t i = 0; i < PAGE; i++)
		sum |= page[i];
	check(!sum, "is all zeroes");
	strcpy((char *)page, "granted");
	p.domid = DOMID_SELF;
	check(page_op(BLANKETOP_page_grant, &p) == -EINVAL, "is not granted to nobody");
	p.domid = OUTER_DOM0;
	check(!page_op(BLANKETOP_page_grant, &p), "is granted");
	check(page_op(BLANKETOP_page_grant, &p) == -EBUSY, "not twice");
	check(page_op(BLANKETOP_page_free, &p) == -EBUSY, "not freed while it is");
	check(!page_op(BLANKETOP_page_revoke, &p), "is revoked");
	check(!page_op(BLANKETOP_page_free, &p), "is freed");
	check(page_op(BLANKETOP_page_free, &p) == -EINVAL, "not twice");
	check(page_op(BLANKETOP_page_grant, &p) == -EINVAL, "is granted no more");
	xenforeignmemory_unmap(memory, page, 1);
	p.port = UINT32_MAX;
	check(page_op(BLANKETOP_page_alloc, &p) == -EINVAL, "none without a channel");
	p.page = UINT32_MAX;
	check(page_op(BLANKETOP_page_revoke, &p) == -EINVAL, "there is no page -1");
}

int main(void)
{
	struct blanket_info info = { 0 };

	call = xencall_open(NULL, 0);
	evtchn = xenevtchn_open(NULL, 0);
	memory = xenforeignmemory_open(NULL, 0);
	if (!call || !evtchn || !memory) {
		perror("blanket_op");
		return 2;
	}
	check(!op(BLANKETOP_info, &info, sizeof(info)), "the outer Xen is known");
	printf("# Xen %u.%u, store %u at %#lx, %u pages\n", info.version >> 16,
	       info.version & 0xffff, info.store_port, (unsigned long)info.store_frame,
	       info.max_pages);
	bad_calls();
	bad_channels();
	ask_store(&info, "");
	ask_store(&info, ", again");
	many_channels();
	one_page();
	ended_process(info.max_pages);
	return failed;
}
