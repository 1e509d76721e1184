// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a report of an incident is made of
 */
#include "ctl/report_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ctl/value.h"

#define NS_PER_S	1000000000LL

double model_number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

/* 2026-11-25T03:12:07.123456Z, the fraction with any number of digits or without */
bool model_time(const char *text, int64_t *ns)
{
	struct tm tm = { 0 };
	const char *at = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t unit = NS_PER_S;

	if (!at || tm.tm_year < 0 || tm.tm_year > 300)
		return false;
	*ns = timegm(&tm) * NS_PER_S;
	if (*at == '.')
		for (at++; *at >= '0' && *at <= '9'; at++) {
			unit /= 10;
			*ns += (*at - '0') * unit;
		}
	return at[0] == 'Z' && !at[1];
}

const char *model_when(const json_t *object, const char *key)
{
	static char when[24];
	int64_t ns;

	if (!model_time(value_text(object, key), &ns))
		return "";
	snprintf(when, sizeof(when), "%.10s %.12s", value_text(object, key),
		 value_text(object, key) + 11);
	return when;
}

static void widen(const char *text, int64_t *first_ns, int64_t *last_ns)
{
	int64_t ns;

	if (!model_time(text, &ns))
		return;
	if (ns < *first_ns)
		*first_ns = ns;
	if (ns > *last_ns)
		*last_ns = ns;
}

bool model_span(const json_t *incident, int64_t *first_ns, int64_t *last_ns)
{
	const json_t *step;
	size_t i;

	*first_ns = INT64_MAX;
	*last_ns = INT64_MIN;
	widen(value_text(incident, "time"), first_ns, last_ns);
	widen(value_text(incident, "first_seen"), first_ns, last_ns);
	widen(value_text(incident, "last_seen"), first_ns, last_ns);
	json_array_foreach(json_object_get(incident, "steps"), i, step)
		widen(value_text(step, "time"), first_ns, last_ns);
	return *first_ns <= *last_ns;
}

static int find_mark(const json_t *list, int vcpu, json_int_t seq)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) {
		const json_t *number = json_object_get(one, "seq");

		/* One that is no record's has the number 0. */
		if (seq && json_integer_value(number) == seq &&
		    json_integer_value(json_object_get(one, "vcpu")) == vcpu)
			return i + 1;
	}
	return 0;
}

/* The alert that decided: the incident's steps are what led to it. 0 if there is none. */
static int deciding(const json_t *alerts)
{
	const json_t *one;
	size_t i;

	json_array_foreach(alerts, i, one)
		if (json_is_true(json_object_get(one, "decided")))
			return i + 1;
	return 0;
}

int model_mark(const json_t *incident, int vcpu, json_int_t seq)
{
	const json_t *alerts = json_object_get(incident, "alerts");
	int step = find_mark(json_object_get(incident, "steps"), vcpu, seq);
	int alert = find_mark(alerts, vcpu, seq);

	if (!json_array_size(alerts))
		return step;
	return !alert && step ? deciding(alerts) : alert;
}

const json_t *model_run(const json_t *model)
{
	const json_t *runs = json_object_get(model, "runs");

	return json_array_get(runs, json_array_size(runs) - 1);
}
