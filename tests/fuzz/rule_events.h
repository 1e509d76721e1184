/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - for fuzzers of rules: what is known of an event, from a record alone
 */
#ifndef STARLSM_FUZZ_RULE_EVENTS_H
#define STARLSM_FUZZ_RULE_EVENTS_H

#include <string.h>

#include "lib/sigma/facts.h"

/* The record's own bytes are its paths, and who asks. */
static inline void facts_from(struct facts *f, const char *rec, size_t len)
{
	const struct event *ev;
	size_t part = len / 3;

	memset(f, 0, sizeof(*f));
	facts_take(f, rec);
	ev = decode_event(f->type);
	for (unsigned int i = 0; i < ev->n_fields; i++) {
		if (ev->fields[i].kind != FIELD_PATH || !f->field[i].number)
			continue;
		f->field[i].bytes = rec;
		f->field[i].len = len;
	}
	f->guest = (struct fact_text){ "fuzz", 4 };
	f->exe = (struct fact_text){ rec, part };
	f->parent_exe = (struct fact_text){ rec + part, part };
	f->command = (struct fact_text){ rec + 2 * part, len - 2 * part };
	f->uid = len % 3;
	f->euid = len % 2;
}

#endif /* STARLSM_FUZZ_RULE_EVENTS_H */
