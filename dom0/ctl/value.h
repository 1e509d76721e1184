/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what an object of JSON has by a name
 */
#ifndef STARLSM_VALUE_H
#define STARLSM_VALUE_H

#include <jansson.h>
#include <stdint.h>

/* A text, not escaped; "" where there is none */
const char *value_text(const json_t *object, const char *key);

/* A whole number; 0 where there is none */
int64_t value_number(const json_t *object, const char *key);

#endif /* STARLSM_VALUE_H */
