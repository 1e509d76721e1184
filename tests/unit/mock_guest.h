/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a guest's memory for tests: frames, and page tables that lead to them
 */
#ifndef STARLSM_MOCK_GUEST_H
#define STARLSM_MOCK_GUEST_H

#include <stdlib.h>
#include <string.h>

#include "vmi/memory.h"

#define MOCK_FRAMES	1024
#define MOCK_FIRST	0x100	/* number of the first frame */

struct mock_guest {
	uint8_t frame[MOCK_FRAMES][MEMORY_PAGE];
	unsigned int n_frames;
	uint64_t root;
};

static inline uint64_t mock_frame(struct mock_guest *g)
{
	if (g->n_frames == MOCK_FRAMES)
		abort();
	return MOCK_FIRST + g->n_frames++;
}

static inline const uint8_t *mock_page(void *arg, uint64_t frame)
{
	struct mock_guest *g = arg;

	return frame >= MOCK_FIRST && frame < MOCK_FIRST + g->n_frames ?
		g->frame[frame - MOCK_FIRST] : NULL;
}

static inline void mock_start(struct mock_guest *g)
{
	memset(g, 0, sizeof(*g));
	g->root = mock_frame(g);
}

/* The entry of that level (0 is the last) for an address; tables above are made. */
static inline uint64_t *mock_entry(struct mock_guest *g, uint64_t address, unsigned int level)
{
	uint64_t table = g->root, *entry;

	for (unsigned int l = 3;; l--) {
		entry = (uint64_t *)g->frame[table - MOCK_FIRST] +
			(address >> (12 + 9 * l)) % MEMORY_ENTRIES;
		if (l == level)
			return entry;
		if (!*entry)
			*entry = mock_frame(g) << 12 | MEMORY_PRESENT | MEMORY_WRITABLE;
		table = (*entry & MEMORY_FRAMES) >> 12;
	}
}

/* A page of that address, once; flags are WRITABLE and NX. */
static inline void mock_map(struct mock_guest *g, uint64_t address, uint64_t flags)
{
	uint64_t *entry = mock_entry(g, address, 0);

	if (!*entry)
		*entry = mock_frame(g) << 12;
	*entry = (*entry & MEMORY_FRAMES) | MEMORY_PRESENT | flags;
}

static inline uint8_t *mock_at(struct mock_guest *g, uint64_t address)
{
	uint64_t *entry = mock_entry(g, address, 0);

	if (!*entry)
		abort();
	return g->frame[((*entry & MEMORY_FRAMES) >> 12) - MOCK_FIRST] + address % MEMORY_PAGE;
}

static inline void mock_put(struct mock_guest *g, uint64_t address, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		*mock_at(g, address + i) = ((const uint8_t *)bytes)[i];
}

static inline void mock_u64(struct mock_guest *g, uint64_t address, uint64_t value)
{
	mock_put(g, address, &value, sizeof(value));
}

static inline void mock_u32(struct mock_guest *g, uint64_t address, uint32_t value)
{
	mock_put(g, address, &value, sizeof(value));
}

#endif /* STARLSM_MOCK_GUEST_H */
