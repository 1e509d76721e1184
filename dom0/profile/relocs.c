// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what moves with a kernel that was loaded elsewhere
 *
 * The file has addresses of 32 bits, to be sign-extended, in three lists, each
 * behind a 0: 64-bit values, 32-bit values that move the other way, 32-bit values.
 */
#include "profile/relocs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"

static int by_address(const void *a, const void *b)
{
	const struct profile_reloc *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

struct profile_reloc *relocs_read(const char *path, size_t *n)
{
	static const int32_t size[] = { 8, -4, 4 };
	struct profile_reloc *list = NULL;
	FILE *f = fopen(path, "re");
	size_t room = 0;
	int kind = -1;
	int32_t word;

	if (!f)
		fatal("%s: %s", path, strerror(errno));
	for (*n = 0; fread(&word, sizeof(word), 1, f) == 1;) {
		if (!word) {
			kind++;
			continue;
		}
		if (kind < 0 || kind > 2)
			fatal("%s: it is not as Linux 6.12 makes it", path);
		if (*n == room) {
			room = room ? 2 * room : 4096;
			list = realloc(list, room * sizeof(*list));
			if (!list)
				fatal("no memory");
		}
		list[(*n)++] = (struct profile_reloc){
			.address = (int64_t)word, .size = size[kind],
		};
	}
	fclose(f);
	if (kind != 2)
		fatal("%s: it is not as Linux 6.12 makes it", path);
	qsort(list, *n, sizeof(*list), by_address);
	return list;
}
