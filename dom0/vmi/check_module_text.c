// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - check: the text of modules is as it was when they were first seen
 */
#include <stdlib.h>
#include <string.h>

#include "vmi/checks.h"
#include "vmi/module_text.h"
#include "vmi/modules.h"

static void changed(struct look *look, const struct module *m, const struct module_text *t,
		    const uint8_t *found, size_t at, size_t len)
{
	size_t n = len < FINDING_BYTES_MAX ? len : FINDING_BYTES_MAX;
	struct msg_finding *f = look_report(look, FINDING_TAMPERED, t->base + at,
					    "%zu bytes of module %s are not as they were", len,
					    m->name);

	memcpy(f->expected_bytes, t->bytes + at, n);
	memcpy(f->found_bytes, found + at, n);
	f->n_expected_bytes = f->n_found_bytes = n;
	if (module_text_is_being_written(t, found, at))
		look_passing(look);
}

static void compare(struct look *look, const struct module *m, const struct module_text *t,
		    const uint8_t *found)
{
	size_t at = 0, n;

	while (at < t->size && look->n_findings < LOOK_FINDINGS_MAX) {
		if (found[at] == t->bytes[at]) {
			at++;
			continue;
		}
		n = module_text_explained(look, t, found, at);
		if (!n) {
			while (at + n < t->size && found[at + n] != t->bytes[at + n])
				n++;
			changed(look, m, t, found, at, n);
		}
		at += n;
	}
}

static bool check_module(struct look *look, const struct module *m)
{
	const struct module_text *t = module_texts_find(look->module_texts, m);
	bool is_read = false;
	uint8_t *found;

	/* one that is being loaded still patches itself */
	if (!modules_is_live(look, m->address))
		return true;
	if (!t)
		return module_texts_take(look, look->module_texts, m);
	found = malloc(t->size ? t->size : 1);
	if (found)
		is_read = memory_read(look->memory, t->base, found, t->size);
	if (is_read && memcmp(found, t->bytes, t->size))
		compare(look, m, t, found);
	free(found);
	return is_read;
}

/* A place is where a module's text begins: the list is by that. */
enum look_result check_module_text(struct look *look)
{
	static const enum member need[] = { M_module_state, MEMBER_COUNT };
	unsigned int n_unread = 0;

	if (!look_has(look, need))
		return LOOK_COULD_NOT;
	if (!look->from)
		module_texts_tidy(look, look->module_texts);
	for (unsigned int i = 0; i < look->n_modules; i++) {
		const struct module *m = &look->module[i];

		if (m->part[0].base + m->part[0].size <= look->from)
			continue;
		if (look_ends_here(look, m->part[0].base))
			break;
		n_unread += !check_module(look, m);
	}
	if (n_unread && !look->n_findings)
		return look_could_not(look, "the text of %u modules cannot be read, or is too much",
				      n_unread);
	return look_done(look);
}
