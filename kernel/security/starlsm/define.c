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
 * starlsm_give_id - An id for a place that has none
 *
 * @id: The place.
 *
 * Return: What it holds now: another CPU may do the same at the same time.
 */
u64 starlsm_give_id(atomic64_t *id)
{
	const s64 new = starlsm_new_id();
	s64 old = 0;

	return atomic64_try_cmpxchg(id, &old, new) ? new : old;
}
