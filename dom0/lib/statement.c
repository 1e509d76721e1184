// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what starlsmd signs: a segment's hash, and when
 */
#include "lib/statement.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

static_assert(sizeof(struct statement) == 56, "a statement's layout");

void statement_make(struct statement *s, const uint8_t *hash, int64_t sealed_ns)
{
	memset(s, 0, sizeof(*s));
	strcpy(s->what, "starlsm segment");
	memcpy(s->hash, hash, sizeof(s->hash));
	s->sealed_ns = sealed_ns;
}

bool statement_is_signed(const struct statement *s, const uint8_t *signature,
			 const uint8_t *public_key)
{
	return !crypto_sign_verify_detached(signature, (const void *)s, sizeof(*s), public_key);
}
