/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a file of lines that is bounded: NAME, and NAME.1 to NAME.KEEP before it
 *
 * Beyond its size the file becomes NAME.1, and a new one begins; the oldest goes. A
 * file ends with a whole line, but for one that was being written when the disk was
 * full or the process killed: the next to open it ends that line.
 */
#ifndef STARLSM_ROTATED_H
#define STARLSM_ROTATED_H

#include "export/outlet.h"

#define ROTATED_NAME_MAX	128

struct rotated {
	struct outlet outlet;	/* the first member: rotated_write() casts */
	int directory_fd;
	char name[ROTATED_NAME_MAX];
	uint64_t bytes_max;
	uint32_t keep;
	int fd;			/* -1: not open */
	uint64_t size;
};

/*
 * path is for the log and gives the name; takes directory_fd, its folder, over. The
 * file is opened when there is something to write. 0, or -1 without memory.
 */
int rotated_init(struct rotated *r, int directory_fd, const char *path, uint64_t bytes_max,
		 uint32_t keep);
void rotated_free(struct rotated *r);

#endif /* STARLSM_ROTATED_H */
