// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - where a kernel patches itself, and what may be there
 */
#include "profile/sites.h"

#include <stdlib.h>
#include <string.h>

#include "lib/log.h"

/* More than that of two that overlap are not told one by one. */
#define VARIANTS_MAX	64

static void add_variant(struct site *s, const struct variant *v)
{
	for (size_t i = 0; i < s->n_variants; i++)
		if (s->variant[i].kind == v->kind && s->variant[i].len == v->len &&
		    !memcmp(s->variant[i].bytes, v->bytes, v->len))
			return;
	s->variant = realloc(s->variant, (s->n_variants + 1) * sizeof(*v));
	if (!s->variant)
		fatal("no memory");
	s->variant[s->n_variants++] = *v;
}

/* The same place is patched by what follows it in a table. */
static struct site *site_at(struct sites *s, enum profile_site_kind kind, uint64_t address)
{
	if (s->n && s->list[s->n - 1].address == address && s->list[s->n - 1].kind == kind)
		return &s->list[s->n - 1];
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 1024;
		s->list = realloc(s->list, s->room * sizeof(*s->list));
		if (!s->list)
			fatal("no memory");
	}
	s->list[s->n] = (struct site){ .address = address, .kind = kind };
	return &s->list[s->n++];
}

void sites_add(struct sites *s, enum profile_site_kind kind, uint64_t address, uint8_t len,
	       enum profile_variant variant, const uint8_t *bytes, uint8_t n_bytes)
{
	struct site *site = site_at(s, kind, address);
	struct variant v = { .kind = variant, .len = n_bytes };

	if (n_bytes)
		memcpy(v.bytes, bytes, n_bytes);
	if (site->len < len)
		site->len = len;
	add_variant(site, &v);
}

static int by_address(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	/* the longer first: it holds the other */
	return y->len - x->len;
}

static void make_anything(struct site *s)
{
	const struct variant anything = { .kind = VARIANT_ANYTHING };

	s->n_variants = 0;
	add_variant(s, &anything);
}

/* Variant number i of a site; number n_variants is what was linked. */
static struct variant nth(const struct site *s, size_t i, const uint8_t *linked)
{
	struct variant v = { .kind = VARIANT_BYTES, .len = s->len };

	if (i < s->n_variants)
		return s->variant[i];
	memcpy(v.bytes, linked, s->len);
	return v;
}

/* b on top of a, both laid over what was linked; false if b does not fit on that. */
static bool lay(struct variant *out, const uint8_t *linked, const struct variant *a,
		const struct variant *b, size_t b_at)
{
	memcpy(out->bytes, linked, out->len);
	out->kind = a->kind;
	memcpy(out->bytes, a->bytes, a->len);
	if (memcmp(out->bytes + b_at, linked + b_at, b->len))
		return false;
	memcpy(out->bytes + b_at, b->bytes, b->len);
	if (b->kind == VARIANT_BRANCH) {
		if (b_at || a->kind == VARIANT_BRANCH)
			return false;
		out->kind = VARIANT_BRANCH;
	}
	return true;
}

/* A branch that is not where the site begins has no way to be told. */
static bool is_tellable(const struct site *a, const struct site *b)
{
	for (size_t i = 0; i < a->n_variants; i++)
		if (a->variant[i].kind == VARIANT_ANYTHING)
			return false;
	for (size_t i = 0; i < b->n_variants; i++)
		if (b->variant[i].kind == VARIANT_ANYTHING ||
		    (b->variant[i].kind == VARIANT_BRANCH && b->address != a->address))
			return false;
	return (a->n_variants + 1) * (b->n_variants + 1) <= VARIANTS_MAX;
}

/* a takes over b, which begins in it. */
static void merge(struct site *a, const struct site *b, const struct image *img)
{
	size_t b_at = b->address - a->address;
	struct site both = { .address = a->address, .kind = SITE_SEVERAL };
	size_t len = b_at + b->len > a->len ? b_at + b->len : a->len;
	const uint8_t *linked = image_bytes(img, a->address, len);

	if (len > PROFILE_SITE_MAX || !linked)
		fatal("a site at %#llx is %zu bytes long",
		      (unsigned long long)a->address, len);
	both.len = len;
	if (a->kind == b->kind)
		both.kind = a->kind;
	for (size_t i = 0; is_tellable(a, b) && i <= a->n_variants; i++) {
		for (size_t k = 0; k <= b->n_variants; k++) {
			struct variant va = nth(a, i, linked), out = { .len = len };
			struct variant vb = nth(b, k, linked + b_at);

			if (lay(&out, linked, &va, &vb, b_at))
				add_variant(&both, &out);
		}
		/* and it alone, where nothing of b's is left */
		struct variant va = nth(a, i, linked), out = { .len = len, .kind = va.kind };

		memcpy(out.bytes, linked, len);
		memcpy(out.bytes, va.bytes, va.len);
		add_variant(&both, &out);
	}
	if (!both.n_variants)
		make_anything(&both);
	free(a->variant);
	free(b->variant);
	*a = both;
}

void sites_finish(struct sites *s, const struct image *img)
{
	size_t i, n = 0;

	qsort(s->list, s->n, sizeof(*s->list), by_address);
	for (i = 0; i < s->n; i++) {
		struct site *last = n ? &s->list[n - 1] : NULL;

		if (last && s->list[i].address < last->address + last->len)
			merge(last, &s->list[i], img);
		else
			s->list[n++] = s->list[i];
	}
	s->n = n;
	for (i = 0; i < n; i++) {
		s->n_by_kind[s->list[i].kind]++;
		for (size_t k = 0; k < s->list[i].n_variants; k++)
			if (s->list[i].variant[k].kind == VARIANT_ANYTHING)
				s->n_anything += s->list[i].len;
	}
}
