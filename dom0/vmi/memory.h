/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a guest's memory, by the addresses its kernel uses
 *
 * Pure: somebody else maps frames. All that is read is a guest's and changes
 * while it is read: a value is copied once and bounded before it is used. Every
 * walk takes from a budget, so that no structure, however it is made, can keep
 * a check busy for longer than that.
 *
 * A frame is what page tables hold: of a PV guest a machine's, of PVH the guest's.
 */
#ifndef STARLSM_MEMORY_H
#define STARLSM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEMORY_PAGE	4096ULL
#define MEMORY_ENTRIES	512

/* A page table entry's bits */
#define MEMORY_PRESENT	(1ULL << 0)
#define MEMORY_WRITABLE	(1ULL << 1)
#define MEMORY_USER	(1ULL << 2)
#define MEMORY_LARGE	(1ULL << 7)
#define MEMORY_NX	(1ULL << 63)
#define MEMORY_FRAMES	0x000ffffffffff000ULL

/* Translations that are remembered: most of what a look reads is in few pages. */
#define MEMORY_PLACES	1024

/* Where an address leads */
struct mapping {
	uint64_t frame;		/* of its page of 4 KiB */
	uint64_t flags;		/* WRITABLE and USER if all levels say so, NX if one does */
	uint64_t size;		/* bytes that one entry maps: 4 KiB, 2 MiB, 1 GiB */
};

struct memory {
	/* The page of that frame, readable until the next call, or memory_forget(); or NULL. */
	const uint8_t *(*page)(void *arg, uint64_t frame);
	void *arg;
	uint64_t root;		/* frame of the top-level page table */
	uint64_t budget;	/* pages that may still be touched */
	const uint8_t *last;	/* what page() has said last, of that frame; NULL: ask it */
	uint64_t last_frame;
	uint32_t age;		/* how often all was forgotten */
	struct {
		uint64_t address;	/* of the page; 0: none is remembered here */
		struct mapping to;
		uint32_t age;	/* when it was true */
	} place[MEMORY_PLACES];
};

/*
 * What was remembered, of page tables and of the last page, is not true any more:
 * before each look, and for another root.
 */
void memory_forget(struct memory *m);

/* Does the address have the form that the processor takes? */
static inline bool memory_is_canonical(uint64_t address)
{
	int64_t high = (int64_t)address >> 47;

	return high == 0 || high == -1;
}

/* and is it one of the kernel's? */
static inline bool memory_is_kernel(uint64_t address)
{
	return (int64_t)address >> 47 == -1;
}

bool memory_translate(struct memory *m, uint64_t address, struct mapping *to);

/* The page that has the address, readable until anything else is read; NULL if there is none. */
const uint8_t *memory_page(struct memory *m, uint64_t address);

/* Copy len bytes; false if one cannot be read, or the budget is used up. */
bool memory_read(struct memory *m, uint64_t address, void *out, size_t len);
bool memory_u64(struct memory *m, uint64_t address, uint64_t *value);
bool memory_u32(struct memory *m, uint64_t address, uint32_t *value);

/* A text of at most size - 1 bytes, cut there, ended by a NUL; what is not printable becomes '?'. */
bool memory_text(struct memory *m, uint64_t address, char *out, size_t size);

/*
 * Each present entry that maps something from *first to last, neighbours of the
 * same flags and of neighbouring frames joined, as long as range() returns true.
 * False if a table could not be read, or the budget is used up; what was told until
 * then is true. *first becomes where it ended for lack of more(), or 0.
 */
struct memory_range {
	uint64_t start, end;	/* end is behind it */
	uint64_t frame;		/* of its first page */
	uint64_t flags;
};

struct memory_visitor {
	uint64_t mask, flags;	/* only those whose flags & mask are flags */
	bool (*range)(void *arg, const struct memory_range *r);
	/* May another table be looked at, which maps from that address on? NULL: yes */
	bool (*more)(void *arg, uint64_t address);
	void *arg;
};

bool memory_walk(struct memory *m, uint64_t *first, uint64_t last,
		 const struct memory_visitor *v);

/* What an xarray (or an idr's) at address holds, at most max entries: fn for each. */
struct memory_xarray {
	uint32_t xa_head, shift, slots;	/* offsets in struct xarray and struct xa_node */
};

bool memory_xarray(struct memory *m, const struct memory_xarray *layout, uint64_t address,
		   bool (*fn)(void *arg, uint64_t index, uint64_t entry), void *arg);

#endif /* STARLSM_MEMORY_H */
