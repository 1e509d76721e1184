// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a kernel's profile: what it looks like from outside
 */
#include "lib/profile.h"

#include <string.h>
#include <zlib.h>

/* The same few names are looked for in every round. */
#define MEMO	512U

static const size_t element[PROFILE_PARTS] = {
	[PART_STRINGS] = 1,
	[PART_SYMBOLS] = sizeof(struct profile_symbol),
	[PART_NAMES] = sizeof(uint32_t),
	[PART_MEMBERS] = sizeof(struct profile_member),
	[PART_REGIONS] = sizeof(struct profile_region),
	[PART_BYTES] = 1,
	[PART_SITES] = sizeof(struct profile_site),
	[PART_VARIANTS] = 1,
	[PART_RELOCS] = sizeof(struct profile_reloc),
};

static bool parts_fit(const struct profile_header *h)
{
	for (int i = 0; i < PROFILE_PARTS; i++) {
		uint64_t offset = h->part[i].offset, count = h->part[i].count;

		if (offset % 8 || offset < sizeof(*h) || offset > h->size ||
		    count > (h->size - offset) / element[i])
			return false;
	}
	return true;
}

static void set_parts(struct profile *p, const char *file)
{
	const struct profile_header *h = p->header;

	p->strings = file + h->part[PART_STRINGS].offset;
	p->symbol = (const void *)(file + h->part[PART_SYMBOLS].offset);
	p->name = (const void *)(file + h->part[PART_NAMES].offset);
	p->member = (const void *)(file + h->part[PART_MEMBERS].offset);
	p->region = (const void *)(file + h->part[PART_REGIONS].offset);
	p->bytes = (const void *)(file + h->part[PART_BYTES].offset);
	p->site = (const void *)(file + h->part[PART_SITES].offset);
	p->variants = (const void *)(file + h->part[PART_VARIANTS].offset);
	p->reloc = (const void *)(file + h->part[PART_RELOCS].offset);
}

static bool names_fit(const struct profile *p)
{
	uint64_t n_strings = profile_count(p, PART_STRINGS);
	uint64_t n_symbols = profile_count(p, PART_SYMBOLS);
	uint64_t i;

	if (!n_strings || p->strings[n_strings - 1] ||
	    profile_count(p, PART_NAMES) != n_symbols)
		return false;
	for (i = 0; i < n_symbols; i++)
		if (p->symbol[i].name >= n_strings || p->name[i] >= n_symbols ||
		    (i && p->symbol[i].address < p->symbol[i - 1].address))
			return false;
	for (i = 0; i < profile_count(p, PART_MEMBERS); i++)
		if (p->member[i].name >= n_strings)
			return false;
	return true;
}

static bool regions_fit(const struct profile *p)
{
	uint64_t n_bytes = profile_count(p, PART_BYTES);

	for (uint64_t i = 0; i < profile_count(p, PART_REGIONS); i++) {
		const struct profile_region *r = &p->region[i];

		if (r->kind >= REGION_KINDS || r->bytes > n_bytes ||
		    r->len > n_bytes - r->bytes || r->address + r->len < r->address ||
		    (i && r->address < r[-1].address + r[-1].len))
			return false;
	}
	return true;
}

static bool variants_fit(const struct profile *p, const struct profile_site *s)
{
	uint64_t n = profile_count(p, PART_VARIANTS), at = s->variants;

	for (unsigned int i = 0; i < s->n_variants; i++) {
		if (at >= n || n - at < 2 || n - at - 2 < p->variants[at + 1])
			return false;
		if (p->variants[at] > VARIANT_ANYTHING || p->variants[at + 1] > s->len ||
		    (p->variants[at] == VARIANT_BRANCH && p->variants[at + 1] < 5))
			return false;
		at += 2 + p->variants[at + 1];
	}
	return true;
}

