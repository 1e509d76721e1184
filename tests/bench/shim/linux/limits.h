/* SPDX-License-Identifier: GPL-2.0 */
/* starlsm - see kernel.h */
#include <linux/kernel.h>
