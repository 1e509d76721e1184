// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a look at a guest: what a check is given, and what it says
 */
#include "vmi/look.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct msg_finding *look_report(struct look *look, enum finding_severity severity,
				uint64_t address, const char *format, ...)
{
	unsigned int n = look->n_findings;
	struct msg_finding *f;
	va_list ap;

	/* The last place is written again and again when there are too many. */
	if (n == LOOK_FINDINGS_MAX)
		n--;
	else
		look->n_findings++;
	f = &look->finding[n];
	look->passing &= ~(1ULL << n);
	memset(f, 0, sizeof(*f));
	f->severity = severity;
	f->vcpu = FINDING_NO_VCPU;
	f->address = address;
	snprintf(f->name, sizeof(f->name), "%s", look->check->name);
	snprintf(f->attack, sizeof(f->attack), "%s", look->check->attack);
	look_describe(look, address, f->object);
	va_start(ap, format);
	vsnprintf(f->text, sizeof(f->text), format, ap);
	va_end(ap);
	return f;
}

void look_passing(struct look *look)
{
	look->passing |= 1ULL << (look->n_findings - 1);
}

enum look_result look_could_not(struct look *look, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(look->why, sizeof(look->why), format, ap);
	va_end(ap);
	return LOOK_COULD_NOT;
}

/* The time is asked for at every eighth step: it is a system call. */
bool look_ends_here(struct look *look, uint64_t place)
{
	if (place <= look->from)
		return false;
	if (look->until ? place < look->until :
	    ++look->n_steps % 8 || !look->is_late(look->is_late_arg))
		return false;
	look->to = place;
	return true;
}

enum look_result look_done(const struct look *look)
{
	return look->n_findings ? LOOK_FINDING : LOOK_CLEAN;
}

bool look_symbol(struct look *look, const char *name, uint64_t *address)
{
	const struct profile_symbol *s = profile_find(look->profile, name);

	if (!s) {
		look_could_not(look, "the kernel has no %s", name);
		return false;
	}
	*address = s->address + look->delta;
	return true;
}

bool look_has(struct look *look, const enum member *members)
{
	for (; *members != MEMBER_COUNT; members++)
		if (!look->offsets->has[*members]) {
			look_could_not(look, "the kernel has no %s", offsets_name(*members));
			return false;
		}
	return true;
}

static bool in_region(const struct look *look, uint64_t address, enum profile_region_kind kind)
{
	const struct profile *p = look->profile;
	uint64_t linked = address - look->delta;

	for (uint64_t i = 0; p && i < profile_count(p, PART_REGIONS); i++)
		if (p->region[i].kind == kind && linked >= p->region[i].address &&
		    linked - p->region[i].address < p->region[i].len)
			return true;
	return false;
}

bool look_is_kernel_text(const struct look *look, uint64_t address)
{
	return in_region(look, address, REGION_TEXT);
}

bool look_is_kernel_rodata(const struct look *look, uint64_t address)
{
	return in_region(look, address, REGION_RODATA);
}

const struct module *look_module_at(const struct look *look, uint64_t address)
{
	for (unsigned int i = 0; i < look->n_modules; i++) {
		const struct module *m = &look->module[i];

		for (unsigned int k = 0; k < m->n_parts; k++)
			if (address >= m->part[k].base &&
			    address - m->part[k].base < m->part[k].size)
				return m;
	}
	return NULL;
}

bool look_is_known_code(const struct look *look, uint64_t address)
{
	const struct module *m = look_module_at(look, address);

	return look_is_kernel_text(look, address) ||
	       (m && address >= m->part[0].base &&
		address - m->part[0].base < m->part[0].size);
}

static bool describe_symbol(const struct look *look, uint64_t address, char *text)
{
	const struct profile *p = look->profile;
	uint64_t linked = address - look->delta;
	const struct profile_symbol *s, *end;

	if (!p || linked < p->header->base)
		return false;
	end = profile_find(p, "_end");
	s = profile_symbol_at(p, linked);
	if (!s || !end || linked >= end->address)
		return false;
	snprintf(text, FINDING_TEXT_MAX, "%s+%#llx", profile_text(p, s->name),
		 (unsigned long long)(linked - s->address));
	return true;
}

void look_describe(const struct look *look, uint64_t address, char *text)
{
	const struct module *m = look_module_at(look, address);

	if (!address)
		snprintf(text, FINDING_TEXT_MAX, "-");
	else if (m)
		snprintf(text, FINDING_TEXT_MAX, "module %s, %#llx", m->name,
			 (unsigned long long)address);
	else if (!describe_symbol(look, address, text))
		snprintf(text, FINDING_TEXT_MAX, "nobody's, %#llx", (unsigned long long)address);
}
