// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the text of a guest's modules, as it was when they were first seen
 */
#include "vmi/module_text.h"

#include <stdlib.h>
#include <string.h>

#include "vmi/hooks.h"
#include "vmi/modules.h"

#define INT3	0xcc
#define CALL	0xe8
#define JMP	0xe9
#define JMP8	0xeb
#define LONG	5	/* bytes of a call, or jump */
#define SHORT	2

static void drop(struct module_texts *all, struct module_text *t)
{
	if (t->module)
		all->n_bytes -= t->size;
	free(t->bytes);
	memset(t, 0, sizeof(*t));
}

void module_texts_forget(struct module_texts *all)
{
	for (unsigned int i = 0; i < LOOK_MODULES_MAX; i++)
		drop(all, &all->text[i]);
	all->has_begun = false;
}

struct module_text *module_texts_find(struct module_texts *all, const struct module *m)
{
	for (unsigned int i = 0; i < LOOK_MODULES_MAX; i++) {
		struct module_text *t = &all->text[i];

		if (t->module == m->address && t->base == m->part[0].base &&
		    t->size == m->part[0].size)
			return t;
	}
	return NULL;
}

static struct module_text *empty_place(struct module_texts *all)
{
	for (unsigned int i = 0; i < LOOK_MODULES_MAX; i++)
		if (!all->text[i].module)
			return &all->text[i];
	return NULL;
}

/* The place of that address in the list of those that are coming, or NULL */
static uint64_t *coming(struct module_texts *all, uint64_t address)
{
	for (unsigned int i = 0; i < MODULES_COMING_MAX; i++)
		if (all->coming[i] == address)
			return &all->coming[i];
	return NULL;
}

static void note_coming(struct module_texts *all, uint64_t address)
{
	uint64_t *place = coming(all, address);

	if (!place)
		place = coming(all, 0);
	if (place)
		*place = address;
}

/* One whose init has failed */
static void forget_failed(const struct look *look, struct module_texts *all)
{
	for (unsigned int i = 0; i < MODULES_COMING_MAX; i++) {
		unsigned int k = 0;

		while (k < look->n_modules && look->module[k].address != all->coming[i])
			k++;
		if (k == look->n_modules)
			all->coming[i] = 0;
	}
}

static void note_live(struct module_texts *all, uint64_t address)
{
	uint64_t *place = coming(all, address);

	all->n_came += all->has_begun;
	all->n_coming += all->has_begun && place;
	if (place)
		*place = 0;
}

bool module_texts_take(struct look *look, struct module_texts *all, const struct module *m)
{
	struct module_text *t = empty_place(all);
	uint32_t size = m->part[0].size;

	if (!t || size > MODULE_TEXT_MAX - all->n_bytes)
		return false;
	t->bytes = malloc(size ? size : 1);
	if (!t->bytes || !memory_read(look->memory, m->part[0].base, t->bytes, size)) {
		drop(all, t);
		return false;
	}
	t->module = m->address;
	t->base = m->part[0].base;
	t->size = size;
	all->n_bytes += size;
	note_live(all, m->address);
	return true;
}

void module_texts_tidy(struct look *look, struct module_texts *all)
{
	for (unsigned int i = 0; i < LOOK_MODULES_MAX; i++)
		all->text[i].is_there = false;
	for (unsigned int i = 0; i < look->n_modules; i++) {
		struct module_text *t = module_texts_find(all, &look->module[i]);

		if (t)
			t->is_there = true;
	}
	for (unsigned int i = 0; i < LOOK_MODULES_MAX; i++)
		if (all->text[i].module && !all->text[i].is_there)
			drop(all, &all->text[i]);
}

bool module_texts_catch_up(struct look *look, struct module_texts *all)
{
	bool all_live = true;

	module_texts_tidy(look, all);
	forget_failed(look, all);
	for (unsigned int i = 0; i < look->n_modules; i++) {
		const struct module *m = &look->module[i];
		struct module_text *t = module_texts_find(all, m);

		/* what cannot be read is not tried again and again: the check says so */
		if (modules_is_live(look, m->address)) {
			if (!t)
				module_texts_take(look, all, m);
			continue;
		}
		/* a copy is of the one that was in its place before */
		if (t)
			drop(all, t);
		note_coming(all, m->address);
		all_live = false;
	}
	return all_live;
}

/* Where a call or jump at an address leads */
static uint64_t target(uint64_t address, const uint8_t *bytes)
{
	int32_t distance;

	memcpy(&distance, bytes + 1, sizeof(distance));
	return address + LONG + (int64_t)distance;
}

static bool is_long_form(const uint8_t *bytes)
{
	static const uint8_t forms[][LONG] = {
		{ 0x0f, 0x1f, 0x44, 0x00, 0x00 },	/* no operation */
		{ 0x2e, 0x2e, 0x2e, 0x31, 0xc0 },	/* xor %eax,%eax */
		{ 0xc3, INT3, INT3, INT3, INT3 },	/* ret */
	};

	if (bytes[0] == CALL || bytes[0] == JMP)
		return true;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (!memcmp(bytes, forms[i], LONG))
			return true;
	return false;
}

static bool is_short_form(const uint8_t *bytes)
{
	return bytes[0] == JMP8 || (bytes[0] == 0x66 && bytes[1] == 0x90);
}

static bool leads_well(const struct look *look, const struct module_text *t, uint64_t address,
		       const uint8_t *bytes)
{
	uint64_t to = target(address, bytes);

	if (bytes[0] != CALL && bytes[0] != JMP)
		return true;
	if (to >= t->base && to - t->base < t->size)
		return true;
	if (look_is_kernel_text(look, to))
		return profile_is_function(look->profile, to - look->delta);
	return hooks_is_trampoline(look->hooks, to);
}

static bool is_long_site(const struct look *look, const struct module_text *t,
			 const uint8_t *found, size_t at)
{
	return at + LONG <= t->size && is_long_form(t->bytes + at) && is_long_form(found + at) &&
	       leads_well(look, t, t->base + at, found + at);
}

/* With another number of processors a lock prefix becomes one that does nothing, and back. */
static bool is_lock(uint8_t byte)
{
	return byte == 0xf0 || byte == 0x3e;
}

size_t module_text_explained(const struct look *look, const struct module_text *t,
			     const uint8_t *found, size_t at)
{
	size_t n = hooks_probe_len(look->hooks, t->base + at, found + at, t->size - at);

	if (!n && is_lock(t->bytes[at]) && is_lock(found[at]))
		n = 1;
	/* the opcode, or what comes behind it, may be as it was */
	for (size_t back = 0; !n && back < LONG && back <= at; back++)
		if (is_long_site(look, t, found, at - back))
			n = LONG - back;
	for (size_t back = 0; !n && back < SHORT && back <= at; back++)
		if (at - back + SHORT <= t->size && is_short_form(t->bytes + at - back) &&
		    is_short_form(found + at - back))
			n = SHORT - back;
	return n;
}

bool module_text_is_being_written(const struct module_text *t, const uint8_t *found, size_t at)
{
	for (size_t back = 0; back < LONG && back <= at; back++) {
		size_t first = at - back;

		if (found[first] != INT3)
			continue;
		if ((first + LONG <= t->size && is_long_form(t->bytes + first)) ||
		    (back < SHORT && first + SHORT <= t->size && is_short_form(t->bytes + first)))
			return true;
	}
	return false;
}
