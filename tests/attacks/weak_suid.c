// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a set-uid program with no judgement: runs as root what it is told
 *
 * weak_suid PROGRAM [ARGUMENT...]    (lab guests only)
 */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	if (setgid(0) || setuid(0)) {
		perror("weak_suid");
		return 1;
	}
	execv(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
