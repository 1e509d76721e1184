/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the helpers that the kernel has in many headers
 */
#ifndef SHIM_KERNEL_H
#define SHIM_KERNEL_H

#include <linux/compiler.h>
#include <linux/types.h>
#include <stdint.h>

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define ALIGN(x, to)		(((x) + (to) - 1) & ~((__typeof__(x))(to) - 1))
#define max(a, b)		((a) > (b) ? (a) : (b))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define max_t(type, a, b)	((type)(a) > (type)(b) ? (type)(a) : (type)(b))
#define U32_MAX			UINT32_MAX
#define U64_MAX			UINT64_MAX

/* What must not be ends the run. */
#define WARN_ON_ONCE(x)		({ const bool wrong = (x); assert(!wrong); wrong; })

#endif /* SHIM_KERNEL_H */
