/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - digest: what the file holds that is about to be executed
 *
 * A security module can have but one of each hook: these are called from those
 * of other families.
 */
#ifndef _SECURITY_STARLSM_DIGEST_H
#define _SECURITY_STARLSM_DIGEST_H

struct file;

void starlsm_digest_exec(struct file *file);
void starlsm_digest_open(const struct file *file);

#endif /* _SECURITY_STARLSM_DIGEST_H */
