/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - what is known of the contents of files that were executed
 */
#ifndef _SECURITY_STARLSM_DIGESTED_H
#define _SECURITY_STARLSM_DIGESTED_H

#include <crypto/sha2.h>
#include <linux/types.h>

struct inode;

/**
 * struct starlsm_digested - A file's content, as it was when it was read
 *
 * @ctime_ns: The inode's time of change.
 * @size: The file's, in bytes.
 * @path: Id of the path that the collector was told this of.
 * @told: Epoch in which it was, plus 1; 0 for never.
 * @len: Of @sha256; 0 if there is none.
 * @sha256: The digest.
 */
struct starlsm_digested {
	s64 ctime_ns;
	u64 size;
	u64 path;
	u32 told;
	u32 len;
	u8 sha256[SHA256_DIGEST_SIZE];
};

bool starlsm_digested_find(const struct inode *inode,
			   struct starlsm_digested *digest);
void starlsm_digested_keep(const struct inode *inode,
			   const struct starlsm_digested *digest);
void starlsm_digested_forget(const struct inode *inode);

#endif /* _SECURITY_STARLSM_DIGESTED_H */
