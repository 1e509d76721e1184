/* SPDX-License-Identifier: MIT */
/******************************************************************************
 * What the hardware domain of a Xen that is itself a guest of a Xen may ask of
 * the outer one. All contact goes through this hypercall; neither domain ids
 * nor event channels of the outer Xen exist anywhere else.
 */

#ifndef __XEN_PUBLIC_ARCH_X86_BLANKET_H__
#define __XEN_PUBLIC_ARCH_X86_BLANKET_H__

#include <xen/xen.h>

/* The last of an architecture's own numbers: the last one to be given away. */
#define __HYPERVISOR_blanket_op __HYPERVISOR_arch_7

/*
 * ` enum neg_errnoval
 * ` HYPERVISOR_blanket_op(unsigned int cmd, void *arg)
 *
 * arg points to the structure of the operation, whose IN fields say what is
 * wanted; OUT fields are written if it succeeds.
 *
 * -EPERM       the caller is not the hardware domain
 * -ENODEV      there is no outer Xen
 * -EFAULT      arg cannot be read or written
 * -ENOSYS      there is no operation of this number
 */

/*
 * BLANKETOP_info: the outer Xen, and how to reach its xenstore.
 */
#define BLANKETOP_info          0
struct blanket_info {
    /* OUT: as XENVER_version of the outer Xen, major << 16 | minor. */
    uint32_t version;
    /* OUT: the event channel of the outer Xen to be bound by _evtchn_bind. */
    uint32_t store_port;
    /* OUT: machine frame of the ring, which is no memory: map it as DOMID_IO. */
    uint64_t store_frame;
    /* OUT: most pages that _page_alloc gives. */
    uint32_t max_pages;
    uint32_t pad;
};
typedef struct blanket_info blanket_info_t;

/*
 * Event channels of the outer Xen. Each gets a port here, that is to be bound
 * by EVTCHNOP_bind_interdomain, the caller being the remote domain as well:
 * what arrives out there is pending in here, and what is sent in here is sent
 * out there. Who has bound it needs this hypercall no more.
 *
 * BLANKETOP_evtchn_alloc: a channel that the outer domain may bind.
 * BLANKETOP_evtchn_bind: a channel that is there already.
 * BLANKETOP_evtchn_close: of the channel whose port here is given.
 *
 * A channel whose port here was bound, and is no more, may be closed at any time.
 *
 * -EBUSY       somebody has bound it, or this Xen uses it itself
 * -ENOSPC      there are as many as there can be
 * -EINVAL      no such channel
 */
#define BLANKETOP_evtchn_alloc  1
#define BLANKETOP_evtchn_bind   2
#define BLANKETOP_evtchn_close  3
struct blanket_evtchn {
    /* _alloc: IN, a domain of the outer Xen. */
    uint32_t domid;
    /* _alloc: OUT, _bind: IN. */
    uint32_t outer_port;
    /* _alloc, _bind: OUT, _close: IN. */
    uint32_t port;
};
typedef struct blanket_evtchn blanket_evtchn_t;

/*
 * Pages that the outer Xen's domains may be granted. There are at most
 * blanket_info.max_pages; what is freed is kept for the next that is allocated,
 * and never becomes anything else. Map one by its machine frame, as DOMID_XEN's.
 *
 * BLANKETOP_page_alloc: a page, filled with zeroes, that goes with a channel: when
 * that is closed, the page is freed as soon as nobody out there has it mapped.
 * BLANKETOP_page_free: it may be given to another; not while it is granted.
 * BLANKETOP_page_grant: to one domain at a time.
 * BLANKETOP_page_revoke: take that back.
 *
 * -ENOSPC      all pages are in use
 * -EBUSY       it is granted already, or is still mapped by whom it was granted to
 * -EINVAL      no such page, channel, or domain
 */
#define BLANKETOP_page_alloc    4
#define BLANKETOP_page_free     5
#define BLANKETOP_page_grant    6
#define BLANKETOP_page_revoke   7
struct blanket_page {
    /* _alloc: IN, a channel's port here. */
    uint32_t port;
    /* _alloc: OUT, others: IN; from 0 on. */
    uint32_t page;
    /* _grant: IN, a domain of the outer Xen. */
    uint32_t domid;
    /* _grant: IN. */
    uint32_t readonly;
    /* _grant: OUT, a reference in the outer Xen's grant table. */
    uint32_t ref;
    uint32_t pad;
    /* _alloc: OUT. */
    uint64_t frame;
};
typedef struct blanket_page blanket_page_t;

/*
 * BLANKETOP_suspend: this Xen and all of its domains stop, until the outer Xen's
 * toolstack, which must have asked for that, goes on with them. arg is NULL.
 *
 * 0: they are in another domain of an outer Xen. What was granted is not any more,
 * and is filled with zeroes; a channel's port here stays bound but leads nowhere;
 * each of them has an event.
 * That of the outer xenstore is linked again, to a new connection: its ring is
 * empty, and whoever has the other end has to begin anew.
 * 1: they are where they were, and nothing has changed.
 *
 * -EINVAL      arg is not NULL
 */
#define BLANKETOP_suspend       8

/*
 * BLANKETOP_usage: how much of what there is is in use.
 */
#define BLANKETOP_usage         9
struct blanket_usage {
    /* OUT: pages that go with a channel, of blanket_info.max_pages. */
    uint32_t pages;
    /* OUT: channels, and how many there can be. */
    uint32_t channels;
    uint32_t max_channels;
    uint32_t pad;
};
typedef struct blanket_usage blanket_usage_t;

#endif /* __XEN_PUBLIC_ARCH_X86_BLANKET_H__ */

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
