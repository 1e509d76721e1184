/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - where segments are: a folder a stream, a file a segment
 *
 *   DIRECTORY/@host/0000000000000001.seg
 *   DIRECTORY/web/0000000000000001.seg
 *
 * A guest's folder has its name; what is not a letter, a digit, or one of -_. in
 * it, and a dot that it begins with, is %XX. A segment's file has its number, in
 * 16 hexadecimal digits.
 */
#ifndef STARLSM_SEGMENT_DIR_H
#define STARLSM_SEGMENT_DIR_H

#include <stddef.h>
#include <stdint.h>

#include "lib/segment.h"

/* A folder's name: three characters for each of a guest's name */
#define SEGMENT_FOLDER_MAX	(3 * MSG_NAME_MAX)
#define SEGMENT_FILE_MAX	24

struct segment_file {
	uint64_t number;
	uint64_t bytes;
	int64_t changed_ns;	/* CLOCK_REALTIME of its last change */
};

/* A guest's; text of SEGMENT_FOLDER_MAX bytes. The host's is SEGMENT_STREAM_HOST. */
void segment_folder(const char *guest, char *text);

/* text of SEGMENT_FILE_MAX bytes */
void segment_file_name(uint64_t number, char *text);

/*
 * The segments in a folder, in the order of their numbers; what else is there is
 * left out. *list is to be freed. 0, or an errno.
 */
int segment_list(int folder_fd, struct segment_file **list, size_t *n);

/* Calls fn with the name of each folder there, sorted; its first errno ends it. 0, or an errno. */
typedef int (*segment_folder_fn)(void *arg, const char *folder);
int segment_folders(int directory_fd, segment_folder_fn fn, void *arg);

/* A segment's header, checked. 0, or an errno: EBADMSG if it is none. */
int segment_read_header(int folder_fd, uint64_t number, struct segment_header *h);

/* A whole file, to be freed; NULL with errno, EFBIG if it is longer than any segment. */
void *segment_read(int folder_fd, uint64_t number, size_t *len);

#endif /* STARLSM_SEGMENT_DIR_H */
