/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - objects that records refer to by an id, and when they were defined
 */
#ifndef _SECURITY_STARLSM_DEFINE_H
#define _SECURITY_STARLSM_DEFINE_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <asm/barrier.h>

u64 starlsm_new_id(void);
u64 starlsm_give_id(atomic64_t *id);

/**
 * starlsm_id_of - The id kept at a place, which gets one if it has none
 *
 * @id: The place, 0 until first needed.
 */
static inline u64 starlsm_id_of(atomic64_t *id)
{
	return atomic64_read(id) ?: starlsm_give_id(id);
}

/**
 * starlsm_is_defined - Was the collector told of an object in this epoch?
 *
 * @defined: The object's mark: the epoch plus 1, 0 for never.
 * @epoch: The epoch.
 */
static inline bool starlsm_is_defined(const u32 *defined, u32 epoch)
{
	/* Pairs with the release in starlsm_set_defined(), on another ring. */
	return smp_load_acquire(defined) == epoch + 1;
}

/**
 * starlsm_set_defined - The collector has been told, or will be when it reads on
 *
 * @defined: The object's mark.
 * @epoch: The epoch.
 */
static inline void starlsm_set_defined(u32 *defined, u32 epoch)
{
	/* Pairs with the acquire above: the definition is written. */
	smp_store_release(defined, epoch + 1);
}

#endif /* _SECURITY_STARLSM_DEFINE_H */
