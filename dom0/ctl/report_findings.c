// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a report's findings of introspection: bytes as they were and should be
 */
#include <string.h>

#include "ctl/page.h"
#include "ctl/report_html.h"
#include "ctl/report_model.h"
#include "ctl/value.h"

static bool is_number(const char *bytes)
{
	return !strncmp(bytes, "0x", 2);
}

/* Two digits are a byte; those that are not the same in the other are marked. */
static void put_bytes(FILE *to, const char *name, const char *bytes, const char *other)
{
	size_t n_other = strlen(other), len = strlen(bytes);

	if (!len)
		return;
	page_add(to, "<dt>%s</dt><dd class=mono>", name);
	if (is_number(bytes)) {
		page_add(to, strcmp(bytes, other) ? "<mark>%s</mark></dd>" : "%s</dd>", bytes);
		return;
	}
	for (size_t i = 0; i < len; i += 2) {
		char pair[3] = "";
		bool is_same = i + 2 <= n_other && !strncmp(bytes + i, other + i, 2);

		strncat(pair, bytes + i, 2);
		page_add(to, is_same ? "%s " : "<mark>%s</mark> ", pair);
	}
	page_add(to, "</dd>");
}

static void put_finding(FILE *to, const json_t *f)
{
	const char *expected = value_text(f, "expected"), *found = value_text(f, "found");
	int count = model_number(f, "count");

	page_add(to, "<div class=card><h3>%s</h3>", value_text(f, "check"));
	page_long(to, value_text(f, "text"));
	page_add(to, "<div class=\"soft small\">%s %s%s%s", value_text(f, "object"),
		 value_text(f, "address"), *value_text(f, "attack") ? ", ATT&CK " : "",
		 value_text(f, "attack"));
	page_add(to, ", %s, first seen %s UTC", value_text(f, "severity"), model_when(f, "time"));
	if (count > 1)
		page_add(to, ", %d times", count);
	page_add(to, "</div>");
	if (*expected || *found) {
		page_add(to, "<dl class=bytes>");
		put_bytes(to, "expected", expected, found);
		put_bytes(to, "found", found, expected);
		page_add(to, "</dl>");
	}
	page_add(to, "</div>\n");
}

void report_findings(FILE *to, const json_t *findings)
{
	const json_t *finding;
	size_t i;

	json_array_foreach(findings, i, finding)
		put_finding(to, finding);
}
