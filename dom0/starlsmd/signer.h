/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the host's key, with which complete segments of the journal are signed
 *
 * Ed25519, by libsodium. It is made at the first start, in a file only root reads,
 * with the public half beside it in FILE.pub. It is here, and not with the
 * journal, because that reads what guests wrote; what is signed is a hash and the
 * time, which is ours: a journal in foreign hands could have segments signed now,
 * but not as of yesterday.
 */
#ifndef STARLSM_SIGNER_H
#define STARLSM_SIGNER_H

#include <sodium.h>

#include "lib/msg_journal.h"

struct signer {
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	uint8_t public[crypto_sign_PUBLICKEYBYTES];
};

/* What the files hold: lower-case hexadecimal digits, with a NUL */
#define SIGNER_TEXT(bytes)	(2 * (bytes) + 1)

/*
 * Reads the key at path, or makes one. One that others can read, or that is none,
 * is refused. Returns 0, or -1 with a line logged.
 */
int signer_open(struct signer *s, const char *path);

/* The answer to a SEAL */
struct msg_sealed signer_sign(const struct signer *s, const struct msg_seal *m, int64_t real_ns);

/* text of SIGNER_TEXT(sizeof(s->public)) */
void signer_public_text(const struct signer *s, char *text);

#endif /* STARLSM_SIGNER_H */
