// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - checks: text, read-only data and vDSO are as they were linked
 *
 * Where Linux patches itself, only what it may write is accepted: see
 * starlsm-profile. What kprobes and ftrace write is accepted if somebody known
 * has asked for it.
 */
#include <inttypes.h>
#include <string.h>

#include "vmi/checks.h"
#include "vmi/hooks.h"
#include "vmi/pages.h"

#define CALL	0xe8
#define INT3	0xcc

struct place {
	size_t page;		/* its number, see pages.h */
	bool is_borrowed;	/* what is there is right for as long as somebody has asked for it */
	bool is_passing;	/* it may be that it is being written */
	uint64_t linked;	/* address in the profile */
	const uint8_t *expected;	/* len bytes, moved with the kernel */
	const uint8_t *found;
	size_t len;
};

static int64_t distance_at(const uint8_t *bytes)
{
	int32_t distance;

	memcpy(&distance, bytes, sizeof(distance));
	return distance;
}

/* Bytes that are in some instruction's distance may be anything that leads to a function. */
static bool is_branch(const struct look *look, struct place *p, uint64_t address,
		      const uint8_t *variant, uint8_t len, const uint8_t *found)
{
	unsigned int opcode = variant[0] == 0x0f ? 2 : 1;
	uint64_t target = address + opcode + 4 + distance_at(found + opcode);

	if (opcode + 4 > len || memcmp(found, variant, opcode) ||
	    memcmp(found + opcode + 4, variant + opcode + 4, len - opcode - 4))
		return false;
	if (look_is_kernel_text(look, target))
		return profile_is_function(look->profile, target - look->delta);
	p->is_borrowed = true;
	return look_is_known_code(look, target) || hooks_is_trampoline(look->hooks, target);
}

static bool is_variant(const struct look *look, struct place *p, const struct profile_site *s,
		       const uint8_t *linked, const uint8_t *found)
{
	const uint8_t *v = look->profile->variants + s->variants;

	for (unsigned int i = 0; i < s->n_variants; i++, v += 2 + v[1]) {
		uint8_t len = v[1];

		if (v[0] == VARIANT_ANYTHING)
			return true;
		/* what it says nothing of is as it was linked */
		if (memcmp(found + len, linked + len, s->len - len))
			continue;
		if (v[0] == VARIANT_BYTES && !memcmp(found, v + 2, len))
			return true;
		if (v[0] == VARIANT_BRANCH &&
		    is_branch(look, p, s->address + look->delta, v + 2, len, found))
			return true;
	}
	return false;
}

/* A call by way of ftrace that is not one of the two usual */
static bool is_ftrace(const struct look *look, const struct profile_site *s, const uint8_t *found)
{
	uint64_t target = s->address + look->delta + 5 + distance_at(found + 1);

	return s->kind == SITE_FTRACE && found[0] == CALL &&
	       hooks_is_trampoline(look->hooks, target);
}

/*
 * The kernel writes a breakpoint first, then what comes behind, then the first byte,
 * and lets all processors see each (text_poke_bp_batch()).
 */
static bool is_being_written(const struct look *look, struct place *p,
			     const struct profile_site *s, const uint8_t *linked,
			     const uint8_t *found)
{
	const uint8_t *v = look->profile->variants + s->variants;
	uint8_t whole[PROFILE_SITE_MAX];

	if (found[0] != INT3)
		return false;
	memcpy(whole, found, s->len);
	whole[0] = linked[0];
	if (!memcmp(whole, linked, s->len))
		return true;
	for (unsigned int i = 0; i < s->n_variants; i++, v += 2 + v[1]) {
		whole[0] = v[2];
		if (v[1] && is_variant(look, p, s, linked, whole))
			return true;
	}
	whole[0] = CALL;
	return is_ftrace(look, s, whole);
}

static void changed(struct look *look, const struct place *p, size_t at, size_t len)
{
	size_t n = len < FINDING_BYTES_MAX ? len : FINDING_BYTES_MAX;
	uint64_t address = p->linked + at + look->delta;
	struct msg_finding *f = look_report(look, FINDING_TAMPERED, address,
					    "%zu bytes are not as the kernel was linked", len);

	memcpy(f->expected_bytes, p->expected + at, n);
	memcpy(f->found_bytes, p->found + at, n);
	f->n_expected_bytes = f->n_found_bytes = n;
	if (p->is_passing)
		look_passing(look);
}

/* The site's bytes as linked and as found, which may go on on another page */
static bool site_bytes(struct look *look, const struct profile_region *r,
		       const struct profile_site *s, uint8_t *linked, uint8_t *found)
{
	if (s->address < r->address || s->address + s->len > r->address + r->len)
		return false;
	memcpy(linked, look->profile->bytes + r->bytes + (s->address - r->address), s->len);
	return memory_read(look->memory, s->address + look->delta, found, s->len);
}

/* How many bytes from `at` on are accounted for by what patches the kernel; 0 none */
static size_t explained(struct look *look, const struct profile_region *r,
			struct place *p, size_t at)
{
	uint64_t address = p->linked + at;
	size_t i = profile_site_after(look->profile, address), n;
	const struct profile_site *s = &look->profile->site[i];
	uint8_t linked[PROFILE_SITE_MAX], found[PROFILE_SITE_MAX];

