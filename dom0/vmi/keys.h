/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a check has found, by a number for each finding
 */
#ifndef STARLSM_KEYS_H
#define STARLSM_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "vmi/look.h"

struct keys {
	uint64_t key[LOOK_FINDINGS_MAX];
	unsigned int n;
};

/* The number by which a finding is known again; with by_place whatever the bytes there are. */
uint64_t keys_of(const struct msg_finding *f, bool by_place);

bool keys_has(const struct keys *k, uint64_t key);

/* When there is no room the oldest is forgotten. */
void keys_add(struct keys *k, uint64_t key);

/* Those stay that are in both; or that are not. */
void keys_keep(struct keys *k, const struct keys *both);
void keys_drop(struct keys *k, const struct keys *both);

#endif /* STARLSM_KEYS_H */
