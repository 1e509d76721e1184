// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a check has found, by a number for each finding
 */
#include "vmi/keys.h"

#include <string.h>

static uint64_t mix(uint64_t key, const void *bytes, size_t len)
{
	/* FNV-1a: only to know a finding again */
	for (size_t i = 0; i < len; i++)
		key = (key ^ ((const uint8_t *)bytes)[i]) * 0x100000001b3ULL;
	return key;
}

uint64_t keys_of(const struct msg_finding *f, bool by_place)
{
	uint64_t key = 0xcbf29ce484222325ULL;

	key = mix(key, &f->address, sizeof(f->address));
	key = mix(key, &f->vcpu, sizeof(f->vcpu));
	key = mix(key, &f->found, sizeof(f->found));
	if (by_place)
		return key;
	key = mix(key, f->found_bytes, sizeof(f->found_bytes));
	return mix(key, f->text, strnlen(f->text, sizeof(f->text)));
}

bool keys_has(const struct keys *k, uint64_t key)
{
	for (unsigned int i = 0; i < k->n; i++)
		if (k->key[i] == key)
			return true;
	return false;
}

void keys_add(struct keys *k, uint64_t key)
{
	if (k->n == LOOK_FINDINGS_MAX) {
		memmove(k->key, k->key + 1, (LOOK_FINDINGS_MAX - 1) * sizeof(k->key[0]));
		k->n--;
	}
	k->key[k->n++] = key;
}

static void select_by(struct keys *k, const struct keys *other, bool in_both)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < k->n; i++)
		if (keys_has(other, k->key[i]) == in_both)
			k->key[n++] = k->key[i];
	k->n = n;
}

void keys_keep(struct keys *k, const struct keys *both)
{
	select_by(k, both, true);
}

void keys_drop(struct keys *k, const struct keys *both)
{
	select_by(k, both, false);
}
