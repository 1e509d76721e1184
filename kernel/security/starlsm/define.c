// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - objects that records refer to by an id, and when they were defined
 */
#include "define.h"

/**
 * starlsm_new_id - An id for an object
 *
 * Return: Never 0, never the same again.
 */
u64 starlsm_new_id(void)
{
	static atomic64_t last_id;

	return atomic64_inc_return(&last_id);
}

/**
 * starlsm_id_of - The id kept at a place, which gets one if it has none
 *
 * @id: The place, 0 until first needed.
 */
u64 starlsm_id_of(atomic64_t *id)
{
	s64 new, old = atomic64_read(id);

	if (old)
		return old;
	new = starlsm_new_id();
	/* Another CPU may do the same at the same time. */
	return atomic64_try_cmpxchg(id, &old, new) ? new : old;
}
