// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what is known of one event, whatever it was read from
 */
#include "lib/sigma/facts.h"

#include <assert.h>
#include <string.h>

const char *facts_lineage_name(uint32_t lineage)
{
	static const char * const names[LINEAGES] = {
		[LINEAGE_PLAIN] = "plain", [LINEAGE_RAN_DROP] = "ran-drop",
		[LINEAGE_BECAME_ROOT] = "became-root",
	};

	return lineage < LINEAGES ? names[lineage] : NULL;
}

void facts_take(struct facts *f, const void *rec)
{
	const struct event *ev;
	struct starlsm_rec hdr;

	memcpy(&hdr, rec, sizeof(hdr));
	f->type = hdr.type;
	ev = decode_event(hdr.type);
	assert(ev && ev->n_fields <= FACTS_FIELDS_MAX);
	for (unsigned int i = 0; i < ev->n_fields; i++)
		f->field[i] = decode_value(rec, ev, i);
}
