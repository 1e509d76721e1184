// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a guest's memory, by the addresses its kernel uses
 */
#include "vmi/memory.h"

#include <string.h>

#define LEVELS		4
#define LEVEL_BITS	9
#define PAGE_BITS	12
#define XA_SLOTS	64	/* XA_CHUNK_SIZE of a kernel that is not CONFIG_BASE_SMALL */
#define XA_SHIFT_MAX	60

static const uint8_t *page_of(struct memory *m, uint64_t frame)
{
	if (!m->budget)
		return NULL;
	m->budget--;
	if (!m->last || m->last_frame != frame) {
		m->last = m->page(m->arg, frame);
		m->last_frame = frame;
	}
	return m->last;
}

/* One entry of a table, read once */
static bool entry_of(struct memory *m, uint64_t table, unsigned int index, uint64_t *entry)
{
	const uint64_t *untrusted_table = (const uint64_t *)page_of(m, table);

	if (!untrusted_table)
		return false;
	*entry = __atomic_load_n(&untrusted_table[index], __ATOMIC_RELAXED);
	return true;
}

static unsigned int shift_of(unsigned int level)
{
	return PAGE_BITS + level * LEVEL_BITS;
}

static uint64_t flags_below(uint64_t flags, uint64_t entry)
{
	return (flags & entry & (MEMORY_WRITABLE | MEMORY_USER)) |
	       ((flags | entry) & MEMORY_NX);
}

static bool is_leaf(uint64_t entry, unsigned int level)
{
	return level == 0 || ((entry & MEMORY_LARGE) && level < LEVELS - 1);
}

void memory_forget(struct memory *m)
{
	m->age++;
	m->last = NULL;
}

static bool walk_to(struct memory *m, uint64_t address, struct mapping *to)
{
	uint64_t table = m->root, flags = MEMORY_WRITABLE | MEMORY_USER, entry;

	for (unsigned int level = LEVELS; level-- > 0;) {
		uint64_t size = 1ULL << shift_of(level);
		unsigned int index = (address >> shift_of(level)) % MEMORY_ENTRIES;

		if (!entry_of(m, table, index, &entry) || !(entry & MEMORY_PRESENT))
			return false;
		flags = flags_below(flags, entry);
		table = (entry & MEMORY_FRAMES) >> PAGE_BITS;
		if (!is_leaf(entry, level))
			continue;
		/* a large page's low bits are no address: PAT is one of them */
		table &= ~((size >> PAGE_BITS) - 1);
		*to = (struct mapping){
			.frame = table + ((address & (size - 1)) >> PAGE_BITS),
			.flags = flags, .size = size,
		};
		return true;
	}
	return false;
}

bool memory_translate(struct memory *m, uint64_t address, struct mapping *to)
{
	uint64_t page = address & ~(MEMORY_PAGE - 1);
	unsigned int i = (address / MEMORY_PAGE ^ address >> 24) % MEMORY_PLACES;

	if (page && m->place[i].address == page && m->place[i].age == m->age) {
		*to = m->place[i].to;
		return true;
	}
	if (!memory_is_canonical(address) || !walk_to(m, address, to))
		return false;
	m->place[i].age = m->age;
	m->place[i].address = page;
	m->place[i].to = *to;
	return true;
}

const uint8_t *memory_page(struct memory *m, uint64_t address)
{
	struct mapping to;

	return memory_translate(m, address, &to) ? page_of(m, to.frame) : NULL;
}

bool memory_read(struct memory *m, uint64_t address, void *out, size_t len)
{
	uint8_t *at = out;

	while (len) {
		size_t offset = address % MEMORY_PAGE;
		size_t n = MEMORY_PAGE - offset < len ? MEMORY_PAGE - offset : len;
		const uint8_t *untrusted_page = memory_page(m, address);

		if (!untrusted_page)
			return false;
		memcpy(at, untrusted_page + offset, n);
		at += n;
		address += n;
		len -= n;
	}
	return true;
}

bool memory_u64(struct memory *m, uint64_t address, uint64_t *value)
{
	return memory_read(m, address, value, sizeof(*value));
}

bool memory_u32(struct memory *m, uint64_t address, uint32_t *value)
{
	return memory_read(m, address, value, sizeof(*value));
}

bool memory_text(struct memory *m, uint64_t address, char *out, size_t size)
{
	for (size_t i = 0; i + 1 < size; i++) {
		size_t n = MEMORY_PAGE - (address + i) % MEMORY_PAGE;

		if (n > size - 1 - i)
			n = size - 1 - i;
		if (!memory_read(m, address + i, out + i, n))
			return false;
		out[i + n] = 0;
		for (size_t end = i + n; i < end; i++) {
			if (!out[i])
				return true;
			if (out[i] < ' ' || out[i] > '~')
				out[i] = '?';
		}
		i--;
	}
	return true;
}

