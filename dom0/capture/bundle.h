/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - writing a bundle of evidence (lib/evidence.h)
 *
 * Files are hashed while they are written. The folder is called NAME.part until
 * all is there and on the disk.
 */
#ifndef STARLSM_BUNDLE_H
#define STARLSM_BUNDLE_H

#include <jansson.h>
#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

struct bundle {
	int parent, folder;	/* descriptors */
	char name[160];		/* without .part */
	json_t *files, *missing;
	/* the one that is being written: */
	int file;		/* -1: none */
	const char *file_name;
	EVP_MD_CTX *hash;
	uint64_t size;
	int err;		/* of the first write that failed */
};

/* 0 or an errno, as all of these. parent is made if it is not there. */
int bundle_begin(struct bundle *b, const char *parent, const char *name);

/* So many bytes and the reserve have to be free: ENOSPC. */
int bundle_has_room(const struct bundle *b, uint64_t bytes);

int bundle_open(struct bundle *b, const char *file_name);
/* Never fails: bundle_close() tells. */
void bundle_write(struct bundle *b, const void *bytes, size_t len);
/* With err not 0, or one of its own, the file goes, and the manifest says why. */
int bundle_close(struct bundle *b, int err);

/* Another file of the manifest is missing for that reason. */
void bundle_missing(struct bundle *b, const char *file_name, int err);

/* Writes the manifest with what is in about (which it takes), signs it, renames the folder. */
int bundle_end(struct bundle *b, json_t *about, const char *key_path);

#endif /* STARLSM_BUNDLE_H */
