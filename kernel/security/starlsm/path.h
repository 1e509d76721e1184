/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - paths from the global root, as they stand in records
 */
#ifndef _SECURITY_STARLSM_PATH_H
#define _SECURITY_STARLSM_PATH_H

#include <linux/cleanup.h>
#include <linux/fs.h>
#include <linux/path.h>

#include "record.h"

DEFINE_FREE(putname, char *, if (_T) __putname(_T))

char *starlsm_path_buf(void);
struct starlsm_var starlsm_path_var(const struct path *path, char *buf);

#endif /* _SECURITY_STARLSM_PATH_H */
