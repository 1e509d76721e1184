/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - cmocka and what it wants included before itself
 */
#ifndef STARLSM_CMOCKA_ALL_H
#define STARLSM_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif /* STARLSM_CMOCKA_ALL_H */
