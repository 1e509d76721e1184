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

char *starlsm_path_buf(void);
void starlsm_path_buf_free(char *buf);
struct starlsm_var starlsm_path_var(const struct path *path, char *buf);

DEFINE_FREE(path_buf, char *, starlsm_path_buf_free(_T))

#endif /* _SECURITY_STARLSM_PATH_H */
