/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a kernel's profile: what it looks like from outside
 *
 * Made by starlsm-profile from a vmlinux, mapped and only read by vmi. It comes
 * from whoever built the kernel, not from a guest; still every offset in it is
 * checked once, in profile_check(), so that a damaged file is refused and not
 * followed.
 *
 * The file is a header, then parts, each an array that begins at a multiple of
 * 8. Native byte order. A text is an offset into PART_STRINGS, which ends with
 * a NUL. Addresses are those the kernel was linked to; a guest's may be moved by
 * one number, for all of them the same.
 *
 *   HEADER   struct profile_header
 *   STRINGS  char
 *   SYMBOLS  struct profile_symbol, by address
 *   NAMES    uint32_t, the symbols' numbers by name, then address
 *   MEMBERS  struct profile_member, of the structures that vmi reads
 *   REGIONS  struct profile_region, by address: what must be as it was linked
 *   BYTES    uint8_t, the regions' contents
 *   SITES    struct profile_site, by address: where the kernel patches itself
 *   VARIANTS uint8_t, what may be there, see below
 *   RELOCS   struct profile_reloc, by address: what moves with the kernel
 *
 * The regions' bytes are kept, not hashes of them: with a byte that differs comes
 * what it should be, a site is compared with what may be there instead of being
 * left out, and comparing is quicker than hashing.
 */
#ifndef STARLSM_PROFILE_H
#define STARLSM_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROFILE_MAGIC	"STARLSMP"
#define PROFILE_VERSION	1
#define PROFILE_BUILD_ID_LEN	20
#define PROFILE_MAX	(256ULL << 20)
#define PROFILE_SITE_MAX	255	/* bytes; what the kernel patches at once */

enum profile_part {
	PART_STRINGS, PART_SYMBOLS, PART_NAMES, PART_MEMBERS, PART_REGIONS,
	PART_BYTES, PART_SITES, PART_VARIANTS, PART_RELOCS, PROFILE_PARTS
};

struct profile_header {
	char magic[8];
	uint32_t version;
	uint32_t crc;		/* CRC-32 of all that follows the header */
	uint64_t size;		/* of the file */
	uint64_t base;		/* address of _text */
	uint8_t build_id[PROFILE_BUILD_ID_LEN];
	uint32_t movable;	/* 1: RELOCS are complete, the kernel may be anywhere */
	struct {
		uint64_t offset;	/* in the file */
		uint64_t count;		/* of elements */
	} part[PROFILE_PARTS];
};

enum profile_symbol_kind { SYMBOL_OTHER, SYMBOL_FUNCTION, SYMBOL_OBJECT };

struct profile_symbol {
	uint64_t address;
	uint32_t size;		/* 0 unknown */
	uint32_t name;
	uint32_t kind;		/* enum profile_symbol_kind */
	uint32_t reserved;
};

/* "task_struct.cred"; a structure itself, "task_struct", has offset 0 */
struct profile_member {
	uint32_t name;
	uint32_t offset;	/* bytes */
	uint32_t size;
	uint32_t reserved;
};

enum profile_region_kind { REGION_TEXT, REGION_RODATA, REGION_VDSO, REGION_KINDS };

struct profile_region {
	uint64_t address;
	uint64_t len;
	uint64_t bytes;		/* its place in PART_BYTES */
	uint32_t kind;		/* enum profile_region_kind */
	uint32_t reserved;
};

/* Who patches it */
enum profile_site_kind {
	SITE_ALTERNATIVE, SITE_JUMP_LABEL, SITE_STATIC_CALL, SITE_FTRACE, SITE_LOCK,
	SITE_RETURN, SITE_RETPOLINE, SITE_ENDBR, SITE_RUNTIME_CONST,
	SITE_SEVERAL,	/* more than one of them */
	SITE_KINDS
};

/*
 * What may be at a site besides the region's bytes: n_variants of them, each one
 * byte of enum profile_variant, one byte of its length at most len, and the bytes.
 * A shorter one says nothing of what follows it.
 */
struct profile_site {
	uint64_t address;
	uint32_t variants;	/* where they begin in PART_VARIANTS */
	uint16_t n_variants;
	uint8_t len;
	uint8_t kind;		/* enum profile_site_kind */
};

enum profile_variant {
	VARIANT_BYTES,		/* these */
	VARIANT_BRANCH,		/* these, but the last 4 are the distance to some function */
	VARIANT_ANYTHING,	/* no bytes: anything; the profile does not know */
};

/* At an address there is something that moves with the kernel. */
struct profile_reloc {
	uint64_t address;
	int32_t size;		/* 4 or 8 bytes; -4: moves the other way */
	uint32_t reserved;
};

struct profile {
	const struct profile_header *header;
	const char *strings;
	const struct profile_symbol *symbol;
	const uint32_t *name;
	const struct profile_member *member;
	const struct profile_region *region;
	const uint8_t *bytes;
	const struct profile_site *site;
	const uint8_t *variants;
	const struct profile_reloc *reloc;
};

/*
 * Take a file's contents, 8-byte aligned, which have to stay. Returns NULL, or
 * what is wrong with them.
 */
const char *profile_check(const void *file, size_t size, struct profile *p);

/* How many elements that part has */
static inline uint64_t profile_count(const struct profile *p, enum profile_part part)
{
	return p->header->part[part].count;
}

/* A symbol by its name; the first of several. NULL if there is none. */
const struct profile_symbol *profile_find(const struct profile *p, const char *name);

/* The symbol that address is in, or the last before it. NULL if it is before all. */
const struct profile_symbol *profile_symbol_at(const struct profile *p, uint64_t address);

/* Is there a function that begins there? */
bool profile_is_function(const struct profile *p, uint64_t address);

/* "task_struct.cred"; NULL if the kernel has no such thing. */
const struct profile_member *profile_member(const struct profile *p, const char *name);

static inline const char *profile_text(const struct profile *p, uint32_t text)
{
	return p->strings + text;
}

/* The first site, or reloc, that ends behind address, as a number; the count if there is none. */
size_t profile_site_after(const struct profile *p, uint64_t address);
size_t profile_reloc_after(const struct profile *p, uint64_t address);

#endif /* STARLSM_PROFILE_H */
