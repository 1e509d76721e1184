/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a kernel as it was linked: sections, symbols, build id
 *
 * By libelf; the file stays open, its sections' contents belong to libelf.
 */
#ifndef STARLSM_IMAGE_H
#define STARLSM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/profile.h"

struct image_section {
	const char *name;
	uint64_t address;
	uint64_t len;
	const uint8_t *bytes;	/* NULL: has none in the file */
	bool alloc;
};

struct image_symbol {
	const char *name;
	uint64_t address;
	uint64_t size;
	enum profile_symbol_kind kind;
};

struct image {
	const char *path;	/* for messages */
	struct image_section *section;
	size_t n_sections;
	struct image_symbol *symbol;	/* by address, then name */
	size_t n_symbols;
	const struct image_symbol **by_name;
	uint8_t build_id[PROFILE_BUILD_ID_LEN];
};

/* Ends the program if that cannot be read. */
void image_open(struct image *img, const char *path);

/* An ELF file in memory, as the vDSO is: sections only. */
void image_from_memory(struct image *img, const char *name, const uint8_t *bytes, size_t len);

/* NULL: has none */
const struct image_section *image_section(const struct image *img, const char *name);

/* Address of a symbol that must be there: ends the program if not. */
uint64_t image_address(const struct image *img, const char *name);

/* The same; false if there is none. */
bool image_find(const struct image *img, const char *name, uint64_t *address);

/* len bytes as linked; NULL if the file has not all of them in one section. */
const uint8_t *image_bytes(const struct image *img, uint64_t address, uint64_t len);

#endif /* STARLSM_IMAGE_H */
