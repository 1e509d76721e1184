/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a hash whose collisions a guest cannot choose
 *
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012;
 * the reduced rounds are those of Linux' hsiphash and of Rust's tables).
 */
#ifndef STARLSM_HASH_H
#define STARLSM_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Secret, and constant for a process. */
struct hash_seed {
	uint64_t k[2];
};

uint64_t hash_bytes(const struct hash_seed *seed, const void *bytes, size_t len);

#endif /* STARLSM_HASH_H */
