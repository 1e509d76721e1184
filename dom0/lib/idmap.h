/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - 64-bit ids to slots of a fixed array, with an order of use
 *
 * Never grows: all memory is taken at the start, and untouched parts of it
 * cost nothing. The owner keeps its own array beside it, indexed by slot.
 *
 * A slot in use is in none or one of a few orders, each from the slot that was
 * put there longest ago to the newest.
 */
#ifndef STARLSM_IDMAP_H
#define STARLSM_IDMAP_H

#include <stdint.h>

#include "lib/hash.h"

#define NO_SLOT		UINT32_MAX
#define IDMAP_ORDERS	2

struct idmap_slot {
	uint64_t id;
	uint32_t next;		/* in its bucket, or free */
	uint32_t older, newer;	/* in its order, NO_SLOT at the ends */
	uint32_t order;		/* which, IDMAP_ORDERS if none */
};

struct idmap {
	struct hash_seed seed;
	uint32_t size;		/* slots, a power of two */
	uint32_t n;		/* in use */
	uint32_t fresh;		/* slots from here on were never used */
	uint32_t free;		/* first of the given back */
	uint32_t oldest[IDMAP_ORDERS], newest[IDMAP_ORDERS];
	uint32_t *bucket;	/* slot + 1, 0 if empty */
	struct idmap_slot *slot;
};

/* 0, or -1 without memory. size is a power of two. */
int idmap_init(struct idmap *m, uint32_t size, const struct hash_seed *seed);
void idmap_free(struct idmap *m);

/* The slot of that id, or NO_SLOT. */
uint32_t idmap_find(const struct idmap *m, uint64_t id);

/* A slot for a new id, in no order; NO_SLOT when all are in use. */
uint32_t idmap_add(struct idmap *m, uint64_t id);
void idmap_remove(struct idmap *m, uint32_t slot);

/* Make it the newest of that order; IDMAP_ORDERS takes it out of any. */
void idmap_order(struct idmap *m, uint32_t slot, uint32_t order);

#endif /* STARLSM_IDMAP_H */
