// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - which frames of memory a paused guest has
 */
#include "capture/frames.h"

#include <errno.h>
#include <stdlib.h>
#include <xenguest.h>

/* One hypercall's worth, Xen's own bound */
#define BATCH	1024

static bool is_there(xen_pfn_t type)
{
	return (type & XEN_DOMCTL_PFINFO_LTAB_MASK) != XEN_DOMCTL_PFINFO_XTAB &&
	       (type & XEN_DOMCTL_PFINFO_LTAB_MASK) != XEN_DOMCTL_PFINFO_BROKEN;
}

/* More than the domain has pages it cannot have: nothing of a table is believed. */
static void add(struct frames *f, const struct subject *s, xen_pfn_t pfn, xen_pfn_t gfn)
{
	if (f->n == s->info.nr_pages)
		return;
	f->pfn[f->n] = pfn;
	f->gfn[f->n++] = gfn;
}

/*
 * PVH, HVM
 */

static int look(const struct subject *s, struct frames *f, xen_pfn_t first, xen_pfn_t *list,
		struct xen_domctl *ask)
{
	for (unsigned int i = 0; i < BATCH; i++)
		list[i] = first + i;
	ask->u.getpageframeinfo3.num = BATCH;
	if (xc_domctl(s->xc, ask))
		return errno;
	for (unsigned int i = 0; i < BATCH; i++)
		if (is_there(list[i]))
			add(f, s, first + i, first + i);
	return 0;
}

static int find_translated(const struct subject *s, struct frames *f)
{
	DECLARE_HYPERCALL_BUFFER(xen_pfn_t, list);
	struct xen_domctl ask = {
		.cmd = XEN_DOMCTL_getpageframeinfo3, .domain = s->domid,
	};
	xen_pfn_t last;
	int err = 0;

	if (xc_domain_maximum_gpfn(s->xc, s->domid, &last))
		return errno;
	list = xc_hypercall_buffer_alloc(s->xc, list, BATCH * sizeof(*list));
	if (!list)
		return ENOMEM;
	for (xen_pfn_t first = 0; first <= last && !err; first += BATCH) {
		set_xen_guest_handle(ask.u.getpageframeinfo3.array, list);
		err = look(s, f, first, list, &ask);
	}
	xc_hypercall_buffer_free(s->xc, list);
	return err;
}

/*
 * PV
 */

static int find_pv(const struct subject *s, struct frames *f)
{
	struct xc_domain_meminfo mem = { 0 };

	if (xc_map_domain_meminfo(s->xc, s->domid, &mem))
		return errno ? errno : EIO;
	/* a type stands in the bits above those of the frame's number */
	for (xen_pfn_t pfn = 0; pfn < mem.p2m_size; pfn++)
		if (is_there(mem.pfn_type[pfn]))
			add(f, s, pfn, mem.guest_width == sizeof(xen_pfn_t) ? mem.p2m_table[pfn] :
			    ((const uint32_t *)mem.p2m_table)[pfn]);
	xc_unmap_domain_meminfo(s->xc, &mem);
	return 0;
}

int frames_find(const struct subject *s, struct frames *f)
{
	int err = ENOMEM;

	f->n = 0;
	f->pfn = calloc(s->info.nr_pages, sizeof(*f->pfn));
	f->gfn = calloc(s->info.nr_pages, sizeof(*f->gfn));
	if (f->pfn && f->gfn)
		err = s->info.hvm ? find_translated(s, f) : find_pv(s, f);
	if (err)
		frames_free(f);
	return err;
}

void frames_free(struct frames *f)
{
	free(f->pfn);
	free(f->gfn);
}
