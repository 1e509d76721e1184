// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - checks: modules that hide, code that is nobody's, text that can be
 * written
 */
#include <inttypes.h>
#include <stdlib.h>

#include "vmi/checks.h"
#include "vmi/hooks.h"
#include "vmi/modules.h"

#define TYPE_INIT_TEXT	4
/* Below is what Xen has there of its own, in a PV guest. */
#define KERNEL_FIRST	0xffff880000000000ULL
#define KERNEL_LAST	0xffffffffffffffffULL
#define VSYSCALL	0xffffffffff600000ULL
#define TEXT_FRAMES_MAX	16384	/* 64 MiB of text */

/* The list of modules against sysfs */
enum look_result check_module_views(struct look *look)
{
	if (*look->sysfs_why)
		return look_could_not(look, "%s", look->sysfs_why);
	for (unsigned int i = 0; i < look->n_unlisted; i++)
		look_report(look, FINDING_TAMPERED, look->unlisted[i].address,
			    "module %s is in sysfs and not in the list of modules",
			    look->unlisted[i].name);
	for (unsigned int i = 0; i < look->n_modules; i++)
		if (!look->module[i].in_sysfs && modules_is_live(look, look->module[i].address))
			look_report(look, FINDING_SUSPECT, look->module[i].address,
				    "module %s is in the list of modules and not in sysfs",
				    look->module[i].name);
	return look_done(look);
}

/*
 * Executable pages and their owners
 */

struct owned {
	uint64_t start, end;	/* end is behind it; whole pages */
};

#define OWNED_MAX	(LOOK_MODULES_MAX * 2 + HOOKS_MAX + 8)

struct owners {
	struct look *look;
	struct owned list[OWNED_MAX];
	unsigned int n;
};

/* Of both walks: arg begins with the look */
static bool has_more(void *arg, uint64_t address)
{
	return !look_ends_here(*(struct look **)arg, address);
}

static void own(struct owners *o, uint64_t start, uint64_t end)
{
	if (o->n < OWNED_MAX && start < end)
		o->list[o->n++] = (struct owned){
			start & ~(MEMORY_PAGE - 1),
			(end + MEMORY_PAGE - 1) & ~(MEMORY_PAGE - 1),
		};
}

static void own_symbols(struct owners *o, const char *first, const char *end)
{
	uint64_t a, b;

	if (look_symbol(o->look, first, &a) && look_symbol(o->look, end, &b))
		own(o, a, b);
}

/* Where processors start in real mode: a copy of a blob, which Linux makes executable */
static void own_real_mode(struct owners *o)
{
	const struct profile_symbol *a = profile_find(o->look->profile, "real_mode_blob");
	const struct profile_symbol *b = profile_find(o->look->profile, "real_mode_blob_end");
	uint64_t symbol, header;

	if (a && b && b->address > a->address && look_symbol(o->look, "real_mode_header", &symbol) &&
	    memory_u64(o->look->memory, symbol, &header) && memory_is_kernel(header))
		own(o, header, header + (b->address - a->address));
}

static void collect_owners(struct owners *o)
{
	const struct look *look = o->look;

	o->n = 0;
	own_symbols(o, "_text", "_etext");
	own_real_mode(o);
	own(o, VSYSCALL, VSYSCALL + MEMORY_PAGE);
	for (unsigned int i = 0; i < look->n_modules; i++) {
		const struct module *m = &look->module[i];

		own(o, m->part[0].base, m->part[0].base + m->part[0].size);
		if (m->n_parts > TYPE_INIT_TEXT)
			own(o, m->part[TYPE_INIT_TEXT].base,
			    m->part[TYPE_INIT_TEXT].base + m->part[TYPE_INIT_TEXT].size);
	}
	for (unsigned int i = 0; i < look->hooks->n_trampolines; i++)
		own(o, look->hooks->trampoline[i].start,
		    look->hooks->trampoline[i].start + look->hooks->trampoline[i].len);
}

/* How far from there on it has an owner; or has none, then *owned is false. */
static uint64_t stretch(const struct owners *o, uint64_t at, uint64_t end, bool *owned)
{
	uint64_t until = end;

	*owned = false;
	for (unsigned int i = 0; i < o->n; i++) {
		const struct owned *p = &o->list[i];

		if (at >= p->start && at < p->end) {
			*owned = true;
			return p->end < end ? p->end : end;
		}
		if (p->start > at && p->start < until)
			until = p->start;
	}
	return until;
}

