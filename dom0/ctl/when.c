// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a moment as people write it
 */
#include "ctl/when.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_S	1000000000LL
/* Longer ago than any guest, in any unit */
#define AGO_MAX		100000
/* The year 2200: as ns that fits */
#define SECONDS_MAX	7258118400LL

static bool parse_ago(const char *text, int64_t now_ns, int64_t *ns)
{
	static const char units[] = "smhd";
	static const int64_t seconds[] = { 1, 60, 3600, 86400 };
	const char *unit;
	char *end;
	unsigned long long n;

	if (*text < '0' || *text > '9')
		return false;
	n = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (!unit || end[1] || n > AGO_MAX)
		return false;
	*ns = now_ns - (int64_t)n * seconds[unit - units] * NS_PER_S;
	return true;
}

bool when_parse(const char *text, int64_t now_ns, int64_t *ns)
{
	static const char * const formats[] = {
		"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d %H:%M", "%Y-%m-%d",
	};

	if (parse_ago(text, now_ns, ns))
		return true;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct tm tm = { .tm_isdst = -1 };
		const char *end = strptime(text, formats[i], &tm);
		time_t s;

		if (!end || (*end && strcmp(end, "Z")))
			continue;
		s = *end ? timegm(&tm) : mktime(&tm);
		*ns = s >= 0 && s <= SECONDS_MAX ? s * NS_PER_S : 0;
		return s >= 0 && s <= SECONDS_MAX;
	}
	return false;
}
