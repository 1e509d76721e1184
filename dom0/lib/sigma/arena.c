// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - memory that is given back all at once
 */
#include "lib/sigma/arena.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK	(64 * 1024)
#define ALIGN	16

struct arena_chunk {
	struct arena_chunk *next;
	_Alignas(ALIGN) char bytes[];
};

void arena_free(struct arena *a)
{
	struct arena_chunk *next;

	for (struct arena_chunk *c = a->chunk; c; c = next) {
		next = c->next;
		free(c);
	}
	memset(a, 0, sizeof(*a));
}

static bool add_chunk(struct arena *a, size_t least)
{
	size_t size = least > CHUNK ? least : CHUNK;
	struct arena_chunk *c = a->failed ? NULL : calloc(1, sizeof(*c) + size);

	if (!c) {
		a->failed = true;
		return false;
	}
	c->next = a->chunk;
	a->chunk = c;
	a->size = size;
	a->used = 0;
	a->total += size;
	return true;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *memory;

	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (a->failed || ((!a->chunk || a->size - a->used < size) && !add_chunk(a, size)))
		return NULL;
	memory = a->chunk->bytes + a->used;
	a->used += size;
	return memory;
}

char *arena_copy(struct arena *a, const void *bytes, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (copy && len)
		memcpy(copy, bytes, len);
	return copy;
}

void *arena_grow(struct arena *a, void *array, size_t n, size_t size)
{
	void *bigger;

	/* full at 0 and at each power of two */
	if (n & (n - 1))
		return array;
	bigger = arena_alloc(a, (n ? 2 * n : 1) * size);
	if (bigger && n)
		memcpy(bigger, array, n * size);
	return bigger;
}
