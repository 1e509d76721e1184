// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what of a kernel must be as it was linked
 */
#include "profile/regions.h"

#include <stdlib.h>
#include <string.h>

#include "lib/log.h"
#include "profile/members.h"

static void add(struct regions *r, uint64_t address, uint64_t len, const uint8_t *bytes,
		enum profile_region_kind kind)
{
	if (!len)
		return;
	if (r->n == REGIONS_MAX)
		fatal("more than %d regions", REGIONS_MAX);
	r->list[r->n++] = (struct region){ address, len, bytes, kind };
}

/* What sections have in the file between two addresses, but what is between two others. */
static void add_between(struct regions *r, const struct image *img, uint64_t start, uint64_t end,
			uint64_t hole, uint64_t hole_end, enum profile_region_kind kind)
{
	for (size_t i = 0; i < img->n_sections; i++) {
		const struct image_section *s = &img->section[i];
		uint64_t from = s->address, to = s->address + s->len;

		if (!s->alloc || !s->bytes || from < start || to > end)
			continue;
		if (hole >= to || hole_end <= from) {
			add(r, from, s->len, s->bytes, kind);
			continue;
		}
		add(r, from, hole - from, s->bytes, kind);
		if (hole_end < to)
			add(r, hole_end, to - hole_end, s->bytes + (hole_end - from), kind);
	}
}

static void add_vdso(struct regions *r, const struct image *img, uint64_t *vdso, uint64_t *len)
{
	const uint8_t *value;
	uint64_t image;
	uint32_t at;

	*vdso = *len = 0;
	if (!image_find(img, "vdso_image_64", &image))
		return;
	if (members_offset(img, "vdso_image", "data", &at)) {
		value = image_bytes(img, image + at, sizeof(*vdso));
		if (value)
			memcpy(vdso, value, sizeof(*vdso));
	}
	if (members_offset(img, "vdso_image", "size", &at)) {
		value = image_bytes(img, image + at, sizeof(*len));
		if (value)
			memcpy(len, value, sizeof(*len));
	}
	if (!*vdso || !image_bytes(img, *vdso, *len))
		fatal("%s: its vDSO is not where it says", img->path);
	add(r, *vdso, *len, image_bytes(img, *vdso, *len), REGION_VDSO);
}

static int by_address(const void *a, const void *b)
{
	const struct region *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

void regions_find(struct regions *r, const struct image *img, uint64_t *vdso, uint64_t *vdso_len)
{
	uint64_t rodata = image_address(img, "__start_rodata");

	r->n = 0;
	add_between(r, img, image_address(img, "_text"), rodata, 0, 0, REGION_TEXT);
	add_between(r, img, rodata, image_address(img, "__end_rodata"),
		    image_address(img, "__start_ro_after_init"),
		    image_address(img, "__end_ro_after_init"), REGION_RODATA);
	add_vdso(r, img, vdso, vdso_len);
	qsort(r->list, r->n, sizeof(r->list[0]), by_address);
}

bool regions_have(const struct regions *r, uint64_t address)
{
	for (size_t i = 0; i < r->n; i++)
		if (address >= r->list[i].address &&
		    address - r->list[i].address < r->list[i].len)
			return true;
	return false;
}
