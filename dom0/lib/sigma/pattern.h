/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a Sigma value: text with wildcards, and what modifiers make of it
 *
 * * is any text, ? any byte; \*, \? and \\ are the characters themselves, and a
 * backslash before anything else is one. A unit is a byte or a wildcard.
 */
#ifndef STARLSM_SIGMA_PATTERN_H
#define STARLSM_SIGMA_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/sigma/arena.h"

#define PATTERN_ANY	0x100	/* * */
#define PATTERN_ONE	0x101	/* ? */
/* Of windash: 5 dashes at 3 places, and some */
#define PATTERN_VARIANTS_MAX	256
#define PATTERN_UNITS_MAX	8192

struct pattern {
	uint16_t *unit;
	uint32_t n;
};

/* The alternatives that one value stands for */
struct patterns {
	struct pattern *p;
	uint32_t n;
};

/* false without memory, or if it is longer than PATTERN_UNITS_MAX. */
bool pattern_parse(struct arena *a, const char *text, size_t len, struct pattern *p);

bool pattern_is_wild(const struct pattern *p);

/* With a * before, after it, unless there is one. */
bool pattern_open(struct arena *a, struct pattern *p, bool before, bool after);

/*
 * Each replaces all alternatives by what the modifier makes of them. They
 * return NULL, or what is wrong with the value.
 */
const char *patterns_windash(struct arena *a, struct patterns *list);
const char *patterns_base64(struct arena *a, struct patterns *list);
const char *patterns_base64offset(struct arena *a, struct patterns *list);

enum pattern_utf16 { UTF16_LITTLE, UTF16_BIG, UTF16_MARKED };
const char *patterns_utf16(struct arena *a, struct patterns *list, enum pattern_utf16 kind);

/* Does all of the text match? Not cased: ASCII letters in either case. */
bool pattern_match(const struct pattern *p, const char *text, size_t len, bool is_cased);

/* ASCII only, whatever the locale */
static inline uint8_t pattern_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

#endif /* STARLSM_SIGMA_PATTERN_H */
