/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the profiles there are
 */
#ifndef STARLSM_LIBRARY_H
#define STARLSM_LIBRARY_H

#include "vmi/watch.h"

struct library {
	struct {
		const void *bytes;
		size_t size;
		char name[256];
	} file[WATCH_PROFILES_MAX];
	unsigned int n;
};

/*
 * Map each regular file of a folder that root owns and nobody else may write; a
 * folder that is not there has none. As root, before rights are given away; not a
 * byte of a file is looked at.
 */
void library_open(struct library *l, const char *folder);

/* Let watch have them; those that are no profiles are logged. */
void library_give(const struct library *l, struct watch *w);

#endif /* STARLSM_LIBRARY_H */