static void nobodys(struct look *look, uint64_t at, uint64_t until)
{
	struct msg_finding *f = look_report(look, FINDING_TAMPERED, at,
					    "%" PRIu64 " KiB of executable pages are nobody's",
					    (until - at) / 1024);

	if (memory_read(look->memory, at, f->found_bytes, FINDING_BYTES_MAX))
		f->n_found_bytes = FINDING_BYTES_MAX;
	look_passing(look);
}

static bool look_at_range(void *arg, const struct memory_range *r)
{
	struct owners *o = arg;
	uint64_t until;
	bool owned;

	if (r->flags & MEMORY_WRITABLE)
		look_report(o->look, FINDING_TAMPERED, r->start,
			    "%" PRIu64 " KiB are writable and executable",
			    (r->end - r->start) / 1024);
	for (uint64_t at = r->start; at != r->end; at = until) {
		until = stretch(o, at, r->end, &owned);
		if (!owned)
			nobodys(o->look, at, until);
	}
	return o->look->n_findings < LOOK_FINDINGS_MAX;
}

/* Page tables from where this part begins; arg begins with the look. */
static bool walk_part(struct look *look, uint64_t mask, uint64_t flags,
		      bool (*range)(void *arg, const struct memory_range *r), void *arg)
{
	const struct memory_visitor v = { mask, flags, range, has_more, arg };
	uint64_t first = look->from ? look->from : KERNEL_FIRST;

	return memory_walk(look->memory, &first, KERNEL_LAST, &v);
}

enum look_result check_code_pages(struct look *look)
{
	static struct owners owners;

	owners.look = look;
	collect_owners(&owners);
	if (!walk_part(look, MEMORY_NX, 0, look_at_range, &owners) &&
	    !look->n_findings)
		return look_could_not(look, "a page table cannot be read");
	return look_done(look);
}

/*
 * Other ways to write to text
 */

struct text_frames {
	struct look *look;
	uint64_t frame[TEXT_FRAMES_MAX];	/* ascending */
	size_t n;
};

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool collect_frames(struct text_frames *t, uint64_t start, uint64_t end)
{
	struct mapping to;

	t->n = 0;
	for (uint64_t at = start; at < end; at += MEMORY_PAGE) {
		if (t->n == TEXT_FRAMES_MAX || !memory_translate(t->look->memory, at, &to))
			return false;
		t->frame[t->n++] = to.frame;
	}
	qsort(t->frame, t->n, sizeof(t->frame[0]), by_value);
	return true;
}

/* The first of the text's frames that is not before that one, as a number */
static size_t first_from(const struct text_frames *t, uint64_t frame)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (t->frame[mid] < frame)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool look_for_text(void *arg, const struct memory_range *r)
{
	struct text_frames *t = arg;
	uint64_t pages = (r->end - r->start) / MEMORY_PAGE;
	struct msg_finding *f;
	size_t i;

	/* nearly all are not near it */
	if (!t->n || r->frame > t->frame[t->n - 1] || r->frame + pages <= t->frame[0])
		return true;
	i = first_from(t, r->frame);
	if (i == t->n || t->frame[i] - r->frame >= pages)
		return true;
	f = look_report(t->look, FINDING_TAMPERED,
			r->start + (t->frame[i] - r->frame) * MEMORY_PAGE,
			"kernel text can be written to at another address");
	f->found = t->frame[i];
	return t->look->n_findings < LOOK_FINDINGS_MAX;
}

enum look_result check_writable_text(struct look *look)
{
	static struct text_frames frames;
	uint64_t start, end;

	frames.look = look;
	if (!look_symbol(look, "_text", &start) || !look_symbol(look, "_etext", &end))
		return LOOK_COULD_NOT;
	if (!look->from && !collect_frames(&frames, start, end))
		return look_could_not(look, "the kernel's text is not mapped as a whole");
	if (!walk_part(look, MEMORY_WRITABLE, MEMORY_WRITABLE, look_for_text, &frames) &&
	    !look->n_findings)
		return look_could_not(look, "a page table cannot be read");
	return look_done(look);
}
