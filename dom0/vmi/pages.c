// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - pages that were looked at, known again by a hash of theirs
 */
#include "vmi/pages.h"

#include <string.h>

/* splitmix64 */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

void pages_init(struct pages *p, uint64_t seed)
{
	for (size_t i = 0; i < PAGES_WORDS; i++)
		p->key[i] = next(&seed);
	pages_forget(p);
}

void pages_forget(struct pages *p)
{
	memset(p->hash, 0, sizeof(p->hash));
}

static uint64_t product(uint64_t key, uint64_t word)
{
	return (uint64_t)(uint32_t)(word + key) * (uint32_t)((word >> 32) + (key >> 32));
}

/* Each word is read once. */
uint64_t pages_hash(const struct pages *p, const void *bytes, size_t len)
{
	uint64_t hash = 0, word;
	size_t i;

	for (i = 0; i < len / 8; i++) {
		memcpy(&word, (const uint8_t *)bytes + i * 8, sizeof(word));
		hash += product(p->key[i], word);
	}
	if (len % 8) {
		word = 0;
		memcpy(&word, (const uint8_t *)bytes + i * 8, len % 8);
		hash += product(p->key[i], word);
	}
	return hash ? hash : 1;
}

bool pages_is_known(const struct pages *p, size_t number, const uint8_t *untrusted_page)
{
	return number < LOOK_PAGES_MAX && p->hash[number] &&
	       p->hash[number] == pages_hash(p, untrusted_page, MEMORY_PAGE);
}

void pages_know(struct pages *p, size_t number, const uint8_t *bytes)
{
	if (number < LOOK_PAGES_MAX)
		p->hash[number] = pages_hash(p, bytes, MEMORY_PAGE);
}
