/* SPDX-License-Identifier: GPL-2.0 */
/* starlsm - the C library's */
#include <string.h>
