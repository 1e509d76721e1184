// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the processor time a domain has had, in ns
 *
 * cputime DOMID    With QEMU's -icount shift=0 an instruction takes a ns of the
 * time that Xen measures, so the difference of two is a number of instructions. A
 * mark, two instructions that do nothing, tells count.c that it is being measured.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <xenctrl.h>

int main(int argc, char **argv)
{
	xc_domaininfo_t info;
	uint32_t domid;
	xc_interface *xc = xc_interface_open(NULL, NULL, 0);

	if (!xc || argc != 2)
		return 2;
	domid = strtoul(argv[1], NULL, 10);
	if (xc_domain_getinfolist(xc, domid, 1, &info) != 1 || info.domain != domid)
		return 1;
	printf("%" PRIu64 "\n", info.cpu_time);
	__asm__ volatile("xchg %bx, %bx; xchg %cx, %cx");
	return 0;
}
