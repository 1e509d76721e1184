// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the profiles there are
 */
#include "vmi/library.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"

static void add(struct library *l, int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	void *bytes;

	if (fd < 0)
		return;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_uid || (st.st_mode & 022) ||
	    st.st_size <= 0 || (uint64_t)st.st_size > PROFILE_MAX) {
		close(fd);
		return;
	}
	bytes = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (bytes == MAP_FAILED) {
		log_warning("profile %s: %s", name, strerror(errno));
		return;
	}
	l->file[l->n].bytes = bytes;
	l->file[l->n].size = st.st_size;
	snprintf(l->file[l->n].name, sizeof(l->file[l->n].name), "%s", name);
	l->n++;
}

void library_open(struct library *l, const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	if (!dir) {
		if (errno != ENOENT)
			log_warning("%s: %s", folder, strerror(errno));
		return;
	}
	/* cppcheck-suppress readdirCalled */
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		if (l->n == WATCH_PROFILES_MAX) {
			log_warning("%s: more than %d profiles, the others are left out",
				    folder, WATCH_PROFILES_MAX);
			break;
		}
		add(l, dirfd(dir), entry->d_name);
	}
	closedir(dir);
}

void library_give(const struct library *l, struct watch *w)
{
	for (unsigned int i = 0; i < l->n; i++) {
		const char *wrong = watch_add_profile(w, l->file[i].bytes, l->file[i].size);

		if (wrong)
			log_warning("profile %s: %s", l->file[i].name, wrong);
	}
}
