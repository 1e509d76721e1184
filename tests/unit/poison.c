// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a report's model in which every text is what an intruder would like it to be
 */
#include "poison.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define LONG	4096

static const char *text(unsigned int n)
{
	static const char * const units[] = { "A", "\xe4\xb8\xad", "\\xff" };
	static char buf[LONG + 1];
	const char *unit = units[n % 3];
	size_t len = strlen(unit);

	if (n % 4 == 0)
		return POISON_SHORT;
	memset(buf, 0, sizeof(buf));
	for (size_t at = 0; at + len <= LONG; at += len)
		memcpy(buf + at, unit, len);
	return buf;
}

static bool is_kept(const char *key)
{
	static const char keys[] =
		" time first_seen last_seen began ended event state end level ";
	char word[32];

	snprintf(word, sizeof(word), " %s ", key);
	return strstr(keys, word);
}

static void poison_one(json_t *value, unsigned int *n)
{
	const char *key;
	json_t *one;
	size_t i;

	if (json_is_string(value))
		json_string_set(value, text((*n)++));
	json_array_foreach(value, i, one)
		poison_one(one, n);
	json_object_foreach(value, key, one)
		if (!is_kept(key))
			poison_one(one, n);
}

void poison(json_t *model)
{
	unsigned int n = 0;

	poison_one(model, &n);
}
