// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a hash whose collisions a guest cannot choose
 */
#include "lib/hash.h"

#include <string.h>

static uint64_t rotl(uint64_t x, int n)
{
	return x << n | x >> (64 - n);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

static void absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
}

uint64_t hash_bytes(const struct hash_seed *seed, const void *bytes, size_t len)
{
	uint64_t v[4] = {
		seed->k[0] ^ 0x736f6d6570736575, seed->k[1] ^ 0x646f72616e646f6d,
		seed->k[0] ^ 0x6c7967656e657261, seed->k[1] ^ 0x7465646279746573,
	};
	const char *s = bytes;
	uint64_t word, last = (uint64_t)len << 56;

	for (; len >= sizeof(word); s += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, s, sizeof(word));
		absorb(v, word);
	}
	word = 0;
	memcpy(&word, s, len);
	absorb(v, last | word);
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
