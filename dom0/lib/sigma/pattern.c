// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a Sigma value: text with wildcards, and what modifiers make of it
 */
#include "lib/sigma/pattern.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char no_memory[] = "no memory";
static const char is_wild[] = "a wildcard cannot be encoded";

bool pattern_parse(struct arena *a, const char *text, size_t len, struct pattern *p)
{
	const unsigned char *s = (const unsigned char *)text;

	p->n = 0;
	if (len > PATTERN_UNITS_MAX)
		return false;
	p->unit = arena_alloc(a, (len + 1) * sizeof(*p->unit));
	if (!p->unit)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\' && i + 1 < len && strchr("\\*?", s[i + 1]))
			p->unit[p->n++] = s[++i];
		else if (s[i] == '*')
			p->unit[p->n++] = PATTERN_ANY;
		else
			p->unit[p->n++] = s[i] == '?' ? PATTERN_ONE : s[i];
	}
	return true;
}

bool pattern_is_wild(const struct pattern *p)
{
	for (uint32_t i = 0; i < p->n; i++)
		if (p->unit[i] >= PATTERN_ANY)
			return true;
	return false;
}

bool pattern_open(struct arena *a, struct pattern *p, bool before, bool after)
{
	uint16_t *unit = arena_alloc(a, (p->n + 2) * sizeof(*unit));
	uint32_t n = 0;

	if (!unit)
		return false;
	if (before && (!p->n || p->unit[0] != PATTERN_ANY))
		unit[n++] = PATTERN_ANY;
	memcpy(unit + n, p->unit, p->n * sizeof(*unit));
	n += p->n;
	if (after && (!n || unit[n - 1] != PATTERN_ANY))
		unit[n++] = PATTERN_ANY;
	p->unit = unit;
	p->n = n;
	return true;
}

/* Encoders: from len bytes to a pattern */
typedef const char *(*encode_fn)(struct arena *a, const uint8_t *bytes, size_t len,
				 unsigned int arg, struct pattern *to);

static const char *encode(struct arena *a, const struct pattern *from, encode_fn fn,
			  unsigned int arg, struct pattern *to)
{
	uint8_t *bytes = arena_alloc(a, from->n + 1);

	if (!bytes)
		return no_memory;
	if (pattern_is_wild(from))
		return is_wild;
	for (uint32_t i = 0; i < from->n; i++)
		bytes[i] = from->unit[i];
	return fn(a, bytes, from->n, arg, to);
}

/* Each alternative becomes n_variants, made with arg from 0 up. */
static const char *encode_all(struct arena *a, struct patterns *list, encode_fn fn,
			      unsigned int first, unsigned int n_variants)
{
	struct pattern *all = arena_alloc(a, list->n * n_variants * sizeof(*all));
	const char *wrong;

	if (!all)
		return no_memory;
	for (uint32_t i = 0; i < list->n * n_variants; i++) {
		wrong = encode(a, &list->p[i / n_variants], fn, first + i % n_variants,
			       &all[i]);
		if (wrong)
			return wrong;
	}
	list->p = all;
	list->n *= n_variants;
	return NULL;
}

/*
 * Base64 of the bytes, offset bytes into a group of three: without the first
 * and last characters that depend on what is around them, unless it is all.
 */
static void base64(const uint8_t *bytes, size_t len, unsigned int offset, struct pattern *to)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t first = (offset * 8 + 5) / 6, end = (offset + len) * 8 / 6;

	for (size_t i = first; i < end; i++) {
		uint32_t value = 0;

		for (size_t bit = i * 6; bit < i * 6 + 6; bit++) {
			size_t at = bit / 8 - offset;

			value = value << 1 | (bytes[at] >> (7 - bit % 8) & 1);
		}
		to->unit[to->n++] = digits[value];
	}
}

static const char *to_base64_at(struct arena *a, const uint8_t *bytes, size_t len,
				unsigned int offset, struct pattern *to)
{
	to->n = 0;
	to->unit = arena_alloc(a, (len + 3) * 2 * sizeof(*to->unit));
	if (!to->unit)
		return no_memory;
	base64(bytes, len, offset, to);
	return to->n ? NULL : "this is too short for base64offset";
}

/* All of it, padded */
static const char *to_base64(struct arena *a, const uint8_t *bytes, size_t len,
			     unsigned int arg, struct pattern *to)
{
	size_t whole = (len + 2) / 3 * 4, padding = (3 - len % 3) % 3;
	uint8_t *padded = arena_alloc(a, len + 3);

	(void)arg;
	to->n = 0;
	to->unit = arena_alloc(a, (whole + 1) * sizeof(*to->unit));
	if (!padded || !to->unit)
		return no_memory;
	memcpy(padded, bytes, len);
	base64(padded, len + padding, 0, to);
	for (size_t i = 0; i < padding; i++)
		to->unit[whole - 1 - i] = '=';
	return NULL;
}

const char *patterns_base64(struct arena *a, struct patterns *list)
{
	return encode_all(a, list, to_base64, 0, 1);
}

const char *patterns_base64offset(struct arena *a, struct patterns *list)
{
	return encode_all(a, list, to_base64_at, 0, 3);
}

/* One character of valid UTF-8; what is none is taken as Latin-1. */
static size_t take_char(const uint8_t *s, size_t len, uint32_t *c)
{
	size_t n = s[0] < 0xc2 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 1;

	*c = s[0];
	if (n == 1 || n > len)
		return 1;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 1;
	*c = s[0] & (0x7f >> n);
	for (size_t i = 1; i < n; i++)
		*c = *c << 6 | (s[i] & 0x3f);
	return n;
}

