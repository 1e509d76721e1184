// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a guest's frames, mapped for reading
 */
#include "vmi/foreign.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xenforeignmemory.h>
#include <xentoolcore.h>

#include "lib/log.h"

#define PAGE		4096U
/* Pages that are mapped together, and at most so many times */
#define CLUSTER		16U
#define PLACES		4096U	/* a power of two */
#define CLUSTERS_MAX	(PLACES / 2)

struct cluster {
	uint8_t *pages;		/* NULL: the place is empty */
	uint64_t number;	/* first frame / CLUSTER */
	uint32_t lacks;		/* a bit for each page that could not be mapped */
};

struct foreign {
	uint32_t domid;
	xenforeignmemory_handle *handle;
	struct cluster place[PLACES];
	unsigned int n;
};

struct foreign *foreign_open(uint32_t domid)
{
	struct foreign *f = calloc(1, sizeof(*f));

	if (!f)
		fatal("no memory");
	f->domid = domid;
	f->handle = xenforeignmemory_open(NULL, 0);
	if (!f->handle)
		fatal("/dev/xen/privcmd: %s", strerror(errno));
	return f;
}

void foreign_restrict(const struct foreign *f)
{
	if (xentoolcore_restrict_all(f->domid))
		fatal("xentoolcore_restrict_all(%u): %s", f->domid, strerror(errno));
}

static struct cluster *place_of(struct foreign *f, uint64_t number)
{
	unsigned int i = (number * 0x9e3779b97f4a7c15ULL >> 32) % PLACES;

	while (f->place[i].pages && f->place[i].number != number)
		i = (i + 1) % PLACES;
	return &f->place[i];
}

/* Of a cluster some pages may be nobody's, or another's: what can be mapped is. */
static bool map(struct foreign *f, struct cluster *c, uint64_t number)
{
	xen_pfn_t frame[CLUSTER];
	int err[CLUSTER];

	for (unsigned int i = 0; i < CLUSTER; i++) {
		frame[i] = number * CLUSTER + i;
		err[i] = 0;
	}
	c->pages = xenforeignmemory_map(f->handle, f->domid, PROT_READ, CLUSTER, frame, err);
	if (!c->pages)
		return false;
	c->number = number;
	c->lacks = 0;
	for (unsigned int i = 0; i < CLUSTER; i++)
		if (err[i])
			c->lacks |= 1U << i;
	f->n++;
	return true;
}

const uint8_t *foreign_page(void *arg, uint64_t frame)
{
	struct foreign *f = arg;
	struct cluster *c;

	if (f->n == CLUSTERS_MAX)
		foreign_flush(f);
	c = place_of(f, frame / CLUSTER);
	if (!c->pages && !map(f, c, frame / CLUSTER))
		return NULL;
	if (c->lacks & (1U << (frame % CLUSTER)))
		return NULL;
	return c->pages + frame % CLUSTER * PAGE;
}

void foreign_flush(struct foreign *f)
{
	for (unsigned int i = 0; i < PLACES; i++) {
		if (f->place[i].pages)
			xenforeignmemory_unmap(f->handle, f->place[i].pages, CLUSTER);
		f->place[i].pages = NULL;
	}
	f->n = 0;
}
