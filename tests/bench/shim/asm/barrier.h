/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - barriers towards another processor: the instructions that the
 * kernel has for x86-64, whose stores are released, and loads acquired, anyway
 */
#ifndef SHIM_BARRIER_H
#define SHIM_BARRIER_H

#include <linux/compiler.h>

#define barrier()	__asm__ volatile("" ::: "memory")
#define virt_mb()	__asm__ volatile("lock; addl $0,-4(%%rsp)" ::: "memory", "cc")

#define virt_store_release(p, value) \
	do { \
		barrier(); \
		WRITE_ONCE(*(p), value); \
	} while (0)

#define virt_load_acquire(p) \
	({ \
		const __typeof__(*(p)) loaded = READ_ONCE(*(p)); \
		barrier(); \
		loaded; \
	})

#endif /* SHIM_BARRIER_H */
