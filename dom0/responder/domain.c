// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what Xen and the toolstack do to a domain
 */
#include "responder/domain.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xenctrl.h>

#include "lib/log.h"

static xc_interface *xch;

void domain_open(void)
{
	xch = xc_interface_open(NULL, NULL, 0);
	if (!xch)
		fatal("no access to Xen: %s", strerror(errno));
}

int domain_state(uint32_t domid, enum domain_state *state)
{
	xc_dominfo_t info;
	int n;

	*state = LET_GO;
	/* the first domain of at least that number, or none */
	n = xc_domain_getinfo(xch, domid, 1, &info);
	if (n < 0)
		return errno;
	if (n == 0 || info.domid != domid || info.dying)
		return 0;
	*state = info.paused ? DOMAIN_PAUSED : DOMAIN_RUNS;
	return 0;
}

int domain_pause(uint32_t domid)
{
	return xc_domain_pause(xch, domid) ? errno : 0;
}

int domain_unpause(uint32_t domid)
{
	return xc_domain_unpause(xch, domid) ? errno : 0;
}

int domain_destroy(uint32_t domid)
{
	return xc_domain_destroy(xch, domid) ? errno : 0;
}

/* Output of xl goes where ours goes: to the journal. */
static int spawn_prepare(posix_spawn_file_actions_t *files, posix_spawnattr_t *attr)
{
	int err = posix_spawn_file_actions_init(files);
	sigset_t defaults;

	if (err)
		return err;
	err = posix_spawnattr_init(attr);
	if (err) {
		posix_spawn_file_actions_destroy(files);
		return err;
	}
	err |= posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	err |= posix_spawn_file_actions_adddup2(files, STDERR_FILENO, STDOUT_FILENO);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	err |= posix_spawnattr_setsigdefault(attr, &defaults);
	err |= posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
	err |= posix_spawnattr_setpgroup(attr, 0);
	return err ? ENOMEM : 0;
}

/* Debian's xl, or one that was built from source */
#define TOOLS_PATH "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"

int domain_spawn_destroy(uint32_t domid, pid_t *pid)
{
	static char *const env[] = { "PATH=" TOOLS_PATH, "LC_ALL=C", NULL };
	char number[16];
	char *argv[] = { "xl", "destroy", number, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int err;

	snprintf(number, sizeof(number), "%u", domid);
	err = spawn_prepare(&files, &attr);
	if (err)
		return err;
	/* it searches our PATH, not env's, and starlsmd gives us none */
	setenv("PATH", TOOLS_PATH, 1);
	err = posix_spawnp(pid, "xl", &files, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return err;
}
