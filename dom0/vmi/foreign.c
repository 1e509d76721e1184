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
/*
 * Pages that are mapped together; where a cluster may be; at most 128 MiB in all. In a
 * dom0 that is a PV guest it is the pages that cost, not the calls: at first only a
 * part of a cluster is mapped, and if there is more to it all; and when that is too old
 * what was read of it.
 */
#define CLUSTER		16U
#define PART		4U
#define ALL		((1U << CLUSTER) - 1)
#define WAYS		4U
#define SETS		512U	/* a power of two */

struct cluster {
	uint8_t *pages;		/* NULL: the place is empty */
	uint64_t number;	/* first frame / CLUSTER */
	/* a bit for each page: it is in pages; it could not be mapped; it was read */
	uint32_t has, lacks, read;
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
		xenforeignmemory_unmap(f->handle, c->pages, __builtin_popcount(c->has));
	c->pages = NULL;
}

static struct cluster *set_of(struct foreign *f, uint64_t number)
{
	return f->place[(number * 0x9e3779b97f4a7c15ULL >> 32) % SETS];
}

/* NULL: it is not mapped */
static struct cluster *mapped_of(struct foreign *f, uint64_t number)
{
	struct cluster *set = set_of(f, number);

	for (unsigned int i = 0; i < WAYS; i++)
		if (set[i].pages && set[i].number == number)
			return &set[i];
	return NULL;
}

/* Where it is, or may go: an empty place, or that of the one not read for longest */
static struct cluster *place_of(struct foreign *f, uint64_t number)
{
	struct cluster *c = mapped_of(f, number), *set = set_of(f, number);

	if (c)
		return c;
	c = set;
	for (unsigned int i = 0; i < WAYS && c->pages; i++)
		if (!set[i].pages || set[i].used < c->used)
			c = &set[i];
	unmap(f, c);
	return c;
}

/* Of those pages, one behind the other, some may be nobody's, or another's: what can be mapped is. */
static bool map(struct foreign *f, struct cluster *c, uint64_t number, uint32_t pages)
{
	xen_pfn_t frame[CLUSTER];
	int err[CLUSTER] = { 0 };
	unsigned int n = 0;

	for (unsigned int i = 0; i < CLUSTER; i++)
		if (pages & 1U << i)
			frame[n++] = number * CLUSTER + i;
	c->pages = xenforeignmemory_map(f->handle, f->domid, PROT_READ, n, frame, err);
	if (!c->pages)
		return false;
	c->number = number;
	c->mapped = f->time;
	c->has = pages;
	c->lacks = 0;
	while (n--)
		if (err[n])
			c->lacks |= 1U << (frame[n] % CLUSTER);
	return true;
}

/* Not all of what was mapped in one round is to be mapped again in one round. */
static bool is_old(const struct foreign *f, const struct cluster *c, uint32_t lacks)
{
	return c->mapped < f->doubt || (lacks && c->mapped != f->time) ||
	       f->time - c->mapped >= f->n_rounds - c->number % (f->n_rounds / 2);
}

/* What of the cluster is to be mapped, if it has to be anew, for a page of it */
static uint32_t wanted(const struct foreign *f, const struct cluster *c, uint32_t bit)
{
	uint32_t part = ((1U << PART) - 1) << (__builtin_ctz(bit) / PART * PART);

	if (!c->pages)
		return part;
	if (!(c->has & bit))
		return ALL;
	return is_old(f, c, c->lacks & bit) ? c->read | bit : 0;
}

const uint8_t *foreign_page(void *arg, uint64_t frame)
{
	uint64_t number = frame / CLUSTER;
	uint32_t bit = 1U << (frame % CLUSTER), pages;
	struct foreign *f = arg;
	struct cluster *c = place_of(f, number);

	pages = wanted(f, c, bit);
	if (pages) {
		/* of what only grows it is known what was read */
		if (!c->pages || (c->has & bit))
			c->read = 0;
		unmap(f, c);
		if (!map(f, c, number, pages))
			return NULL;
	}
	c->used = f->time;
	c->read |= bit;
	if (c->lacks & bit)
		return NULL;
	return c->pages + __builtin_popcount(c->has & (bit - 1)) * PAGE;
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

void foreign_forget(struct foreign *f, uint64_t frame)
{
	struct cluster *c = mapped_of(f, frame / CLUSTER);

	if (c)
		unmap(f, c);
}

void foreign_doubt(struct foreign *f)
{
	f->doubt = ++f->time;
}
