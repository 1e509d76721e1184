/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - files that users other than root left in a guest's common places
 *
 * Bounded: when full, the one written longest ago is forgotten and counted. A
 * path is kept as a seeded hash of its last bytes, so that a long one whose
 * beginning the sensor cut is found again, however much was cut.
 */
#ifndef STARLSM_DROPS_H
#define STARLSM_DROPS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/idmap.h"

#define DROPS_MAX	16384
#define DROP_TAIL	255	/* bytes of a path that are compared */

struct drop {
	uint64_t seq;		/* of the record that told it */
	uint32_t ring;
	uint32_t reserved;
	int64_t mono_ns;
	char text[128];		/* who did what, without the path */
};

struct drops {
	struct idmap ids;
	struct drop *drop;
	uint64_t forgotten;
};

/* 0, or -1 without memory. */
int drops_init(struct drops *d, const struct hash_seed *seed);
void drops_free(struct drops *d);

/* A zeroed entry to fill, or the one that is there already. */
struct drop *drops_add(struct drops *d, const char *path, size_t len);

/* NULL if there is none. */
struct drop *drops_find(struct drops *d, const char *path, size_t len);

void drops_remove(struct drops *d, const char *path, size_t len);

#endif /* STARLSM_DROPS_H */
