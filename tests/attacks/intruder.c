// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the intruder of the demo: becomes root, then loads a module
 *
 * intruder [MODULE|-]
 * Started as the web user it runs itself again through the set-uid program;
 * as root it loads MODULE into the kernel, or nothing (-). It says on its output how far it
 * got, so that a test can tell a stopped attack from a broken one.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HELPER "/usr/bin/weak_suid"
#define MODULE "/usr/lib/attacks/quiet_module.ko"

static int become_root(char **argv, const char *module)
{
	char self[4096];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0) {
		perror("intruder: own name");
		return 1;
	}
	self[len] = '\0';
	execl(HELPER, HELPER, self, module, (char *)NULL);
	perror(argv[0]);
	return 1;
}

static int load_module(const char *module)
{
	int fd = open(module, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0)) {
		perror("intruder: module");
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *module = argc > 1 ? argv[1] : MODULE;

	printf("intruder: running as uid %d\n", (int)geteuid());
	fflush(stdout);
	if (geteuid() != 0)
		return become_root(argv, module);
	if (!strcmp(module, "-"))
		return 0;
	if (load_module(module))
		return 1;
	puts("intruder: module loaded");
	return 0;
}