static bool sites_fit(const struct profile *p)
{
	uint64_t i;

	for (i = 0; i < profile_count(p, PART_SITES); i++) {
		const struct profile_site *s = &p->site[i];

		if (!s->len || s->kind >= SITE_KINDS || !variants_fit(p, s) ||
		    s->address + s->len < s->address ||
		    (i && s->address < s[-1].address + s[-1].len))
			return false;
	}
	for (i = 0; i < profile_count(p, PART_RELOCS); i++) {
		const struct profile_reloc *r = &p->reloc[i];

		if ((r->size != 4 && r->size != 8 && r->size != -4) ||
		    (i && r->address <= r[-1].address))
			return false;
	}
	return true;
}

const char *profile_check(const void *file, size_t size, struct profile *p)
{
	const struct profile_header *h = file;

	if (size < sizeof(*h) || memcmp(h->magic, PROFILE_MAGIC, sizeof(h->magic)))
		return "it is no profile";
	if (h->version != PROFILE_VERSION)
		return "it is of another version";
	if (h->size != size || size > PROFILE_MAX)
		return "it is not as long as it says";
	if (crc32_z(0, (const Bytef *)(h + 1), size - sizeof(*h)) != h->crc)
		return "its checksum is wrong";
	p->header = h;
	if (!parts_fit(h))
		return "a part is outside";
	set_parts(p, file);
	if (!names_fit(p) || !regions_fit(p) || !sites_fit(p))
		return "what is in a part cannot be";
	return NULL;
}

static const struct profile_symbol *search(const struct profile *p, const char *name)
{
	uint64_t low = 0, high = profile_count(p, PART_NAMES);
	const struct profile_symbol *s;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		s = &p->symbol[p->name[mid]];
		if (strcmp(profile_text(p, s->name), name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == profile_count(p, PART_NAMES))
		return NULL;
	s = &p->symbol[p->name[low]];
	return strcmp(profile_text(p, s->name), name) ? NULL : s;
}

const struct profile_symbol *profile_find(const struct profile *p, const char *name)
{
	/* numbers of symbols, by where the program has their names; of whichever profile */
	static size_t memo[MEMO];
	size_t *place = &memo[(uintptr_t)name / 4 % MEMO];
	const struct profile_symbol *s;

	if (*place < profile_count(p, PART_SYMBOLS) &&
	    !strcmp(profile_text(p, p->symbol[*place].name), name))
		return &p->symbol[*place];
	s = search(p, name);
	if (s)
		*place = s - p->symbol;
	return s;
}

/* How many symbols are at or before address */
static uint64_t symbols_to(const struct profile *p, uint64_t address)
{
	uint64_t low = 0, high = profile_count(p, PART_SYMBOLS);

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (p->symbol[mid].address <= address)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct profile_symbol *profile_symbol_at(const struct profile *p, uint64_t address)
{
	uint64_t n = symbols_to(p, address), i;

	/* of several at one place one that has a size, if it does */
	for (i = n; i && p->symbol[i - 1].address == p->symbol[n - 1].address; i--)
		if (p->symbol[i - 1].size)
			return &p->symbol[i - 1];
	return n ? &p->symbol[n - 1] : NULL;
}

bool profile_is_function(const struct profile *p, uint64_t address)
{
	uint64_t i;

	for (i = symbols_to(p, address); i && p->symbol[i - 1].address == address; i--)
		if (p->symbol[i - 1].kind == SYMBOL_FUNCTION)
			return true;
	return false;
}

const struct profile_member *profile_member(const struct profile *p, const char *name)
{
	for (uint64_t i = 0; i < profile_count(p, PART_MEMBERS); i++)
		if (!strcmp(profile_text(p, p->member[i].name), name))
			return &p->member[i];
	return NULL;
}

size_t profile_site_after(const struct profile *p, uint64_t address)
{
	size_t low = 0, high = profile_count(p, PART_SITES);

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (p->site[mid].address + p->site[mid].len <= address)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

size_t profile_reloc_after(const struct profile *p, uint64_t address)
{
	size_t low = 0, high = profile_count(p, PART_RELOCS);

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct profile_reloc *r = &p->reloc[mid];

		if (r->address + (r->size < 0 ? -r->size : r->size) <= address)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}
