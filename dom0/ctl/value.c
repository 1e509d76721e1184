// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what an object of JSON has by a name
 */
#include "ctl/value.h"

const char *value_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

int64_t value_number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}