static void put_unit(struct pattern *to, uint32_t unit, bool is_big)
{
	to->unit[to->n++] = is_big ? unit >> 8 & 0xff : unit & 0xff;
	to->unit[to->n++] = is_big ? unit & 0xff : unit >> 8 & 0xff;
}

static const char *to_utf16(struct arena *a, const uint8_t *bytes, size_t len,
			    unsigned int kind, struct pattern *to)
{
	bool is_big = kind == UTF16_BIG;
	uint32_t c;

	to->n = 0;
	to->unit = arena_alloc(a, (len + 1) * 4 * sizeof(*to->unit));
	if (!to->unit)
		return no_memory;
	if (kind == UTF16_MARKED)
		put_unit(to, 0xfeff, false);
	for (size_t i = 0; i < len; ) {
		i += take_char(bytes + i, len - i, &c);
		if (c >= 0x10000) {
			put_unit(to, 0xd800 + ((c - 0x10000) >> 10), is_big);
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		put_unit(to, c, is_big);
	}
	return NULL;
}

const char *patterns_utf16(struct arena *a, struct patterns *list, enum pattern_utf16 kind)
{
	return encode_all(a, list, to_utf16, kind, 1);
}

/*
 * Windash
 */

static const char * const dashes[] = {
	"-", "/", "\xe2\x80\x93", "\xe2\x80\x94", "\xe2\x80\x95",
};

static bool is_word(const struct pattern *p, uint32_t i)
{
	uint16_t c = i < p->n ? p->unit[i] : 0;

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (c >= 0x80 && c < PATTERN_ANY);
}

static uint32_t dash_len(const struct pattern *p, uint32_t at, size_t dash)
{
	uint32_t len = strlen(dashes[dash]);

	for (uint32_t i = 0; i < len; i++)
		if (at + i >= p->n || p->unit[at + i] != (uint8_t)dashes[dash][i])
			return 0;
	return len;
}

/* The length of a dash that begins an option there, 0 if there is none */
static uint32_t option_at(const struct pattern *p, uint32_t at)
{
	uint32_t len;

	if (at && is_word(p, at - 1))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(dashes); i++) {
		len = dash_len(p, at, i);
		if (len && is_word(p, at + len))
			return len;
	}
	return 0;
}

/* p with the dash at `at`, len units long, replaced by that one */
static bool replace(struct arena *a, const struct pattern *p, uint32_t at, uint32_t len,
		    const char *dash, struct pattern *to)
{
	uint32_t new_len = strlen(dash);

	to->n = p->n - len + new_len;
	to->unit = arena_alloc(a, (to->n + 1) * sizeof(*to->unit));
	if (!to->unit)
		return false;
	memcpy(to->unit, p->unit, at * sizeof(*to->unit));
	for (uint32_t i = 0; i < new_len; i++)
		to->unit[at + i] = (uint8_t)dash[i];
	memcpy(to->unit + at + new_len, p->unit + at + len,
	       (p->n - at - len) * sizeof(*to->unit));
	return true;
}

/* All dashes for the next option in each; how far each has been looked at is in at[]. */
const char *patterns_windash(struct arena *a, struct patterns *list)
{
	struct pattern *all = arena_alloc(a, PATTERN_VARIANTS_MAX * sizeof(*all));
	uint32_t *at = arena_alloc(a, PATTERN_VARIANTS_MAX * sizeof(*at));
	uint32_t n = list->n;

	if (!all || !at)
		return no_memory;
	if (n > PATTERN_VARIANTS_MAX)
		return "too many variants";
	memcpy(all, list->p, n * sizeof(*all));
	for (uint32_t i = 0; i < n; i++) {
		while (at[i] < all[i].n) {
			struct pattern p = all[i];
			uint32_t here = at[i], len = option_at(&p, here);

			at[i]++;
			for (size_t d = 0; len && d < ARRAY_SIZE(dashes); d++) {
				uint32_t to = d ? n++ : i;

				if (to == PATTERN_VARIANTS_MAX)
					return "windash makes too many variants of this";
				if (!replace(a, &p, here, len, dashes[d], &all[to]))
					return no_memory;
				at[to] = here + strlen(dashes[d]);
			}
		}
	}
	list->p = all;
	list->n = n;
	return NULL;
}

/*
 * Matching: linear but for the text after the last *, which is tried again
 */

static bool unit_match(uint16_t unit, uint8_t c, bool is_cased)
{
	if (unit == PATTERN_ONE)
		return true;
	return is_cased ? unit == c : unit < PATTERN_ANY &&
	       pattern_lower(unit) == pattern_lower(c);
}

bool pattern_match(const struct pattern *p, const char *text, size_t len, bool is_cased)
{
	uint32_t at = 0, after_any = UINT32_MAX;
	size_t i = 0, again = 0;

	while (i < len) {
		if (at < p->n && p->unit[at] == PATTERN_ANY) {
			after_any = ++at;
			again = i;
		} else if (at < p->n && unit_match(p->unit[at], text[i], is_cased)) {
			at++;
			i++;
		} else if (after_any != UINT32_MAX) {
			at = after_any;
			i = ++again;
		} else {
			return false;
		}
	}
	while (at < p->n && p->unit[at] == PATTERN_ANY)
		at++;
	return at == p->n;
}