	n = hooks_probe_len(look->hooks, address + look->delta, p->found + at, p->len - at);
	p->is_borrowed |= n;
	if (n || i == profile_count(look->profile, PART_SITES) || s->address > address)
		return n;
	if (!site_bytes(look, r, s, linked, found))
		return 0;
	n = s->address + s->len - address;
	if (is_variant(look, p, s, linked, found))
		return n;
	p->is_borrowed = true;
	/* a probe may be where ftrace could be, too */
	if (is_ftrace(look, s, found) ||
	    hooks_probe_len(look->hooks, s->address + look->delta, found, s->len))
		return n;
	p->is_passing = is_being_written(look, p, s, linked, found);
	return 0;
}

/* Bytes from there on that differ, neighbours joined */
static size_t differing(const struct place *p, size_t at)
{
	size_t end = at;

	while (end < p->len && p->found[end] != p->expected[end])
		end++;
	return end - at;
}

static void compare(struct look *look, const struct profile_region *r, struct place *p)
{
	size_t at = 0, n;

	if (!memcmp(p->expected, p->found, p->len))
		return;
	while (at < p->len) {
		if (p->found[at] == p->expected[at]) {
			at++;
			continue;
		}
		p->is_passing = false;
		n = explained(look, r, p, at);
		if (!n) {
			n = differing(p, at);
			p->is_borrowed = true;
			changed(look, p, at, n);
		}
		at += n;
	}
}

/* What was linked, as it is when the kernel has moved */
static void move(const struct look *look, uint64_t linked, uint8_t *bytes, size_t len)
{
	const struct profile *p = look->profile;
	uint64_t n = profile_count(p, PART_RELOCS);

	for (uint64_t i = profile_reloc_after(p, linked); i < n; i++) {
		const struct profile_reloc *r = &p->reloc[i];
		size_t size = r->size < 0 ? -r->size : r->size;
		uint64_t value = 0;

		if (r->address >= linked + len)
			break;
		/* one that goes over an edge is aligned nowhere: Linux has none */
		if (r->address < linked || r->address + size > linked + len)
			continue;
		memcpy(&value, bytes + (r->address - linked), size);
		value += r->size < 0 ? -look->delta : look->delta;
		memcpy(bytes + (r->address - linked), &value, size);
	}
}

static bool compare_page(struct look *look, const struct profile_region *r, uint64_t at, size_t len,
			 size_t page)
{
	uint8_t expected[MEMORY_PAGE], found[MEMORY_PAGE];
	struct place p = { page, false, false, r->address + at, expected, found, len };
	const uint8_t *untrusted_page = memory_page(look->memory, p.linked + look->delta);

	if (!untrusted_page)
		return false;
	if (len == MEMORY_PAGE && pages_is_known(look->pages, page, untrusted_page))
		return true;
	memcpy(found, untrusted_page + p.linked % MEMORY_PAGE, len);
	memcpy(expected, look->profile->bytes + r->bytes + at, len);
	if (look->delta)
		move(look, p.linked, expected, len);
	compare(look, r, &p);
	if (len == MEMORY_PAGE && !p.is_borrowed)
		pages_know(look->pages, page, found);
	return true;
}

static size_t n_pages(const struct profile_region *r)
{
	return (r->address % MEMORY_PAGE + r->len + MEMORY_PAGE - 1) / MEMORY_PAGE;
}

/* The pages of a region, the first of that number, whose turn it is; false: that is all for now */
static bool compare_region(struct look *look, const struct profile_region *r, size_t page,
			   unsigned int *n_unread)
{
	size_t len;

	if (r->address + r->len + look->delta <= look->from)
		return true;
	for (uint64_t at = 0; at < r->len; at += len, page++) {
		len = MEMORY_PAGE - (r->address + at) % MEMORY_PAGE;
		if (len > r->len - at)
			len = r->len - at;
		if (r->address + at + look->delta < look->from)
			continue;
		if (look_ends_here(look, r->address + at + look->delta))
			return false;
		*n_unread += !compare_page(look, r, at, len, page);
	}
	return true;
}

static enum look_result compare_kind(struct look *look, enum profile_region_kind kind)
{
	const struct profile *p = look->profile;
	unsigned int n_unread = 0;
	size_t page = 0;

	if (look->delta && !p->header->movable)
		return look_could_not(look, "the kernel has moved, its profile has no relocations");
	for (uint64_t i = 0; i < profile_count(p, PART_REGIONS); page += n_pages(&p->region[i++]))
		if (p->region[i].kind == kind &&
		    !compare_region(look, &p->region[i], page, &n_unread))
			break;
	if (n_unread && !look->n_findings)
		return look_could_not(look, "%u pages cannot be read", n_unread);
	return look_done(look);
}

enum look_result check_text(struct look *look)
{
	return compare_kind(look, REGION_TEXT);
}

enum look_result check_rodata(struct look *look)
{
	return compare_kind(look, REGION_RODATA);
}

enum look_result check_vdso(struct look *look)
{
	return compare_kind(look, REGION_VDSO);
}
