// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - no file but below some directories
 */
#include "lib/landlock.h"

#include <errno.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/log.h"

/* Of the interface's third version, not in the headers of Linux 6.1 */
#define ACCESS_TRUNCATE	(1ULL << 14)

/* All that the first version knows, executing included */
#define ACCESS_FIRST	(LANDLOCK_ACCESS_FS_REFER - 1)

#define ACCESS_KEPT	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
			 LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | \
			 LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | \
			 LANDLOCK_ACCESS_FS_MAKE_DIR)

static uint64_t access_known(long version)
{
	uint64_t access = ACCESS_FIRST;

	if (version >= 2)
		access |= LANDLOCK_ACCESS_FS_REFER;
	if (version >= 3)
		access |= ACCESS_TRUNCATE;
	return access;
}

static void allow(int rules, int directory_fd, uint64_t handled)
{
	struct landlock_path_beneath_attr below = {
		.allowed_access = (ACCESS_KEPT | ACCESS_TRUNCATE) & handled,
		.parent_fd = directory_fd,
	};

	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0))
		fatal("Landlock: %s", strerror(errno));
}

bool landlock_directories(const int *fds, size_t n)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr all = { .handled_access_fs = access_known(version) };
	int rules;

	if (version < 1)
		return false;
	rules = syscall(SYS_landlock_create_ruleset, &all, sizeof(all), 0);
	if (rules < 0)
		fatal("Landlock: %s", strerror(errno));
	for (size_t i = 0; i < n; i++)
		allow(rules, fds[i], all.handled_access_fs);
	if (syscall(SYS_landlock_restrict_self, rules, 0))
		fatal("Landlock: %s", strerror(errno));
	close(rules);
	return true;
}