struct walk {
	struct memory *m;
	const struct memory_visitor *v;
	uint64_t first, last;
	struct memory_range range;	/* being joined; empty if end is start */
	bool stopped;		/* by range(), or: */
	bool cut;		/* the budget is used up, or: */
	uint64_t rest;		/* more() said no: there */
};

static void tell(struct walk *w)
{
	if (w->range.end != w->range.start && !w->stopped) {
		/* a range costs, too: there may be as many as pages */
		w->stopped = !w->m->budget || !w->v->range(w->v->arg, &w->range);
		w->cut |= !w->m->budget;
		w->m->budget -= !!w->m->budget;
	}
	w->range = (struct memory_range){ 0 };
}

static void add(struct walk *w, uint64_t start, uint64_t size, uint64_t frame, uint64_t flags)
{
	struct memory_range *r = &w->range;

	if ((flags & w->v->mask) != w->v->flags)
		return;
	if (r->end != r->start && r->end == start && r->flags == flags &&
	    r->frame + ((r->end - r->start) >> PAGE_BITS) == frame) {
		r->end += size;
		return;
	}
	tell(w);
	*r = (struct memory_range){ start, start + size, frame, flags };
}

/* Whether to go into a table of the last level */
static bool goes_on(struct walk *w, unsigned int level, uint64_t start)
{
	if (level || !w->v->more || start <= w->first || w->v->more(w->v->arg, start))
		return true;
	w->rest = start;
	w->stopped = true;
	return false;
}

/* The table's own first address is base. Four levels deep at most. */
static bool walk_table(struct walk *w, uint64_t frame, unsigned int level, uint64_t base,
		       uint64_t flags)
{
	uint64_t size = 1ULL << shift_of(level);
	uint64_t table[MEMORY_ENTRIES];
	const uint8_t *untrusted_page = page_of(w->m, frame);

	if (!untrusted_page)
		return false;
	memcpy(table, untrusted_page, sizeof(table));
	for (unsigned int i = 0; i < MEMORY_ENTRIES && !w->stopped; i++) {
		uint64_t start = base + i * size, below, to;

		if (!(table[i] & MEMORY_PRESENT))
			continue;
		if (level == LEVELS - 1 && i >= MEMORY_ENTRIES / 2)
			start |= 0xffff000000000000ULL;
		if (start > w->last || start + (size - 1) < w->first)
			continue;
		below = flags_below(flags, table[i]);
		to = (table[i] & MEMORY_FRAMES) >> PAGE_BITS;
		if (is_leaf(table[i], level))
			add(w, start, size, to & ~((size >> PAGE_BITS) - 1), below);
		else if (goes_on(w, level - 1, start) &&
			 !walk_table(w, to, level - 1, start, below))
			return false;
	}
	return true;
}

bool memory_walk(struct memory *m, uint64_t *first, uint64_t last,
		 const struct memory_visitor *v)
{
	struct walk w = { .m = m, .v = v, .first = *first, .last = last };
	bool whole = walk_table(&w, m->root, LEVELS - 1, 0, MEMORY_WRITABLE | MEMORY_USER);
	uint64_t rest = w.rest;

	/* what was joined until then is told, whoever said that this is enough */
	w.stopped &= !rest;
	tell(&w);
	*first = rest;
	return whole && !w.cut;
}

static bool is_node(uint64_t entry)
{
	return (entry & 3) == 2 && entry > 4096;
}

/* A node's slots; its children are of a smaller shift, so that this ends. */
static bool walk_node(struct memory *m, const struct memory_xarray *layout, uint64_t node,
		      unsigned int above, uint64_t base,
		      bool (*fn)(void *arg, uint64_t index, uint64_t entry), void *arg)
{
	uint64_t slot[XA_SLOTS];
	uint8_t shift;

	if (!memory_read(m, node + layout->shift, &shift, sizeof(shift)) ||
	    !memory_read(m, node + layout->slots, slot, sizeof(slot)) || shift >= above)
		return false;
	for (unsigned int i = 0; i < XA_SLOTS; i++) {
		uint64_t index = base + ((uint64_t)i << shift);

		if (!slot[i])
			continue;
		if (is_node(slot[i]) && shift) {
			if (!walk_node(m, layout, slot[i] - 2, shift, index, fn, arg))
				return false;
		} else if (!(slot[i] & 3) && !fn(arg, index, slot[i])) {
			return true;
		}
	}
	return true;
}

bool memory_xarray(struct memory *m, const struct memory_xarray *layout, uint64_t address,
		   bool (*fn)(void *arg, uint64_t index, uint64_t entry), void *arg)
{
	uint64_t head;

	if (!memory_u64(m, address + layout->xa_head, &head))
		return false;
	if (is_node(head))
		return walk_node(m, layout, head - 2, XA_SHIFT_MAX, 0, fn, arg);
	if (head && !(head & 3))
		fn(arg, 0, head);
	return true;
}
