/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - pages that were looked at, known again by a hash of theirs
 *
 * Where Linux patches itself a page differs from what was linked in hundreds of
 * places, each of which has to be accounted for. A page that is as it was when that
 * was done need not be looked at again.
 *
 * The hash is NH (of UMAC, RFC 4418), with a key that the guest does not know and
 * a value that it does not see: another page has the same one time in 2^32.
 */
#ifndef STARLSM_PAGES_H
#define STARLSM_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vmi/look.h"
#include "vmi/memory.h"

#define PAGES_WORDS	(MEMORY_PAGE / 8)

struct pages {
	uint64_t key[PAGES_WORDS];
	uint64_t hash[LOOK_PAGES_MAX];	/* 0: not known */
};

/* None is known; seed is at random. */
void pages_init(struct pages *p, uint64_t seed);

/* They are another kernel's. */
void pages_forget(struct pages *p);

/* Is that page, of the number, as it was? It may change while it is read. */
bool pages_is_known(const struct pages *p, size_t number, const uint8_t *untrusted_page);

/* It is in order; bytes is a copy. */
void pages_know(struct pages *p, size_t number, const uint8_t *bytes);

/* The same hash, of bytes that are always as many, at most a page. Never 0. */
uint64_t pages_hash(const struct pages *p, const void *bytes, size_t len);

#endif /* STARLSM_PAGES_H */
