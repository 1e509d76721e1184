/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a bundle of evidence: a folder, its manifest, its signature
 *
 *   GUEST-TIME-RUN/
 *     manifest.json   what it is, of whom, when, and of each file name, size and
 *                     SHA-256; what could not be taken, and why
 *     manifest.sig    Ed25519 over manifest.json, if there was a key: 64 bytes
 *     ...             the files
 *
 * A folder whose name ends in .part was not finished. What is in the files may
 * be a guest's: nothing here looks into them.
 */
#ifndef STARLSM_EVIDENCE_H
#define STARLSM_EVIDENCE_H

#include <jansson.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define EVIDENCE_MANIFEST	"manifest.json"
#define EVIDENCE_SIGNATURE	"manifest.sig"
#define EVIDENCE_FORMAT		1
#define EVIDENCE_HASH_LEN	65	/* hexadecimal SHA-256, with its NUL */
#define EVIDENCE_SIGNATURE_LEN	64

/* The SHA-256 of a file below a folder and its size. 0 or an errno. */
int evidence_hash(int folder, const char *name, char hash[EVIDENCE_HASH_LEN], uint64_t *size);

/* A digest that is complete, as text; ends ctx. 0 or an errno. */
int evidence_hash_text(EVP_MD_CTX *ctx, char hash[EVIDENCE_HASH_LEN]);

/* Signs the manifest that is there with a private key in a PEM file. 0 or an errno. */
int evidence_sign(int folder, const char *key_path);

/*
 * Holds a bundle against its manifest and, unless key_path is NULL, the manifest
 * against its signature by that public key (PEM). What is wrong, and what is not
 * listed, goes to out, a line each. True if all is as it was written.
 */
bool evidence_verify(int folder, const char *key_path, FILE *out);

/* The manifest, checked to be one; NULL if it is none. */
json_t *evidence_manifest(int folder);

#endif /* STARLSM_EVIDENCE_H */
