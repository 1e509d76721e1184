// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a host says of itself, read strictly
 *
 * It comes from another dom0, which may have fallen: every number is bounded,
 * every text is cut to size or refused, and nothing of it is believed to be about
 * anything but that host.
 */
#include <jansson.h>
#include <string.h>

#include "responder/choose.h"

static bool take_number(const json_t *object, const char *key, uint64_t max, uint64_t *to)
{
	const json_t *value = json_object_get(object, key);
	json_int_t n = json_integer_value(value);

	if (!json_is_integer(value) || n < 0 || (uint64_t)n > max)
		return false;
	*to = n;
	return true;
}

static bool take_text(const json_t *object, const char *key, char *to, size_t size)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);

	if (!text || json_string_length(value) >= size || strlen(text) != json_string_length(value))
		return false;
	memcpy(to, text, strlen(text) + 1);
	return true;
}

static bool take_guest(const json_t *object, struct guest_facts *g)
{
	uint64_t mib, epoch;

	if (!take_text(object, "name", g->name, sizeof(g->name)) ||
	    !take_text(object, "apart", g->apart, sizeof(g->apart)) ||
	    !take_number(object, "mib", UINT32_MAX, &mib) ||
	    !take_number(object, "epoch", UINT32_MAX, &epoch))
		return false;
	g->mib = mib;
	g->epoch = epoch;
	g->is_streaming = json_is_true(json_object_get(object, "streaming"));
	g->has_incident = json_is_true(json_object_get(object, "incident"));
	return true;
}

static bool take_left(const json_t *object, struct host_facts *facts)
{
	uint64_t s_ago;

	if (!take_text(object, "name", facts->left[facts->n_left].name, MSG_NAME_MAX) ||
	    !take_number(object, "s_ago", UINT32_MAX, &s_ago))
		return false;
	facts->left[facts->n_left++].s_ago = s_ago;
	return true;
}

static bool take_lists(const json_t *object, struct host_facts *facts)
{
	const json_t *features = json_object_get(object, "features");
	const json_t *guests = json_object_get(object, "guests");
	const json_t *left = json_object_get(object, "left");

	if (!json_is_array(features) || !json_is_array(guests) ||
	    json_array_size(guests) > FACTS_GUESTS_MAX)
		return false;
	for (size_t i = 0; i < json_array_size(features) && i < FACTS_FEATURES_MAX; i++) {
		json_int_t word = json_integer_value(json_array_get(features, i));

		if (word < 0 || word > UINT32_MAX)
			return false;
		facts->feature[facts->n_features++] = word;
	}
	for (size_t i = 0; i < json_array_size(guests); i++)
		if (!take_guest(json_array_get(guests, i), &facts->guest[facts->n_guests++]))
			return false;
	for (size_t i = 0; i < json_array_size(left) && i < FACTS_LEFT_MAX; i++)
		if (!take_left(json_array_get(left, i), facts))
			return false;
	return true;
}

bool facts_parse(const char *text, struct host_facts *facts)
{
	/* what the way there has to say comes before, in lines of its own */
	const char *begin = *text == '{' ? text : strstr(text, "\n{");
	json_t *object = json_loads(begin ? begin : "", JSON_REJECT_DUPLICATES, NULL);
	uint64_t incidents = 0;

	memset(facts, 0, sizeof(*facts));
	facts->is_known = object && take_number(object, "free_mib", UINT64_MAX >> 1,
						&facts->free_mib) &&
			  take_number(object, "incidents", UINT32_MAX, &incidents) &&
			  take_lists(object, facts);
	facts->n_incidents = incidents;
	json_decref(object);
	if (!facts->is_known)
		memset(facts, 0, sizeof(*facts));
	return facts->is_known;
}
