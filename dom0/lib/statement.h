/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what starlsmd signs: a segment's hash, and when
 */
#ifndef STARLSM_STATEMENT_H
#define STARLSM_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg_journal.h"

struct statement {
	char what[16];		/* "starlsm segment", ended by NUL: of nothing else */
	uint8_t hash[MSG_HASH_BYTES];
	int64_t sealed_ns;	/* CLOCK_REALTIME */
};

void statement_make(struct statement *s, const uint8_t *hash, int64_t sealed_ns);

/* Is that its signature by this public key (Ed25519)? */
bool statement_is_signed(const struct statement *s, const uint8_t *signature,
			 const uint8_t *public_key);

#endif /* STARLSM_STATEMENT_H */
