/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - memory that is given back all at once
 *
 * What rules are made of lives as long as their plan. Once an allocation has
 * failed all later ones do, so that it is enough to look at the end.
 */
#ifndef STARLSM_SIGMA_ARENA_H
#define STARLSM_SIGMA_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk;
	size_t used, size;	/* of the newest chunk */
	size_t total;		/* bytes of all chunks */
	bool failed;
};

/* An arena of zeroes is an empty one. */
void arena_free(struct arena *a);

/* Zeroed, aligned for anything; NULL without memory. */
void *arena_alloc(struct arena *a, size_t size);

/* A copy of len bytes and a NUL. */
char *arena_copy(struct arena *a, const void *bytes, size_t len);

/*
 * Room for one more in an array of n, which grows by doubling: the array,
 * maybe at a new place. NULL without memory.
 */
void *arena_grow(struct arena *a, void *array, size_t n, size_t size);

#endif /* STARLSM_SIGMA_ARENA_H */
