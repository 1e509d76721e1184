// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the levels of rules, by their words
 */
#include <strings.h>

#include "lib/sigma/rule.h"

static const char * const levels[LEVELS] = {
	[LEVEL_INFORMATIONAL] = "informational", [LEVEL_LOW] = "low",
	[LEVEL_MEDIUM] = "medium", [LEVEL_HIGH] = "high", [LEVEL_CRITICAL] = "critical",
};

const char *rule_level_name(enum rule_level level)
{
	return levels[level];
}

int rule_level_find(const char *word)
{
	for (int i = 0; i < LEVELS; i++)
		if (!strcasecmp(levels[i], word))
			return i;
	return -1;
}
