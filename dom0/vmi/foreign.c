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
/* Pages that are mapped together; where a cluster may be; at most 128 MiB in all */
#define CLUSTER		16U
#define WAYS		4U
#define SETS		512U	/* a power of two */

struct cluster {
	uint8_t *pages;		/* NULL: the place is empty */
	uint64_t number;	/* first frame / CLUSTER */
	uint32_t lacks;		/* a bit for each page that could not be mapped */
	uint32_t mapped;	/* when, in time as below */
	uint32_t used;		/* and last read */
};

struct foreign {
	uint32_t domid;
	uint32_t n_rounds;	/* that a mapping stays */
	uint32_t time;		/* counts rounds, and doubts */
	uint32_t doubt;		/* what was mapped before is not to be believed */
	xenforeignmemory_handle *handle;
	struct cluster place[SETS][WAYS];
};

struct foreign *foreign_open(uint32_t domid, uint32_t n_rounds)
{
	struct foreign *f = calloc(1, sizeof(*f));

	if (!f)
		fatal("no memory");
	f->domid = domid;
	f->n_rounds = n_rounds;
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

static void unmap(struct foreign *f, struct cluster *c)
{
	if (c->pages)
		xenforeignmemory_unmap(f->handle, c->pages, CLUSTER);
	c->pages = NULL;
}

/* Where it is, or may go: an empty place, or that of the one not read for longest */
static struct cluster *place_of(struct foreign *f, uint64_t number)
{
	struct cluster *set = f->place[(number * 0x9e3779b97f4a7c15ULL >> 32) % SETS], *c = set;

	for (unsigned int i = 0; i < WAYS; i++)
		if (set[i].pages && set[i].number == number)
			return &set[i];
	for (unsigned int i = 0; i < WAYS && c->pages; i++)
		if (!set[i].pages || set[i].used < c->used)
			c = &set[i];
	unmap(f, c);
	return c;
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
	c->mapped = f->time;
	c->lacks = 0;
	for (unsigned int i = 0; i < CLUSTER; i++)
		if (err[i])
			c->lacks |= 1U << i;
	return true;
}

/* Not all of what was mapped in one round is to be mapped again in one round. */
static bool is_old(const struct foreign *f, const struct cluster *c, uint32_t lacks)
{
	return c->mapped < f->doubt || (lacks && c->mapped != f->time) ||
	       f->time - c->mapped >= f->n_rounds - c->number % (f->n_rounds / 2);
}

const uint8_t *foreign_page(void *arg, uint64_t frame)
{
	uint64_t number = frame / CLUSTER;
	uint32_t bit = 1U << (frame % CLUSTER);
	struct foreign *f = arg;
	struct cluster *c = place_of(f, number);

	if (c->pages && is_old(f, c, c->lacks & bit))
		unmap(f, c);
	if (!c->pages && !map(f, c, number))
		return NULL;
	c->used = f->time;
	return c->lacks & bit ? NULL : c->pages + frame % CLUSTER * PAGE;
}

void foreign_round(struct foreign *f)
{
	f->time++;
	for (unsigned int i = 0; i < SETS * WAYS; i++) {
		struct cluster *c = &f->place[i / WAYS][i % WAYS];

		if (c->pages && f->time - c->used > f->n_rounds)
			unmap(f, c);
	}
}

void foreign_doubt(struct foreign *f)
{
	f->doubt = ++f->time;
}
