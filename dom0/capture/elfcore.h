/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what stands around the pages in a core of a Xen domain
 *
 * The format is that of `xl dump-core`, version 0.1, as crash(8) and others read it
 * (docs/misc/dump-core-format.txt in Xen's source): an ELF64 file without segments,
 * whose sections are
 *
 *   .note.Xen		what domain, what Xen, what format
 *   .xen_prstatus	a vcpu_guest_context each
 *   .xen_shared_info	PV only: that page
 *   .xen_pages		the pages, from a page's boundary on
 *   .xen_p2m		PV: for each a pair of numbers, the guest's and Xen's
 *   .xen_pfn		PVH, HVM: for each its number
 *
 * Pure. A head, then the pages and the table are the file.
 */
#ifndef STARLSM_ELFCORE_H
#define STARLSM_ELFCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xenctrl.h>

/* Xen's own words for itself, as the note has them */
struct elfcore_xen {
	uint64_t major, minor;
	xen_extraversion_t extra;
	xen_compile_info_t compile;
	xen_capabilities_info_t capabilities;
	xen_changeset_info_t changeset;
	xen_platform_parameters_t platform;
	uint64_t page_size;
};

struct elfcore {
	const vcpu_guest_context_any_t *vcpu;
	uint32_t n_vcpus;
	const void *shared_info;	/* a page; NULL: no such section */
	uint64_t n_pages;
	bool is_translated;		/* PVH or HVM */
	struct elfcore_xen xen;
};

/* A row of a PV guest's table */
struct elfcore_p2m {
	uint64_t pfn, gmfn;
};

/* A page that could not be read: its content is zeros, its number this. */
#define ELFCORE_NO_PFN	UINT64_MAX

/* All before the pages, malloc()ed, *len a multiple of a page; NULL: no memory. */
void *elfcore_head(const struct elfcore *c, size_t *len);

#endif /* STARLSM_ELFCORE_H */
