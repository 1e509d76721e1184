/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a file that is there as a whole, or as it was before
 */
#ifndef STARLSM_TEXTFILE_H
#define STARLSM_TEXTFILE_H

#include <stddef.h>

#define TEXTFILE_NAME	"starlsm.prom"
#define TEXTFILE_NEW	".starlsm.prom.new"

/* Replaces TEXTFILE_NAME in that directory. 0, or an errno; then it is as it was. */
int textfile_write(int directory_fd, const char *text, size_t len);

#endif /* STARLSM_TEXTFILE_H */
