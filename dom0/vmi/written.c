// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - which pages of what was linked were written to
 */
#include "vmi/written.h"

#include <string.h>

/* From the first of its pages to behind the last one; 0 and 0 if it has none */
static void bounds(const struct look *look, uint64_t *first, uint64_t *end)
{
	const struct profile *p = look->profile;

	*first = UINT64_MAX;
	*end = 0;
	for (uint64_t i = 0; i < profile_count(p, PART_REGIONS); i++) {
		const struct profile_region *r = &p->region[i];

		if (r->address < *first)
			*first = r->address;
		if (r->address + r->len > *end)
			*end = r->address + r->len;
	}
	*first = (*first & ~(MEMORY_PAGE - 1)) + look->delta;
	*end = ((*end + MEMORY_PAGE - 1) & ~(MEMORY_PAGE - 1)) + look->delta;
}

void written_find(struct look *look, struct written *w)
{
	uint64_t address, end, n;
	struct mapping first, last;

	bounds(look, &address, &end);
	n = end > address ? (end - address) / MEMORY_PAGE : 0;
	if (!n || n > WRITTEN_FRAMES_MAX ||
	    !memory_translate(look->memory, address, &first) ||
	    !memory_translate(look->memory, end - MEMORY_PAGE, &last) ||
	    last.frame - first.frame != n - 1) {
		w->n = 0;
		return;
	}
	if (w->address == address && w->frame == first.frame && w->n == n)
		return;
	memset(w, 0, sizeof(*w));
	w->address = address;
	w->frame = first.frame;
	w->n = n;
}

bool written_add(struct written *w, const struct msg_written *m)
{
	if (!w->n || m->first_frame != w->frame || m->n_frames != w->n)
		return false;
	if (!w->is_asked) {
		w->is_asked = true;
		return false;
	}
	for (uint32_t i = 0; i < (w->n + 63) / 64; i++)
		w->bits[i] |= m->bits[i];
	return true;
}

static bool take(struct written *w, uint32_t page)
{
	uint64_t bit = 1ULL << page % 64;
	bool is_set = w->bits[page / 64] & bit;

	w->bits[page / 64] &= ~bit;
	return is_set;
}

bool written_next(struct written *w, uint64_t *from, uint64_t *until)
{
	uint32_t first, last;

	for (uint32_t k = 0; k < w->n; k++) {
		first = (w->next + k) % w->n;
		if (!take(w, first))
			continue;
		last = first;
		for (uint32_t i = first + 1; i < w->n && i < first + WRITTEN_TOGETHER; i++)
			if (take(w, i))
				last = i;
		w->next = (last + 1) % w->n;
		*from = w->address + first * MEMORY_PAGE;
		*until = w->address + (last + 1) * MEMORY_PAGE;
		return true;
	}
	return false;
}
