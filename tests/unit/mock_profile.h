/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a profile for tests, made of rows
 */
#ifndef STARLSM_MOCK_PROFILE_H
#define STARLSM_MOCK_PROFILE_H

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "lib/members.h"
#include "lib/profile.h"

#define MOCK_ROOM	(1U << 20)

/* Filled by the test, in the order of addresses; then mock_profile_make() */
struct mock_profile {
	struct profile_symbol symbol[512];
	const char *name[512];
	unsigned int n_symbols;
	struct profile_member member[256];
	const char *member_name[256];
	unsigned int n_members;
	struct profile_region region[16];
	unsigned int n_regions;
	uint8_t bytes[65536];
	unsigned int n_bytes;
	struct profile_site site[64];
	unsigned int n_sites;
	uint8_t variants[1024];
	unsigned int n_variants;
	struct profile_reloc reloc[64];
	unsigned int n_relocs;
	uint64_t base;
	uint32_t movable;
	uint8_t build_id[PROFILE_BUILD_ID_LEN];
	_Alignas(8) uint8_t file[MOCK_ROOM];
	size_t size;
};

static inline void mock_symbol(struct mock_profile *m, const char *name, uint64_t address,
			       uint32_t size, enum profile_symbol_kind kind)
{
	m->name[m->n_symbols] = name;
	m->symbol[m->n_symbols++] = (struct profile_symbol){
		.address = address, .size = size, .kind = kind,
	};
}

static inline void mock_member(struct mock_profile *m, const char *name, uint32_t offset,
			       uint32_t size)
{
	m->member_name[m->n_members] = name;
	m->member[m->n_members++] = (struct profile_member){ .offset = offset, .size = size };
}

static inline void mock_region(struct mock_profile *m, enum profile_region_kind kind,
			       uint64_t address, const void *bytes, size_t len)
{
	m->region[m->n_regions++] = (struct profile_region){
		.address = address, .len = len, .bytes = m->n_bytes, .kind = kind,
	};
	memcpy(m->bytes + m->n_bytes, bytes, len);
	m->n_bytes += len;
}

static inline void mock_site(struct mock_profile *m, enum profile_site_kind kind,
			     uint64_t address, uint8_t len)
{
	m->site[m->n_sites++] = (struct profile_site){
		.address = address, .len = len, .kind = kind, .variants = m->n_variants,
	};
}

/* One more of the last site's */
static inline void mock_variant(struct mock_profile *m, enum profile_variant kind,
				const void *bytes, uint8_t len)
{
	m->variants[m->n_variants++] = kind;
	m->variants[m->n_variants++] = len;
	if (len)
		memcpy(m->variants + m->n_variants, bytes, len);
	m->n_variants += len;
	m->site[m->n_sites - 1].n_variants++;
}

static struct mock_profile *mock_sorting;

static inline int mock_by_address(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	uint64_t p = mock_sorting->symbol[*x].address, q = mock_sorting->symbol[*y].address;

	return p != q ? (p < q ? -1 : 1) : (int)*x - (int)*y;
}

static inline int mock_by_name(const void *a, const void *b)
{
	const struct profile_symbol *s = (const void *)(mock_sorting->file +
		((const struct profile_header *)mock_sorting->file)->part[PART_SYMBOLS].offset);
	const char *text = (const void *)(mock_sorting->file +
		((const struct profile_header *)mock_sorting->file)->part[PART_STRINGS].offset);
	const uint32_t *x = a, *y = b;

	return strcmp(text + s[*x].name, text + s[*y].name);
}

static inline void *mock_part(struct mock_profile *m, enum profile_part part,
			      const void *bytes, size_t count, size_t size)
{
	struct profile_header *h = (void *)m->file;
	void *at;

	m->size = (m->size + 7) & ~7UL;
	at = m->file + m->size;
	if (m->size + count * size > MOCK_ROOM)
		abort();
	h->part[part].offset = m->size;
	h->part[part].count = count;
	if (bytes && count)
		memcpy(at, bytes, count * size);
	m->size += count * size;
	return at;
}

static inline void mock_seal(struct mock_profile *m)
{
	struct profile_header *h = (void *)m->file;

	h->size = m->size;
	h->crc = crc32_z(0, m->file + sizeof(*h), m->size - sizeof(*h));
}

/* Strings first, so that the others can name them. */
static inline void mock_profile_make(struct mock_profile *m)
{
	struct profile_header *h = (void *)m->file;
	uint32_t order[512], *name;
	char text[32768] = "";
	size_t len = 1;

	memset(m->file, 0, sizeof(*h));
	m->size = sizeof(*h);
	memcpy(h->magic, PROFILE_MAGIC, sizeof(h->magic));
	h->version = PROFILE_VERSION;
	h->base = m->base;
	h->movable = m->movable;
	memcpy(h->build_id, m->build_id, sizeof(h->build_id));
	for (unsigned int i = 0; i < m->n_symbols; i++) {
		m->symbol[i].name = len;
		len += strlen(strcpy(text + len, m->name[i])) + 1;
	}
	for (unsigned int i = 0; i < m->n_members; i++) {
		m->member[i].name = len;
		len += strlen(strcpy(text + len, m->member_name[i])) + 1;
	}
	mock_part(m, PART_STRINGS, text, len, 1);
	mock_sorting = m;
	for (uint32_t i = 0; i < m->n_symbols; i++)
		order[i] = i;
	qsort(order, m->n_symbols, sizeof(order[0]), mock_by_address);
	struct profile_symbol *s = mock_part(m, PART_SYMBOLS, NULL, m->n_symbols, sizeof(*s));

	for (uint32_t i = 0; i < m->n_symbols; i++)
		s[i] = m->symbol[order[i]];
	name = mock_part(m, PART_NAMES, NULL, m->n_symbols, sizeof(*name));
	for (uint32_t i = 0; i < m->n_symbols; i++)
		name[i] = i;
	qsort(name, m->n_symbols, sizeof(*name), mock_by_name);
	mock_part(m, PART_MEMBERS, m->member, m->n_members, sizeof(m->member[0]));
	mock_part(m, PART_REGIONS, m->region, m->n_regions, sizeof(m->region[0]));
	mock_part(m, PART_BYTES, m->bytes, m->n_bytes, 1);
	mock_part(m, PART_SITES, m->site, m->n_sites, sizeof(m->site[0]));
	mock_part(m, PART_VARIANTS, m->variants, m->n_variants, 1);
	mock_part(m, PART_RELOCS, m->reloc, m->n_relocs, sizeof(m->reloc[0]));
	mock_seal(m);
}

#endif /* STARLSM_MOCK_PROFILE_H */
