// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a file that is there as a whole, or as it was before
 */
#include "export/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

/* node_exporter's user is another. */
#define MODE	0644

static int write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0)
			return errno;
		text += n;
		len -= n;
	}
	return 0;
}

int textfile_write(int directory_fd, const char *text, size_t len)
{
	int err, fd = openat(directory_fd, TEXTFILE_NEW, O_WRONLY | O_CREAT | O_TRUNC |
			     O_CLOEXEC | O_NOFOLLOW, MODE);

	if (fd < 0)
		return errno;
	err = write_all(fd, text, len);
	if (close(fd) && !err)
		err = errno;
	if (!err && renameat(directory_fd, TEXTFILE_NEW, directory_fd, TEXTFILE_NAME))
		err = errno;
	if (err)
		unlinkat(directory_fd, TEXTFILE_NEW, 0);
	return err;
}
