/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what ring.c and record.c use of the kernel, for user space
 */
#ifndef SHIM_COMPILER_H
#define SHIM_COMPILER_H

#include <assert.h>

#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value)	(*(volatile __typeof__(x) *)&(x) = (value))

#ifndef __packed
#define __packed		__attribute__((packed))
#endif

#endif /* SHIM_COMPILER_H */
