/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - the paths that are kept: each inode's last one, while there is room
 *
 * An inode's security blob would keep it for as long as the inode lives. But a
 * blob is allocated, and freed after a grace period, for every inode that ever
 * is, a socket's too, whether it has a path or an event at all.
 */
#ifndef _SECURITY_STARLSM_KEPT_H
#define _SECURITY_STARLSM_KEPT_H

struct inode;
struct starlsm_path;

struct starlsm_path *starlsm_kept_find(const struct inode *inode);
void starlsm_kept_set(struct starlsm_path *path);
void starlsm_kept_forget(const struct inode *inode);

#endif /* _SECURITY_STARLSM_KEPT_H */
